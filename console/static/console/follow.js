// Work that goes on at the vendor: on demand, its state is asked for until it is done.
import { answer, at } from './answer.js';
import { element } from './schema-form.js';

const PAUSE = 2000; // milliseconds
const TRIES = 300;

// The box to show before the answer, or null when it names no job. `call` sends a call, `isOver`
// says whether the page shows something else by now.
export function follow(job, value, call, isOver) {
  const id = at(value, job.id);
  if (id === undefined || id === null || id === '') return null;
  const button = element('button', { type: 'button', class: 'c-button c-primary', id: 'check' }, 'Check status until it is done');
  const told = element('div', { class: 'c-stack', role: 'status' });
  const working = element('p', {}, 'The vendor is working on ', element('code', {}, String(id)), '.');
  button.addEventListener('click', async () => {
    button.disabled = true;
    if (await ended(job, id, call, isOver, told)) { button.remove(); working.remove(); }
    else button.disabled = false;
  });
  return element('div', { class: 'c-note c-stack' },
    working, element('div', {}, button), told);
}

async function ended(job, id, call, isOver, told) {
  for (let tries = 0; tries < TRIES && !isOver(); tries += 1) {
    const started = performance.now();
    const response = await call(job.action, { [job.place]: { [job.name]: id } });
    const parts = await answer(response, performance.now() - started);
    if (isOver()) return false;
    const status = String(at(parts.value, job.status) ?? '');
    if (!response.ok || job.done.includes(status) || job.failed.includes(status)) {
      told.replaceChildren(element('p', {}, `${job.action}: ${status || response.status}`), ...parts);
      told.querySelector('video, audio')?.focus();
      return true;
    }
    told.replaceChildren(element('p', {}, element('span', { class: 'c-spin' }), ` ${job.action}: ${status || 'asked'}`));
    await new Promise((resolve) => { setTimeout(resolve, PAUSE); });
  }
  return false;
}
