// Recordings: uploads on the home page, and jobs of recordings followed there and on their own pages.

import { followCard, followJob, openLink, showJob } from './jobs.js';
import { acceptFiles } from './sending.js';

const opened = (name) => (card, job) => openLink(card, name, `/m/${encodeURIComponent(job.media_id)}`);

const form = document.querySelector('[data-upload]');
if (form) {
  acceptFiles(form, {
    address: (file) => `/v1/media?filename=${encodeURIComponent(file.name)}`,
    accepted: (card, name, { job_id: jobId }) => followJob(jobId, (job) => showJob(card, name, job, opened(name))),
  });
}
document.querySelectorAll('[data-follow]').forEach((card) => followCard(card));
