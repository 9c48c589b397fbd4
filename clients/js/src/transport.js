// Requests to the service: who calls, how long, and whether to try again.
import { Auth } from './auth.js';
import { ProxyError } from './errors.js';
import { sendOnce } from './sending.js';
import { Limit, sleep, until } from './timing.js';

const LONGEST_PAUSE = 60; // seconds of Retry-After that are waited for

export class Transport {
  constructor({ baseUrl, org, fetch, timeout = 90_000, retries = 3, ...who }) {
    if (!baseUrl || !org) throw new TypeError('baseUrl and org are needed.');
    this.root = `${String(baseUrl).replace(/\/+$/, '')}/api/ai-proxy/orgs/${encodeURIComponent(org)}/`;
    this.auth = new Auth(who);
    this.fetch = fetch ?? globalThis.fetch;
    Object.assign(this, { timeout, retries });
  }

  /**
   * The response of one request, tried again where `safe` says that this does no harm.
   * `read` makes something of the response while its time lasts; `streams` says that its body is
   * read later.
   */
  async send(request) {
    const limit = new Limit(request.signal, request.timeout ?? this.timeout);
    try {
      return await this.attempts(request, limit);
    } catch (error) {
      limit.done();
      throw limit.expired && !(error instanceof ProxyError) ? late(error, request.safe) : error;
    }
  }

  async attempts(request, limit) {
    let renewed = false;
    let held = null; // a key is its ticket's own: with another ticket it would be another call
    for (let tries = 0; ; ) {
      const header = held ?? (await until(this.header(request.job), limit.signal));
      try {
        return await this.once(request, header, limit);
      } catch (fault) {
        if (!(fault instanceof ProxyError)) throw fault;
        if (!renewed && !held && request.body?.again !== false && this.auth.helps(fault)) {
          renewed = true;
          if (request.job) request.job.own = null;
          else this.auth.forget(header);
          continue;
        }
        // Who waits for an earlier try of the same call has not tried again.
        if (fault.code !== 'request_in_progress') tries += 1;
        const pause = this.pause(fault, tries, request);
        if (pause === null || pause > limit.left) throw fault;
        if (request.headers?.['Idempotency-Key']) held = header;
        await sleep(pause, limit.signal);
      }
    }
  }

  // A ticket may follow the jobs that it started, and those that it was made for.
  async header(job) {
    if (!job || !this.auth.getTicket) return this.auth.header();
    job.own ??= await this.auth.follower(job.id);
    return job.own;
  }

  async once(request, header, limit) {
    const { url, init } = this.prepared(request, header, limit);
    try {
      const response = await sendOnce(this.fetch, url, init, request.onProgress);
      if (!response.ok) throw await ProxyError.from(response);
      const value = request.read ? await request.read(response, header) : response;
      if (request.read && !request.streams) limit.done();
      else limit.lift(); // the caller reads on at leisure
      return value;
    } catch (error) {
      throw named(error, request, limit);
    }
  }

  prepared({ method = 'GET', path, query, headers, body }, header, { signal }) {
    const asked = query && String(new URLSearchParams(query));
    const url = new URL(path + (asked ? `?${asked}` : ''), this.root);
    if (!url.href.startsWith(this.root)) throw new TypeError('Not a path of this org.');
    const type = body?.type ? { 'Content-Type': body.type } : {};
    const all = { Authorization: header, ...type, ...headers };
    new Headers(all); // throws for what cannot stand in a header
    const init = { method, headers: all, body: body?.make(), size: body?.size, signal };
    Object.assign(init, { credentials: 'omit', redirect: 'error' });
    if (typeof init.body?.getReader === 'function') init.duplex = 'half';
    return { url, init };
  }

  // Milliseconds until the next try, or null for none. Random over the whole span, so that many
  // callers that failed together do not come back together.
  pause(fault, tries, { safe, body }) {
    if (!fault.retryable || !safe || body?.again === false || tries > this.retries) return null;
    if (fault.retryAfter === null) return Math.random() * Math.min(20_000, 250 * 2 ** tries);
    if (fault.retryAfter > LONGEST_PAUSE) return null;
    return fault.retryAfter * 1000 + Math.random() * 250;
  }
}

// Errors of other hands as ours; the caller's own abort stays what it is.
function named(error, { safe = false }, limit) {
  if (limit.expired) return late(error, safe);
  if (limit.signal.aborted) return limit.signal.reason;
  if (error instanceof ProxyError) return error;
  const detail = 'The service could not be reached, or its answer broke off.';
  return new ProxyError({ detail, code: 'unreachable', retryable: safe, cause: error });
}

function late(cause, retryable) {
  const detail = 'There was no answer in time.';
  return new ProxyError({ detail, code: 'timeout', retryable, cause });
}
