"""The way of one call of ElevenLabs' API."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.answers import Refusal
from sandbox.config import ELEVENLABS_KEY
from sandbox.desk import Desk, Order, order
from sandbox.elevenlabs import account as own
from sandbox.elevenlabs import audio, dubbing, history, speech, voices
from sandbox.elevenlabs.account import Account
from sandbox.elevenlabs.answers import Denial, no_voice, unfit
from sandbox.routes import Table
from services import elevenlabs
from services.elevenlabs.actions import ACTIONS

PREFIX = "/elevenlabs"
_SCHEMAS = json.loads(Path(elevenlabs.__path__[0], "schemas.json").read_text("utf-8"))
_TABLE = Table(ACTIONS)
_HANDLERS: Mapping[str, Callable[[Order[Account]], Any]] = {
    **own.HANDLERS,
    **voices.HANDLERS,
    **speech.HANDLERS,
    **history.HANDLERS,
    **dubbing.HANDLERS,
}


class Front(Desk):
    prefix = PREFIX

    async def answer(self, request: Request, raw: bytes) -> Response:
        try:
            if self.path(request).startswith("/previews/"):
                return self._preview(request)
            wanted = order(
                self, self._account(request), request, raw, table=_TABLE, schemas=_SCHEMAS
            )
            return await self._made(wanted)
        except Denial as denial:
            return JSONResponse(denial.body, denial.status)
        except Refusal as refusal:
            status, body = unfit(refusal)
            return JSONResponse(body, status, headers=refusal.headers)

    @property
    def accounts(self) -> dict[str, Account]:
        """By key; made anew after a reset."""
        if PREFIX not in self.sandbox.elsewhere:
            keys = self.sandbox.config.keys_of(ELEVENLABS_KEY)
            self.sandbox.elsewhere[PREFIX] = {
                key: Account(f"speaker_{key[-8:]}", key) for key in keys
            }
        found: dict[str, Account] = self.sandbox.elsewhere[PREFIX]
        return found

    def _account(self, request: Request) -> Account:
        """Of `xi-api-key`."""
        found = self.accounts.get(request.headers.get("xi-api-key", ""))
        if found is None:
            raise Denial(401, "invalid_api_key", "Invalid API key")
        return found

    async def _made(self, wanted: Order[Account]) -> Response:
        """Carry it out, if not too many calls make sound at this moment."""
        limit, account = self.sandbox.config.concurrent, wanted.account
        if wanted.action.slug in speech.HANDLERS and limit is not None and account.busy >= limit:
            message = f"Too many concurrent requests. Your subscription allows {limit} at a time."
            raise Denial(429, "too_many_concurrent_requests", message)
        account.busy += 1
        try:
            await asyncio.sleep(self.sandbox.config.latency)
            made = _HANDLERS[wanted.action.slug](wanted)
        finally:
            account.busy -= 1
        return made if isinstance(made, Response) else JSONResponse(made)

    def _preview(self, request: Request) -> Response:
        """A voice's sample, for whoever has the link."""
        voice_id = self.path(request).removeprefix("/previews/").removesuffix(".mp3")
        for known in self.accounts.values():
            if voice := known.voices.get(voice_id):
                sound = audio.whole(audio.spoken(f"I am {voice.name}"), speech.DEFAULT_FORM)
                return Response(sound, media_type="audio/mpeg")
        raise no_voice(voice_id)
