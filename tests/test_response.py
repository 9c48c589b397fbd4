"""The hot path's response is Django's, attribute for attribute and header for header."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.http.response import BadHeaderError

from services.response import JSON, Response

GIVEN = {"X-One": "1", "ETag": '"a"', "Link": '</x>; rel="y"'}


def both(content: bytes = b"{}", **headers: str) -> tuple[Any, Any]:
    return (
        Response(content, status=201, headers=headers),
        HttpResponse(content, JSON, 201, headers=headers),
    )


def test_state_is_djangos() -> None:
    ours, djangos = (vars(made) for made in both(**GIVEN))
    assert ours.keys() == djangos.keys()
    for name in ours.keys() - {"headers"}:
        assert ours[name] == djangos[name], name


def test_serialises_as_djangos() -> None:
    ours, djangos = both(b'{"data": 1}', **GIVEN)
    for made in (ours, djangos):
        made.headers["x-later"] = "now"
        made.set_cookie("a", "b")
    assert sorted(ours.serialize().split(b"\r\n")) == sorted(djangos.serialize().split(b"\r\n"))
    assert ours.content == djangos.content


@pytest.mark.parametrize("broken", ["one\r\ntwo", "one\ntwo", "\r"])
@pytest.mark.parametrize("place", ["name", "value"])
def test_line_breaks_are_refused(broken: str, place: str) -> None:
    name, value = (broken, "v") if place == "name" else ("X-A", broken)
    made = Response(b"", status=200, headers={})
    with pytest.raises(BadHeaderError):
        made.headers[name] = value
    with pytest.raises(BadHeaderError):
        made.headers.add({"X-Plain": "1", name: value})
    with pytest.raises(BadHeaderError):
        Response(b"", status=200, headers={"X-Plain": "1", name: value})


@pytest.mark.parametrize("value", ["plain", "é", "日本", b"bytes", 5, "tab\tin"])
def test_odd_values_are_written_as_djangos(value: Any) -> None:
    ours, djangos = both()
    for made in (ours, djangos):
        made.headers["X-Odd"] = value
    assert ours.headers["x-odd"] == djangos.headers["x-odd"]
    names = dict(ours.headers.encoded())
    assert names[b"X-Odd"] == djangos.headers["x-odd"].encode("latin-1")


@pytest.mark.parametrize("value", ["plain", "é", "日本", "tab\tin"])
def test_given_headers_are_written_as_djangos(value: str) -> None:
    ours, djangos = (dict(made.headers.items()) for made in both(**GIVEN, **{"X-Odd": value}))
    assert ours == djangos


def test_headers_are_read_as_djangos() -> None:
    ours, djangos = (made.headers for made in both(**GIVEN))
    for name in ("etag", "ETAG", "content-type", "X-Two"):
        assert ours.get(name) == djangos.get(name)
        assert ours.get(name, "else") == djangos.get(name, "else")


def test_headers_are_encoded_once_each() -> None:
    made = Response(b"", status=200, headers={"X-One": "1"})
    made.headers["x-one"] = "2"
    assert made.headers.encoded() == [(b"Content-Type", JSON.encode()), (b"x-one", b"2")]
