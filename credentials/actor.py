"""Who is acting: said once where a request or command begins, read where a change is recorded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal

type_of_actor = Literal["user", "key", "command", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """A member of the staff, an API key, a command, or the service itself; and from where."""

    kind: type_of_actor = "system"
    name: str = "service"
    address: str = ""  # of the client, as `services.addresses` tells it


_SERVICE = Actor()
_acting: ContextVar[Actor] = ContextVar("actor", default=_SERVICE)


def current() -> Actor:
    """Who acts here and now; the service itself unless somebody was named."""
    return _acting.get()


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """What is changed inside is recorded as this actor's doing."""
    token = _acting.set(actor)
    try:
        yield
    finally:
        _acting.reset(token)
