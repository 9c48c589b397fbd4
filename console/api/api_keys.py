"""An org's API keys: made, rolled, revoked. A key hands on nothing that it does not have itself."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from console.api import inputs, outputs
from console.api.describing import documented, listing
from console.api.managed import Managed, one
from console.api.rights import Rights, beyond, covers_scopes
from credentials.issue import TooManyKeys, issue, roll
from credentials.models import ApiKey
from services.errors import Conflict, Forbidden, InvalidFields, NotFound

_KEY = {200: outputs.ApiKeySerializer}
_HANDED_ON = (
    "access",
    "scopes",
    "origins",
    "networks",
    "rate",
    "expires_at",
    "paid_per_day",
    "approve_above",
)


class _ApiKeys(Managed):
    def rows(self) -> QuerySet[ApiKey]:
        found: QuerySet[ApiKey] = ApiKey.objects.filter(org_id=self.caller.org.id)
        return found.defer("digest")

    def row(self, key: str) -> ApiKey:
        """A key of this org. Raises NotFound, whether another org has it or nobody."""
        if found := self.rows().filter(pk=key).first():
            return found
        raise NotFound

    def reached(self, key: str) -> ApiKey:
        """A key that the caller's own may rename and end: itself, or one whose actions it covers.

        Ending gives nobody a right, so a key that only manages ends one that calls. Raises
        NotFound, Forbidden.
        """
        found, own = self.row(key), self.caller.key
        if found.pk != own.id and not covers_scopes(own.scopes, found.scopes):
            raise Forbidden(
                "scopes: a key cannot change one that may do more.", code="beyond_own_rights"
            )
        return found

    def hand_on(self, asked: Rights) -> None:
        """Raise Forbidden where that is more than the caller's own key may do."""
        if name := beyond(_own(self.caller.key), asked):
            raise Forbidden(
                f"{name}: a key cannot give what it does not have itself.",
                code="beyond_own_rights",
            )


class ApiKeyList(_ApiKeys):
    @listing("List API keys", outputs.ApiKeySerializer)
    def get(self, request: Request, org: str) -> Response:
        """All keys of the org, the newest first, those that were revoked included."""
        return self.page(self.rows(), ("-created_at", "-id"), outputs.ApiKeySerializer)

    @documented(
        "Make an API key",
        {201: outputs.ApiKeySerializer},
        takes=inputs.NewApiKeySerializer,
        beside=("key",),
        refusals=(409,),
    )
    def post(self, request: Request, org: str) -> Response:
        """Make a key. Its text, `key`, is in this answer and never again."""
        given = self.given
        self.hand_on(_asked(given))
        with self.change() as owner:
            row, text = issue(owner, **given)
        return _made(row, text)


class ApiKeyDetail(_ApiKeys):
    @documented("Read an API key", _KEY, refusals=(404,))
    def get(self, request: Request, org: str, key: str) -> Response:
        return one(outputs.ApiKeySerializer, self.row(key))

    @documented(
        "Change an API key",
        _KEY,
        takes=inputs.ApiKeyChangeSerializer,
        refusals=(404, 409),
    )
    def patch(self, request: Request, org: str, key: str) -> Response:
        """Rename a key, or bring its end forward. What it may do is fixed: make another one."""
        given = self.given
        with self.change():
            row = self.reached(key)
            _refuse_dead(row)
            _refuse_longer(row, given.get("expires_at"))
            for name, value in given.items():
                setattr(row, name, value)
            row.save(update_fields=[*given])
        return one(outputs.ApiKeySerializer, row)

    @documented("Revoke an API key", _KEY, refusals=(404,))
    def delete(self, request: Request, org: str, key: str) -> Response:
        """Refuse a key from now on; it cannot be undone, and once more changes nothing.

        A key may revoke itself: this is its last answer.
        """
        with self.change():
            row = self.reached(key)
            row.revoke()
        return one(outputs.ApiKeySerializer, row)


class ApiKeyRoll(_ApiKeys):
    @documented(
        "Roll an API key",
        {201: outputs.ApiKeySerializer},
        takes=inputs.RollSerializer,
        beside=("key",),
        refusals=(404, 409),
    )
    def post(self, request: Request, org: str, key: str) -> Response:
        """Make a key like this one, which works on until the time given.

        Its text, `key`, is in this answer and never again. A key may roll itself.
        """
        given = self.given
        old = self.row(key)
        _refuse_dead(old)
        self.hand_on(_of(old))
        try:
            with self.change():
                row, text = roll(old, until=_end(given))
        except TooManyKeys:
            raise
        except ValidationError as exc:
            raise Conflict(exc.messages[0], code="cannot_roll") from exc
        return _made(row, text)


def _made(row: ApiKey, text: str) -> Response:
    return one(outputs.ApiKeySerializer, row, status=201, key=text)


def _end(given: dict[str, Any]) -> datetime | None:
    seconds: int | None = given.get("for")
    until: datetime | None = given.get("until")
    return timezone.now() + timedelta(seconds=seconds) if seconds else until


def _refuse_dead(row: ApiKey) -> None:
    if row.state != "active":
        raise Conflict(f"The key is {row.state}.", code="key_not_active")


def _refuse_longer(row: ApiKey, until: datetime | None) -> None:
    if until and row.expires_at and until > row.expires_at:
        detail = "A key's end can only be brought forward."
        raise InvalidFields([{"field": "expires_at", "detail": detail}])


def _own(key: Any) -> Rights:
    """What the caller's key may do, as the directory has it."""
    until = key.expires_at if key.expires_at is not None else math.inf
    calls, paid = _calls(key.rate, key.kind), _unlimited(key.paid_per_day)
    free = _unlimited(key.approve_above)
    return Rights(key.access, key.scopes, key.origins, key.networks, calls, until, paid, free)


def _of(row: ApiKey) -> Rights:
    return _rights(*(getattr(row, name) for name in _HANDED_ON))


def _asked(given: dict[str, Any]) -> Rights:
    return _rights(*(given[name] for name in _HANDED_ON))


def _rights(
    access: Sequence[str],
    scopes: Sequence[str],
    origins: Sequence[str],
    networks: Sequence[str],
    rate: int | None,
    expires_at: datetime | None,
    paid_per_day: int | None,
    approve_above: int | None,
) -> Rights:
    until = expires_at.timestamp() if expires_at else math.inf
    calls = _calls(rate, "browser" if origins else "server")
    paid = _unlimited(paid_per_day)
    patterns = (tuple(scopes), tuple(origins), tuple(networks))
    return Rights(frozenset(access), *patterns, calls, until, paid, _unlimited(approve_above))


def _unlimited(limit: int | None) -> float:
    return math.inf if limit is None else limit


def _calls(rate: int | None, kind: str) -> float:
    """Calls a minute, by the key's own limit or by the setting for its kind, whose 0 is none."""
    of_kind = settings.RATE_BROWSER_KEY if kind == "browser" else settings.RATE_SERVER_KEY
    return rate or of_kind or math.inf
