// Files on their way to the server: chosen, dropped or pasted, sent one after the other, each on a card of its own.

import { LARGE_BYTES, PartsUpload } from './parts.js';
import { announce, csrfToken, problemCard, size } from './telling.js';

/** One file on its card. `address(file)` is where it goes; `accepted(card, name, answer)` is told what became of it. */
class Sending {
  constructor({ file, captions, wrong }, { template, list, address, accepted }) {
    this.file = file;
    this.wrong = wrong;
    this.address = address(file);
    this.accepted = accepted;
    this.card = template.content.firstElementChild.cloneNode(true);
    this.card.querySelector('[data-name]').textContent = captions ? `${file.name} with ${captions.name}` : file.name;
    this.card.querySelector('[data-size]').textContent = size(file.size);
    this.bar = this.card.querySelector('progress');
    this.sent = this.card.querySelector('[data-sent]');
    this.doing = this.card.querySelector('[data-doing]');
    this.sent.textContent = 'waiting for its turn';
    list.prepend(this.card);
    this.request = new XMLHttpRequest();
    const inParts = file.size > LARGE_BYTES || captions;
    this.parts = inParts ? new PartsUpload(file, (sent) => this.show(sent, file.size), captions) : null;
    this.cancelled = false;
    this.card.querySelector('[data-cancel]').addEventListener('click', () => this.cancel());
  }

  cancel() {
    this.cancelled = true;
    this.request.abort();
    this.parts?.cancel();
    this.fail({ title: 'You cancelled this upload', detail: 'Nothing was kept.' });
  }

  /** Resolves when the bytes are sent and answered, well or not. */
  run(limitBytes) {
    if (this.cancelled) return Promise.resolve();
    if (this.wrong) {
      this.fail(this.wrong);
      return Promise.resolve();
    }
    if (this.file.size > limitBytes) {
      this.fail({
        title: 'The file is too large', detail: `It has ${size(this.file.size)}; up to ${size(limitBytes)} are accepted.`,
        hint: 'Send a smaller file.',
      });
      return Promise.resolve();
    }
    return this.parts ? this.runInParts() : this.runAtOnce();
  }

  async runInParts() {
    try {
      this.take(await this.parts.run());
    } catch (problem) {
      if (problem instanceof Error) throw problem;
      if (!this.cancelled) this.fail(problem);
    }
  }

  runAtOnce() {
    return new Promise((settled) => {
      const { request } = this;
      request.open('POST', this.address);
      request.responseType = 'json';
      request.setRequestHeader('X-CSRF-Token', csrfToken());
      request.setRequestHeader('Content-Type', 'application/octet-stream');
      request.upload.addEventListener('progress', (event) => {
        if (event.lengthComputable) this.show(event.loaded, event.total);
      });
      request.addEventListener('load', () => {
        if (request.status === 202 && request.response) this.take(request.response);
        else this.fail(request.response || { title: 'The upload failed', detail: `The answer was ${request.status}.`, hint: 'Try again.' });
      });
      request.addEventListener('error', () => this.fail({
        title: 'The connection broke', detail: 'The file could not be sent.', hint: 'Check the connection, then choose the file again.',
      }));
      request.addEventListener('loadend', settled);
      request.send(this.file);
    });
  }

  show(sentBytes, allBytes) {
    this.bar.max = allBytes;
    this.bar.value = sentBytes;
    this.sent.textContent = `${size(sentBytes)} of ${size(allBytes)}`;
    if (sentBytes === allBytes) this.doing.textContent = 'Sent, being stored';
  }

  take(answer) {
    this.card.querySelector('.bytes').remove();
    announce(`${this.file.name} ${answer.status === 'already-stored' ? 'is stored already, and was not sent again' : 'is uploaded'}.`, true);
    this.accepted(this.card, this.file.name, answer);
  }

  fail(problem) {
    this.card.querySelector('.bytes')?.remove();
    this.card.querySelector('.stages').remove();
    this.card.querySelector('[data-end]').replaceChildren(problemCard(problem));
    announce(`${this.file.name}: ${problem.title}. ${problem.detail}`, true);
  }
}

/**
 * Take files from the form's choosers, from dropping and from pasting; `made(sending)` may dress a fresh card.
 * `how.paired(files)` may say which go together.
 */
export function acceptFiles(form, how, made = () => {}) {
  const wanted = { template: document.querySelector('#upload-card'), list: document.querySelector('[data-jobs]'), ...how };
  const paired = how.paired ?? ((files) => files.map((file) => ({ file })));
  const limitBytes = Number(form.dataset.limitBytes);
  const waiting = [];
  let busy = false;
  form.querySelector('[data-plain]').hidden = true;
  form.classList.add('live');

  async function add(files) {
    const fresh = paired([...files]).map((one) => new Sending(one, wanted));
    fresh.forEach(made);
    waiting.push(...fresh);
    if (busy) return;
    busy = true;
    while (waiting.length) await waiting.shift().run(limitBytes);
    busy = false;
  }

  for (const input of form.querySelectorAll('input[type=file]')) {
    input.addEventListener('change', () => { add(input.files); input.value = ''; });
  }
  const bringsFiles = (event) => event.dataTransfer?.types.includes('Files');
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
