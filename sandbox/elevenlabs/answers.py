"""How ElevenLabs says no: a word and a sentence under `detail`, or a list of what does not fit."""

from __future__ import annotations

from sandbox.answers import Refusal

Json = dict[str, object]


class Denial(Exception):
    """A status, the vendor's word for it, and its sentence."""

    def __init__(self, status: int, word: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.body: Json = {"detail": {"status": word, "message": message}}


def unfit(refusal: Refusal) -> tuple[int, Json]:
    """What the shared checks refused, in the words of this API."""
    failure = refusal.failure
    if failure.number == 40400:
        return 404, {"detail": "Not Found"}
    if failure.status == 405:
        return 405, {"detail": "Method Not Allowed"}
    place = "query" if failure.number == 40012 else "body"
    kind = "missing" if failure.number == 40001 else "value_error"
    path = [place, *(refusal.param or "").split(".")] if refusal.param != place else [place]
    return 422, {"detail": [{"type": kind, "loc": path, "msg": refusal.message}]}


def no_voice(voice_id: str) -> Denial:
    message = f"A voice with the voice_id {voice_id[:40]} was not found."
    return Denial(404, "voice_not_found", message)
