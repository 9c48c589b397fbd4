"""Columns of lists, with words in colour."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from unfold.decorators import display

Column = TypeVar("Column", bound=Callable[..., Any])


def shown(
    *, description: str, label: Mapping[str, str] | None = None
) -> Callable[[Column], Column]:
    """A column of this name; `label` maps its words to success, warning or danger."""
    options: dict[str, Any] = {"label": dict(label)} if label else {}
    return cast(Callable[[Column], Column], display(description=description, **options))
