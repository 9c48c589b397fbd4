"""Requests of the management API, read strictly: unknown fields and parameters are refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from rest_framework.serializers import Serializer

from services import strict
from services.action import hidden, shown
from services.errors import BadRequest, FieldError, InvalidFields, TooLarge, UnsupportedMedia

MAX_BYTES = 64 * 1024


def body(request: HttpRequest, shape: type[Serializer[Any]]) -> dict[str, Any]:
    """The fields of a JSON body. Raises BadRequest, InvalidFields, TooLarge, UnsupportedMedia."""
    raw = _bytes(request)
    if not raw.strip():
        return checked(shape(data={}))
    if not _is_json(request):
        raise UnsupportedMedia("The management API takes application/json in UTF-8.")
    fields = strict.loads(raw, what="The request body", depth=settings.MAX_JSON_DEPTH)
    if not isinstance(fields, dict):
        raise BadRequest("The request body must be a JSON object.", code="bad_body")
    return checked(shape(data=fields))


def query(request: HttpRequest, shape: type[Serializer[Any]]) -> dict[str, Any]:
    """The query's parameters, each given once. Raises InvalidFields."""
    given = {name: values for name, values in request.GET.lists()}
    if twice := [name for name, values in given.items() if len(values) > 1]:
        raise InvalidFields([_error(name, "Given more than once.") for name in twice])
    return checked(shape(data={name: values[0] for name, values in given.items()}))


def checked(serializer: Serializer[Any]) -> dict[str, Any]:
    """What a serializer made of its data. Raises InvalidFields."""
    if not serializer.is_valid():
        raise InvalidFields(list(_flat(serializer.errors)))
    return dict(serializer.validated_data)


def _bytes(request: HttpRequest) -> bytes:
    try:
        raw = request.body
    except RequestDataTooBig:
        raise TooLarge from None
    if len(raw) > MAX_BYTES:
        raise TooLarge
    return raw


def _is_json(request: HttpRequest) -> bool:
    kind = (request.content_type or "").lower()
    charset = (request.content_params or {}).get("charset", "utf-8").lower()
    known = kind in ("", "application/json") or kind.endswith("+json")
    return known and charset in ("utf-8", "utf8", "us-ascii")


def _flat(errors: Any, place: str = "") -> Iterator[FieldError]:
    """DRF's nested errors as a list, each with the path of its field."""
    if isinstance(errors, Mapping):
        for name, below in errors.items():
            yield from _flat(below, f"{place}.{name}" if place else str(name))
    else:
        yield _error("" if place == "non_field_errors" else place, str(errors[0]))


def _error(field: str, detail: str) -> FieldError:
    return {"field": shown(field), "detail": hidden(detail)[:300]}
