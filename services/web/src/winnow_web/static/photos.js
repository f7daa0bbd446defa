// Photos: sent from the page, followed to their answer, and corrected.

import { followCard, followJob, showJob } from './jobs.js';
import { acceptFiles } from './sending.js';
import { announce, ask, problemCard } from './telling.js';

const PREVIEW_PIXELS = 720;
const form = document.querySelector('[data-upload]');

function address(file) {
  const query = new URLSearchParams({ filename: file.name || 'photo.jpg' });
  for (const name of ['language', 'region']) {
    const chosen = form.elements[name]?.value;
    if (chosen) query.set(name, chosen);
  }
  return `/v1/photos?${query}`;
}

/** Bring a fresh card into view, and draw the chosen file on it, where this browser can read its format. */
async function preview({ card, file }) {
  card.scrollIntoView({ block: 'start', behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth' });
  const canvas = card.querySelector('[data-preview]');
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    return; // HEIC in most browsers: the answer brings a picture that can be shown
  }
  const scale = Math.min(1, PREVIEW_PIXELS / Math.max(picture.width, picture.height));
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  canvas.hidden = false;
}

/** Put the answer, as the server writes it, in the place of the stages. */
async function showAnswer(card, name, job) {
  const page = `/p/${encodeURIComponent(job.media_id)}`;
  try {
    const answer = await fetch(`${page}/answer`);
    if (!answer.ok) { location.assign(page); return; }
    const shown = document.createElement('template');
    shown.innerHTML = await answer.text(); // our own page: the template has escaped what others wrote
    card.replaceChildren(shown.content);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    card.querySelector('[data-end]').replaceChildren(problemCard({
      title: 'The connection broke', detail: 'The answer is there, but could not be fetched.', hint: 'Reload the page: it is among your photos.',
    }));
    return;
  }
  announce(`${name}: ${card.querySelector('[data-verdict]')?.textContent.trim() ?? 'ready'}`, true);
}

/** A correction is sent without leaving the page; the thanks stand in the form's place. */
async function correct(event) {
  const corrected = event.target.closest('[data-feedback]');
  if (!corrected) return;
  event.preventDefault();
  const given = new FormData(corrected);
  const body = {};
  for (const name of ['correct_category', 'correct_item', 'note']) {
    const value = (given.get(name) || '').trim();
    if (value) body[name] = value;
  }
  const button = corrected.querySelector('button');
  button.disabled = true;
  const refused = await ask(`/v1/photos/${encodeURIComponent(corrected.dataset.feedback)}/feedback`, body);
  button.disabled = false;
  corrected.querySelector('.problem')?.remove();
  if (refused) {
    corrected.append(problemCard(refused));
    return;
  }
  const around = corrected.closest('details');
  const thanks = around.parentElement.querySelector('[data-thanks]');
  thanks.hidden = false;
  around.remove();
  thanks.focus();
}

/** Offer the items of the chosen category alone; without this, all stand there by category. */
function narrow(event) {
  if (event.target.name !== 'correct_category') return;
  const items = event.target.form.elements.correct_item;
  for (const group of items.querySelectorAll('optgroup')) {
    group.hidden = group.disabled = group.dataset.category !== event.target.value;
  }
  if (items.selectedOptions[0]?.parentElement.disabled) items.value = '';
}

/** The language chosen here is the language next time. */
function rememberLanguage(chooser) {
  const kept = localStorage.getItem('guidance-language');
  if (kept && [...chooser.options].some((option) => option.value === kept)) chooser.value = kept;
  chooser.addEventListener('change', () => localStorage.setItem('guidance-language', chooser.value));
}

/** The picture of a photo of the history whose answer came while the page was open. */
function showThumbnail(card, job) {
  const thumb = card.querySelector('.thumb');
  if (!thumb || job.status !== 'done') return;
  const image = new Image(300, 300);
  image.alt = '';
  image.src = `/v1/photos/${encodeURIComponent(job.media_id)}/thumbnail`;
  thumb.replaceChildren(image);
}

if (form) {
  acceptFiles(form, {
    address,
    accepted: (card, name, { job_id: jobId }) => {
      followJob(jobId, (job) => showJob(card, name, job, () => showAnswer(card, name, job)));
    },
  }, preview);
  rememberLanguage(form.elements.language);
}
document.addEventListener('submit', correct);
document.addEventListener('change', narrow);
document.querySelectorAll('[data-follow]').forEach((card) => followCard(card, showThumbnail));
