// The transcript: follows the player, seeks on a click, is searched.

import { markRibbon, onPosition, seek } from './player.js';

const list = document.querySelector('[data-transcript]');
const lines = list ? [...list.children] : [];
const starts = lines.map((line) => Number(line.dataset.startMs));
const follow = document.querySelector('[data-follow-along]');
let current = -1;
let spoken = null;

/** Index of the last of `times` that is not after `ms`; -1 before the first. */
export function lastBefore(times, ms) {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] <= ms) low = middle + 1; else high = middle;
  }
  return low - 1;
}

function scrollTo(line) {
  // Only the list scrolls, and only where it has its own scroll bar: the page itself never jumps.
  if (list.scrollHeight <= list.clientHeight) return;
  const top = line.offsetTop - list.clientHeight / 3;
  list.scrollTo({ top, behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth' });
}

function show(ms) {
  const now = lastBefore(starts, ms + 20); // players stop a hair before the position they were told
  if (now !== current) {
    lines[current]?.removeAttribute('aria-current');
    lines[now]?.setAttribute('aria-current', 'true');
    current = now;
    if (lines[now] && follow?.checked) scrollTo(lines[now]);
  }
  const words = lines[now] ? [...lines[now].querySelectorAll('span[data-start-ms]')] : [];
  const word = words[lastBefore(words.map((each) => Number(each.dataset.startMs)), ms + 20)] ?? null;
  if (word !== spoken) {
    spoken?.classList.remove('now');
    word?.classList.add('now');
    spoken = word;
  }
}

function find(form) {
  const input = form.querySelector('input');
  const found = document.querySelector('[data-found]');
  let hits = [];
  let at = -1;

  function look() {
    const wanted = input.value.trim().normalize('NFC').toLowerCase();
    hits = wanted ? lines.filter((line) => line.querySelector('p').textContent.normalize('NFC').toLowerCase().includes(wanted)) : [];
    at = -1;
    lines.forEach((line) => line.classList.toggle('found', hits.includes(line)));
    paint(hits, wanted);
    markRibbon(hits.map((line) => Number(line.dataset.startMs)));
    found.textContent = !wanted ? '' : hits.length ? `${hits.length} found` : 'not said here';
  }

  function next(step) {
    if (!hits.length) return;
    at = (at + step + hits.length) % hits.length;
    found.textContent = `${at + 1} of ${hits.length}`;
    scrollTo(hits[at]);
    seek(Number(hits[at].dataset.startMs));
  }

  input.addEventListener('input', look);
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') { input.value = ''; look(); }
    if (event.key === 'Enter' && event.shiftKey) { event.preventDefault(); next(-1); }
  });
  form.addEventListener('submit', (event) => { event.preventDefault(); next(1); });
}

/** Mark what was found inside of lines, without touching their text; where the browser can't, the line itself shows it. */
function paint(hits, wanted) {
  if (!('highlights' in CSS)) return;
  CSS.highlights.delete('found');
  const ranges = hits.flatMap((line) => rangesOf(line.querySelector('p'), wanted));
  if (ranges.length) CSS.highlights.set('found', new Highlight(...ranges));
}

function rangesOf(paragraph, wanted) {
  const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
  const nodes = [];
  let text = '';
  while (walker.nextNode()) {
    nodes.push([walker.currentNode, text.length]);
    text += walker.currentNode.data;
  }
  const low = text.toLowerCase();
  if (low.length !== text.length) return []; // a letter whose lower case is longer: offsets would be wrong
  const offsets = nodes.map((each) => each[1]);
  const place = (at) => { const [node, from] = nodes[lastBefore(offsets, at)]; return [node, at - from]; };
  const found = [];
  for (let at = low.indexOf(wanted); at >= 0; at = low.indexOf(wanted, at + wanted.length)) {
    const range = document.createRange();
    range.setStart(...place(at));
    const [last, offset] = place(at + wanted.length - 1);
    range.setEnd(last, offset + 1);
    found.push(range);
  }
  return found;
}

if (list) {
  if (follow && matchMedia('(prefers-reduced-motion: reduce)').matches) follow.checked = false;
  onPosition(show);
  list.addEventListener('click', (event) => {
    const place = event.target.closest('a[data-start-ms], span[data-start-ms]');
    if (!place || getSelection().toString()) return; // someone who selects a quote does not want to jump
    event.preventDefault();
    seek(Number(place.dataset.startMs));
  });
  document.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step || !event.shiftKey || event.target.matches('input:not([type=checkbox]), select, textarea')) return;
    event.preventDefault();
    const to = lines[Math.max(0, Math.min(lines.length - 1, current + step))];
    if (to) seek(Number(to.dataset.startMs));
  });
  const form = document.querySelector('[data-find]');
  if (form) find(form);
}
