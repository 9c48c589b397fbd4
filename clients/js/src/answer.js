// What a call brings: JSON with what stands beside it, or a file as it arrives.
import { Job } from './job.js';

class Told {
  constructor(response, header, transport) {
    const { headers, status } = response;
    this.status = status;
    this.headers = headers;
    this.requestId = headers.get('x-request-id');
    this.replayed = headers.get('idempotent-replayed') === 'true';
    this.notes = headers.get('x-contract-notes');
    const own = header.startsWith('Token ') ? header : null;
    this.jobs = jobIds(headers).map((id) => new Job(transport, id, { own }));
  }

  /** The job that the call started. */
  get job() {
    return this.jobs[0] ?? null;
  }
}

export class Answer extends Told {
  static async from(response, header, transport) {
    const { data, ...page } = response.status === 204 ? {} : await response.json();
    return Object.assign(new Answer(response, header, transport), { data, page });
  }
}

export class FileAnswer extends Told {
  constructor(response, header, transport) {
    super(response, header, transport);
    this.response = response;
    this.type = response.headers.get('content-type');
  }

  get stream() {
    return this.response.body;
  }

  blob() {
    return this.response.blob();
  }

  async bytes() {
    return new Uint8Array(await this.response.arrayBuffer());
  }
}

function jobIds(headers) {
  const linked = [...(headers.get('link') ?? '').matchAll(/\/jobs\/([\w-]+)\/>;\s*rel="?monitor/g)];
  const ids = [headers.get('x-job-id'), ...linked.map((found) => found[1])];
  return [...new Set(ids.filter(Boolean))];
}
