"""elevenlabs, the Python SDK: its base URL is an option."""

import asyncio
import base64
import io
import json
import os

from elevenlabs.client import AsyncElevenLabs, ElevenLabs
from elevenlabs.core.api_error import ApiError

BASE = f"{os.environ['BASE']}/elevenlabs/passthrough"
KEY = os.environ["KEY"]
SOUND = io.BytesIO(base64.b64decode(os.environ["SOUND"]))
SOUND.name = "mine.wav"

client = ElevenLabs(api_key=KEY, base_url=BASE)
voices = client.voices.get_all().voices
speech = client.text_to_speech
with speech.with_raw_response.convert(voice_id=voices[0].voice_id, text="Hello there.") as made:
    headers, generated = made.headers, b"".join(made.data)
streamed = b"".join(speech.stream(voice_id=voices[0].voice_id, text="Hello there."))
history = client.history.list(page_size=10).history
models = client.models.list()
clone = client.voices.ivc.create(name="Mine", files=[SOUND], labels={})
fault = 0
try:
    client.voices.get("no-such-voice")
except ApiError as exc:
    fault = exc.status_code or 0


async def later() -> int:
    """The same by its asynchronous client."""
    other = AsyncElevenLabs(api_key=KEY, base_url=BASE)
    chunks = other.text_to_speech.convert(voice_id=voices[0].voice_id, text="Hello there.")
    return sum([len(chunk) async for chunk in chunks])


steps = {
    "voices": len(voices),
    "generate": len(generated),
    "stream": len(streamed),
    "status": len(history),
    "models": len(models),
    "upload": client.voices.get(clone.voice_id).name,
    "request_id": bool(headers.get("request-id")),
    "fault": fault,
    "later": asyncio.run(later()),
}
print(json.dumps(steps))  # noqa: T201
