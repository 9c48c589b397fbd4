// The playground: a form for any action, its request, its answer, and what the answer plays.
import { Combo } from './combo.js';
import { element, field } from './schema-form.js';
import { answer as showAnswer, request as showRequest, failure } from './answer.js';
import { offer } from './choices.js';
import { follow } from './follow.js';
import { tabs } from './tabs.js';

const byId = (id) => document.getElementById(id);
const read = (id) => JSON.parse(byId(id).textContent);
const form = byId('play');
if (form) start();

function start() {
  const actions = read('known-actions');
  const chosen = read('chosen');
  const urls = read('urls');
  const token = form.querySelector('[name=csrfmiddlewaretoken]').value;
  const state = { action: null, envelope: {}, files: {}, texts: {}, language: 'curl', turn: 0, drafts: 0 };

  const combo = new Combo(byId('action'), byId('actions'), (item) => load(item.slug));
  byId('service').addEventListener('change', () => {
    const known = actions[byId('service').value];
    combo.set(known, known[0].slug);
    load(known[0].slug);
  });
  byId('org').addEventListener('change', () => { address(); code(); });
  byId('reset').addEventListener('click', () => load(state.action.slug));
  byId('dry').addEventListener('click', () => send(true));
  form.addEventListener('submit', (event) => { event.preventDefault(); send(false); });
  byId('json').addEventListener('input', fromJson);
  tabs([byId('tab-form'), byId('tab-json')], (tab) => {
    byId('pane-form').hidden = tab.id !== 'tab-form';
    byId('pane-json').hidden = tab.id !== 'tab-json';
    if (tab.id === 'tab-form') drawBody();
  });
  tabs([...form.querySelectorAll('[data-language]')], (tab) => {
    state.language = tab.dataset.language;
    byId('code-pane').setAttribute('aria-labelledby', tab.id);
    byId('code').textContent = state.texts[state.language] ?? '';
  });

  const known = actions[chosen.service] ?? actions.heygen;
  if (!actions[chosen.service]) byId('service').value = 'heygen';
  const first = known.find((item) => item.slug === chosen.action) ?? known[0];
  combo.set(known, first.slug);
  load(first.slug);

  async function load(slug) {
    const service = byId('service').value;
    const turn = ++state.turn;
    busy(true); // there is nothing to send until the action is known
    const response = await fetch(`${urls.describe}${service}/${slug}/`);
    if (turn !== state.turn) return;
    if (!response.ok || response.redirected) { byId('about').replaceChildren(expired()); return; }
    state.action = await response.json();
    state.envelope = structuredClone(state.action.example);
    state.files = {};
    combo.set(actions[service], slug);
    address();
    draw();
    busy(false);
    byId('answer').replaceChildren(element('p', { class: 'c-dim' }, 'Nothing was sent yet.'));
    byId('request').replaceChildren(element('p', { class: 'c-dim' }, 'Shown when you send, with the secret masked.'));
  }

  function address() {
    const place = new URLSearchParams({ org: byId('org').value, service: byId('service').value, action: state.action?.slug ?? '' });
    history.replaceState(null, '', `?${place}`);
  }

  function draw() {
    const action = state.action;
    const about = [
      element('div', { class: 'c-row' }, element('strong', {}, action.title),
        element('span', { class: 'c-method' }, action.method), element('code', {}, action.path)),
    ];
    if (action.billable || action.rehearses) about.push(element('p', { id: 'cost' }));
    if (action.destructive) about.push(element('p', { class: 'c-note c-bad' }, 'This call deletes something at the vendor.'));
    if (action.successor) about.push(element('p', { class: 'c-small c-dim' }, `Newer: ${action.successor}.`));
    if (action.note) about.push(element('p', { class: 'c-small c-dim' }, action.note));
    byId('about').replaceChildren(...about);
    byId('params').replaceChildren(...paramFields());
    offer(byId('params'), choices(), ask);
    byId('files').replaceChildren(...action.files.map(fileField));
    byId('body').hidden = action.schema === null;
    if (action.schema !== null) {
      state.envelope.body ??= {};
      toJson();
      drawBody();
    }
    code();
  }

  function paramFields() {
    const found = [];
    for (const name of state.action.path_params) found.push(param('path_params', name, { required: true }));
    for (const item of state.action.query) found.push(param('query', item.name, item));
    for (const name of state.action.headers) found.push(param('headers', name, {}));
    if (!found.length) return [];
    return [element('fieldset', { class: 'c-object' }, element('legend', {}, 'Parameters'), ...found)];
  }

  function param(place, name, item) {
    const id = `p-${place}-${name}`;
    const value = state.envelope[place]?.[name];
    const input = options(item)
      ? element('select', { id }, ...['', ...options(item)].map((text) => element('option', { value: text, selected: text === String(value ?? '') }, text)))
      : element('input', { id, value: String(value ?? ''), type: ['integer', 'number'].includes(item.type) ? 'number' : 'text',
        autocomplete: 'off', spellcheck: 'false', placeholder: item.default === null || item.default === undefined ? null : `${item.default} if left empty` });
    input.dataset.name = name;
    input.addEventListener('input', () => {
      const given = { ...state.envelope[place] };
      if (input.value === '') delete given[name];
      else given[name] = typed(input.value, item.type);
      if (Object.keys(given).length) state.envelope[place] = given;
      else delete state.envelope[place];
      code();
    });
    const kind = { path_params: 'path', query: 'query', headers: 'header' }[place];
    const label = element('label', { for: id }, name, item.required ? element('span', { class: 'c-dim', title: 'required' }, ' *') : null);
    return element('div', { class: 'c-prop' }, element('div', { class: 'c-head' }, label, element('span', { class: 'c-dim c-small' }, kind)), input);
  }

  function options(item) {
    if (item.enum?.length) return item.enum;
    return item.type === 'boolean' ? ['true', 'false'] : null;
  }

  function typed(text, type) {
    if (type === 'boolean') return text === 'true';
    return ['integer', 'number'].includes(type) ? Number(text) : text;
  }

  function fileField(item) {
    const id = `file-${item.name}`;
    const input = element('input', { id, type: 'file', multiple: item.multiple });
    input.hasChangeListener = true; // unfold's own expects a text field beside it
    input.addEventListener('change', () => { state.files[item.name] = [...input.files]; code(); });
    const label = element('label', { for: id }, item.name, item.required ? ' *' : '');
    return element('div', { class: 'c-prop' }, label, input);
  }

  function drawBody() {
    const redraw = (all) => { toJson(); if (all) drawBody(); code(); };
    const made = field('', state.action.schema, state.envelope.body, {
      required: true, set: (value) => { state.envelope.body = value; redraw(false); }, remove: null, redraw,
    });
    byId('pane-form').replaceChildren(made);
    offer(byId('pane-form'), choices(), ask);
  }

  function toJson() {
    byId('json').value = JSON.stringify(state.envelope.body, null, 2);
    byId('json-error').textContent = '';
    byId('send').disabled = false;
  }

  function fromJson() {
    try {
      state.envelope.body = JSON.parse(byId('json').value || '{}');
      byId('json-error').textContent = '';
      byId('send').disabled = false;
      code();
    } catch (error) {
      byId('json-error').textContent = error.message;
      byId('send').disabled = true;
    }
  }

  function envelope() {
    const given = { ...state.envelope };
    if (state.action.schema === null) delete given.body;
    return given;
  }

  function chosenFiles() {
    return Object.entries(state.files).flatMap(([name, files]) => files.map((file) => ({ name, file })));
  }

  // What this call would cost, as it stands.
  function cost() {
    const note = byId('cost');
    if (!note) return;
    const free = state.action.rehearses && state.envelope.body?.test === true;
    note.className = `c-note ${free ? 'c-good' : 'c-warn'}`;
    const hint = state.action.rehearses ? ' With "test": true it would cost nothing.' : '';
    note.textContent = free ? 'Nothing is charged: the call says "test": true.' : `This call costs what the vendor charges for it.${hint}`;
  }

  function code() {
    cost();
    const draft = ++state.drafts;
    clearTimeout(state.timer);
    state.timer = setTimeout(async () => {
      const files = chosenFiles().map(({ name, file }) => ({ field: name, name: file.name, kind: file.type || 'application/octet-stream' }));
      const wanted = { org: byId('org').value, service: state.action.service, action: state.action.slug, envelope: envelope(), files };
      const response = await fetch(urls.snippets, { method: 'PUT', headers: { 'X-CSRFToken': token, 'Content-Type': 'application/json' }, body: JSON.stringify(wanted) });
      if (draft !== state.drafts || !response.ok || response.redirected) return;
      state.texts = await response.json();
      byId('code').textContent = state.texts[state.language];
    }, 250);
  }

  // The body exactly as the API takes it: JSON, multipart, or the raw bytes of one file.
  function written(given, files, request) {
    if (request === 'binary') {
      const query = new URLSearchParams();
      for (const place of ['path_params', 'query']) {
        for (const [name, value] of Object.entries(given[place] ?? {})) query.append(`${place}.${name}`, value);
      }
      const file = files[0]?.file ?? new Blob([]);
      return { body: file, kind: file.type || 'application/octet-stream', query };
    }
    if (files.length) {
      const body = new FormData();
      for (const [name, value] of Object.entries(given)) body.append(name, JSON.stringify(value));
      for (const { name, file } of files) body.append(name, file, file.name);
      return { body };
    }
    return { body: JSON.stringify(given), kind: 'application/json' };
  }

  function call(slug, given, files, request, dry) {
    const { body, kind, query = new URLSearchParams() } = written(given, files, request);
    const headers = { 'X-CSRFToken': token };
    if (kind) headers['Content-Type'] = kind;
    if (dry) headers['X-Dry-Run'] = 'true';
    const place = [byId('org').value, state.action.service, slug].map(encodeURIComponent).join('/');
    return fetch(`${urls.send}${place}/${query.size ? `?${query}` : ''}`, { method: 'PUT', headers, body });
  }

  // A call beside the form's own: of a list, or about a job.
  function ask(slug, given = {}) {
    return call(slug, given, [], 'none', false);
  }

  // A list offers nothing to choose from itself.
  function choices() {
    const known = Object.entries(state.action.choices);
    return Object.fromEntries(known.filter(([, source]) => source.action !== state.action.slug));
  }

  async function send(dry) {
    const turn = ++state.turn;
    const action = state.action;
    const given = envelope();
    const files = chosenFiles();
    busy(true);
    try {
      const shown = await call(action.slug, given, files, action.request, true);
      if (turn !== state.turn) return;
      if (shown.redirected) { byId('answer').replaceChildren(expired()); return; }
      const refusal = shown.clone();
      byId('request').replaceChildren(await showRequest(shown));
      if (!shown.ok) {
        const parts = await showAnswer(refusal, 0);
        byId('answer').replaceChildren(...parts, ...remedy(parts.value));
        byId('said').textContent = `Refused: ${parts.value?.detail ?? shown.status}`;
        return;
      }
      if (dry) return;
      byId('answer').replaceChildren(element('p', {}, element('span', { class: 'c-spin' }), ' Sent; waiting for the answer.'));
      byId('answer').closest('section').scrollIntoView({ block: 'nearest' });
      const started = performance.now();
      const response = await call(action.slug, given, files, action.request, false);
      const parts = await showAnswer(response, performance.now() - started);
      if (turn !== state.turn) return;
      byId('answer').replaceChildren(...parts);
      byId('said').textContent = `Answered: ${response.status}`;
      if (response.ok && action.job) {
        const box = follow(action.job, parts.value, ask, () => turn !== state.turn);
        if (box) byId('answer').prepend(box);
        byId('check')?.click(); // a person waits for the end, not for the first answer
      }
    } catch (error) {
      byId('answer').replaceChildren(failure(error));
    } finally {
      if (turn === state.turn) busy(false);
    }
  }

  function busy(on) {
    byId('send').disabled = on;
    byId('dry').disabled = on;
  }

  // Where to go when the org cannot call yet.
  function remedy(value) {
    const page = byId('org').selectedOptions[0]?.dataset.page;
    if (!page || !['no_credential', 'no_credential_source', 'service_not_found', 'action_not_found'].includes(value?.code)) return [];
    return [element('p', {}, element('a', { href: `${page}#${state.action.service}` }, 'Put that right on the org’s page'), '.')];
  }

  function expired() {
    return element('p', { class: 'c-note c-bad' }, 'Your session has ended. ', element('a', { href: location.href }, 'Log in again'));
  }
}
