// @teamduality/heygen-typescript-sdk: its hosts are constants, so the network is pointed elsewhere.
const { BASE, KEY } = process.env;
const network = globalThis.fetch;
globalThis.fetch = (url, options) =>
  network(
    String(url).replace(/^https:\/\/(api|upload)\.heygen\.com/, `${BASE}/heygen/passthrough`),
    options,
  );
const { HeygenSDK, StreamingService } = await import("@teamduality/heygen-typescript-sdk");
const { told } = await import("./told.mjs");

const client = new HeygenSDK(KEY);
const voices = (await client.voices.list()).voices;
const avatars = (await client.avatars.list()).avatars;
const made = await client.videos.generation.create({
  video_inputs: [
    {
      character: { type: "avatar", avatar_id: avatars[0].avatar_id, avatar_style: "normal" },
      voice: { type: "text", input_text: "Hello there.", voice_id: voices[0].voice_id },
    },
  ],
  dimension: { width: 1280, height: 720 },
  test: true,
});
let state;
for (let turn = 0; turn < 100; turn++) {
  state = await client.videos.generation.get(made.video_id);
  if (state.status === "completed" || state.status === "failed") break;
  await new Promise((done) => setTimeout(done, 100));
}
const asset = await client.assets.upload(Buffer.from(process.env.PICTURE, "base64"), "image/png");
const streaming = new StreamingService(KEY);
const sessions = await streaming.listSessions();
told({
  voices: voices.length,
  avatars: avatars.length,
  generate: typeof made.video_id,
  status: state.status,
  upload: typeof asset.id,
  sessions: sessions.sessions.length,
});
