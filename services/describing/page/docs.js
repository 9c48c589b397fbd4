// Browses an OpenAPI document of this service with the reader's own key.
const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const DEEPEST = 5; // levels of a schema that are written out
const form = document.querySelector('#open');
const said = document.querySelector('#said');
const list = document.querySelector('#list');
const shown = document.querySelector('#shown');
const find = document.querySelector('#find');
let doc = null;
let key = '';
let org = '';

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) {
    if (attribute.startsWith('on')) made.addEventListener(attribute.slice(2), value);
    else if (value !== false && value !== null) made.setAttribute(attribute, value === true ? '' : value);
  }
  made.append(...children.filter((child) => child !== null && child !== ''));
  return made;
}

// What stands between backticks is code.
const prose = (text = '') =>
  text.split('`').map((part, at) => (at % 2 ? element('code', {}, part) : part));

function say(text, bad = false) {
  said.textContent = text;
  said.classList.toggle('bad', bad);
}

const resolve = (part) =>
  part?.$ref ? part.$ref.slice(2).split('/').reduce((at, name) => at?.[name], doc) : part;

async function open(event) {
  event.preventDefault();
  const given = new FormData(form);
  org = given.get('org').trim();
  key = given.get('key').trim();
  const service = given.get('service');
  const place = service ? `services/${service}/` : '';
  say('Loading ...');
  try {
    const answer = await fetch(`/api/ai-proxy/orgs/${encodeURIComponent(org)}/${place}openapi.json`, {
      headers: { Authorization: `Api-Key ${key}` },
    });
    const told = await answer.json();
    if (!answer.ok) throw new Error(told.detail);
    doc = told;
  } catch (error) {
    document.querySelector('main').hidden = true;
    return say(error.message, true);
  }
  sessionStorage.setItem('docs', JSON.stringify({ org, service }));
  say(`${doc.info.title}: ${operations().length} operations that this key is told of.`);
  document.querySelector('main').hidden = false;
  find.value = '';
  draw();
  const every = operations();
  const wanted = decodeURIComponent(location.hash.slice(1));
  show(every.find((one) => one.id === wanted) ?? every.find((one) => !one.told.deprecated) ?? every[0]);
}

function operations() {
  return Object.entries(doc.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => {
      const told = item[method];
      const parameters = [...(item.parameters ?? []), ...(told.parameters ?? [])].map(resolve);
      return { id: told.operationId, method, path: path.replace('{org}', org), told, parameters };
    }),
  );
}

function draw() {
  const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
  const groups = new Map();
  for (const one of operations()) {
    const text = `${one.id} ${one.path} ${one.method} ${one.told.summary} ${one.told.tags}`.toLowerCase();
    if (!words.every((word) => text.includes(word))) continue;
    const name = one.told.tags?.[0] ?? 'other';
    groups.set(name, [...(groups.get(name) ?? []), one]);
  }
  list.replaceChildren(
    ...[...groups].map(([name, members]) =>
      element('details', { open: words.length > 0 || groups.size < 4 },
        element('summary', {}, `${name} `, element('span', { class: 'dim' }, `${members.length}`)),
        ...currentFirst(members).map((one) =>
          element('a', {
            href: `#${one.id}`, class: one.told.deprecated ? 'old' : null, title: one.path,
            onclick: () => { show(one); if (innerWidth <= 760) shown.scrollIntoView(); },
          }, one.told.summary || one.id)))),
  );
  if (!groups.size) list.replaceChildren(element('p', { class: 'dim' }, 'Nothing has these words.'));
  mark();
}

const currentFirst = (members) => [...members].sort((one, other) => !!one.told.deprecated - !!other.told.deprecated);

function mark(id = location.hash.slice(1)) {
  for (const link of list.querySelectorAll('a')) {
    const is = link.hash.slice(1) === id;
    is ? link.setAttribute('aria-current', 'true') : link.removeAttribute('aria-current');
    if (is) link.closest('details').open = true;
  }
}

function show(one) {
  if (!one) return shown.replaceChildren(element('p', {}, 'This key may call nothing here.'));
  const { told } = one;
  history.replaceState(null, '', `#${one.id}`);
  mark(one.id);
  shown.replaceChildren(
    element('h2', {}, told.summary || one.id),
    element('code', {}, `${one.method.toUpperCase()} ${one.path}`),
    chips(told),
    element('p', { class: 'told' }, ...prose(told.description)),
    ...attempt(one),
    ...parameters(one),
    ...request(told),
    ...answers(told),
  );
  shown.scrollTop = 0;
}

function chips(told) {
  const hints = told['x-hints'];
  const found = [];
  const add = (text, kind = '') => found.push(element('span', { class: `chip ${kind}` }, text));
  if (told.deprecated) add(hints?.instead ? `old: use ${hints.instead}` : 'old', 'warn');
  if (hints?.reads) add('reads', 'good');
  if (hints?.bills) add('costs credits', 'warn');
  if (hints && hints.bills === null) add('may cost credits', 'warn');
  if (hints?.destroys) add('cannot be undone', 'bad');
  if (hints?.starts_job) add('starts a job');
  if (hints?.cursor) add('in pages');
  if (hints?.files?.length) add('takes files');
  return element('div', { class: 'chips' }, ...found);
}

function parameters(one) {
  if (!one.parameters.length) return [];
  return [
    element('h3', {}, 'Parameters'),
    element('ul', { class: 'fields' }, ...one.parameters.map((each) =>
      field(`${each.name} (${each.in})`, { ...each.schema, description: each.description }, each.required, 0))),
  ];
}

function request(told) {
  const content = resolve(told.requestBody)?.content ?? {};
  return Object.entries(content).filter(([kind]) => kind !== '*/*').flatMap(([kind, { schema }]) => [
    element('h3', {}, `Takes ${kind}`), fields(resolve(schema), 0),
  ]);
}

function answers(told) {
  const rows = Object.entries(told.responses).flatMap(([status, answer]) => [
    element('dt', {}, status), element('dd', {}, ...prose(resolve(answer).description)),
  ]);
  const good = told.responses[200] ?? told.responses[201] ?? {};
  const schema = resolve(good).content?.['application/json']?.schema;
  return [
    element('h3', {}, 'Answers'), element('dl', {}, ...rows),
    ...(schema ? [element('h3', {}, 'A good answer'), fields(resolve(schema), 0)] : []),
  ];
}

function fields(schema, depth) {
  const required = schema?.required ?? [];
  const rows = Object.entries(schema?.properties ?? {}).map(([name, part]) =>
    field(name, resolve(part), required.includes(name), depth));
  const branches = (schema?.oneOf ?? schema?.anyOf ?? []).map(resolve)
    .filter((part) => part.properties)
    .map((part) => element('li', {}, element('span', { class: 'dim' }, 'either'), fields(part, depth + 1)));
  if (!rows.length && !branches.length) return element('p', { class: 'dim' }, kind(schema) || 'Any value.');
  return element('ul', { class: 'fields' }, ...rows, ...branches);
}

function field(name, part, required, depth) {
  const inner = part?.items ? resolve(part.items) : part;
  const nested = depth < DEEPEST && (Object.keys(inner?.properties ?? {}).length || inner?.oneOf);
  return element('li', {},
    element('code', {}, name), ' ', element('span', { class: 'dim' }, kind(part)), ' ',
    required ? element('span', { class: 'need' }, 'needed') : '',
    part?.description ? element('div', { class: 'dim' }, ...prose(part.description)) : '',
    nested ? fields(inner, depth + 1) : '');
}

function kind(part) {
  if (!part) return '';
  const types = [part.type ?? []].flat().filter((type) => type !== 'null').join(' or ');
  const values = part.enum ? `one of ${part.enum.join(', ')}` : '';
  const usual = part.default !== undefined ? `usually ${JSON.stringify(part.default)}` : '';
  const of = part.items ? `of ${kind(resolve(part.items))}` : '';
  return [types, of, values, usual].filter(Boolean).join(', ');
}

function attempt(one) {
  const body = resolve(one.told.requestBody)?.content?.['application/json'];
  if (one.told.requestBody && !body) return [];
  const example = body?.example ?? Object.values(body?.examples ?? {})[0]?.value ?? {};
  const path = element('input', { class: 'path', value: one.path, 'aria-label': 'Path', spellcheck: 'false' });
  const text = element('textarea', { spellcheck: 'false', 'aria-label': 'Request body' },
    JSON.stringify(example, null, 2));
  const out = element('div', { 'aria-live': 'polite' });
  const go = (dry) => send(one, path.value, body ? text.value : null, dry, out);
  const buttons = element('div', { class: 'row' }, element('button', { onclick: () => go(false) }, 'Send'));
  if (one.told['x-hints']) {
    buttons.prepend(element('button', { class: 'plain', onclick: () => go(true) }, 'Dry run'));
  }
  return [element('h3', {}, 'Try it'), path, ...(body ? [text] : []), buttons, out];
}

async function send(one, path, text, dry, out) {
  const hints = one.told['x-hints'] ?? {};
  const risky = one.method === 'delete' || hints.destroys || hints.bills !== false;
  if (!dry && risky && one.method !== 'get' && !confirm('This call may cost something or not be undone. Send it?')) return;
  const target = new URL(path, location.origin);
  if (target.origin !== location.origin) return out.replaceChildren('Only paths of this service.');
  const headers = { Authorization: `Api-Key ${key}` };
  if (text !== null) headers['Content-Type'] = 'application/json';
  if (dry) headers['X-Dry-Run'] = 'true';
  out.replaceChildren('...');
  try {
    const answer = await fetch(target, { method: one.method.toUpperCase(), headers, body: text });
    out.replaceChildren(
      element('p', {}, element('strong', {}, `${answer.status} `), answer.headers.get('Server-Timing') ?? ''),
      element('pre', { tabindex: 0 }, await read(answer)));
  } catch (error) {
    out.replaceChildren(error.message);
  }
}

async function read(answer) {
  const type = answer.headers.get('Content-Type') ?? '';
  if (!type.includes('json')) return `${type}, ${(await answer.blob()).size} bytes`;
  const text = await answer.text();
  try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; }
}

form.addEventListener('submit', open);
find.addEventListener('input', draw);
const before = JSON.parse(sessionStorage.getItem('docs') ?? '{}');
if (before.org) form.elements.org.value = before.org;
if (before.service !== undefined) form.elements.service.value = before.service;
