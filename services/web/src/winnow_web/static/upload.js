// Recordings: uploads on the home page, and jobs of recordings followed there and on their own pages.

import { about, followCard, followJob, openLink, showJob } from './jobs.js';
import { paired } from './captions.js';
import { unfinished } from './parts.js';
import { acceptFiles } from './sending.js';

const opened = (name) => (card, job) => openLink(card, name, `/m/${encodeURIComponent(job.media_id)}`);

const form = document.querySelector('[data-upload]');
if (form) {
  acceptFiles(form, {
    paired,
    address: (file) => `/v1/media?filename=${encodeURIComponent(file.name)}`,
    accepted: (card, name, { job_id: jobId }) => followJob(jobId, (job) => showJob(card, name, job, opened(name))),
  });
  const names = unfinished();
  const notice = document.querySelector('[data-unfinished]');
  notice.hidden = !names.length;
  notice.querySelector('bdi').textContent = names.join(', ');
}

// Several files at once: one bar for all of them.
const folder = document.querySelector('[data-folder]');
document.querySelector('[data-jobs]')?.addEventListener('winnow-progress', ({ currentTarget: list }) => {
  const cards = [...list.children];
  const known = cards.filter((card) => card.dataset.share !== undefined);
  const left = known.map((card) => card.dataset.leftSeconds);
  const ended = left.filter((seconds) => seconds === '0').length;
  folder.hidden = cards.length < 2;
  folder.querySelector('progress').value = known.reduce((sum, card) => sum + Number(card.dataset.share), 0) / cards.length;
  const longest = left.length === cards.length && left.every((seconds) => seconds !== '') ? Math.max(...left.map(Number)) : 0;
  folder.querySelector('span').textContent = `${ended} of ${cards.length} ended${longest ? `, ${about(longest)} left` : ''}`;
});

document.querySelectorAll('[data-follow]').forEach((card) => followCard(card));
