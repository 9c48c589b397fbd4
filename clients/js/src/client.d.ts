import type { Services } from './actions.d.ts';

export type * from './actions.d.ts';

/** Bytes to send: a stream goes out once, so a call with one is never tried again. */
export type FileData = Blob | ArrayBuffer | Uint8Array | ReadableStream<Uint8Array>;

/** Bytes, or bytes with the name and media type to send them under. */
export type FileLike = FileData | { data: FileData; name?: string; type?: string };

export interface UploadProgress {
  loaded: number;
  /** null where it is not known */
  total: number | null;
}

export interface Signalled {
  signal?: AbortSignal;
}

export interface CallOptions extends Signalled {
  /** `Accept-Language`, and for files `Range` and `If-Range`. */
  headers?: Record<string, string>;
  /** Your own key; `false` sends none, and then a write is never tried again. */
  idempotencyKey?: string | false;
  /** Milliseconds for the whole call, further tries included. */
  timeout?: number;
  /** How much of the request has gone out. */
  onProgress?: (progress: UploadProgress) => void;
  /** Ask what would be sent, and send nothing. */
  dryRun?: boolean;
}

/** Any call, by the contract's envelope. */
export interface Call extends CallOptions {
  path_params?: Record<string, string | number>;
  query?: Record<string, unknown>;
  body?: unknown;
  /** Parts of a form. */
  files?: Record<string, FileLike | FileLike[]>;
  /** The whole body, where the vendor takes raw bytes. */
  file?: FileLike;
}

interface Told {
  readonly status: number;
  readonly headers: Headers;
  readonly requestId: string | null;
  /** An earlier answer to the same Idempotency-Key. */
  readonly replayed: boolean;
  /** What of the request had no counterpart, and lists that were cut short. */
  readonly notes: string | null;
  /** The jobs that the call started; `job` is the first. */
  readonly jobs: Job[];
  readonly job: Job | null;
}

/** The vendor's own JSON; the names are those that its documents tell. */
export type Fields<Names extends string> = { [Name in Names]?: any } & Record<string, any>;

/** `data` is the vendor's payload, `page` what stands beside it (`has_more`, `next_token`, ...). */
export interface Answer<Names extends string = string> extends Told {
  readonly data: Fields<Names>;
  readonly page: { has_more?: boolean; next_token?: string | null; token?: string | null; total?: number } & Record<string, any>;
}

/** A file, as it arrives; read it once. */
export interface FileAnswer extends Told {
  readonly response: Response;
  readonly type: string | null;
  readonly stream: ReadableStream<Uint8Array> | null;
  blob(): Promise<Blob>;
  bytes(): Promise<Uint8Array>;
}

export type JobStatus = 'pending' | 'running' | 'succeeded' | 'failed' | 'expired' | 'stopped';

export interface JobData {
  id: string;
  kind: string;
  service: string;
  action: string;
  status: JobStatus;
  upstream_id: string | null;
  upstream_status: string | null;
  /** Percent, where it is known. */
  progress: number | null;
  error: { code: string | null; message: string } | null;
  request_id: string | null;
  created_at: string;
  changed_at: string;
  ended_at: string | null;
  expires_at: string;
  links: Record<string, string>;
  /** Not in lists. */
  result?: any;
  history?: Omit<JobEvent, 'job'>[];
}

export interface JobEvent {
  job: string;
  number: number;
  at: string;
  type: string;
  source: string;
  data: { status?: JobStatus; progress?: number } & Record<string, any>;
}

export interface WaitOptions extends Signalled {
  /** Milliseconds; without it until the service itself gives the job up. */
  timeout?: number;
  onStatus?: (status: JobStatus, job: Job) => void;
  /** Percent. */
  onProgress?: (percent: number, job: Job) => void;
  onEvent?: (event: JobEvent) => void;
}

export type MediaKind = 'video' | 'captioned' | 'audio' | 'caption' | 'thumbnail' | 'gif';

export interface BatchItem {
  number: number;
  state: 'waiting' | 'done' | 'failed' | 'stopped';
  status: number | null;
  answer: any;
  job: string | null;
  ended_at: string | null;
  links: Record<string, string>;
}

/** Work that goes on after its call was answered. */
export class Job {
  private constructor();
  readonly id: string;
  /** What is known of it; null until it is asked for. */
  readonly data: JobData | null;
  readonly ended: boolean;
  /** `wait`: at most so many seconds, until it has ended. */
  refresh(options?: Signalled & { wait?: number }): Promise<JobData>;
  /** Throws JobFailed when it ends otherwise than well, ProxyError `timeout` when it takes longer. */
  wait(options?: WaitOptions): Promise<JobData>;
  events(options?: Signalled & { lastEventId?: number }): AsyncGenerator<JobEvent, void>;
  /** `range` as in HTTP: `bytes=0-1023`. */
  media(options?: Signalled & { kind?: MediaKind; item?: number; range?: string }): Promise<Response>;
  /** A public address; `expiresIn` in seconds, a day unless told. */
  link(options?: Signalled & { expiresIn?: number; kind?: MediaKind; item?: number }): Promise<{
    url: string;
    expires_at: string;
    kind: string;
    item: number;
  }>;
  removeLinks(options?: Signalled): Promise<void>;
  stop(options?: Signalled): Promise<JobData>;
  /** Of a batch. */
  items(options?: Signalled & { state?: BatchItem['state'] }): AsyncGenerator<BatchItem, void>;
}

/**
 * A call that failed. `origin` is `proxy`, `upstream` (the vendor) or `network`: nobody told.
 * `status` is 0 where there was no answer; `code` is then `unreachable` or `timeout`.
 */
export class ProxyError extends Error {
  constructor(fields: Partial<Pick<ProxyError, 'status' | 'detail' | 'code' | 'origin' | 'retryable'>>);
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly origin: 'proxy' | 'upstream' | 'network';
  /** Sending it again is safe and may help. */
  readonly retryable: boolean;
  readonly requestId: string | null;
  /** Seconds. */
  readonly retryAfter: number | null;
  readonly upstream: { status: number; body: unknown } | null;
  /** The whole answer, where it was JSON. */
  readonly body: any;
}

export class JobFailed extends ProxyError {
  constructor(job: JobData);
  readonly job: JobData;
}

export interface Asset {
  asset_id: string;
  url: string | null;
  mime_type: string;
  size_bytes: number;
  status: string;
}

export interface UploadOptions extends CallOptions {
  filename?: string;
  service?: string;
  /** The job of a file that the service passes on after its answer. */
  onJob?: (job: Job) => void;
}

export interface TicketRequest {
  origin: string;
  /** `SERVICE:ACTION` */
  actions: string[];
  path_params?: Record<string, string | number | (string | number)[]>;
  query?: Record<string, string | number | (string | number)[]>;
  calls?: number;
  end_user?: string;
  /** Seconds. */
  expires_in?: number;
  /** Jobs of other tickets that it may follow. */
  jobs?: string[];
}

export interface Ticket {
  ticket: string;
  expires_at: string;
  [more: string]: unknown;
}

interface Common {
  /** Where the service is: `https://proxy.example.com`. */
  baseUrl: string | URL;
  org: string;
  /** Instead of the global one. */
  fetch?: typeof globalThis.fetch;
  /** Milliseconds of an ordinary call, further tries included; 90,000 unless told. */
  timeout?: number;
  /** Further tries of a call that is safe to send again; 3 unless told. */
  retries?: number;
}

type Who =
  | { /** An API key: never in a page. */ key: string }
  | { ticket: string }
  | {
      /**
       * Asked for a ticket when there is none, or it is refused. `jobs` are ids that the ticket has
       * to be made for: jobs that another ticket started.
       */
      getTicket: (wanted: { jobs?: string[] }) => Promise<string | { ticket: string; expires_at?: string }>;
    };

export type ClientOptions = Common & Who;

export interface Client extends Services {}

export class Client {
  constructor(options: ClientOptions);
  services(options?: Signalled): Promise<Record<string, any>[]>;
  service(service: string, options?: Signalled): Promise<Record<string, any>>;
  /** Any action by its name; the service alone checks the call. */
  invoke(service: string, action: string, call?: Call): Promise<Answer & FileAnswer>;
  batch(
    service: string,
    action: string,
    items: Pick<Call, 'path_params' | 'query' | 'body' | 'headers'>[],
    options?: Signalled & { concurrency?: number; idempotencyKey?: string | false; timeout?: number },
  ): Promise<Job>;
  upload(file: FileLike, options?: UploadOptions): Promise<Asset>;
  job(id: string): Job;
  jobs(
    filters?: Signalled & { service?: string; action?: string; status?: string; kind?: string; created_after?: string; limit?: number },
  ): AsyncGenerator<Job, void>;
  createTicket(ticket: TicketRequest, options?: Signalled): Promise<Ticket>;
}
