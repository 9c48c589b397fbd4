// What can go wrong: one error for every call, and one for a job that ended badly.

/** A call that failed; the fields are those of the service's errors. */
export class ProxyError extends Error {
  constructor({
    status = 0,
    detail = 'The call failed.',
    code = 'failed',
    origin = 'network',
    retryable = false,
    requestId = null,
    retryAfter = null,
    upstream = null,
    body = null,
    cause,
  }) {
    super(detail, { cause });
    this.name = 'ProxyError';
    Object.assign(this, { status, detail, code, origin, retryable, requestId, retryAfter });
    Object.assign(this, { upstream, body });
  }

  /** The error that this response tells of. */
  static async from(response) {
    const body = await response.json().catch(() => null);
    const requestId = response.headers.get('x-request-id');
    const told = { status: response.status, retryAfter: pause(response.headers), body };
    if (typeof body?.code === 'string' && typeof body?.origin === 'string') {
      const { detail, code, origin, retryable, request_id, upstream } = body;
      const id = request_id ?? requestId;
      return new ProxyError({ ...told, detail, code, origin, retryable, requestId: id, upstream });
    }
    // Not the service's own words: something between it and us answered.
    const retryable = [429, 502, 503, 504].includes(response.status);
    const detail = `HTTP status ${response.status} without the service's error.`;
    return new ProxyError({ ...told, detail, code: 'unexpected_answer', retryable, requestId });
  }
}

/** A job that ended, and not well: `failed`, `expired` or `stopped`; `job` is all of it. */
export class JobFailed extends ProxyError {
  constructor(job) {
    const detail = job.error?.message ?? `The job ended as ${job.status}.`;
    const code = job.error?.code ?? `job_${job.status}`;
    super({ detail, code: String(code), origin: 'upstream', requestId: job.request_id, body: job });
    this.name = 'JobFailed';
    this.job = job;
  }
}

// Retry-After in seconds (RFC 9110 section 10.2.3): a number or a date.
function pause(headers) {
  const text = headers.get('retry-after');
  if (text === null) return null;
  const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : null;
}
