"""Django's response with less work in it: an answer has fifteen headers, and is made every call."""

from __future__ import annotations

from collections.abc import Mapping
from http.cookies import SimpleCookie
from typing import Any

from django.http import HttpResponse
from django.http.response import ResponseHeaders

JSON = "application/json"


class Headers(ResponseHeaders):
    """Takes plain text as it is, which Django encodes and decodes twice to see that it is plain."""

    def __init__(self, data: Mapping[str, str]) -> None:
        super().__init__({})
        self.add(data)

    def add(self, data: Mapping[str, str]) -> None:
        """Set all of them; one look sees that all are plain, as they nearly always are."""
        text = "".join(data) + "".join(data.values())
        if text.isascii() and text.isprintable():
            self._store.update({name.lower(): (name, value) for name, value in data.items()})
        else:
            for name, value in data.items():
                self[name] = value

    def __setitem__(self, key: str, value: str | bytes | int) -> None:
        if type(value) is str and (text := key + value).isascii() and text.isprintable():
            self._store[key.lower()] = key, value
        else:
            super().__setitem__(key, value)

    def get(self, key: str, default: Any = None) -> Any:
        """As of every mapping, without an exception for what is not there."""
        held = self._store.get(key.lower())
        return default if held is None else held[1]

    def encoded(self) -> list[tuple[bytes, bytes]]:
        """Names and values as ASGI takes them."""
        return [(name.encode(), value.encode("latin-1")) for name, value in self._store.values()]


class Response(HttpResponse):
    """A whole answer in JSON.

    What Django's constructor sets is set here once; a test compares the two.
    """

    headers: Headers

    def __init__(self, content: bytes, *, status: int, headers: Mapping[str, str]) -> None:
        self.headers = Headers({"Content-Type": JSON, **headers})
        self.status_code = status
        self.cookies: SimpleCookie = SimpleCookie()
        self.closed = False
        self._charset = self._reason_phrase = self._handler_class = None
        self._resource_closers: list[object] = []
        self._container = [content]
