// An answer, and a request, as the playground shows them.
import { element } from './schema-form.js';

const MEDIA = /\.(mp4|webm|mov|m4v|mp3|wav|m4a|ogg|opus)(\?|#|$)/i;
const AUDIO = /\.(mp3|wav|m4a|ogg|opus)(\?|#|$)/i;
const LONGEST = 200_000; // characters of an answer that are shown
let codes = 0;

// The value at a dotted path such as data.items.0.id.
export function at(value, path) {
  return path.split('.').reduce((found, name) => (found === null || found === undefined ? undefined : found[name.replace('[]', '')]), value);
}

export function failure(error) {
  return element('p', { class: 'c-note c-bad' }, `The call did not come through: ${error.message}`);
}

// The parts to show, with the parsed JSON as `value`.
export async function answer(response, milliseconds) {
  const parts = [line(response, milliseconds)];
  const kind = response.headers.get('Content-Type') ?? '';
  if (kind.includes('json')) {
    const text = await response.text();
    parts.value = parsed(text);
    if (!response.ok && parts.value?.detail) parts.push(element('p', { class: 'c-note c-bad' }, parts.value.detail));
    if (response.ok) parts.push(...players(parts.value));
    parts.push(block('Body', pretty(text, parts.value)));
  } else {
    parts.push(...await file(response, kind));
  }
  parts.push(headers(response));
  return parts;
}

export async function request(response) {
  const text = await response.text();
  const value = parsed(text);
  if (!response.ok) return element('p', { class: 'c-dim' }, 'Nothing would be sent: the call is refused, see the answer.');
  const data = value?.data ?? {};
  const box = element('div', { class: 'c-stack' });
  const words = { rehearsed: 'rehearsed in process', translated: 'translated to the new API', sent: 'sent' };
  box.append(element('p', {}, 'This call is ', element('strong', {}, words[data.would_be] ?? data.would_be),
    `, with the ${data.credential_source === 'platform' ? 'platform’s' : 'org’s own'} credential.`));
  for (const note of data.notes ?? []) box.append(element('p', { class: 'c-small c-dim' }, note));
  for (const one of [data, ...(data.then ?? [])]) {
    if (one.url) box.append(block(`${one.method} ${one.url}`, sent(one)));
  }
  return box;
}

function sent(one) {
  const lines = Object.entries(one.headers ?? {}).map(([name, value]) => `${name}: ${value}`);
  const body = one.body === null || one.body === undefined ? '' : `\n\n${JSON.stringify(one.body, null, 2)}`;
  return lines.join('\n') + body;
}

function line(response, milliseconds) {
  const timing = response.headers.get('Server-Timing') ?? '';
  const share = (name) => Number(new RegExp(`${name};dur=([0-9.]+)`).exec(timing)?.[1] ?? 0);
  const row = element('div', { class: 'c-row' },
    element('span', { class: `c-badge ${response.ok ? 'c-good' : 'c-bad'}` }, element('span', { class: 'c-status' }, String(response.status))));
  if (milliseconds) row.append(element('span', { class: 'c-dim' }, `${Math.round(milliseconds)} ms in all`));
  if (timing) row.append(element('span', { class: 'c-dim' }, `vendor ${Math.round(share('upstream'))} ms, proxy ${share('proxy').toFixed(1)} ms`));
  if (response.headers.get('X-Test-Mode')) row.append(element('span', { class: 'c-badge c-good' }, 'rehearsal: nothing charged'));
  return row;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function pretty(text, value) {
  // Numbers that JavaScript cannot hold stay as the vendor wrote them.
  const exact = /(?:^|[[:,\s])-?[0-9]{16,}(?=[\s,\]}]|$)/.test(text) ? text : JSON.stringify(value, null, 2);
  return exact.length > LONGEST ? `${exact.slice(0, LONGEST)}\n… ${exact.length - LONGEST} characters more` : exact;
}

function block(title, text) {
  codes += 1;
  const id = `shown-${codes}`;
  return element('div', { class: 'c-code' },
    element('div', { class: 'c-bar' }, element('code', {}, title), element('button', { type: 'button', class: 'c-button', 'data-copy': id }, 'Copy')),
    element('pre', { id, tabindex: '0' }, text));
}

function headers(response) {
  const lines = [...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n');
  return element('details', {}, element('summary', {}, 'Headers'), block('Headers', lines));
}

// What an answer links to and a browser plays; a list of previews is not played.
function players(value) {
  const found = new Map();
  const look = (item, name) => {
    if (typeof item === 'string' && /^https?:\/\//.test(item)) {
      const path = item.split(/[?#]/)[0];
      if (MEDIA.test(path) || /^(video|audio)_url$/.test(name)) found.set(item, AUDIO.test(path) || name === 'audio_url' ? 'audio' : 'video');
    } else if (item !== null && typeof item === 'object') {
      for (const [key, inner] of Object.entries(item)) look(inner, key);
    }
  };
  look(value, '');
  if (found.size === 0 || found.size > 3) return [];
  return [element('div', { class: 'c-media' }, ...[...found].map(([url, kind]) => player(kind, url)))];
}

function player(kind, url) {
  return element(kind, { src: url, controls: '', preload: 'metadata', tabindex: '0', 'aria-label': `The ${kind} of the answer` });
}

async function file(response, kind) {
  const blob = await response.blob();
  const url = URL.createObjectURL(blob);
  const link = element('a', { href: url, download: 'answer' }, `Download (${blob.size.toLocaleString()} bytes, ${kind})`);
  if (kind.startsWith('audio/')) return [element('div', { class: 'c-media' }, player('audio', url)), link];
  if (kind.startsWith('video/')) return [element('div', { class: 'c-media' }, player('video', url)), link];
  if (kind.startsWith('text/')) return [block('Body', (await blob.text()).slice(0, LONGEST)), link];
  return [link];
}
