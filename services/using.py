"""A call as a model makes it: a tool's arguments, one flat object, from bytes to a `Call`."""

from __future__ import annotations

from dataclasses import replace

import msgspec
from django.conf import settings
from django.http import HttpRequest

from services import body, catalogue, envelope, strict, threads
from services.action import Action, Call
from services.describing import tools
from services.errors import BadRequest


async def parse(service: str, request: HttpRequest, action: Action) -> Call:
    """The call that these arguments make of an action. Raises BadRequest, TooLarge and the like."""
    envelope.require_json(request)
    raw = await body.read(request, settings.MAX_JSON_BYTES)
    call = await threads.run(_call, service, raw, action, size=len(raw))
    return replace(call, wait=envelope.wished(request.META))


def _call(service: str, raw: bytes, action: Action) -> Call:
    limit = settings.MAX_JSON_DEPTH
    given = strict.loads(raw, what="The request body", depth=limit) if raw.strip() else {}
    if not isinstance(given, dict):
        raise BadRequest("A tool's arguments are a JSON object.", code="bad_arguments")
    known = catalogue.known(service)
    assert known is not None  # it was found before the body was read
    made = tools.envelope_of(known, action, given)
    return envelope.from_json(msgspec.json.encode(made), action)
