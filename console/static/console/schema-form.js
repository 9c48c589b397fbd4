// A form made of a JSON Schema, over one JSON value: what is typed is in the value at once.
let made = 0;

export function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (key === 'class') node.className = value;
    else if (key in node && typeof value !== 'string') node[key] = value;
    else node.setAttribute(key, value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

export function sample(schema) {
  if ('default' in schema) return structuredClone(schema.default);
  if (schema.enum) return schema.enum[0];
  if (schema.oneOf) return sample(schema.oneOf[0]);
  const kind = kindOf(schema);
  if (kind === 'object') {
    const wanted = schema.required ?? [];
    return Object.fromEntries(wanted.map((name) => [name, sample(schema.properties?.[name] ?? {})]));
  }
  if (kind === 'array') return [];
  if (kind === 'boolean') return false;
  return kind === 'integer' || kind === 'number' ? schema.minimum ?? 0 : '';
}

function kindOf(schema, value) {
  const named = Array.isArray(schema.type) ? schema.type.find((kind) => kind !== 'null') : schema.type;
  if (named) return named;
  if (schema.properties) return 'object';
  if (Array.isArray(value)) return 'array';
  if (value !== null && typeof value === 'object') return 'object';
  return typeof value === 'boolean' || typeof value === 'number' ? typeof value : 'string';
}

// `set` takes the new value; `redraw` is for changes after which other fields are there.
export function field(name, schema, value, { required, set, remove, redraw }) {
  const branches = (schema.oneOf ?? []).filter((branch) => branch.type !== 'null');
  if (branches.length) return union(name, schema, branches, value, { required, set, remove, redraw });
  const kind = kindOf(schema, value);
  if (kind === 'object' && value !== null) return object(name, schema, value, { required, remove, redraw, set });
  if (kind === 'array' && Array.isArray(value)) return list(name, schema, value, { remove, redraw });
  return scalar(name, schema, kind, value, { required, set, remove });
}

function head(name, id, required, remove, note = '') {
  const label = element(id ? 'label' : 'span', id ? { for: id } : { class: 'c-name' }, name);
  if (required) label.append(element('span', { class: 'c-dim', title: 'required' }, ' *'));
  const side = element('span', { class: 'c-row' }, element('span', { class: 'c-dim c-small' }, note));
  if (remove) side.append(remover(name, remove));
  return element('div', { class: 'c-head' }, label, side);
}

function remover(name, remove) {
  const button = element('button', { type: 'button', class: 'c-x', 'aria-label': `Leave out ${name}` }, 'Leave out');
  button.addEventListener('click', remove);
  return button;
}

function scalar(name, schema, kind, value, { required, set, remove }) {
  const id = `f${++made}`;
  const input = control(id, schema, kind, value);
  input.dataset.name = name;
  const read = () => {
    if (kind === 'boolean') set(input.value === 'true');
    else if (kind === 'integer' || kind === 'number') set(input.value === '' ? null : Number(input.value));
    else set(input.value);
  };
  input.addEventListener('input', read);
  return element('div', { class: 'c-prop' }, head(name, id, required, remove, schema.enum ? '' : kind), input);
}

function control(id, schema, kind, value) {
  const options = schema.enum?.filter((item) => item !== null) ?? (kind === 'boolean' ? [true, false] : null);
  if (options) {
    const select = element('select', { id });
    if (value === null || value === undefined) select.append(element('option', { value: '' }, ''));
    for (const item of options) {
      select.append(element('option', { value: String(item), selected: item === value }, String(item)));
    }
    return select;
  }
  if (kind === 'integer' || kind === 'number') {
    return element('input', { id, type: 'number', step: kind === 'integer' ? '1' : 'any', value: String(value ?? ''),
      min: schema.minimum === undefined ? null : String(schema.minimum), max: schema.maximum === undefined ? null : String(schema.maximum) });
  }
  const text = typeof value === 'string' ? value : value === null || value === undefined ? '' : JSON.stringify(value);
  if (text.length > 60) {
    const area = element('textarea', { id, rows: '3' });
    area.value = text;
    return area;
  }
  return element('input', { id, type: 'text', value: text, autocomplete: 'off', spellcheck: 'false' });
}

function object(name, schema, value, { required, remove, redraw, tag, set }) {
  const box = element('fieldset', { class: 'c-object' }, element('legend', {}, name || 'body'));
  if (remove) box.append(element('div', {}, remover(name, remove)));
  const known = schema.properties ?? {};
  const extra = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : {};
  if (tag) box.append(tag);
  for (const key of Object.keys(value)) {
    if (tag && key === schema.tag) continue;
    const needed = (schema.required ?? []).includes(key);
    box.append(field(key, known[key] ?? extra, value[key], {
      required: needed,
      set: (given) => { value[key] = given; redraw(false); },
      remove: needed ? null : () => { delete value[key]; redraw(true); },
      redraw,
    }));
  }
  const absent = Object.keys(known).filter((key) => !(key in value));
  if (absent.length) box.append(adder(name, absent, (key) => { value[key] = sample(known[key]); redraw(true); }));
  return box;
}

function adder(name, absent, add) {
  const select = element('select', { 'aria-label': `Add a field to ${name || 'the body'}` },
    element('option', { value: '' }, 'Add a field…'), ...absent.map((key) => element('option', { value: key }, key)));
  select.addEventListener('change', () => { if (select.value) add(select.value); });
  return select;
}

function list(name, schema, value, { remove, redraw }) {
  const box = element('fieldset', { class: 'c-object' }, element('legend', {}, name));
  if (remove) box.append(element('div', {}, remover(name, remove)));
  value.forEach((item, at) => {
    box.append(field(`${name}[${at}]`, schema.items ?? {}, item, {
      required: false,
      set: (given) => { value[at] = given; redraw(false); },
      remove: () => { value.splice(at, 1); redraw(true); },
      redraw,
    }));
  });
  const button = element('button', { type: 'button', class: 'c-button' }, `Add to ${name}`);
  button.addEventListener('click', () => { value.push(sample(schema.items ?? {})); redraw(true); });
  box.append(element('div', {}, button));
  return box;
}

function union(name, schema, branches, value, { required, set, remove, redraw }) {
  const key = schema.discriminator?.propertyName;
  if (!key || value === null || typeof value !== 'object') {
    return scalar(name, {}, 'string', value, { required, set, remove });
  }
  const tags = branches.flatMap((branch) => branch.properties?.[key]?.enum ?? []);
  const chosen = branches.find((branch) => branch.properties?.[key]?.enum?.includes(value[key])) ?? branches[0];
  const id = `f${++made}`;
  const select = element('select', { id },
    ...tags.map((tag) => element('option', { value: tag, selected: tag === value[key] }, tag)));
  select.addEventListener('change', () => {
    const branch = branches.find((item) => item.properties?.[key]?.enum?.includes(select.value));
    const next = { ...sample(branch), [key]: select.value };
    // What only the other branches know goes; what none knows, such as `test`, stays.
    const elsewhere = (name) => branches.some((item) => name in (item.properties ?? {}));
    for (const other of Object.keys(value)) {
      if (!(other in (branch.properties ?? {})) && elsewhere(other)) delete value[other];
    }
    for (const [other, given] of Object.entries(next)) {
      if (!(other in value) || other === key) value[other] = given;
    }
    redraw(true);
  });
  const tag = element('div', { class: 'c-prop' }, head(key, id, true, null), select);
  return object(name, { ...chosen, tag: key }, value, { required, remove, redraw, tag, set });
}
