"""The way of one call of LiveAvatar's API."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from sandbox.answers import Refusal
from sandbox.config import LIVEAVATAR_KEY
from sandbox.desk import Desk, Order, order
from sandbox.liveavatar import sessions, things
from sandbox.liveavatar.account import Account, Session
from sandbox.liveavatar.answers import Denial, refused, success, unfit
from sandbox.routes import Table
from services import liveavatar
from services.liveavatar.actions import ACTIONS

PREFIX = "/liveavatar"
_SCHEMAS = json.loads(Path(liveavatar.__path__[0], "schemas.json").read_text("utf-8"))
_TABLE = Table(ACTIONS)
_OPEN = "/v1/avatars/public"  # which needs no key


class Front(Desk):
    prefix = PREFIX

    async def answer(self, request: Request, raw: bytes) -> Response:
        try:
            path, session = self.path(request), None
            if path == "/v1/sessions/start":
                account, session = self._by_token(request)
            else:
                account = self._by_key(request, path)
            account.settle(time.time())
            wanted = order(self, account, request, raw, table=_TABLE, schemas=_SCHEMAS)
            await asyncio.sleep(self.sandbox.config.latency)
            return sessions.start(wanted, session) if session else _made(wanted)
        except Denial as denial:
            return refused(denial)
        except Refusal as refusal:
            return unfit(refusal)

    @property
    def accounts(self) -> dict[str, Account]:
        """By key; made anew after a reset."""
        if PREFIX not in self.sandbox.elsewhere:
            config = self.sandbox.config
            self.sandbox.elsewhere[PREFIX] = {
                key: Account(f"avatar_{key[-8:]}", config.credits)
                for key in config.keys_of(LIVEAVATAR_KEY)
            }
        found: dict[str, Account] = self.sandbox.elsewhere[PREFIX]
        return found

    def _by_key(self, request: Request, path: str) -> Account:
        found = self.accounts.get(request.headers.get("x-api-key", ""))
        if found is None and path == _OPEN:
            found = self.accounts[LIVEAVATAR_KEY]
        if found is None:
            raise Denial(401, "Unauthorized", 4010)
        return found

    def _by_token(self, request: Request) -> tuple[Account, Session]:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        for account in self.accounts.values():
            for session in account.sessions.values():
                if scheme == "Bearer" and session.token == token:
                    return account, session
        raise Denial(401, "The session token is not valid.", 4010)


def _made(wanted: Order[Account]) -> Response:
    slug = wanted.action.slug
    known = sessions.HANDLERS.get(slug) or things.HANDLERS.get(slug)
    made = (known or things.BY_VERB[slug.partition("-")[0]])(wanted)
    return made if isinstance(made, Response) else success(made)
