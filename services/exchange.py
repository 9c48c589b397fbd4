"""One exchange with a vendor: send, read, tell success from failure."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.conf import settings

from credentials.crypto import Secret
from services import answers, headers, outcome, threads, upstream
from services.action import Action, UpstreamRequest
from services.service import Service

MAX_ERROR = 256 * 1024  # bytes read of a failure's body


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
        reply = await _reply(service, action, answer, keys)
    except BaseException:
        await answer.aclose()
        raise
    if reply.stream is None:
        await answer.aclose()
    return reply


async def _reply(service: Service, action: Action, answer: upstream.Answer, keys: Keys) -> Reply:
    hidden = keys.hidden
    limits = headers.limits(answer.headers, hidden)
    if not 200 <= answer.status < 300:
        body = answers.redact(await answer.start(MAX_ERROR), hidden)
        raise outcome.failure(action, outcome.Told(answer.status, limits, body))
    if answer.status == 204:
        return Reply(200, b'{"data":null}', limits, None, answer.seconds)
    if action.response != "json":
        passed = headers.to_caller(answer.headers, hidden)
        return Reply(answer.status, b"", passed, answer, answer.seconds)
    body = await answer.body(settings.MAX_ANSWER_BYTES)
    clean = await threads.run(answers.redact, body, hidden, size=len(body))
    told = outcome.Told(answer.status, limits, clean)
    content = await threads.run(outcome.success, service, action, told, size=len(body))
    return Reply(answer.status, content, limits, None, answer.seconds)
