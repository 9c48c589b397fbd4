"""One exchange with a vendor: send, read, tell success from failure."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from django.conf import settings

from credentials.crypto import Secret
from services import answers, headers, outcome, upstream
from services.action import Action, UpstreamRequest
from services.service import Service


@dataclass(slots=True)
class Reply:
    """What goes back: JSON in `content`, or a body that still flows from the vendor."""

    status: int = 200
    content: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    stream: upstream.Answer | None = None
    upstream_seconds: float = 0.0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Keys:
    """The credential that a call uses, and the caller's own key, to keep out of echoes."""

    secret: Secret
    caller: str = field(default="", repr=False)

    @property
    def hidden(self) -> tuple[str, ...]:
        return tuple(text for text in (self.secret.reveal(), self.caller) if text)


async def fetch(service: Service, action: Action, request: UpstreamRequest, keys: Keys) -> Reply:
    """Send one request and read its answer. Raises the ProxyError that a failure stands for."""
    secret = None if action.session else keys.secret
    answer = await upstream.send(request, secret=secret)
    try:
        if not 200 <= answer.status < 300:
            body = await answer.body(settings.MAX_ANSWER_BYTES)
            raise outcome.failure(action, answer.status, answer.headers, body, keys.hidden)
        if action.response != "json":
            passed = headers.to_caller(answer.headers, keys.hidden)
            return Reply(answer.status, b"", passed, answer, answer.seconds)
        body = await answer.body(settings.MAX_ANSWER_BYTES)
    except BaseException:
        await answer.aclose()
        raise
    await answer.aclose()
    return Reply(
        status=200 if answer.status == 204 else answer.status,
        content=await _content(service, action, body, keys),
        headers=headers.limits(answer.headers, keys.hidden),
        upstream_seconds=answer.seconds,
    )


async def _content(service: Service, action: Action, body: bytes, keys: Keys) -> bytes:
    if len(body) > settings.THREAD_BYTES:
        return await asyncio.to_thread(_read, service, action, body, keys)
    return _read(service, action, body, keys)


def _read(service: Service, action: Action, body: bytes, keys: Keys) -> bytes:
    return outcome.success(service, action, answers.redact(body, keys.hidden))
