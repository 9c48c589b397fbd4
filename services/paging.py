"""Long lists in pages: a cursor says where one ended, so that nothing is skipped or seen twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Generic, TypeVar

from django.core.signing import BadSignature, Signer
from django.db.models import Field, Model, Q, QuerySet

from services.errors import BadRequest

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Wish:
    """Which page of which list: `place` names the list, so that no other's cursor is taken."""

    place: str
    limit: int
    cursor: str = ""


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    rows: Sequence[Row]
    cursor: str | None  # of the next page


def page(rows: QuerySet[Row], by: tuple[str, ...], wish: Wish) -> Page[Row]:
    """One page in the order of the fields `by`, all ascending or all descending, together unique.

    Raises BadRequest for a cursor that this list did not give.
    """
    names = [name.lstrip("-") for name in by]
    if wish.cursor:
        rows = rows.filter(_after(names, _opened(rows.model, names, wish), by[0].startswith("-")))
    found = list(rows.order_by(*by)[: wish.limit + 1])
    shown = found[: wish.limit]
    more = len(found) > wish.limit
    return Page(shown, _sealed(shown[-1], names, wish) if more else None)


def _after(names: list[str], values: list[Any], descending: bool) -> Q:
    """Rows behind this one: equal in the first fields and beyond it in the next."""
    beyond = "lt" if descending else "gt"
    alternatives = []
    for index, name in enumerate(names):
        equal = dict(zip(names[:index], values, strict=False))
        alternatives.append(Q(**equal, **{f"{name}__{beyond}": values[index]}))
    return reduce(Q.__or__, alternatives)


def _sealed(row: Model, names: list[str], wish: Wish) -> str:
    values = [_field(type(row), name).value_to_string(row) for name in names]
    return _signer(wish).sign_object(values)


def _opened(model: type[Model], names: list[str], wish: Wish) -> list[Any]:
    return [
        _field(model, name).to_python(value)
        for name, value in zip(names, _unsigned(wish), strict=True)
    ]


def _unsigned(wish: Wish) -> list[Any]:
    try:
        values: list[Any] = _signer(wish).unsign_object(wish.cursor)
    except (BadSignature, ValueError):
        raise BadRequest("cursor: not one that this list gave.", code="bad_cursor") from None
    return values


def _field(model: type[Model], name: str) -> Field[Any, Any]:
    found = model._meta.get_field(name)
    assert isinstance(found, Field)
    return found


def _signer(wish: Wish) -> Signer:
    return Signer(salt=f"console.api.paging:{wish.place}")


def names(every: Sequence[str], wish: Wish) -> tuple[list[str], str | None]:
    """One page of sorted names, and the cursor of the next. Raises BadRequest."""
    last = ""
    if wish.cursor:
        [last] = _unsigned(wish)
    left = [name for name in every if name > last]
    shown = left[: wish.limit]
    return shown, _signer(wish).sign_object([shown[-1]]) if len(left) > len(shown) else None
