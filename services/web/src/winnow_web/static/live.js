// Keeps an operator's page fresh: its live part is fetched again every few seconds, but not while somebody uses it.

import { announce } from './telling.js';

const EVERY_SECONDS = 5;
const fresh = document.querySelector('[data-fresh]');
const pause = document.querySelector('[data-pause]');
const live = () => document.querySelector('[data-live]');
let paused = false;
let asking = null;

/** Whether a new copy would take something away: the focus, a selection, an open line, a box that is ticked. */
function inUse() {
  const selection = getSelection();
  return live().contains(document.activeElement)
    || (!selection.isCollapsed && live().contains(selection.anchorNode))
    || live().querySelector('details[open], input:checked') !== null;
}

/** Show the newest copy; news of `data-announce` are read out where they changed. */
async function refresh() {
  if (paused || asking || document.hidden || inUse()) return;
  asking = new AbortController();
  try {
    const answer = await fetch(location.href, { signal: asking.signal });
    if (answer.redirected) return location.reload(); // the session has ended
    if (!answer.ok) throw new Error(`The gateway answered ${answer.status}`);
    show(new DOMParser().parseFromString(await answer.text(), 'text/html'));
  } catch (error) {
    if (error.name !== 'AbortError') fresh.textContent = `${fresh.textContent.replace(/ – .*/, '')} – ${error.message}; trying again`;
  } finally {
    asking = null;
  }
}

function show(page) {
  const part = page.querySelector('[data-live]');
  if (!part) throw new Error('The page could not be read');
  if (paused || inUse()) return;
  const told = live().querySelector('[data-announce]')?.textContent;
  live().replaceWith(document.adoptNode(part));
  fresh.textContent = page.querySelector('[data-fresh]').textContent;
  const news = live().querySelector('[data-announce]')?.textContent;
  if (news && news !== told) announce(news.trim());
}

pause.hidden = false;
pause.addEventListener('click', () => {
  paused = !paused;
  pause.textContent = paused ? 'Go on updating' : 'Pause updates';
  if (!paused) refresh();
});
document.addEventListener('visibilitychange', refresh);
// An answer that comes after a form was sent would take its message from the next page.
document.addEventListener('submit', () => { paused = true; asking?.abort(); });
addEventListener('pageshow', (event) => { if (event.persisted) location.reload(); });
// A page that costs much to make says how seldom it is made.
setInterval(refresh, Number(live().dataset.every ?? EVERY_SECONDS) * 1000);
