// elevenlabs: the SDK before it, still installed in many places; its base URL is an option.
import { ElevenLabsClient } from "elevenlabs";
import { told, whole, sound } from "./told.mjs";

const { BASE, KEY } = process.env;
const client = new ElevenLabsClient({ apiKey: KEY, baseUrl: `${BASE}/elevenlabs/passthrough` });
const { voices } = await client.voices.getAll();
const speech = client.textToSpeech;
const made = await speech.convert(voices[0].voice_id, { text: "Hello there." });
const streamed = await client.generate({
  voice: voices[0].voice_id,
  text: "Hello there.",
  stream: true,
});
const { history } = await client.history.getAll({ page_size: 10 });
const models = await client.models.getAll();
const clone = await client.voices.add({ name: "Mine", files: [sound()] });
const again = await client.voices.get(clone.voice_id);
told({
  voices: voices.length,
  generate: (await whole(made)).length,
  stream: (await whole(streamed)).length,
  status: history.length,
  models: models.length,
  upload: again.name,
});
