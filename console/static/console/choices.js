// Ids that one of the vendor's lists knows get a button that fetches the list.
import { at } from './answer.js';
import { element } from './schema-form.js';

const MOST = 2000;

// `choices` says by field which action lists its values; `ask` calls an action.
export function offer(root, choices, ask) {
  for (const input of root.querySelectorAll('input[data-name]')) {
    const source = choices[input.dataset.name];
    if (!source) continue;
    const button = element('button', { type: 'button', class: 'c-button', 'aria-label': `Choose ${input.dataset.name} from a list` }, 'Choose…');
    const row = element('div', { class: 'c-choose' });
    input.replaceWith(row);
    row.append(input, button);
    button.addEventListener('click', () => list(input, button, source, ask));
  }
}

async function list(input, button, source, ask) {
  button.disabled = true;
  button.textContent = 'Asking…';
  const response = await ask(source.action);
  const found = response.ok ? at(await response.json(), source.items) : null;
  button.disabled = false;
  if (!Array.isArray(found) || !found.length) {
    button.textContent = response.ok ? 'None there' : `Refused: ${response.status}`;
    return;
  }
  const select = element('select', { 'aria-label': input.dataset.name, class: 'c-chosen' },
    element('option', { value: '' }, `${found.length} of them…`),
    ...found.slice(0, MOST).map((item) => element('option', { value: item[source.value] }, `${item[source.label] ?? ''} (${item[source.value]})`)));
  select.addEventListener('change', () => {
    if (!select.value) return;
    input.value = select.value;
    input.dispatchEvent(new Event('input', { bubbles: true }));
  });
  button.replaceWith(select);
  select.focus();
}
