// @ai-sdk/elevenlabs: speech alone; its host is a constant, `fetch` is an option.
import { createElevenLabs } from "@ai-sdk/elevenlabs";
import { told } from "./told.mjs";

const { BASE, KEY, VOICE } = process.env;
const provider = createElevenLabs({
  apiKey: KEY,
  fetch: (url, options) =>
    fetch(url.replace("https://api.elevenlabs.io", `${BASE}/elevenlabs/passthrough`), options),
});
const made = await provider.speech("eleven_multilingual_v2").doGenerate({
  text: "Hello there.",
  voice: VOICE,
});
told({ generate: made.audio.length });
