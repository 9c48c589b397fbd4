"""elevenlabs 0.2.27, the first Python client: its base URL is a variable of the environment."""

import base64
import json
import os
import tempfile

os.environ["ELEVEN_BASE_URL"] = f"{os.environ['BASE']}/elevenlabs/passthrough/v1"

from elevenlabs import clone, generate, set_api_key, voices
from elevenlabs.api import History, Models

MODEL = "eleven_multilingual_v2"  # the default is gone
set_api_key(os.environ["KEY"])
known = voices()
made = generate(text="Hello there.", voice=known[0], model=MODEL)
streamed = b"".join(generate(text="Hello there.", voice=known[0], model=MODEL, stream=True))
with tempfile.NamedTemporaryFile(suffix=".wav") as sound:
    sound.write(base64.b64decode(os.environ["SOUND"]))
    sound.flush()
    mine = clone(name="Mine", description="A test.", files=[sound.name], labels={})
steps = {
    "voices": len(known),
    "generate": len(made),
    "stream": len(streamed),
    "status": len(History.from_api()),
    "models": len(Models.from_api()),
    "upload": mine.name,
}
print(json.dumps(steps))  # noqa: T201
