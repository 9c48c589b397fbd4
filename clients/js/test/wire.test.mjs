// The client against a scripted server: tries, keys, tickets, broken streams. Needs no service.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { afterEach, beforeEach, test } from 'node:test';
import { Client, JobFailed, ProxyError } from '../src/client.js';
import { parsed } from '../src/sse.js';

const JOB = '0f8e6f1c-6f8d-4b8a-9a54-2f8a3f0f3d7e';
let server, seen, script, baseUrl;

beforeEach(async () => {
  seen = [];
  server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    seen.push({ method: request.method, url: request.url, headers: request.headers, body });
    await script(seen.length, response, seen.at(-1));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  baseUrl = `http://127.0.0.1:${server.address().port}`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const client = (more = {}) => new Client({ baseUrl, org: 'acme', key: 'k', ...more });
const keys = () => seen.map(({ headers }) => headers['idempotency-key']);
const answer = (response, status, body, headers = {}) =>
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body));
const fault = (status, code, retryable, headers) => (response) =>
  answer(response, status, { detail: 'd', code, origin: 'proxy', retryable, request_id: 'r1' }, headers);
const fine = (response) => answer(response, 200, { data: { video_id: 'v1' }, has_more: false });
const play = (...steps) => {
  script = (number, response, request) => steps[Math.min(number, steps.length) - 1](response, request);
};
const body = { video_inputs: [] };

test('a write keeps its own key over every try', async () => {
  play(fault(503, 'overloaded', true, { 'Retry-After': '0' }), (response) => response.destroy(), fine);
  const made = await client().heygen.generateVideo({ body });
  assert.equal(made.data.video_id, 'v1');
  assert.deepEqual(made.page, { has_more: false });
  assert.equal(seen.length, 3);
  assert.match(keys()[0], /^[0-9a-f]{32}$/);
  assert.equal(new Set(keys()).size, 1);
  await client().heygen.generateVideo({ body });
  assert.notEqual(keys()[3], keys()[0]);
  assert.equal(seen[0].headers.authorization, 'Api-Key k');
  assert.deepEqual(JSON.parse(seen[0].body), { body });
});

test('a write without a key is sent once', async () => {
  play(fault(503, 'overloaded', true));
  const call = client().heygen.generateVideo({ body, idempotencyKey: false });
  await assert.rejects(call, { status: 503, code: 'overloaded', retryable: true });
  play((response) => response.destroy());
  const other = client().heygen.generateVideo({ body, idempotencyKey: false });
  await assert.rejects(other, { status: 0, code: 'unreachable', retryable: false, origin: 'network' });
  assert.equal(seen.length, 2);
});

test('what the service calls final is not tried again', async () => {
  play(fault(409, 'outcome_unknown', false));
  await assert.rejects(client().heygen.generateVideo({ body }), (error) => {
    assert.ok(error instanceof ProxyError);
    const { status, code, origin, retryable, requestId, detail } = error;
    assert.deepEqual(
      { status, code, origin, retryable, requestId, detail },
      { status: 409, code: 'outcome_unknown', origin: 'proxy', retryable: false, requestId: 'r1', detail: 'd' },
    );
    return true;
  });
  assert.equal(seen.length, 1);
});

test('reads are tried again without a key, so many times', async () => {
  play((response) => answer(response, 502, 'a gateway', { 'Retry-After': '0' }));
  await assert.rejects(client({ retries: 2 }).heygen.listVoices(), { code: 'unexpected_answer' });
  assert.equal(seen.length, 3);
  assert.deepEqual(keys(), [undefined, undefined, undefined]);
});

test('Retry-After is kept to, and too long a one is not waited for', async () => {
  play(fault(429, 'rate_limited', true, { 'Retry-After': '1' }), fine);
  const began = Date.now();
  await client().heygen.listVoices();
  assert.ok(Date.now() - began >= 990);
  play(fault(429, 'rate_limited', true, { 'Retry-After': '80' }));
  await assert.rejects(client().heygen.listVoices(), { retryAfter: 80 });
  assert.equal(seen.length, 3);
});

test('who waits for its own first try has not tried again', async () => {
  const busy = fault(409, 'request_in_progress', true, { 'Retry-After': '0' });
  play(busy, busy, busy, busy, busy, fine);
  assert.equal((await client({ retries: 1 }).heygen.generateVideo({ body })).data.video_id, 'v1');
});

test('time and the caller end a call', async () => {
  play(() => {});
  await assert.rejects(client({ timeout: 50 }).heygen.listVoices(), { code: 'timeout', status: 0 });
  const stop = new AbortController();
  setTimeout(() => stop.abort(new Error('enough')), 50);
  await assert.rejects(client().heygen.listVoices({ signal: stop.signal }), { message: 'enough' });
  const never = client({ key: undefined, getTicket: () => new Promise(() => {}), timeout: 50 });
  await assert.rejects(never.heygen.listVoices(), { code: 'timeout' });
});

test('a refused ticket is replaced, once for all who wait', async () => {
  let minted = 0;
  const getTicket = async () => ({ ticket: `t${(minted += 1)}`, expires_at: '2999-01-01T00:00:00Z' });
  script = (_, response, { headers }) =>
    headers.authorization === 'Token t1' ? fault(401, 'invalid_ticket', false)(response) : fine(response);
  const page = client({ key: undefined, getTicket });
  await Promise.all([page.heygen.listVoices(), page.heygen.listVoices()]);
  assert.equal(minted, 2);
  const used = seen.map(({ headers }) => headers.authorization);
  assert.deepEqual(used, ['Token t1', 'Token t1', 'Token t2', 'Token t2']);
  script = (_, response) => fault(401, 'invalid_ticket', false)(response);
  await assert.rejects(page.heygen.listVoices(), { status: 401 });
  assert.equal(minted, 3);
});

test('a call that may have been carried out keeps its ticket', async () => {
  let minted = 0;
  const getTicket = async () => `t${(minted += 1)}`;
  const page = client({ key: undefined, getTicket });
  play((response) => response.destroy(), fault(401, 'ticket_expired', false), fine);
  await assert.rejects(page.heygen.generateVideo({ body }), { code: 'ticket_expired' });
  await page.heygen.generateVideo({ body });
  const used = seen.map(({ headers }) => headers.authorization);
  assert.deepEqual(used, ['Token t1', 'Token t1', 'Token t1']);
  seen.length = 0;
  play((response) => response.destroy(), fault(401, 'ticket_expired', false), fine);
  await page.heygen.listVoices();
  assert.equal(minted, 2);
});

test('a ticket about to end is not used', async () => {
  let minted = 0;
  const soon = new Date(Date.now() + 5000).toISOString();
  const getTicket = async () => ({ ticket: `t${(minted += 1)}`, expires_at: soon });
  play(fine);
  const page = client({ key: undefined, getTicket });
  await page.heygen.listVoices();
  await page.heygen.listVoices();
  assert.deepEqual(seen.map(({ headers }) => headers.authorization), ['Token t1', 'Token t2']);
});

test('a job is followed with the ticket that started it, or one made for it', async () => {
  const wanted = [];
  const getTicket = async (what) => `t${wanted.push(what)}`;
  const start = (response) => answer(response, 200, { data: {} }, { 'X-Job-Id': JOB });
  const over = fault(401, 'ticket_expired', false);
  const none = (response) => response.writeHead(204).end();
  const ended = (response) => answer(response, 200, { data: { id: JOB, status: 'succeeded' } });
  play(start, fault(403, 'ticket_used_up', false), start, none, over, ended, ended);
  const page = client({ key: undefined, getTicket });
  const first = await page.heygen.generateVideo({ body });
  await page.heygen.generateVideo({ body });
  await first.job.wait();
  await page.job(JOB).refresh();
  const used = seen.map(({ headers }) => headers.authorization.replace('Token ', ''));
  assert.deepEqual(used, ['t1', 't1', 't2', 't1', 't1', 't3', 't4']);
  assert.deepEqual(wanted, [{}, {}, { jobs: [JOB] }, { jobs: [JOB] }]);
});

test('files go out as they are, with what the URL has to say', async () => {
  play(fine);
  const told = [];
  const file = { data: new Uint8Array(300_000), name: 'a.png', type: 'image/png' };
  await client().heygen.uploadAsset({ file, query: { x: [1, 2] }, onProgress: (one) => told.push(one) });
  assert.equal(seen[0].url, '/api/ai-proxy/orgs/acme/services/heygen/upload-asset/?query.x=1&query.x=2');
  assert.equal(seen[0].headers['content-type'], 'image/png');
  assert.equal(seen[0].body.length, 300_000);
  assert.deepEqual(told.at(-1), { loaded: 300_000, total: 300_000 });
  await client().elevenlabs.addVoice({
    body: { name: 'n' }, files: { files: [new Blob(['one']), { data: new Blob(['two']), name: 'b.mp3' }] },
  });
  const form = await new Response(seen[1].body, { headers: seen[1].headers }).formData();
  assert.equal(form.get('body'), '{"name":"n"}');
  assert.deepEqual(await Promise.all(form.getAll('files').map((one) => one.text())), ['one', 'two']);
});

test('a stream of bytes is sent once', async () => {
  play(fault(503, 'overloaded', true, { 'Retry-After': '0' }));
  const file = new Blob(['abc']).stream();
  await assert.rejects(client().heygen.uploadAsset({ file }), { status: 503 });
  assert.equal(seen.length, 1);
  assert.equal(String(seen[0].body), 'abc');
});

test('a path cannot leave the org', async () => {
  play(fine);
  await assert.rejects(client().invoke('..', '..'), TypeError);
  assert.throws(() => new Client({ baseUrl, org: 'acme' }), TypeError);
  assert.equal(seen.length, 0);
});

const line = (number, type, data) =>
  `id: ${number}\nevent: ${type}\ndata: ${JSON.stringify({ job: JOB, number, type, data })}\n\n`;
const state = (status, more) => (response) => answer(response, 200, { data: { id: JOB, status, ...more } });
const stream = (response) => response.writeHead(200, { 'Content-Type': 'text/event-stream' });

test('events are the same wherever the network cuts them', async () => {
  const text = '\ufeffid: 1\r\nevent: a\r\ndata: é\r\ndata:two\r\n\r\n: note\nretry: 5\n\ndata: x\r\rdata: lost';
  const bytes = new TextEncoder().encode(text);
  const wanted = [{ id: '1', event: 'a', data: 'é\ntwo' }, { retry: 5 }, { data: 'x' }];
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    const stream = new ReadableStream({
      start(out) {
        out.enqueue(bytes.slice(0, cut));
        out.enqueue(bytes.slice(cut));
        out.close();
      },
    });
    const found = [];
    for await (const event of parsed(stream)) found.push(event);
    assert.deepEqual(found, wanted, `cut at ${cut}`);
  }
});

test('a broken stream goes on where it broke', async () => {
  play(
    (response) => {
      stream(response).write(`retry: 1\r\n\r\n${line(1, 'pending', { status: 'pending' })}`);
      response.write(line(2, 'progress', { status: 'running', progress: 40 }).slice(0, 30));
      setTimeout(() => response.destroy(), 50);
    },
    (response) => {
      const rest = line(2, 'progress', { status: 'running', progress: 40 }) + ': still there\n\n';
      stream(response).end(rest + line(3, 'succeeded', { status: 'succeeded', progress: 100 }));
    },
    state('succeeded', { result: { video_url: 'u' }, progress: 100 }),
  );
  const told = [];
  const done = await client().job(JOB).wait({
    onStatus: (status) => told.push(status), onProgress: (percent) => told.push(percent),
  });
  assert.equal(done.result.video_url, 'u');
  assert.deepEqual(told, ['pending', 'running', 40, 'succeeded', 100]);
  assert.deepEqual(seen.map(({ headers }) => headers['last-event-id']), [undefined, '1', undefined]);
});

test('without a stream it is asked, and a bad end is an error', async () => {
  play(
    (response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end('a gateway'),
    state('running'),
    state('failed', { error: { code: 'c1', message: 'No such voice.' } }),
  );
  await assert.rejects(client().job(JOB).wait(), (error) => {
    assert.ok(error instanceof JobFailed && error instanceof ProxyError);
    assert.deepEqual([error.code, error.detail, error.job.status], ['c1', 'No such voice.', 'failed']);
    return true;
  });
  assert.ok(seen[1].url.endsWith(`/jobs/${JOB}/?wait=30`));
});

test('streams that always break are no streams', async () => {
  script = (_, response, { url }) => {
    if (url.includes('wait=')) return state('succeeded', { result: 1 })(response);
    stream(response).write('retry: 1\n\n', () => response.destroy());
  };
  assert.equal((await client().job(JOB).wait()).result, 1);
  assert.equal(seen.length, 5);
  assert.ok(seen[4].url.endsWith('?wait=30'));
});

test('waiting ends when its time is over', async () => {
  play((response) => stream(response).write('retry: 1\n\n'));
  await assert.rejects(client().job(JOB).wait({ timeout: 100 }), { code: 'timeout' });
});

test('a job that is not there is no reason to ask on', async () => {
  play(fault(404, 'not_found', false));
  await assert.rejects(client().job(JOB).wait(), { status: 404 });
  assert.equal(seen.length, 1);
});

test('lists of jobs and items are read page after page', async () => {
  script = (_, response, { url }) => {
    const more = !url.includes('cursor=');
    answer(response, 200, { data: [{ id: JOB, number: more ? 0 : 1 }], has_more: more, next_cursor: 'c' });
  };
  const numbers = [];
  for await (const job of client().jobs({ status: 'running' })) numbers.push(job.data.number);
  for await (const item of client().job(JOB).items()) numbers.push(item.number);
  assert.deepEqual(numbers, [0, 1, 0, 1]);
  assert.ok(seen[0].url.endsWith('/jobs/?status=running'));
});
