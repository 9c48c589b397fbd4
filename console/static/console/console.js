// What every page of the console does: copying, and forms that show what matters.
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Plain HTTP has no clipboard API.
    const area = document.createElement('textarea');
    area.value = text;
    area.setAttribute('readonly', '');
    area.className = 'c-vh';
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}

export function textOf(element) {
  return 'value' in element ? element.value : element.textContent;
}

async function copied(button) {
  const label = button.dataset.label ?? (button.dataset.label = button.textContent);
  const done = await copy(textOf(document.getElementById(button.dataset.copy)));
  button.textContent = done ? 'Copied' : 'Press Ctrl+C';
  setTimeout(() => { button.textContent = label; }, 1500);
}

function fitPurpose(form) {
  const chosen = form.querySelector('input[name=purpose]:checked')?.value ?? '';
  for (const part of form.querySelectorAll('[data-for]')) {
    part.hidden = chosen !== '' && !part.dataset.for.split(' ').includes(chosen);
  }
  const origins = form.querySelector('[name=origins]');
  if (origins && chosen !== 'browser') origins.value = '';
}

function lock(form, on) {
  for (const button of form.querySelectorAll('button:not([type=button])')) button.disabled = on;
}

document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-copy]');
  if (button) copied(button);
});
document.addEventListener('focusin', (event) => {
  if (event.target.matches('[data-select]')) event.target.select();
});
document.addEventListener('submit', (event) => {
  const question = event.target.dataset?.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
  // A second click must not make a second key.
  if (event.target.matches('[data-key-form]')) setTimeout(() => lock(event.target, true));
});
window.addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('[data-key-form]')) lock(form, false);
});
for (const form of document.querySelectorAll('[data-key-form]')) {
  form.addEventListener('change', () => fitPurpose(form));
  fitPurpose(form);
}
