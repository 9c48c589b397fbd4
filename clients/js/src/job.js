// Work that outlives its answer: followed, waited for, fetched.
import { JobFailed, ProxyError } from './errors.js';
import { parsed } from './sse.js';
import { Limit, sleep } from './timing.js';

const ENDS = new Set(['succeeded', 'failed', 'expired', 'stopped']);
const POLL = 30; // seconds of one long poll
const TRIES = 3; // streams that end at once, before long polls take over

export class Job {
  constructor(transport, id, { data = null, own = null } = {}) {
    Object.assign(this, { transport, id, data, own });
    this.path = `jobs/${encodeURIComponent(id)}/`;
  }

  get ended() {
    return ENDS.has(this.data?.status);
  }

  /** Ask how it is doing; with `wait`, at the latest after so many seconds (60 at most). */
  async refresh({ wait = 0, signal } = {}) {
    const query = wait ? { wait } : undefined;
    this.data = (await this.ask({ query, signal })).data;
    return this.data;
  }

  /** Wait for its end; the job's data when it succeeded, else a JobFailed is thrown. */
  async wait({ timeout = Infinity, signal, ...listeners } = {}) {
    const limit = new Limit(signal, timeout);
    try {
      await this.follow(limit.signal, new Told(this, listeners));
    } catch (error) {
      if (!limit.expired) throw error;
      throw new ProxyError({ detail: 'The job had not ended in time.', code: 'timeout', cause: error });
    } finally {
      limit.done();
    }
    if (this.data.status !== 'succeeded') throw new JobFailed(this.data);
    return this.data;
  }

  async follow(signal, told) {
    try {
      if (!this.ended) for await (const event of this.events({ signal })) told.event(event);
    } catch (error) {
      if (signal.aborted || !(error instanceof ProxyError) || isFinal(error)) throw error;
    }
    do told.state(await this.refresh({ wait: POLL, signal }));
    while (!this.ended);
  }

  /** Its history as it is written, from the line after `lastEventId` to its end. */
  async *events({ signal, lastEventId = 0 } = {}) {
    const place = { last: Number(lastEventId), rest: 2000, over: false };
    for (let failures = 0; !place.over; ) {
      const opened = Date.now();
      try {
        yield* this.stream(place, signal);
      } catch (error) {
        if (signal?.aborted) throw signal.reason;
        if (error.status || error.code === 'no_stream') throw error;
      }
      failures = Date.now() - opened > 5000 ? 0 : failures + 1;
      if (place.over) return;
      if (failures > TRIES) throw noStream();
      await sleep(Math.random() * Math.min(20_000, place.rest * 2 ** failures), signal);
    }
  }

  // One connection's worth of events.
  async *stream(place, signal) {
    const resumed = place.last ? { 'Last-Event-ID': String(place.last) } : {};
    const headers = { Accept: 'text/event-stream', ...resumed };
    const response = await this.send({ path: `${this.path}events/`, headers, signal });
    place.over = response.status === 204;
    if (place.over) return;
    const type = response.headers.get('content-type') ?? '';
    if (!type.startsWith('text/event-stream') || !response.body) throw noStream();
    for await (const { data, retry } of parsed(response.body)) {
      place.rest = retry ?? place.rest;
      if (data === undefined) continue;
      const event = JSON.parse(data);
      place.last = event.number;
      place.over = ENDS.has(event.type);
      yield event;
      if (place.over) return;
    }
  }

  /** The result's bytes as a Response; `kind`, `item`, and a `range` such as `bytes=0-99`. */
  media({ kind, item, range, signal } = {}) {
    const headers = range ? { Range: range } : {};
    return this.send({ path: `${this.path}media/`, query: given({ kind, item }), headers, signal });
  }

  /** A public link to the result: `{url, expires_at, kind, item}`; `expiresIn` in seconds. */
  async link({ expiresIn, kind, item, signal } = {}) {
    const text = JSON.stringify(given({ expires_in: expiresIn, kind, item }));
    const body = { make: () => text, type: 'application/json' };
    return (await this.ask({ method: 'POST', path: `${this.path}links/`, body, signal })).data;
  }

  /** Make all its public links void. */
  async removeLinks({ signal } = {}) {
    await this.send({ method: 'DELETE', path: `${this.path}links/`, signal });
  }

  /** Follow it no more; the vendor finishes what it began, and charges for it. */
  async stop({ signal } = {}) {
    this.data = (await this.ask({ method: 'DELETE', signal })).data;
    return this.data;
  }

  /** A batch's results, in the order of its items. */
  async *items({ state, signal } = {}) {
    for (let cursor; ; ) {
      const query = given({ state, cursor });
      const page = await this.ask({ path: `${this.path}items/`, query, signal });
      yield* page.data;
      if (!page.has_more) return;
      cursor = page.next_cursor;
    }
  }

  ask(request) {
    return this.send({ path: this.path, read: (response) => response.json(), ...request });
  }

  send(request) {
    return this.transport.send({ safe: true, job: this, ...request });
  }
}

// Tells listeners what is new, once.
class Told {
  constructor(job, { onStatus, onProgress, onEvent }) {
    Object.assign(this, { job, onStatus, onProgress, onEvent, status: null, progress: null });
  }

  event(event) {
    this.onEvent?.(event);
    if (event.type !== 'conflict') this.state(event.data);
  }

  state({ status, progress }) {
    if (status && status !== this.status) this.onStatus?.((this.status = status), this.job);
    const known = typeof progress === 'number' && progress !== this.progress;
    if (known) this.onProgress?.((this.progress = progress), this.job);
  }
}

function noStream() {
  return new ProxyError({ detail: 'No stream of events comes through.', code: 'no_stream' });
}

// What asking in another way does not change.
function isFinal({ status }) {
  return status >= 400 && status < 500 && ![406, 408, 429].includes(status);
}

/** Only what is there. */
export function given(values) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value != null));
}
