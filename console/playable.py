"""An action as the playground's form needs it: parameters, schema, example, how a job goes on."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from services import schema
from services.action import Action
from services.describing import examples, shapes
from services.describing.hints import poll
from services.service import Service

Json = dict[str, Any]

# What a field of this name is chosen from: the action that lists it, where, by which names.
_CHOICES: dict[str, dict[str, tuple[str, str, str, str]]] = {
    "heygen": {
        "avatar_id": ("list-avatars", "data.avatars", "avatar_id", "avatar_name"),
        "voice_id": ("list-voices", "data.voices", "voice_id", "name"),
        "template_id": ("list-templates", "data.templates", "template_id", "name"),
    },
    "elevenlabs": {
        "voice_id": ("list-voices", "data.voices", "voice_id", "name"),
        "model_id": ("list-models", "data", "model_id", "name"),
    },
}


def summary(action: Action) -> Json:
    """One line of the list of actions."""
    return {
        "slug": action.slug,
        "title": action.title,
        "group": action.group,
        "method": action.method,
        "path": action.path,
        "is_old": action.successor is not None or action.external is not None,
    }


def detail(service: Service, action: Action) -> Json:
    """Everything that the form is built from."""
    entry = service.schemas.get(action.slug, {})
    return {
        **summary(action),
        "service": service.slug,
        "request": action.request,
        "response": action.response,
        "path_params": list(action.path_params),
        "query": [asdict(param) for param in action.query],
        "headers": sorted(action.headers),
        "schema": shapes.resolved(service, action) if _has_body(action) else None,
        "files": shapes.files(service, action),
        "example": examples.example(service, action),
        "note": entry.get("note", ""),
        "billable": action.billable is not False,
        "destructive": action.destructive,
        "rehearses": _rehearses(service, action),
        "successor": action.successor or "",
        "job": _job(service, action),
        "choices": {
            field: dict(zip(("action", "items", "value", "label"), names, strict=True))
            for field, names in _CHOICES.get(service.slug, {}).items()
        },
    }


def _has_body(action: Action) -> bool:
    return action.request in ("json", "multipart")


def _rehearses(service: Service, action: Action) -> bool:
    """Whether `test: true` costs nothing."""
    creates = service.test_mode.creates if service.test_mode else frozenset()
    return action.slug in creates or schema.declares(service, action, "test")


def _job(service: Service, action: Action) -> Json | None:
    """How to ask whether the work is done: the action, and where the id goes."""
    told = poll(service, action)
    return asdict(told) if told and not told.id.startswith("request.") else None
