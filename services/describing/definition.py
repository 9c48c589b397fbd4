"""A service's plain catalogue: where it is, how it is called, every action by itself. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import msgspec

from services.action import Action
from services.describing import shapes
from services.describing.examples import example
from services.describing.hints import hints
from services.describing.shapes import Json
from services.service import Service

_ENCODED: dict[tuple[str, str], msgspec.Raw] = {}


def definition(service: Service, actions: Sequence[Action], org: str, base_url: str) -> bytes:
    """The catalogue as JSON; `base_url` is the vendor's own."""
    root = f"/api/ai-proxy/orgs/{org}/services/{service.slug}/"
    return msgspec.json.encode(
        {
            "data": {
                "slug": service.slug,
                "display_name": service.display_name,
                "service_type": service.service_type,
                "base_url": base_url,
                "call_url": f"{root}{{action}}/",
                "auth": {
                    "type": "header",
                    "header": "Authorization",
                    "value": "Api-Key <key>",
                    "of_vendor": service.auth_header,
                },
                "documents": {
                    "openapi": f"{root}openapi.json",
                    "tools": f"{root}tools/",
                    "management": f"/api/ai-proxy/orgs/{org}/openapi.json",
                },
                "groups": list(dict.fromkeys(action.group for action in actions)),
                "endpoints": [_encoded(service, action) for action in actions],
            }
        }
    )


def _encoded(service: Service, action: Action) -> msgspec.Raw:
    key = (service.slug, action.slug)
    if key not in _ENCODED:
        _ENCODED[key] = msgspec.Raw(msgspec.json.encode(endpoint(service, action)))
    return _ENCODED[key]


def endpoint(service: Service, action: Action) -> Json:
    """One action: the vendor's method and path, what it takes and answers, a call to start from."""
    body: Any = (
        shapes.resolved(service, action) if action.request in ("json", "multipart") else None
    )
    return {
        "slug": action.slug,
        "title": action.title,
        "group": action.group,
        "method": action.method,
        "path": action.path,
        "note": service.schemas.get(action.slug, {}).get("note"),
        "parameters": [*_path(action), *_query(action), *_headers(action)],
        "body": body,
        "files": shapes.files(service, action),
        "answer": {
            "mode": action.response,
            "schema": shapes.answer(service, action) if action.response == "json" else None,
        },
        "sample": example(service, action),
        "hints": asdict(hints(service, action)),
    }


def _path(action: Action) -> list[Json]:
    return [_parameter(name, "path", {"type": "string"}, True) for name in action.path_params]


def _query(action: Action) -> list[Json]:
    return [_parameter(p.name, "query", shapes.of_param(p), p.required) for p in action.query]


def _headers(action: Action) -> list[Json]:
    return [
        _parameter(name, "header", {"type": "string"}, action.session) for name in action.headers
    ]


def _parameter(name: str, place: str, schema: Json, required: bool) -> Json:
    return {"name": name, "in": place, "required": required, "schema": schema}
