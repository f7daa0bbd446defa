// Carries an action on all that match on: each answer has the form of the next slice, until nothing is left or somebody
// stops it. Without this script every slice is a press of "Go on".

import { announce } from './telling.js';

let going = false;
const live = (page) => page.querySelector('[data-live]');
const next = () => live(document).querySelector('form[data-slices]');

document.addEventListener('submit', (event) => {
  if (!event.target.matches('[data-slices]')) return;
  event.preventDefault();
  if (!going) carryOn();
});
document.addEventListener('click', (event) => { if (event.target.closest('[data-stop]')) going = false; });

async function carryOn() {
  going = true;
  try {
    while (going && next()) await doSlice(next());
  } catch (error) {
    tell(`${error.message}. What was done is kept; “Go on” does the rest.`);
  }
  going = false;
  showButtons();
  announce(live(document).querySelector('[data-announce]').textContent.trim(), true);
}

/** Do one slice and show its answer: how far the action is, and the form of the next. */
async function doSlice(form) {
  const body = new URLSearchParams(new FormData(form));
  showButtons();
  const answer = await fetch(form.action, { method: 'POST', body });
  if (!answer.ok) throw new Error(`The gateway answered ${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  if (!live(page)) { location.reload(); throw new Error('The session has ended'); }
  history.replaceState(null, '', answer.url);
  for (const notice of page.querySelectorAll('main > .notice')) tell(notice.textContent);
  live(document).replaceWith(document.adoptNode(live(page)));
  showButtons();
}

/** While slices are done, one button stops them; else one begins the next. */
function showButtons() {
  const form = next();
  if (!form) return;
  form.querySelector('button:not([data-stop])').disabled = going;
  form.querySelector('[data-stop]').hidden = !going;
}

/** The latest notice above the live part. */
function tell(text) {
  document.querySelector('main > .notice')?.remove();
  const notice = document.createElement('p');
  notice.className = 'notice';
  notice.setAttribute('role', 'status');
  notice.textContent = text;
  live(document).before(notice);
}
