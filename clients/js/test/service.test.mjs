// The client against a running service with the sandbox behind it: BASE_URL, ORG, API_KEY.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client, ProxyError } from '../src/client.js';

const { BASE_URL: baseUrl, ORG: org, API_KEY: key } = process.env;
const client = new Client({ baseUrl, org, key });
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const body = {
  video_inputs: [{ character: { type: 'avatar', avatar_id: 'a' }, voice: { type: 'text', voice_id: 'v', input_text: 'Hi' } }],
};

async function ids() {
  const { avatars } = (await client.heygen.listAvatars()).data;
  const { voices } = (await client.heygen.listVoices()).data;
  return { avatar: avatars[0].avatar_id, voice: voices[0].voice_id };
}

async function makeVideo(call = {}) {
  const { avatar, voice } = await ids();
  const character = { type: 'avatar', avatar_id: avatar, avatar_style: 'normal' };
  const speech = { type: 'text', input_text: 'Hello!', voice_id: voice };
  const dimension = { width: 1280, height: 720 };
  return client.heygen.generateVideo({
    body: { video_inputs: [{ character, voice: speech }], dimension }, ...call,
  });
}

test('services and their actions are listed', async () => {
  assert.deepEqual((await client.services()).map(({ slug }) => slug), ['heygen', 'elevenlabs', 'liveavatar']);
  const { endpoints } = await client.service('heygen');
  assert.ok(endpoints.some(({ slug }) => slug === 'generate-video'));
});

test('a video is made, waited for by its events, and fetched', async () => {
  const idempotencyKey = `js-${Date.now()}`;
  const made = await makeVideo({ idempotencyKey });
  const again = await makeVideo({ idempotencyKey });
  assert.deepEqual([made.replayed, again.replayed], [false, true]);
  assert.equal(again.data.video_id, made.data.video_id);
  const told = [];
  const done = await made.job.wait({ onStatus: (status) => told.push(status), timeout: 60_000 });
  assert.equal(told[0], 'pending');
  assert.equal(told.at(-1), 'succeeded');
  assert.equal(done.upstream_id, made.data.video_id);
  assert.match(done.result.video_url, /^http/);
  const part = await made.job.media({ range: 'bytes=4-7' });
  assert.deepEqual([part.status, await part.text()], [206, 'ftyp']);
  const { url } = await made.job.link({ expiresIn: 60 });
  const linked = await fetch(url);
  assert.deepEqual([linked.status, linked.headers.get('content-type')], [200, 'video/mp4']);
  await linked.body.cancel();
  await made.job.removeLinks();
  assert.equal((await fetch(url)).status, 404);
  const events = [];
  for await (const event of client.job(made.job.id).events({ lastEventId: 1 })) events.push(event.number);
  assert.equal(events[0], 2);
  for await (const job of client.jobs({ status: 'succeeded' })) {
    assert.equal(job.data.status, 'succeeded');
    break;
  }
});

test('a batch is carried out, one result each', async () => {
  const { voice } = await ids();
  const query = { limit: 1 };
  const job = await client.batch('heygen', 'v3-list-voices', [{ query }, { query }, { query: { limit: 'x' } }]);
  assert.ok(voice);
  const done = await job.wait({ timeout: 120_000 });
  assert.equal(done.result.total, 3);
  const items = [];
  for await (const item of job.items()) items.push(item.state);
  assert.deepEqual(items.slice(0, 2), ['done', 'done']);
});

test('a file goes up with progress', async () => {
  const told = [];
  const file = { data: PNG, name: 'dot.png', type: 'image/png' };
  const sent = await client.upload(file, { onProgress: (one) => told.push(one) });
  assert.ok(sent.asset_id);
  assert.deepEqual([sent.mime_type, sent.size_bytes], ['image/png', PNG.length]);
  assert.deepEqual(told.at(-1), { loaded: PNG.length, total: PNG.length });
  const formed = await client.heygen.v3UploadAsset({ files: { file } });
  assert.ok(formed.data.asset_id);
});

test('a dry run sends nothing', async () => {
  const { data, headers } = await client.heygen.generateVideo({ body, dryRun: true });
  assert.equal(headers.get('x-dry-run'), 'true');
  assert.ok(['sent', 'translated'].includes(data.would_be));
});

test('errors say whose they are', async () => {
  const unknown = client.invoke('heygen', 'no-such-action', {});
  await assert.rejects(unknown, { status: 404, code: 'action_not_found', origin: 'proxy', retryable: false });
  const missing = client.heygen.videoStatus({ query: { video_id: 'no-such-video' } });
  await assert.rejects(missing, (error) => {
    assert.ok(error instanceof ProxyError && error.requestId);
    assert.deepEqual([error.status, error.origin], [404, 'upstream']);
    return true;
  });
  const wrong = new Client({ baseUrl, org, key: 'aips_wrong' }).heygen.listVoices();
  await assert.rejects(wrong, { status: 401, code: 'invalid_api_key' });
  await assert.rejects(client.job('0f8e6f1c-6f8d-4b8a-9a54-2f8a3f0f3d7e').wait(), { status: 404 });
});
