// Uploads with progress, and jobs followed live. Works on the home page and on the page of a recording in work.

const MOST_STREAMS = 2; // browsers allow six connections to a host; players and uploads need theirs
const POLL_MS = 2000;
const FINAL = new Set(['done', 'failed', 'cancelled']);
let streams = 0;

/**
 * Call `show(job)` with every change of the job until it ends: live by events, else by asking.
 * The end of `afterRun` is not it: the next run was asked for and begins in a moment.
 */
export function followJob(jobId, show, afterRun = 0) {
  const address = `/v1/jobs/${encodeURIComponent(jobId)}`;
  const hear = (job) => { if (job.run > afterRun) show(job); return FINAL.has(job.status) && job.run > afterRun; };
  if (!('EventSource' in window) || streams >= MOST_STREAMS) { poll(address, hear); return; }
  streams += 1;
  const source = new EventSource(`${address}/events`);
  const end = () => { source.close(); streams -= 1; };
  const told = (event) => {
    if (source.readyState !== EventSource.CLOSED && hear(JSON.parse(event.data))) end();
  };
  for (const name of ['stage', 'progress', 'done']) source.addEventListener(name, told);
  source.addEventListener('error', () => {
    // The browser itself reconnects after a break; it gives up where the answer is no stream, and we ask instead.
    if (source.readyState === EventSource.CLOSED) { streams -= 1; poll(address, hear); }
  });
}

async function poll(address, hear) {
  for (;;) {
    try {
      const answer = await fetch(address, { headers: { Accept: 'application/json' } });
      if (answer.status === 401) { location.reload(); return; }
      if (answer.ok) {
        if (hear(await answer.json())) return;
      }
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // a TypeError is a lost connection: ask again
    }
    await new Promise((later) => setTimeout(later, POLL_MS));
  }
}

/** A stage in words, as the server writes them. */
function stageText(item, stage) {
  switch (stage.status) {
    case 'done': return `${item.dataset.done} ${spent(stage.ms)}`.trim();
    case 'running': return item.dataset.running + (stage.progress == null ? '' : ` ${Math.round(stage.progress * 100)} %`);
    case 'retrying': return `${item.dataset.running}: trying again`;
    case 'failed': return `could not ${item.dataset.waiting}`;
    case 'cancelled': return `${item.dataset.running}: cancelled`;
    default: return item.dataset.waiting;
  }
}

function spent(milliseconds) {
  if (milliseconds == null) return '';
  const seconds = milliseconds / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  return seconds < 100 ? `${Math.round(seconds)} s` : `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
}

export function size(bytes) {
  if (bytes < 1024) return `${bytes} bytes`;
  let value = bytes;
  for (const unit of ['KB', 'MB', 'GB', 'TB']) {
    value /= 1024;
    if (value < 1024 || unit === 'TB') return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
  }
}

function showStages(card, job) {
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

let said = 0;
/** Tell screen readers, at most once in five seconds; what matters most (`urgent`) always. */
function announce(text, urgent = false) {
  const now = Date.now();
  if (!urgent && now - said < 5000) return;
  said = now;
  document.querySelector('[data-status]').textContent = text;
}

function problemCard(problem) {
  const card = document.createElement('div');
  card.className = 'problem';
  for (const [tag, text, kind] of [['h2', problem.title, ''], ['p', problem.detail, ''], ['p', problem.hint, 'hint']]) {
    if (!text) continue;
    const line = document.createElement(tag);
    line.textContent = text;
    line.className = kind;
    card.append(line);
  }
  if (problem.status === 401) card.append(link('/signin?next=/', 'Sign in again'));
  return card;
}

function link(address, text) {
  const anchor = document.createElement('a');
  anchor.href = address;
  anchor.textContent = text;
  anchor.className = 'button';
  return anchor;
}

function showJob(card, name, job) {
  const going = showStages(card, job);
  const end = card.querySelector('[data-end]');
  if (going) announce(`${name}: ${going}`);
  if (!FINAL.has(job.status)) {
    if (!end.querySelector('button')) end.replaceChildren(steerButton(card, name, job, 'cancel', 'Cancel'));
    return;
  }
  if (job.status === 'done') {
    card.classList.add('ready');
    end.replaceChildren(link(`/m/${encodeURIComponent(job.media_id)}`, 'Open it'));
    announce(`${name} is ready.`, true);
  } else {
    const problem = job.error || { title: 'Cancelled', detail: 'Nothing more is done with this file unless you try again.' };
    const shown = problemCard(problem);
    if (job.status === 'cancelled') shown.className = 'calm'; // it was asked for: nothing is wrong
    end.replaceChildren(shown, steerButton(card, name, job, 'retry', 'Try again'));
    announce(`${name}: ${problem.title}. ${problem.detail}`, true);
  }
}

/** A button that cancels the job, or has it tried again; what the server refuses is shown beneath. */
function steerButton(card, name, job, what, label) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'quiet';
  button.textContent = label;
  button.addEventListener('click', async () => {
    button.disabled = true;
    const refused = await steer(job.id, what);
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
      followJob(job.id, (later) => showJob(card, name, later), job.run);
    }
  });
  return button;
}

/** Ask for it; the problem if it was refused. That a job is cancelled is told by the events that follow it. */
async function steer(jobId, what) {
  try {
    const answer = await fetch(`/v1/jobs/${encodeURIComponent(jobId)}/${what}`, {
      method: 'POST', headers: { 'X-CSRF-Token': document.querySelector('meta[name=csrf-token]').content },
    });
    return answer.ok ? null : await answer.json();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { title: 'The connection broke', detail: 'It could not be asked for.', hint: 'Check the connection, then try once more.' };
  }
}

class Upload {
  constructor(file, template, list) {
    this.file = file;
    this.card = template.content.firstElementChild.cloneNode(true);
    this.card.querySelector('[data-name]').textContent = file.name;
    this.card.querySelector('[data-size]').textContent = size(file.size);
    this.bar = this.card.querySelector('progress');
    this.sent = this.card.querySelector('[data-sent]');
    this.doing = this.card.querySelector('[data-doing]');
    this.sent.textContent = 'waiting for its turn';
    list.prepend(this.card);
    this.request = new XMLHttpRequest();
    this.cancelled = false;
    this.card.querySelector('[data-cancel]').addEventListener('click', () => this.cancel());
  }

  cancel() {
    this.cancelled = true;
    this.request.abort();
    this.fail({ title: 'You cancelled this upload', detail: 'Nothing was kept.' });
  }

  /** Resolves when the bytes are sent and answered, well or not. */
  run(limitBytes) {
    if (this.cancelled) return Promise.resolve();
    if (this.file.size > limitBytes) {
      this.fail({
        title: 'The file is too large', detail: `It has ${size(this.file.size)}; up to ${size(limitBytes)} are accepted.`,
        hint: 'Send a smaller or shorter file.',
      });
      return Promise.resolve();
    }
    return new Promise((settled) => {
      const { request } = this;
      request.open('POST', `/v1/media?filename=${encodeURIComponent(this.file.name)}`);
      request.responseType = 'json';
      request.setRequestHeader('X-CSRF-Token', document.querySelector('meta[name=csrf-token]').content);
      request.setRequestHeader('Content-Type', 'application/octet-stream');
      request.upload.addEventListener('progress', (event) => {
        if (!event.lengthComputable) return;
        this.bar.max = event.total;
        this.bar.value = event.loaded;
        this.sent.textContent = `${size(event.loaded)} of ${size(event.total)}`;
        if (event.loaded === event.total) this.doing.textContent = 'Sent, being stored';
      });
      request.addEventListener('load', () => {
        if (request.status === 202 && request.response) this.accepted(request.response);
        else this.fail(request.response || { title: 'The upload failed', detail: `The answer was ${request.status}.`, hint: 'Try again.' });
      });
      request.addEventListener('error', () => this.fail({
        title: 'The connection broke', detail: 'The file could not be sent.', hint: 'Check the connection, then choose the file again.',
      }));
      request.addEventListener('loadend', settled);
      request.send(this.file);
    });
  }

  accepted({ job_id: jobId }) {
    this.card.querySelector('.bytes').remove();
    announce(`${this.file.name} is uploaded.`, true);
    followJob(jobId, (job) => showJob(this.card, this.file.name, job));
  }

  fail(problem) {
    this.card.querySelector('.bytes')?.remove();
    this.card.querySelector('.stages').remove();
    this.card.querySelector('[data-end]').replaceChildren(problemCard(problem));
    announce(`${this.file.name}: ${problem.title}. ${problem.detail}`, true);
  }
}

function acceptFiles(form) {
  const input = form.querySelector('input[type=file]');
  const list = document.querySelector('[data-jobs]');
  const template = document.querySelector('#upload-card');
  const limitBytes = Number(form.dataset.limitBytes);
  const waiting = [];
  let busy = false;
  form.querySelector('[data-plain]').hidden = true;
  form.classList.add('live');

  async function add(files) {
    waiting.push(...[...files].map((file) => new Upload(file, template, list)));
    if (busy) return;
    busy = true;
    while (waiting.length) await waiting.shift().run(limitBytes);
    busy = false;
  }

  const bringsFiles = (event) => event.dataTransfer?.types.includes('Files');
  input.addEventListener('change', () => { add(input.files); input.value = ''; });
  document.addEventListener('dragover', (event) => {
    if (!bringsFiles(event)) return;
    event.preventDefault();
    form.classList.add('over');
  });
  document.addEventListener('dragleave', (event) => { if (!event.relatedTarget) form.classList.remove('over'); });
  document.addEventListener('drop', (event) => {
    if (!bringsFiles(event)) return;
    event.preventDefault();
    form.classList.remove('over');
    add(event.dataTransfer.files);
  });
  document.addEventListener('paste', (event) => { if (event.clipboardData?.files.length) add(event.clipboardData.files); });
  window.addEventListener('beforeunload', (event) => { if (busy) event.preventDefault(); });
}

function followCard(card) {
  const state = card.querySelector('[data-state]');
  const afterRun = Number(card.dataset.afterRun || 0);
  followJob(card.dataset.follow, (job) => {
    if (afterRun) { location.replace(location.pathname); return; } // the run waited for: its page has all that belongs to it
    const going = card.querySelector('.stages') ? showStages(card, job) : shortState(job);
    if (going) state.textContent = going;
    if (!FINAL.has(job.status)) return;
    if (card.dataset.then === 'reload') location.reload();
    else state.textContent = { done: 'ready', cancelled: 'cancelled' }[job.status] || 'could not be used';
  }, afterRun);
}

/** The running stage in words; they stand once in the page, in the template of the upload card. */
function shortState(job) {
  const stage = job.stages.findLast((each) => each.status === 'running' || each.status === 'retrying');
  const words = document.querySelector('#upload-card')?.content.querySelector(`[data-stage="${CSS.escape(stage?.name ?? '')}"]`);
  return stage && words ? stageText(words, stage) : '';
}

const form = document.querySelector('[data-upload]');
if (form) acceptFiles(form);
document.querySelectorAll('[data-follow]').forEach(followCard);
