// The player: begins at the wanted second, speed, link at this time, the ribbon of speech.

const player = document.querySelector('[data-player]');
const ribbon = document.querySelector('[data-ribbon]');

/** Play from a position in milliseconds. */
export function seek(ms) {
  if (!player) return;
  player.currentTime = ms / 1000;
  player.play().catch((error) => {
    // The browser wants another touch before it makes sound; the position is right all the same.
    if (error.name !== 'NotAllowedError' && error.name !== 'AbortError') throw error;
  });
}

/** Call `hear(ms)` with the position as it changes, a few times a second. */
export function onPosition(hear) {
  for (const name of ['timeupdate', 'seeked', 'loadedmetadata']) {
    player?.addEventListener(name, () => hear(player.currentTime * 1000));
  }
}

/** Show marks on the ribbon at these positions in milliseconds. */
export function markRibbon(positions) {
  const marks = ribbon?.querySelector('[data-marks]');
  if (!marks) return;
  marks.replaceChildren(...positions.map((ms) => {
    const mark = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
    for (const [name, value] of Object.entries({ class: 'mark', x: unit(ms), y: 0, width: 5, height: 16 })) {
      mark.setAttribute(name, value);
    }
    return mark;
  }));
}

// A player may know no duration (a stream that it has not read to its end); the page does.
const lengthMs = () => (Number.isFinite(player?.duration) ? player.duration * 1000 : Number(ribbon?.dataset.durationMs ?? 0));
const unit = (ms) => (lengthMs() ? Math.min((ms / lengthMs()) * 1000, 997) : 0).toFixed(1);

function begin() {
  const wanted = Number(player.dataset.startSeconds);
  const start = () => { if (wanted > 0 && Math.abs(player.currentTime - wanted) > 0.25) player.currentTime = wanted; };
  if (player.readyState >= 1) start(); else player.addEventListener('loadedmetadata', start, { once: true });
}

async function copyLink(button) {
  const address = new URL(location.href);
  address.searchParams.set('t', (Math.floor(player.currentTime * 10) / 10).toString());
  address.hash = '';
  history.replaceState(null, '', address);
  let words = 'Link copied';
  try {
    await navigator.clipboard.writeText(address.href);
  } catch {
    words = 'The link is in the address bar'; // no leave to use the clipboard, or none there (plain http)
  }
  const before = button.textContent;
  button.textContent = words;
  document.querySelector('[data-status]').textContent = words;
  setTimeout(() => { button.textContent = before; }, 2500);
}

if (player) {
  begin();
  document.querySelectorAll('[data-tools]').forEach((tools) => { tools.hidden = false; });
  document.querySelector('[data-speed]')?.addEventListener('change', (event) => {
    player.playbackRate = Number(event.target.value);
  });
  document.querySelector('[data-copy-link]')?.addEventListener('click', (event) => copyLink(event.currentTarget));
  const captions = () => { if (player.textTracks[0] && player.muted) player.textTracks[0].mode = 'showing'; };
  player.addEventListener('volumechange', captions);
  captions();
  ribbon?.addEventListener('click', (event) => {
    const box = ribbon.getBoundingClientRect();
    seek(((event.clientX - box.left) / box.width) * lengthMs());
  });
  const head = ribbon?.querySelector('[data-head]');
  onPosition((ms) => head?.setAttribute('x', unit(ms)));
}
