// What the page tells: sizes and times in words, problems as cards, news to screen readers.

export function spent(milliseconds) {
  if (milliseconds == null) return '';
  const seconds = milliseconds / 1000;
  if (seconds < 0.1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  return seconds < 100 ? `${Math.round(seconds)} s` : `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
}

/** A position or length in seconds as m:ss. */
export function clock(seconds) {
  const whole = Math.floor(seconds);
  const minutes = Math.floor(whole / 60);
  const rest = String(whole % 60).padStart(2, '0');
  return minutes < 60 ? `${minutes}:${rest}` : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${rest}`;
}

export function size(bytes) {
  if (bytes < 1024) return `${bytes} bytes`;
  let value = bytes;
  for (const unit of ['KB', 'MB', 'GB', 'TB']) {
    value /= 1024;
    if (value < 1024 || unit === 'TB') return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
  }
}

let said = 0;
/** Tell screen readers, at most once in five seconds; what matters most (`urgent`) always. */
export function announce(text, urgent = false) {
  const now = Date.now();
  if (!urgent && now - said < 5000) return;
  said = now;
  document.querySelector('[data-status]').textContent = text;
}

export function problemCard(problem) {
  const card = document.createElement('div');
  card.className = 'problem';
  for (const [tag, text, kind] of [['h2', problem.title, ''], ['p', problem.detail, ''], ['p', problem.hint, 'hint']]) {
    if (!text) continue;
    const line = document.createElement(tag);
    line.textContent = text;
    line.className = kind;
    card.append(line);
  }
  if (problem.status === 401) card.append(link(`/signin?next=${encodeURIComponent(location.pathname)}`, 'Sign in again'));
  return card;
}

export function link(address, text) {
  const anchor = document.createElement('a');
  anchor.href = address;
  anchor.textContent = text;
  anchor.className = 'button';
  return anchor;
}

export function csrfToken() {
  return document.querySelector('meta[name=csrf-token]').content;
}

/** Send an unsafe request to the API; null where it went well, else the problem. */
export async function ask(address, body) {
  const headers = { 'X-CSRF-Token': csrfToken(), ...(body ? { 'Content-Type': 'application/json' } : {}) };
  try {
    const answer = await fetch(address, { method: 'POST', headers, body: body && JSON.stringify(body) });
    return answer.ok ? null : await answer.json();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { title: 'The connection broke', detail: 'It could not be asked for.', hint: 'Check the connection, then try once more.' };
  }
}
