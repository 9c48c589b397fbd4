// The documented page as a script: lists, generates a video, polls, prints its URL.
// URL shapes and property reads are those of existing clients; only `fetch` learns a base URL.
const { BASE_URL, API_KEY, ORG = 'my-org' } = process.env;
const call = async (action, envelope) => {
  const response = await fetch(
    new URL(`/api/ai-proxy/orgs/${ORG}/services/heygen/${action}/`, BASE_URL),
    {
      method: 'POST',
      headers: { Authorization: `Api-Key ${API_KEY}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(envelope),
    },
  );
  return response.json();
};

const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function poll(videoId, attempts = 60, interval = 1000) {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const result = await call('video-status', { query: { video_id: videoId } });
    if (result.data?.status === 'completed') return result.data.video_url;
    if (result.data?.status === 'failed') throw new Error(result.data.error);
    await wait(interval);
  }
  throw new Error('timed out');
}

const templates = (await call('list-templates', {})).data.templates;
const avatar = (await call('list-avatars', {})).data.avatars[0];
const voice = (await call('list-voices', {})).data.voices[0];
const character = { type: 'avatar', avatar_id: avatar.avatar_id, avatar_style: 'normal' };
const speech = { type: 'text', input_text: 'Hello!', voice_id: voice.voice_id };

const generated = await call('generate-video', {
  body: {
    test: true,
    video_inputs: [{ character, voice: speech }],
    dimension: { width: 1280, height: 720 },
  },
});
const fromTemplate = await call('generate-template-video', {
  path_params: { template_id: templates[0].template_id },
  body: {
    test: true,
    caption: false,
    variables: { script: { name: 'script', type: 'text', properties: { content: 'Hi' } } },
  },
});
console.log(JSON.stringify({
  avatar: avatar.avatar_name,
  voice: [voice.name, voice.language],
  video: await poll(generated.data?.video_id),
  template_video: await poll(fromTemplate.data?.video_id),
}));
