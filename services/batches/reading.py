"""A batch's body, from bytes to envelopes: each cut out as its caller wrote it. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from django.conf import settings

from jobs.batching import MOST
from services import envelope, strict
from services.action import Action, shown
from services.errors import BadRequest, ProxyError
from services.recording import keys

USUAL, MOST_AT_A_TIME = 4, 10  # calls of one batch under way
_FIELDS = ("items", "concurrency")


class _Slices(msgspec.Struct):
    """Cuts the envelopes out of the body, byte for byte."""

    items: list[msgspec.Raw]


_CUT = msgspec.json.Decoder(_Slices)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a caller asks for."""

    envelopes: Sequence[str]
    concurrency: int
    fingerprint: str


def read(raw: bytes, action: Action) -> Wish:
    """The batch that a body asks for. Raises BadRequest, naming the item where it is one's fault.

    What an envelope says is judged when it is carried out; here it need only be one.
    """
    fields = strict.loads(raw or b"null", what="The request body", depth=_depth())
    if not isinstance(fields, dict):
        raise BadRequest("The request body must be a JSON object.", code="bad_batch")
    for name in fields:
        if name not in _FIELDS:
            known = "A batch has items, a list of envelopes, and concurrency."
            raise BadRequest(f"Unknown field: {shown(name)}. {known}", code="unknown_field")
    concurrency = _concurrency(fields.get("concurrency", USUAL))
    _check_items(fields.get("items"))
    envelopes = [bytes(item) for item in _CUT.decode(raw).items]
    for number, text in enumerate(envelopes):
        _check(text, number, action)
    return Wish([text.decode() for text in envelopes], concurrency, _fingerprint(fields))


def _depth() -> int:
    """An envelope stands two levels deep."""
    return int(settings.MAX_JSON_DEPTH) + 2


def _concurrency(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_AT_A_TIME:
        raise BadRequest(
            f"concurrency: must be a whole number from 1 to {MOST_AT_A_TIME}.", code="bad_batch"
        )
    return value


def _check_items(items: object) -> None:
    if not isinstance(items, list) or not items:
        raise BadRequest("items: must be a list of envelopes.", code="bad_batch")
    if len(items) > MOST:
        raise BadRequest(f"items: there are more than {MOST}.", code="bad_batch")


def _check(text: bytes, number: int, action: Action) -> None:
    """Refuse what is no envelope. Raises BadRequest."""
    try:
        keys.named({}, envelope.from_json(text, action))
    except ProxyError as exc:
        raise BadRequest(f"items[{number}]: {exc.detail}", code=exc.code) from None


def _fingerprint(fields: dict[str, Any]) -> str:
    """Equal JSON counts as equal however it is written."""
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()
