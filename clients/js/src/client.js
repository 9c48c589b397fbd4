// @ts-self-types="./client.d.ts"
// The AI proxy from JavaScript: discover, call, upload, wait.
import { Answer, FileAnswer } from './answer.js';
import { form, json, parameters, raw } from './body.js';
import { given, Job } from './job.js';
import { table } from './table.js';
import { Transport } from './transport.js';

export { JobFailed, ProxyError } from './errors.js';
export { Job };

const TRANSFER = 660_000; // milliseconds of a call that moves files
const name = encodeURIComponent;

export class Client {
  #transport;

  /** `baseUrl`, `org`, and one of `key`, `ticket`, `getTicket`; `fetch`, `timeout`, `retries`. */
  constructor(options) {
    this.#transport = new Transport(options);
    for (const [service, actions] of Object.entries(table)) this[service] = this.#typed(service, actions);
  }

  /** Every service. */
  services(options = {}) {
    return this.#read('services/', options);
  }

  /** One service and all its actions. */
  service(service, options = {}) {
    return this.#read(`services/${name(service)}/`, options);
  }

  /** Call an action by its name. Writes get an Idempotency-Key, so that they can be tried again. */
  invoke(service, action, call = {}) {
    const flags = table[service]?.[action] ?? (call.file ? 'wb' : call.files ? 'wm' : 'w');
    const isFile = flags.includes('f') && !call.dryRun;
    const path = `services/${name(service)}/${name(action)}/`;
    const moves = isFile || /[mb]/.test(flags);
    return this.#post(path, call, flags, {
      ...(flags.includes('b') ? bytes(call) : { body: call.files ? form(call) : json(call) }),
      timeout: call.timeout ?? (moves ? TRANSFER : undefined),
      read: isFile ? undefined : (response, header) => Answer.from(response, header, this.#transport),
    });
  }

  /** Up to 100 calls of one action, as one job. */
  async batch(service, action, items, { concurrency, ...call } = {}) {
    const text = JSON.stringify(given({ items, concurrency }));
    const body = { make: () => text, type: 'application/json' };
    const path = `services/${name(service)}/${name(action)}/batch/`;
    const read = (response, header) => Answer.from(response, header, this.#transport);
    return (await this.#post(path, call, 'w', { body, read })).job;
  }

  /**
   * Upload one file of any size that the vendor takes; the asset's data. A large one that the
   * service passes on as a job is waited for.
   */
  async upload(file, { filename, service = 'heygen', onJob, ...call } = {}) {
    const body = raw(file);
    const query = given({ filename: filename ?? body.name });
    const read = (response, header) => Answer.from(response, header, this.#transport);
    const timeout = call.timeout ?? TRANSFER;
    const path = `services/${name(service)}/assets/`;
    const answer = await this.#post(path, { ...call, timeout }, 'w', { body, query, read });
    if (answer.status !== 202) return answer.data;
    onJob?.(answer.job);
    return (await answer.job.wait({ signal: call.signal })).result;
  }

  /** A job by its id. */
  job(id) {
    return new Job(this.#transport, id);
  }

  /** The org's jobs, newest first: `service`, `action`, `status`, `kind`, `created_after`. */
  async *jobs({ signal, ...filters } = {}) {
    for (let cursor; ; ) {
      const page = await this.#read('jobs/', { query: given({ ...filters, cursor }), signal });
      for (const data of page.data) yield new Job(this.#transport, data.id, { data });
      if (!page.has_more) return;
      cursor = page.next_cursor;
    }
  }

  /** Mint a ticket for a browser; for backends, with their key. */
  async createTicket(ticket, { signal } = {}) {
    const text = JSON.stringify(ticket);
    const body = { make: () => text, type: 'application/json' };
    return (await this.#read('tickets/', { method: 'POST', body, signal })).data;
  }

  #typed(service, actions) {
    const named = Object.keys(actions).map((action) => [
      action.replace(/-(.)/g, (_, letter) => letter.toUpperCase()),
      (call) => this.invoke(service, action, call),
    ]);
    return Object.freeze(Object.fromEntries(named));
  }

  #read(path, options) {
    return this.#transport.send({ path, safe: true, read: (response) => response.json(), ...options });
  }

  async #post(path, call, flags, request) {
    const key = call.dryRun ? null : keyOf(call, flags);
    const headers = { ...request.headers, ...(key && { 'Idempotency-Key': key }) };
    if (call.dryRun) headers['X-Dry-Run'] = 'true';
    const safe = Boolean(key) || flags.startsWith('r') || Boolean(call.dryRun);
    const { signal, timeout, onProgress } = call;
    let used;
    const sent = { method: 'POST', path, signal, timeout, onProgress, safe, ...request, headers };
    if (sent.read) return this.#transport.send(sent);
    const read = (response, header) => ((used = header), response);
    const response = await this.#transport.send({ ...sent, read, streams: true });
    return new FileAnswer(response, used, this.#transport);
  }
}

// One key for one thing that is wanted once; it stays the same over all tries.
function keyOf({ idempotencyKey }, flags) {
  if (idempotencyKey === false || !flags.startsWith('w')) return null;
  if (idempotencyKey) return idempotencyKey;
  const empty = new Uint8Array(16);
  // Node 18 has no global `crypto`; a key has to be unique, and is no secret.
  const random = globalThis.crypto?.getRandomValues(empty) ?? empty.map(() => Math.random() * 256);
  return Array.from(random, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function bytes(call) {
  return { body: raw(call.file), query: parameters(call), headers: call.headers };
}
