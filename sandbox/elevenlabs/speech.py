"""Speech, sounds and isolated voices: counted, kept in the history, sent whole or as it is made."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

from starlette.responses import Response, StreamingResponse

from sandbox.desk import Order
from sandbox.elevenlabs import audio, voices
from sandbox.elevenlabs.account import MODELS, Account, Said, new_id
from sandbox.elevenlabs.answers import Denial
from sandbox.elevenlabs.audio import Tune

Json = dict[str, Any]
DEFAULT_FORM = "mp3_44100_128"
_SECONDS_PRICE = 40  # characters a second, of a sound


def text_to_speech(order: Order[Account]) -> Response:
    said = _say(order)
    return Response(audio.whole(said.tune, said.form), headers=_headers(said, len(said.text)))


def stream_speech(order: Order[Account]) -> Response:
    said = _say(order)
    return _flow(order, audio.pieces(said.tune, said.form), _headers(said, len(said.text)))


def with_timestamps(order: Order[Account]) -> Json:
    said = _say(order)
    each = said.tune.each
    alignment = {
        "characters": list(said.text),
        "character_start_times_seconds": [round(n * each, 3) for n in range(len(said.text))],
        "character_end_times_seconds": [round(n * each, 3) for n in range(1, len(said.text) + 1)],
    }
    sound = base64.b64encode(audio.whole(said.tune, said.form)).decode()
    return {"audio_base64": sound, "alignment": alignment, "normalized_alignment": alignment}


def generate_sound(order: Order[Account]) -> Response:
    seconds = order.body.get("duration_seconds")
    if seconds is not None and not 0.5 <= seconds <= 30:
        raise Denial(400, "invalid_duration", "duration_seconds must be from 0.5 to 30.")
    tune = audio.lasting(seconds or 3.0, order.body["text"])
    _charge(order, round(tune.seconds * _SECONDS_PRICE))
    form = order.asked("output_format")
    return Response(audio.whole(tune, form), media_type=audio.media_type(form))


def isolate(order: Order[Account]) -> Response:
    return Response(audio.whole(_isolated(order), DEFAULT_FORM), media_type="audio/mpeg")


def isolate_streamed(order: Order[Account]) -> Response:
    pieces = audio.pieces(_isolated(order), DEFAULT_FORM)
    return _flow(order, pieces, {"content-type": "audio/mpeg"})


def _isolated(order: Order[Account]) -> Tune:
    """As long as what was uploaded."""
    content = order.files["audio"][0].content if "audio" in order.files else b""
    if not content:
        raise Denial(400, "invalid_audio", "The audio is empty.")
    raw = order.body.get("file_format") == "pcm_s16le_16"  # 16 kHz, 16 bit
    tune = audio.lasting(len(content) / 32000 if raw else audio.length(content), "voice")
    _charge(order, round(tune.seconds * 16))
    return tune


def _say(order: Order[Account]) -> Said:
    """Hold a text to what the model takes, charge for it, and remember what was said."""
    voice, text = voices.find(order), order.body["text"]
    model_id = order.body.get("model_id") or "eleven_multilingual_v2"
    if model_id not in MODELS:
        raise Denial(
            400, "model_not_found", f"A model with model ID {model_id[:40]} does not exist"
        )
    if not text.strip():
        raise Denial(400, "input_text_empty", "The text is empty.")
    if len(text) > MODELS[model_id][1]:
        longest = MODELS[model_id][1]
        raise Denial(
            400, "max_character_limit_exceeded", f"At most {longest} characters a request."
        )
    speed = (voice.settings | (order.body.get("voice_settings") or {}))["speed"]
    if not 0.7 <= speed <= 1.2:
        raise Denial(400, "invalid_voice_settings", "speed must be from 0.7 to 1.2.")
    _charge(order, len(text))
    said = Said(
        id=new_id(),
        request_id=new_id(),
        voice_id=voice.id,
        voice_name=voice.name,
        model_id=model_id,
        text=text,
        form=order.asked("output_format"),
        tune=audio.spoken(text, speed),
        at=int(time.time()),
    )
    if order.asked("enable_logging") not in ("false", False):
        order.account.history[said.id] = said
    return said


def _charge(order: Order[Account], price: int) -> None:
    account, limit = order.account, order.sandbox.config.characters
    left = limit - account.used
    if price > left:
        message = (
            f"This request exceeds your quota of {limit}. You have {left} credits "
            f"remaining, while {price} credits are required for this request."
        )
        raise Denial(401, "quota_exceeded", message)
    account.used += price
    order.sandbox.ledger.append(
        {
            "at": time.time(),
            "account": account.name,
            "action": order.action.slug,
            "id": None,
            "credits": price,
        }
    )


def _headers(said: Said, price: int) -> dict[str, str]:
    return {
        "content-type": audio.media_type(said.form),
        "request-id": said.request_id,
        "history-item-id": said.id,
        "character-cost": str(price),
    }


def _flow(order: Order[Account], pieces: Iterator[bytes], headers: dict[str, str]) -> Response:
    """Each piece when it is made; the call counts as one at work until the last."""
    account, pause = order.account, order.sandbox.config.chunk_seconds
    account.busy += 1

    async def flow() -> AsyncIterator[bytes]:
        try:
            for number, piece in enumerate(pieces):
                await asyncio.sleep(pause if number else 0)
                yield piece
        finally:
            account.busy -= 1

    return StreamingResponse(flow(), headers=headers)


HANDLERS = {
    "tts": text_to_speech,
    "tts-stream": stream_speech,
    "tts-timestamps": with_timestamps,
    "sound-generation": generate_sound,
    "audio-isolation": isolate,
    "audio-isolation-stream": isolate_streamed,
}
