"""Avatars, voices, contexts, memories, secrets, model set-ups, embeds: kept, listed, changed."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from sandbox.desk import Order
from sandbox.elevenlabs import audio
from sandbox.liveavatar.account import Account, new_thing
from sandbox.liveavatar.answers import Denial, page

Json = dict[str, Any]
_LANGUAGES = (("en", "English"), ("de", "German"), ("es", "Spanish"), ("fr", "French"))
_UNPAGED = ("secrets", "llm-configurations")
_HIDDEN = ("secret_value",)
# Which collection a field of a body names something of.
_MENTIONS = {
    "secret_id": "secrets",
    "avatar_id": "avatars",
    "context_id": "contexts",
    "voice_id": "voices",
    "default_voice_id": "voices",
}


def _kind(order: Order[Account]) -> str:
    """The collection: the word after the version."""
    return order.action.path.split("/")[2]


def _find(order: Order[Account]) -> Json:
    kind, (name, *_) = _kind(order), order.action.path_params
    item = order.account.of(kind).get(order.params[name])
    if item is None:
        raise Denial(404, f"{kind.rstrip('s').replace('-', ' ').capitalize()} not found")
    return item


def _shown(item: Json) -> Json:
    return {name: value for name, value in item.items() if name not in _HIDDEN}


def _known(order: Order[Account]) -> None:
    """Whether what the body names exists."""
    for name, kind in _MENTIONS.items():
        given = order.body.get(name)
        if given and given not in order.account.of(kind):
            raise Denial(404, f"{name} does not exist")


def listing(order: Order[Account]) -> object:
    kind = _kind(order)
    found = [_shown(item) for item in order.account.of(kind).values()]
    if kind == "avatars":
        wanted = order.action.path.endswith("/public")
        found = [item for item in found if item["public"] == wanted]
    if kind == "voices":
        wanted = order.asked("voice_type") == "public"
        found = [item for item in found if item["public"] == wanted]
    return found if kind in _UNPAGED else page(order, found)


def read(order: Order[Account]) -> Json:
    return _shown(_find(order))


def create(order: Order[Account]) -> Json:
    _known(order)
    kind = _kind(order)
    if kind == "memory" and order.body["session_id"] not in order.account.sessions:
        raise Denial(404, "Session not found")
    item = new_thing(order.body)
    if kind == "voices":
        item |= {"name": order.body.get("name", "Linked voice"), "language": "en", "public": False}
    if kind == "embeddings":
        item["url"] = f"{order.base_url}/embed/{item['id']}"
    order.account.of(kind)[item["id"]] = item
    return _shown(item)


def update(order: Order[Account]) -> Json:
    item = _find(order)
    _known(order)
    if item.get("public"):
        raise Denial(403, "This one belongs to everybody.")
    item |= order.body
    return _shown(item)


def delete(order: Order[Account]) -> Response | None:
    item = _find(order)
    if item.get("public"):
        raise Denial(403, "This one belongs to everybody.")
    del order.account.of(_kind(order))[item["id"]]
    return Response(status_code=204) if _kind(order) == "memory" else None


def preview(order: Order[Account]) -> Json:
    sound = audio.whole(audio.spoken(f"I am {_find(order)['name']}"), "mp3_44100_128")
    return {"audio_base64": base64.b64encode(sound).decode()}


def languages(order: Order[Account]) -> list[Json]:
    return [{"code": code, "name": name} for code, name in _LANGUAGES]


def llm_models(order: Order[Account]) -> list[Json]:
    return [{"name": "sandbox-mini", "display_name": "Sandbox mini"}]


def credits_left(order: Order[Account]) -> Json:
    return {"credits_left": order.account.credits}


HANDLERS: dict[str, Callable[[Order[Account]], Any]] = {
    "preview-voice": preview,
    "list-languages": languages,
    "list-llm-models": llm_models,
    "get-credits": credits_left,
}
BY_VERB: dict[str, Callable[[Order[Account]], Any]] = {
    "list": listing,
    "get": read,
    "create": create,
    "add": create,
    "update": update,
    "delete": delete,
}
