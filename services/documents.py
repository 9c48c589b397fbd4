"""OpenAPI document, tools and definition of a service over HTTP: what the key may call of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from django.conf import settings
from django.http.response import HttpResponseBase

from services import catalogue
from services.action import shown
from services.cache.asked import asked
from services.cache.entry import tag_of
from services.describing import formats, openapi
from services.describing.definition import definition
from services.describing.selecting import permitted, select
from services.errors import BadRequest
from services.following.door import EVERY, Visit, route
from services.response import Response
from services.service import Service

_YES = {"true": True, "1": True, "false": False, "0": False}
_FILTERS = ("format", "read_only", "billable", "group", "names")


async def _openapi(visit: Visit) -> HttpResponseBase:
    visit.query()
    service = _service(visit)

    def made() -> bytes:
        return openapi.document(service, permitted(visit.caller, service), visit.caller)

    return await _answered(visit, made)


async def _definition(visit: Visit) -> HttpResponseBase:
    visit.query()
    service, org = _service(visit), visit.caller.org.slug
    base_url = getattr(settings, service.base_urls["api"]).rstrip("/")

    def made() -> bytes:
        return definition(service, permitted(visit.caller, service), org, base_url)

    return await _answered(visit, made)


async def _tools(visit: Visit) -> HttpResponseBase:
    given = visit.query(*_FILTERS)
    service, format = _service(visit), given.get("format", "openai")
    if format not in formats.FORMATS:
        raise BadRequest(f"format: known are {', '.join(formats.FORMATS)}.", code="bad_query_param")
    read_only, billable = _flag(given, "read_only"), _flag(given, "billable")
    names = [name for name in given.get("names", "").split(",") if name]

    def made() -> bytes:
        chosen = select(
            visit.caller,
            service,
            read_only=bool(read_only),
            billable=billable,
            group=given.get("group", ""),
            names=names,
        )
        return formats.listed(chosen, format)

    return await _answered(visit, made)


def _service(visit: Visit) -> Service:
    slug = visit.named["service"]
    return catalogue.find_service(slug, visit.caller.org.policy(slug))


def _flag(given: dict[str, str], name: str) -> bool | None:
    if name not in given:
        return None
    if given[name] not in _YES:
        raise BadRequest(
            f"{name}: {shown(given[name])} is not true or false.", code="bad_query_param"
        )
    return _YES[given[name]]


async def _answered(visit: Visit, made: Callable[[], bytes]) -> Response:
    """What was made in a thread, or 304 to whoever has it already (RFC 9110 section 13.1.2)."""
    content, tag = await asyncio.to_thread(_tagged, made)
    headers = {**visit.left, "ETag": tag, "Cache-Control": "private, no-cache"}
    if asked(visit.request.META).has(tag):
        return Response(b"", status=304, headers=headers)
    return Response(content, status=200, headers=headers)


def _tagged(made: Callable[[], bytes]) -> tuple[bytes, str]:
    content = made()
    return content, tag_of(content)


document = route(reading=EVERY, GET=_openapi, HEAD=_openapi)
plain = route(reading=EVERY, GET=_definition, HEAD=_definition)
tools = route(reading=EVERY, GET=_tools, HEAD=_tools)
