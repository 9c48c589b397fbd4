"""The files that answers point at: the finished video and what goes with it, uploads, sounds."""

from __future__ import annotations

import io
import math
import struct
import wave
from functools import cache
from pathlib import Path
from typing import cast

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from sandbox import videos
from sandbox.state import Account, Made, Sandbox

_HERE = Path(__file__).parent
_MEDIA = {".mp4": "video/mp4", ".jpg": "image/jpeg", ".gif": "image/gif"}
_TEXTS = {
    ".srt": "1\n00:00:00,000 --> 00:00:04,000\nHello from the sandbox.\n",
    ".vtt": "WEBVTT\n\n00:00.000 --> 00:04.000\nHello from the sandbox.\n",
    ".ass": "[Events]\nDialogue: 0,0:00:00.00,0:00:04.00,Default,,0,0,0,,Hello from the sandbox.\n",
}


async def result(request: Request) -> Response:
    """GET or HEAD of /files/{id}.{ending}, once the work with this id is completed."""
    path = Path(request.path_params["name"])
    found = _owned(_sandbox(request), path.stem)
    if found is None or _sandbox(request).status(*found) != "completed":
        return JSONResponse({"message": "Not found"}, 404)
    ending = path.suffix
    if ending in _MEDIA:
        return FileResponse(_HERE / f"video{ending}", media_type=_MEDIA[ending])
    if ending in _TEXTS:
        return Response(_TEXTS[ending], media_type="text/plain")
    if ending == ".wav":
        return Response(sound(), media_type="audio/wav")
    return JSONResponse({"message": "Not found"}, 404)


async def asset(request: Request) -> Response:
    for account in _sandbox(request).accounts.values():
        found = account.assets.get(request.path_params["asset_id"])
        if found and found.content is not None:
            return Response(found.content, media_type=found.mime_type)
    return JSONResponse({"message": "Not found"}, 404)


async def upload(request: Request) -> Response:
    """The second step of a direct upload: PUT without a key, of exactly the size announced."""
    content = await request.body()
    for account in _sandbox(request).accounts.values():
        if found := account.assets.get(request.path_params["asset_id"]):
            if len(content) != found.size:
                return JSONResponse({"message": "Size differs from the one announced"}, 400)
            found.content = content
            return Response()
    return JSONResponse({"message": "Not found"}, 404)


@cache
def sound() -> bytes:
    """One second of a quiet tone, as WAV."""
    rate, out = 8000, io.BytesIO()
    wavelets = (int(3000 * math.sin(n * 440 * math.tau / rate)) for n in range(rate))
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(b"".join(struct.pack("<h", level) for level in wavelets))
    return out.getvalue()


def _sandbox(request: Request) -> Sandbox:
    return cast(Sandbox, request.app.state.sandbox)


def _owned(sandbox: Sandbox, made_id: str) -> tuple[Account, Made] | None:
    """Whose work this is; videos of an earlier run of the sandbox are known by their id alone."""
    for account in sandbox.accounts.values():
        if made := account.made.get(made_id):
            return account, made
        for kind in ("/v3/videos", "/v3/video-translations"):
            owner = sandbox.owner(account, kind)
            known = videos.read(made_id, secret=sandbox.config.secret, owner=owner)
            if known and made_id not in account.deleted:
                return account, Made(made_id, kind, {}, "")
    return None
