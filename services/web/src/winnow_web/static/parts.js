// Large files in parts: after a break, or in another tab after a reload, the same file goes on where it was.

import { csrfToken } from './telling.js';

export const LARGE_BYTES = 32 * 1024 * 1024;
const HASHED_BYTES = 256 * 1024 * 1024; // crypto.subtle takes a file as a whole, in memory
const WAITS_MS = [1000, 2000, 4000, 8000, 16000]; // before each further attempt at a part
const PLACE = 'winnow-upload:';
const BROKEN = {
  title: 'The connection broke', detail: 'What was sent is kept for a day.', hint: 'Check the connection, then choose the same file again to go on.',
};

/** What this browser began to send and did not finish: the files' names. What is too old is forgotten. */
export function unfinished() {
  const places = Object.keys(localStorage).filter((place) => place.startsWith(PLACE));
  return places.flatMap((place) => {
    const { name, expiresAt } = JSON.parse(localStorage.getItem(place));
    if (Date.parse(expiresAt) > Date.now()) return [name];
    localStorage.removeItem(place);
    return [];
  });
}

/** A file's SHA-256 as hex; undefined where it is too large, or the page came without TLS and has no crypto.subtle. */
async function sha256(file) {
  if (file.size > HASHED_BYTES || !crypto.subtle) return undefined;
  return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer())));
}

const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** Ask the API; gives the JSON of its answer, and throws the problem it answers with. */
async function ask(method, address, body, headers = {}) {
  const raw = body instanceof Blob;
  const type = raw ? 'application/octet-stream' : 'application/json';
  const sent = { 'X-CSRF-Token': csrfToken(), ...(body ? { 'Content-Type': type } : {}), ...headers };
  let answer;
  let told;
  try {
    answer = await fetch(address, { method, headers: sent, body: raw ? body : body && JSON.stringify(body) });
    told = answer.status === 204 ? null : await answer.json();
  } catch (error) { // no answer, half of one, or the page of a proxy whose gateway is away
    if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error;
    throw { ...BROKEN, passes: true };
  }
  if (answer.ok) return told;
  throw { ...told, passes: answer.status === 429 || (answer.status >= 500 && answer.status !== 507) }; // 507: a full quota
}

/** The problem that an answer names; of a proxy's page nothing can be used. */
function problemOf(text) {
  try {
    return JSON.parse(text);
  } catch {
    return { ...BROKEN };
  }
}

/** One file on its way, with its captions if it has any. `told(sentBytes)` hears how much has arrived. */
export class PartsUpload {
  constructor(file, told, captions = null) {
    this.file = file;
    this.captions = captions;
    this.told = told;
    this.place = `${PLACE}${file.name}:${file.size}:${file.lastModified}`;
    this.cancelled = false;
    this.request = null;
  }

  /** Resolves with the answer that names the job; throws a problem. */
  async run() {
    const upload = await this.known() ?? await this.declare();
    if (upload.status !== 'pending') return this.done(upload);
    if (this.captions) {
      const address = `${upload.links.self}/captions?filename=${encodeURIComponent(this.captions.name)}`;
      await this.again(() => ask('PUT', address, this.captions)); // first: wrong ones are refused before all is sent
    }
    const marks = new Map(upload.stored.filter((part) => part.size_bytes === this.bytes(upload, part.n)).map((part) => [part.n, part.etag]));
    for (let n = 1; n <= upload.part_count; n += 1) {
      if (!marks.has(n)) {
        const before = [...marks.keys()].reduce((sum, number) => sum + this.bytes(upload, number), 0);
        marks.set(n, await this.send(upload, n, before));
      }
    }
    // A store may hide its marks from pages of another origin; then its own count decides.
    const parts = [...marks].map(([n, etag]) => ({ n, etag }));
    const body = parts.every((part) => part.etag) ? { parts } : {};
    return this.done(await this.again(() => ask('POST', upload.links.complete, body)));
  }

  /** Nothing more is sent, and what was sent is removed. */
  async cancel() {
    this.cancelled = true;
    this.request?.abort();
    const kept = localStorage.getItem(this.place);
    localStorage.removeItem(this.place);
    if (kept) await ask('DELETE', `/v1/uploads/${encodeURIComponent(JSON.parse(kept).id)}`).catch(() => {}); // it expires in a day
  }

  /** The upload that this browser began with this file, if it can go on. */
  async known() {
    const kept = localStorage.getItem(this.place);
    if (!kept) return null;
    try {
      const upload = await ask('GET', `/v1/uploads/${encodeURIComponent(JSON.parse(kept).id)}`);
      return { ...upload, stored: upload.parts };
    } catch (problem) {
      if (problem.status !== 404 && problem.status !== 410) throw problem;
      localStorage.removeItem(this.place);
      return null;
    }
  }

  async declare() {
    const key = hex(crypto.getRandomValues(new Uint8Array(16)));
    const known = this.captions ? undefined : await sha256(this.file); // captions may say what the stored one does not
    const wanted = { kind: 'av', filename: this.file.name, size_bytes: this.file.size, sha256: known };
    const upload = await this.again(() => ask('POST', '/v1/uploads', wanted, { 'Idempotency-Key': key }));
    if (upload.status === 'already-stored') return upload;
    const kept = { id: upload.id, name: this.file.name, expiresAt: upload.expires_at };
    localStorage.setItem(this.place, JSON.stringify(kept));
    return { ...upload, stored: [] };
  }

  bytes(upload, n) {
    return Math.min(upload.part_size, this.file.size - (n - 1) * upload.part_size);
  }

  /** Send one part, each time to a fresh address; gives its mark. */
  send(upload, n, before) {
    const start = (n - 1) * upload.part_size;
    const piece = this.file.slice(start, start + this.bytes(upload, n));
    return this.again(async () => {
      const { parts: [{ url }] } = await ask('POST', upload.links.parts, { numbers: [n] });
      return this.put(url, piece, before);
    });
  }

  put(url, piece, before) {
    return new Promise((settle, fail) => {
      const request = new XMLHttpRequest(); // fetch tells nothing of what is sent
      this.request = request;
      request.open('PUT', url);
      if (url.startsWith('/')) request.setRequestHeader('X-CSRF-Token', csrfToken());
      request.upload.addEventListener('progress', (event) => this.told(before + event.loaded));
      request.addEventListener('load', () => {
        const { status } = request;
        if (status === 200) settle((request.getResponseHeader('ETag') || '').replaceAll('"', ''));
        else if (!url.startsWith('/') || status === 408 || status === 429 || status >= 500) fail({ ...BROKEN, passes: true });
        else fail(problemOf(request.responseText));
      });
      request.addEventListener('error', () => fail({ ...BROKEN, passes: true }));
      request.addEventListener('abort', () => fail({ ...BROKEN }));
      request.send(piece);
    });
  }

  /** Try until it goes well, or does not pass. */
  async again(attempt) {
    for (const wait of WAITS_MS) {
      try {
        return await attempt();
      } catch (problem) {
        if (!problem.passes || this.cancelled) throw problem;
        await new Promise((later) => setTimeout(later, wait));
      }
    }
    return attempt();
  }

  done(answer) {
    localStorage.removeItem(this.place);
    return answer;
  }
}
