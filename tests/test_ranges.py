"""A part of a file is asked for, and answered, as RFC 9110 section 14 says."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Caller
from tests.upstream import Received, Script, Upstream

AUDIO = bytes(range(256)) * 4
DUB = {"path_params": {"dubbing_id": "d", "language_code": "de"}}


def play(seen: Received) -> Script:
    """A vendor that knows ranges."""
    kind = {"Content-Type": "audio/mpeg", "ETag": '"e1"', "Accept-Ranges": "bytes"}
    given = seen.header("range")
    if not given:
        return Script(body=AUDIO, headers=kind)
    first, _, last = given[0].removeprefix("bytes=").partition("-")
    if int(first) >= len(AUDIO):
        return Script(status=416, body=b"{}", headers={"Content-Range": f"bytes */{len(AUDIO)}"})
    part = AUDIO[int(first) : int(last) + 1]
    return Script(
        status=206,
        body=part,
        headers={**kind, "Content-Range": f"bytes {first}-{last}/{len(AUDIO)}"},
    )


@pytest.fixture
def dub(call: Caller, vendor: Upstream) -> Any:
    vendor.plays(play)

    def get(envelope: Any = None, **headers: str) -> Any:
        given = {**DUB, **(envelope or {})}
        return call("get-dubbed-audio", given, service="elevenlabs", **headers)

    return get


def test_whole_file_without_range(dub: Any) -> None:
    response = dub()
    assert (response.status_code, b"".join(response)) == (200, AUDIO)
    assert response.headers["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize("where", ["header", "envelope"])
def test_part_of_file(dub: Any, vendor: Upstream, where: str) -> None:
    wanted = {"Range": "bytes=10-19"}
    response = dub(**wanted) if where == "header" else dub({"headers": wanted})
    assert (response.status_code, b"".join(response)) == (206, AUDIO[10:20])
    assert response.headers["Content-Range"] == "bytes 10-19/1024"
    assert response.headers["Content-Length"] == "10"
    assert vendor.requests[0].header("range") == ["bytes=10-19"]


def test_if_range_goes_along(dub: Any, vendor: Upstream) -> None:
    assert b"".join(dub(Range="bytes=0-1", If_Range='"e1"')) == AUDIO[:2]
    assert vendor.requests[0].header("if-range") == ['"e1"']


def test_part_outside_is_refused(dub: Any) -> None:
    response = dub(Range="bytes=5000-5001")
    assert (response.status_code, response.json()["origin"]) == (416, "upstream")
    assert response.headers["Content-Range"] == "bytes */1024"


def test_json_answers_have_no_parts(call: Caller, vendor: Upstream) -> None:
    vendor.answers({"voices": []})
    assert call("list-voices", service="elevenlabs", Range="bytes=0-1").status_code == 200
    assert vendor.requests[0].header("range") == []


@pytest.mark.parametrize("name", ["Range", "If-Range"])
@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ("bytes=0-1\u0000", "bad_json"),
        ("bytes=0-1\x7f", "bad_header"),
        ("bytes=0-é", "bad_header"),
        ("bytes=" + "0-1," * 2000, "bad_header"),
        (5, "bad_header"),
        (["bytes=0-1"], "bad_header"),
    ],
)
def test_unusable_range_reaches_nobody(
    dub: Any, vendor: Upstream, name: str, wanted: Any, code: str
) -> None:
    response = dub({"headers": {"Range": "bytes=0-1"} | {name: wanted}})
    assert (response.status_code, response.json()["code"]) == (400, code)
    assert vendor.requests == []


@pytest.mark.parametrize("wanted", ["bytes=0-é", "bytes=" + "0-1," * 1500])
def test_unusable_range_header_reaches_nobody(dub: Any, vendor: Upstream, wanted: str) -> None:
    response = dub(Range=wanted)
    assert (response.status_code, response.json()["code"]) == (400, "bad_header")
    assert vendor.requests == []
