"""The paths that a key can use beside the actions' own, below a service and below an org. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from services.action import Action
from services.describing import beside, following
from services.describing.formats import FORMATS
from services.describing.shapes import Json
from services.describing.wording import (
    ANY,
    READS,
    TEXT,
    YES_NO,
    as_json,
    data,
    in_header,
    in_query,
    operation,
    record,
)
from services.service import Service

SCHEMAS: Json = following.SCHEMAS | beside.SCHEMAS
_KEPT = ("ETag",)


def of_service(service: Service, actions: Sequence[Action], *, reads: bool, invokes: bool) -> Json:
    """The paths below the service, for a key that may call these actions."""
    paths: Json = {
        "": _get("read_service", "The service and its actions", as_json(ANY)),
        "credential/": _get("read_credential", "Which credential calls use", as_json(ANY)),
        "openapi.json": _tagged("read_openapi", "This document", as_json(ANY)),
        "definition/": _tagged("read_definition", "The plain catalogue", data(ANY)),
        "tools/": _tagged("list_tools", "The actions as tools for models", _listed(), _filters()),
    }
    if actions:
        paths |= beside.tools(service, actions) | beside.passthrough(service)
    if invokes:
        paths |= following.batches(actions) | beside.uploads(service, actions)
    if service.slug == "heygen" and reads:
        paths |= beside.realtime(invokes=invokes)
    return paths


def of_org(*, reads: bool, invokes: bool) -> Json:
    """The paths below the org, for a key that may read what jobs made, or call actions."""
    paths: Json = {"services/": _get("list_services", "The services", as_json({"type": "array"}))}
    if reads:
        paths |= following.jobs(invokes=invokes) | beside.approvals()
    return paths | (beside.tickets() if invokes else {})


def _get(name: str, summary: str, content: Json) -> Json:
    return {"get": operation(name, summary, content)}


def _tagged(name: str, summary: str, content: Json, query: Sequence[Json] = ()) -> Json:
    """What is not sent twice to whoever holds it."""
    parameters = [*query, in_header("If-None-Match")]
    made = operation(name, summary, content, parameters, READS, headers=_KEPT)
    made["responses"]["304"] = {"description": "What you hold is the answer still."}
    return {"get": made}


def _filters() -> list[Json]:
    return [
        in_query("format", {"type": "string", "enum": list(FORMATS), "default": "openai"}),
        in_query("read_only", YES_NO, "`true` leaves out what changes something."),
        in_query("billable", YES_NO, "`false` leaves out what costs, or may cost, something."),
        in_query("group", TEXT),
        in_query("names", TEXT, "Tools' names or actions' slugs, with commas between them."),
    ]


def _listed() -> Json:
    properties: Json = {
        "data": {"type": "array", "items": {"type": "object"}},
        "hints": {"type": "object", "additionalProperties": {"type": "object"}},
    }
    return as_json(record(properties))
