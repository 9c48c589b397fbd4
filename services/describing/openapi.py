"""The OpenAPI 3.1 document of a service: exactly what one key may call. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from credentials.auth import Caller
from services.action import Action
from services.describing import components, operations, routes
from services.describing.shapes import Json
from services.service import Service

_ENCODED: dict[tuple[str, str], msgspec.Raw] = {}
_ABOUT = """\
Named actions of {name}, carried out with the org's own credential: no caller holds {name}'s key.
A request is an envelope: what the vendor shall get stands inside `path_params`, `query` and `body`.
Answers hold the vendor's payload under `data`; every failure has one shape, `Error`.
With the header `X-Dry-Run: true` a call only tells what it would send.
Models that speak MCP find the same actions at `/mcp/orgs/{org}/`, with the same key.
Browse it at `/api/ai-proxy/docs/`.
The document holds the actions that the key which asked for it may call, and no other.
"""


def document(service: Service, actions: Sequence[Action], caller: Caller) -> bytes:
    """The document as JSON, for a caller who may call these actions."""
    org, granted = caller.org.slug, caller.key.access
    base = f"/api/ai-proxy/orgs/{org}/"
    root = f"{base}services/{service.slug}/"
    reads, invokes = not granted.isdisjoint(("read", "invoke")), "invoke" in granted
    paths: Json = {f"{root}{action.slug}/": _encoded(service, action) for action in actions}
    below = routes.of_service(service, actions, reads=reads, invokes=invokes)
    paths |= {f"{root}{path}": told for path, told in below.items()}
    beside = routes.of_org(reads=reads, invokes=invokes)
    paths |= {f"{base}{path}": told for path, told in beside.items()}
    return msgspec.json.encode(
        {
            "openapi": "3.1.0",
            "info": {
                "title": f"{service.display_name} for {org}",
                "version": "1",
                "summary": "Named actions of a vendor, without its key.",
                "description": _ABOUT.format(name=service.display_name, org=org),
            },
            "servers": [{"url": "/"}],
            "externalDocs": {
                "url": f"{base}openapi.json",
                "description": "The management API of the same org, as an OpenAPI document.",
            },
            "tags": [{"name": name} for name in _groups(actions)],
            "security": operations.SECURITY,
            "paths": paths,
            "components": components.components(routes.SCHEMAS),
        }
    )


def _groups(actions: Sequence[Action]) -> list[str]:
    return [*dict.fromkeys(action.group for action in actions), "about"]


def _encoded(service: Service, action: Action) -> msgspec.Raw:
    """An action's path item, which is the same for every org; made once."""
    key = (service.slug, action.slug)
    if key not in _ENCODED:
        item = {"post": operations.operation(service, action)}
        _ENCODED[key] = msgspec.Raw(msgspec.json.encode(item))
    return _ENCODED[key]
