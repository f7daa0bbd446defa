// The search box from the keyboard, arrow keys among moments, and moments played in place.

const box = document.querySelector('[data-search]');
const moments = [...document.querySelectorAll('[data-moment]')];

document.addEventListener('keydown', (event) => {
  const typing = event.target.matches('input:not([type=file], [type=checkbox]), textarea, select, [contenteditable]');
  if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    box?.focus();
    box?.select();
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const at = moments.indexOf(document.activeElement);
  if (step && at >= 0 && moments[at + step]) {
    event.preventDefault();
    moments[at + step].focus();
  }
});

/** A player under the moment's card; the same one goes on if another moment of the recording is chosen. */
function playHere(moment) {
  const { media, kind, title } = moment.dataset;
  const card = moment.closest('.result');
  document.querySelectorAll('[data-inline]').forEach((other) => { if (!card.contains(other)) other.remove(); });
  let player = card.querySelector('[data-inline]');
  if (!player) {
    player = document.createElement(kind === 'audio' ? 'audio' : 'video');
    player.controls = true;
    player.dataset.inline = '';
    player.setAttribute('playsinline', '');
    player.setAttribute('aria-label', title);
    player.src = `/v1/media/${encodeURIComponent(media)}/stream`;
    const track = document.createElement('track');
    Object.assign(track, { kind: 'captions', src: `/v1/media/${encodeURIComponent(media)}/transcript.vtt`, label: 'Captions' });
    player.append(track);
    card.querySelector('.moments').before(player);
  }
  const start = () => { player.currentTime = Number(new URL(moment.href).searchParams.get('t')) || 0; };
  if (player.readyState >= 1) start(); else player.addEventListener('loadedmetadata', start, { once: true });
  player.play().catch((error) => {
    if (error.name !== 'NotAllowedError' && error.name !== 'AbortError') throw error;
  });
}

for (const moment of moments) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'quiet here';
  button.textContent = 'Play here';
  button.setAttribute('aria-label', `Play here from ${moment.querySelector('time').textContent}`);
  button.addEventListener('click', () => playHere(moment));
  moment.after(button);
}
