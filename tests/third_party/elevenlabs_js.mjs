// @elevenlabs/elevenlabs-js: the current SDK; its base URL is an option.
import { ElevenLabsClient } from "@elevenlabs/elevenlabs-js";
import { told, whole, sound } from "./told.mjs";

const { BASE, KEY } = process.env;
const client = new ElevenLabsClient({ apiKey: KEY, baseUrl: `${BASE}/elevenlabs/passthrough` });
const { voices } = await client.voices.getAll();
const speech = client.textToSpeech;
const made = await speech.convert(voices[0].voiceId, { text: "Hello there." });
const streamed = await speech.stream(voices[0].voiceId, { text: "Hello there." });
const timed = await speech.convertWithTimestamps(voices[0].voiceId, { text: "Hello." });
const { history } = await client.history.list({ pageSize: 10 });
const models = await client.models.list();
const clone = await client.voices.ivc.create({ name: "Mine", files: [sound()] });
const again = await client.voices.get(clone.voiceId);
let fault;
try {
  await client.voices.get("no-such-voice");
} catch (error) {
  fault = { name: error.constructor.name, status: error.statusCode };
}
told({
  voices: voices.length,
  generate: (await whole(made)).length,
  stream: (await whole(streamed)).length,
  timestamps: timed.audioBase64.length,
  status: history.length,
  models: models.length,
  upload: again.name,
  fault,
});
