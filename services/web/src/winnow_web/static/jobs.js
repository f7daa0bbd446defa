// Jobs followed live: their stages in words, their end, and the buttons that steer them.

import { announce, ask, clock, link, problemCard, spent } from './telling.js';

const MOST_STREAMS = 2; // browsers allow six connections to a host; players and uploads need theirs
const POLL_MS = 2000;
const MOST_LISTED = 100;
export const FINAL = new Set(['done', 'failed', 'cancelled']);
let streams = 0;

/**
 * Call `show(job)` with every change of the job until it ends: live by events, else by asking.
 * The end of `afterRun` is not it: the next run was asked for and begins in a moment.
 */
export function followJob(jobId, show, afterRun = 0) {
  const address = `/v1/jobs/${encodeURIComponent(jobId)}`;
  const hear = (job) => { if (job.run > afterRun) show(job); return FINAL.has(job.status) && job.run > afterRun; };
  if (!('EventSource' in window) || streams >= MOST_STREAMS) { poll(jobId, hear); return; }
  streams += 1;
  const source = new EventSource(`${address}/events`);
  const end = () => { source.close(); streams -= 1; };
  const told = (event) => {
    if (source.readyState !== EventSource.CLOSED && hear(JSON.parse(event.data))) end();
  };
  for (const name of ['stage', 'progress', 'done']) source.addEventListener(name, told);
  source.addEventListener('error', () => {
    // The browser itself reconnects after a break; it gives up where the answer is no stream, and we ask instead.
    if (source.readyState === EventSource.CLOSED) { streams -= 1; poll(jobId, hear); }
  });
}

const polled = new Map(); // job id to those who hear of it: many jobs are asked for in one request
let polling = false;

function poll(jobId, hear) {
  polled.set(jobId, [...(polled.get(jobId) || []), hear]);
  if (!polling) { polling = true; askForAll(); }
}

async function askForAll() {
  while (polled.size) {
    await new Promise((later) => setTimeout(later, POLL_MS));
    try {
      for (const job of await askedJobs([...polled.keys()])) {
        const left = (polled.get(job.id) || []).filter((hear) => !hear(job));
        if (left.length) polled.set(job.id, left); else polled.delete(job.id);
      }
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // a TypeError is a lost connection: ask again
    }
  }
  polling = false;
}

/** The jobs of these ids, as far as they can be had just now: few one by one, many from the list of the newest. */
async function askedJobs(ids) {
  const listed = ids.length > 2;
  const wanted = listed ? [`/v1/jobs?limit=${MOST_LISTED}`] : ids.map((id) => `/v1/jobs/${encodeURIComponent(id)}`);
  const jobs = [];
  for (const address of wanted) {
    const answer = await fetch(address, { headers: { Accept: 'application/json' } });
    if (answer.status === 401) { location.reload(); return []; }
    if (answer.ok) jobs.push(...(listed ? (await answer.json()).items : [await answer.json()]));
  }
  const missing = listed ? ids.filter((id) => !jobs.some((job) => job.id === id)) : [];
  return missing.length && missing.length <= 2 ? [...jobs, ...await askedJobs(missing)] : jobs;
}

/** A stage in words, as the server writes them. */
function stageText(item, stage) {
  switch (stage.status) {
    case 'done': return `${item.dataset.done} ${spent(stage.ms)}`.trim();
    case 'running': if (stage.of_seconds) return `${item.dataset.running} ${clock(stage.heard_seconds || 0)} of ${clock(stage.of_seconds)}`;
      return item.dataset.running + (stage.progress == null ? '' : ` ${Math.round(stage.progress * 100)} %`);
    default: return item.dataset[stage.status] ?? item.dataset.waiting;
  }
}

/** How many go before a job and how long it will take, as the server writes it. */
function etaText(job) {
  if (!job.eta) return '';
  const { seconds, ahead } = job.eta;
  const before = ahead ? `, ${ahead} before it` : '';
  return `${before}, ${about(seconds)} left`;
}

/** A time ahead in words. */
export function about(seconds) {
  return seconds >= 90 ? `about ${Math.round(seconds / 60)} min` : `about ${seconds} s`;
}

/** Why nothing of a job runs yet, as the server writes it; empty where there is nothing to say of it. */
function waitText(job) {
  const at = job.not_before || '';
  if (job.status === 'scheduled') return `scheduled for ${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;
  return etaText(job) || (job.status === 'queued' && at) ? `waiting for its turn${etaText(job)}` : '';
}

/** Bring a card's list of stages up to date; the running one in words. */
export function showStages(card, job) {
  let going = '';
  for (const stage of job.stages) {
    const item = card.querySelector(`[data-stage="${CSS.escape(stage.name)}"]`);
    if (!item) continue;
    const text = stageText(item, stage);
    if (item.textContent !== text) item.textContent = text;
    item.className = stage.status;
    item.title = stage.reason || '';
    if (stage.status === 'running' || stage.status === 'retrying') going = text;
  }
  return going;
}

/** The running stage in words; they stand once in the page, in a template for each `kind` of job. */
function shortState(job, kind) {
  const stage = job.stages.findLast((each) => each.status === 'running' || each.status === 'retrying');
  const named = document.querySelector(`template[data-words="${CSS.escape(kind)}"]`);
  const words = named?.content.querySelector(`[data-stage="${CSS.escape(stage?.name ?? '')}"]`);
  return stage && words ? stageText(words, stage) + etaText(job) : waitText(job);
}

/** Show a job on its card; `done(card, job)` fills the card's end once all went well. */
export function showJob(card, name, job, done) {
  const going = showStages(card, job);
  showLeft(card, job);
  const end = card.querySelector('[data-end]');
  if (going) announce(`${name}: ${going}`);
  if (!FINAL.has(job.status)) {
    if (!end.querySelector('button')) end.replaceChildren(steerButton(card, name, job, 'cancel', 'Cancel', done));
  } else if (job.status === 'done') {
    card.classList.add('ready');
    done(card, job);
  } else {
    const problem = job.error || { title: 'Cancelled', detail: 'Nothing more is done with this file unless you try again.' };
    const shown = problemCard(problem);
    if (job.status === 'cancelled') shown.className = 'calm'; // it was asked for: nothing is wrong
    end.replaceChildren(shown, steerButton(card, name, job, 'retry', 'Try again', done));
    announce(`${name}: ${problem.title}. ${problem.detail}`, true);
  }
}

/** A bar of how much is done, with how long yet, on a card that has a place for it. */
function showLeft(card, job) {
  const place = card.querySelector('[data-left]');
  if (!place) return;
  place.hidden = FINAL.has(job.status);
  place.querySelector('progress').value = doneShare(job);
  place.querySelector('span').textContent = etaText(job).replace(/^, /, '');
  card.dataset.share = job.status === 'done' ? 1 : doneShare(job);
  card.dataset.leftSeconds = FINAL.has(job.status) ? 0 : job.eta?.seconds ?? '';
  card.dispatchEvent(new Event('winnow-progress', { bubbles: true }));
}

/** How much of a job is done, 0 to 1; nearly all of its time goes into hearing. */
function doneShare(job) {
  const heard = job.stages.some((stage) => stage.name === 'transcribe');
  const rest = heard ? 0.1 / (job.stages.length - 1) : 1 / job.stages.length;
  return job.stages.reduce((sum, stage) => sum
    + (heard && stage.name === 'transcribe' ? 0.9 : rest) * (stage.status === 'done' ? 1 : stage.progress || 0), 0);
}

/** A button that cancels the job, or has it tried again; what the server refuses is shown beneath. */
function steerButton(card, name, job, what, label, done) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'quiet';
  button.textContent = label;
  button.addEventListener('click', async () => {
    button.disabled = true;
    const refused = await ask(`/v1/jobs/${encodeURIComponent(job.id)}/${what}`);
    button.disabled = false;
    const end = card.querySelector('[data-end]');
    end.querySelector('.refused')?.remove();
    if (refused && refused.code !== 'already-ended') {
      const shown = problemCard(refused);
      shown.classList.add('refused');
      end.append(shown);
    } else if (what === 'retry') {
      end.replaceChildren();
      announce(`${name}: trying again`, true);
      followJob(job.id, (later) => showJob(card, name, later, done), job.run);
    }
  });
  return button;
}

/** The link to what a job made. */
export function openLink(card, name, address) {
  card.querySelector('[data-end]').replaceChildren(link(address, 'Open it'));
  announce(`${name} is ready.`, true);
}

/** Follow what the page shows in work: an item of a list, or the page's own job, which is reloaded when it ends.
 * `ended(card, job)` may show more of its end. */
export function followCard(card, ended = () => {}) {
  const state = card.querySelector('[data-state]');
  const afterRun = Number(card.dataset.afterRun || 0);
  followJob(card.dataset.follow, (job) => {
    if (afterRun) { location.replace(location.pathname); return; } // the run waited for: its page has all that belongs to it
    const staged = card.querySelector('.stages') && showStages(card, job);
    const going = staged == null ? shortState(job, card.dataset.kind || 'recording') : staged ? staged + etaText(job) : waitText(job);
    if (going) state.textContent = going;
    if (!FINAL.has(job.status)) return;
    ended(card, job);
    if (card.dataset.then === 'reload') location.reload();
    else state.textContent = { done: 'ready', cancelled: 'cancelled' }[job.status] || 'could not be used';
  }, afterRun);
}
