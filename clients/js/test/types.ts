// Compiled, never run: what the types must accept and refuse.
import { Client, JobFailed, ProxyError, type FileAnswer, type HeygenGenerateVideoBody } from 'ai-proxy-client';

const client = new Client({ baseUrl: 'https://proxy.example.com', org: 'acme', key: 'k' });
new Client({ baseUrl: '', org: 'acme', getTicket: async () => ({ ticket: 't', expires_at: '' }) });
// @ts-expect-error: somebody must be calling
new Client({ baseUrl: '', org: 'acme' });

const body: HeygenGenerateVideoBody = {
  video_inputs: [
    {
      character: { type: 'avatar', avatar_id: 'a', avatar_style: 'normal' },
      voice: { type: 'text', voice_id: 'v', input_text: 'Hi' },
    },
  ],
};
const made = await client.heygen.generateVideo({ body, idempotencyKey: 'k1', timeout: 1000 });
const video: string = made.data.video_id;
const status = await client.heygen.videoStatus({ query: { video_id: video } });
status.data.video_url satisfies string;
await client.heygen.listVoices();
await client.heygen.getTemplate({ path_params: { template_id: 't' } });
const speech: FileAnswer = await client.elevenlabs.tts({ path_params: { voice_id: 'v' }, body: { text: 'Hi' } });
(await speech.bytes()) satisfies Uint8Array;
await client.heygen.uploadAsset({ file: new Uint8Array(3) });
await client.elevenlabs.addVoice({ body: { name: 'n' }, files: { files: [new Blob([])] } });
await client.invoke('heygen', 'an-action-of-tomorrow', { body: { any: 1 } });

// @ts-expect-error: the body is needed
await client.heygen.generateVideo();
// @ts-expect-error: no such style
body.video_inputs[0]!.character = { type: 'avatar', avatar_id: 'a', avatar_style: 'square' };
// @ts-expect-error: a misspelt name
await client.heygen.videoStatus({ query: { videoid: video } });
// @ts-expect-error: no such action
await client.heygen.makeVideo({});
// @ts-expect-error: the path needs its parameter
await client.heygen.getTemplate({});
// @ts-expect-error: a file is no form's field
await client.elevenlabs.addVoice({ body: { name: 'n', files: [] } });
// @ts-expect-error: a list has no bytes
(await client.heygen.listVoices()).bytes();

const job = made.job;
if (job) {
  const done = await job.wait({ onProgress: (percent) => percent.toFixed(), onStatus: (one) => one === 'running' });
  done.result.video_url;
  // @ts-expect-error: no such status
  done.status === 'finished';
  for await (const event of job.events({ lastEventId: 3 })) event.data.progress satisfies number | undefined;
  (await job.media({ kind: 'caption', range: 'bytes=0-9' })) satisfies Response;
  (await job.link({ expiresIn: 60 })).url satisfies string;
}
for await (const item of (await client.batch('heygen', 'v3-create-video', [{ body: {} }])).items()) item.answer;
for await (const one of client.jobs({ status: 'running' })) one.data?.status;
try {
  await client.upload(new Blob([]), { filename: 'a.png', onProgress: ({ loaded, total }) => [loaded, total] });
} catch (error) {
  if (error instanceof JobFailed) error.job.status;
  if (error instanceof ProxyError && error.origin === 'upstream') error.upstream?.status;
}
