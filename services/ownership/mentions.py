"""The ids that a call names, and which of them must be the org's own. Pure, but for files."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from services import strict
from services.action import Action, Call, Upload, shown
from services.errors import BadRequest
from services.rule import Branch, Ownership

NOTHING: Mapping[str, Any] = {}
MOST = 5000  # ids of one call
_FIELD = 64 * 1024  # bytes of a part without a filename, which may be an id
_LONGEST = 16 * 1024  # characters of a text that may be a list of ids
_BETWEEN = re.compile(r"[\s,;|]+")
_BARE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/-]{5,254}")


class Mentions:
    """Text of each id -> whether it must be the org's own where orgs share the account."""

    __slots__ = ("_everything", "_ownership", "ids", "named")

    def __init__(self, ownership: Ownership, *, everything: bool = False) -> None:
        self.ids: dict[str, bool] = {}
        self.named = False  # whether anything of somebody's own was, a rehearsal included
        self._ownership = ownership
        self._everything = everything  # any text that could be an id, whatever its name

    def take(self, value: Any, branch: Branch | None, must: bool | None) -> None:
        """What stands at a place and below it; `must` as a Branch says it."""
        if isinstance(value, dict):
            self.members(value, branch)
        elif isinstance(value, list):
            each = branch.below.get("[]") if branch else None
            if each and each.must is not None:
                must = each.must
            for item in value:
                self.take(item, each or branch, must)
        elif must is not None:
            self._add(value, must)
        elif self._everything and isinstance(value, str) and _BARE.fullmatch(value):
            self._add(value, False)

    def members(self, value: Mapping[str, Any], branch: Branch | None) -> None:
        """What stands under the names in a mapping."""
        below = branch.below if branch else {}
        for name, inner in value.items():
            known = below.get(name) or below.get("*")
            if known is None or known.must is None:
                self.take(inner, known, self._ownership.must(name))
            else:
                self.take(inner, known, known.must)

    def _add(self, value: Any, must: bool) -> None:
        self.named |= must
        rehearsal = self._ownership.rehearsal
        texts = _texts(value)
        if len(texts) > 1:  # to a vendor that takes one id, it is one
            self.ids.setdefault(value, False)
        for text in texts:
            if not (rehearsal and text.startswith(rehearsal)):
                self.ids[text] = must or self.ids.get(text, False)
        if len(self.ids) > MOST:
            raise BadRequest(f"A call names at most {MOST} ids.", code="too_many_ids")


def of_call(
    ownership: Ownership,
    action: Action,
    call: Call,
    form: Mapping[str, Any] = NOTHING,
    known: bool = True,
) -> Mentions:
    """The ids in path, query, body and the fields of a `form`. Raises BadRequest for too many.

    `known` says whether it is written down what the action's body may hold.
    """
    found = Mentions(ownership, everything=not known)
    top = ownership.trees.get(action.slug)
    places = top.below if top else {}
    if call.path_params:
        found.members(call.path_params, places.get("path"))
    if call.query:
        found.members(call.query, places.get("query"))
    if call.body:
        found.take(call.body, places.get("body"), None)
    if form:
        found.members(form, places.get("body"))
    return found


async def fields(call: Call, depth: int) -> Mapping[str, Any]:
    """The plain fields among a form's parts, read as JSON where they are that.

    Raises BadRequest for one that is too long, or that readers take in different ways.
    """
    found: dict[str, Any] = {}
    for upload in call.uploads:
        if upload.filename is None and upload.size <= _FIELD:
            text = b"".join([chunk async for chunk in upload.chunks()])
            value = strict.field(text, what=shown(upload.field), depth=depth)
            found[upload.field] = [value, found.get(upload.field)]
        elif upload.filename is None:
            raise _too_long(upload)
    return found


def _too_long(upload: Upload) -> BadRequest:
    return BadRequest(
        f"A part without a filename has at most {_FIELD} bytes.", code="field_too_long"
    )


def _texts(value: Any) -> Sequence[str]:
    """The ids in one value: a text may hold several, as queries do."""
    if isinstance(value, str):
        if value.isalnum():
            return (value,)
        text = value.strip()
        return (text,) if len(text) > _LONGEST else list(filter(None, _BETWEEN.split(text)))
    if isinstance(value, float):
        return (str(int(value)),) if value.is_integer() else ()
    return (str(value),) if isinstance(value, int) and not isinstance(value, bool) else ()
