"""Files on their way through: as parts under their own names, or as the raw body."""

import asyncio
import hashlib
import io
import json
import random
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from multipart import MultipartParser

from services import strict
from services.body import Spool
from tests import asgi
from tests.problems import REQUEST_ID, assert_refused

MIB = 1024 * 1024
PNG = b"\x89PNG\r\n\x1a\n\x00--XX\r\n--"


def part(name, value, filename=None, kind=None):
    """One part as a browser writes it."""
    if not isinstance(value, bytes):
        value = json.dumps(value).encode()
    file = "" if filename is None else f'; filename="{filename}"'
    head = f'--XX-42\r\nContent-Disposition: form-data; name="{name}"{file}\r\n'
    if kind is not None:
        head += f"Content-Type: {kind}\r\n"
    return head.encode() + b"\r\n" + value + b"\r\n"


def form(*parts):
    return b"".join(parts) + b"--XX-42--\r\n"


def post(call, raw, action="add-voice", service="elevenlabs", kind="", query=""):
    kind = kind or "multipart/form-data; boundary=XX-42"
    return call.send(call.url(action, service) + query, raw, kind, X_Request_Id=REQUEST_ID)


def received(request):
    """What a vendor reads from a multipart request: name, filename, type and value of each part."""
    kind, _, boundary = request.header("content-type")[0].partition("; boundary=")
    assert kind == "multipart/form-data"
    parser = MultipartParser(
        io.BytesIO(request.body), boundary, memory_limit=16 * MIB, spool_limit=16 * MIB, strict=True
    )
    return [
        (part.name, part.filename, part.headers.get("Content-Type"), part.raw) for part in parser
    ]


VOICE = part("body", {"name": "Ann"})


def test_fields_and_files_keep_their_names(call, vendor):
    vendor.answers({"voice_id": "v1"})
    body = (
        b'{"name": "Ann \\u00e9", "labels": "{}", "remove_background_noise": true, "none": null,'
        b' "n": 1.10, "big": 12345678901234567890123, "e": 1E2, "list": ["a", 1.0, false, null],'
        b' "deep": {"z": 1.10, "a": [ 1 ]}, "rows": [{"x": 1.0}], "empty": [], "text": ""}'
    )
    response = post(
        call,
        form(
            part("path_params", {}),
            part("files", PNG, "one.png", "image/png"),
            part("body", body),
            part("files", b"", "two \u65e5.wav", "audio/L16; rate=16000"),
            part("query", {"q": [1, 2]}),
            part("note", b"plain text"),
            part("headers", {"Accept-Language": "de"}),
        ),
    )
    assert (response.status_code, response.json()) == (200, {"data": {"voice_id": "v1"}})
    [sent] = vendor.requests
    assert (sent.method, sent.target) == ("POST", "/v1/voices/add?q=1&q=2")
    assert sent.header("accept-language") == ["de"]
    assert received(sent) == [
        ("name", None, None, "Ann é".encode()),
        ("labels", None, None, b"{}"),
        ("remove_background_noise", None, None, b"true"),
        ("n", None, None, b"1.10"),
        ("big", None, None, b"12345678901234567890123"),
        ("e", None, None, b"1E2"),
        ("list", None, None, b"a"),
        ("list", None, None, b"1.0"),
        ("list", None, None, b"false"),
        ("deep", None, None, b'{"z": 1.10, "a": [ 1 ]}'),
        ("rows", None, None, b'[{"x": 1.0}]'),
        ("text", None, None, b""),
        ("files", "one.png", "image/png", PNG),
        ("files", "two \u65e5.wav", "audio/l16; rate=16000", b""),
        ("note", None, None, b"plain text"),
    ]


def test_json_alone_makes_a_form(call, vendor):
    body = {"source_url": "https://x.test/a.mp4", "target_lang": "de", "watermark": False}
    call("create-dubbing", {"body": body}, service="elevenlabs")
    assert received(vendor.requests[0]) == [
        ("source_url", None, None, b"https://x.test/a.mp4"),
        ("target_lang", None, None, b"de"),
        ("watermark", None, None, b"false"),
    ]


KINDS = ["image/png", "IMAGE/PNG", "audio/L16; rate=16000", 'text/plain; charset="utf-8"']


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("raw", [False, True])
def test_one_file_becomes_raw_body(call, vendor, kind, raw):
    vendor.answers({"code": 100, "data": {"id": "a1"}})
    where = {"action": "upload-asset", "service": "heygen"}
    if raw:
        query = "?query.folder_id=f%201&query.tag=a&query.tag=b"
        response = post(call, PNG, kind=kind, query=query, **where)
    else:
        query = part("query", {"folder_id": "f 1", "tag": ["a", "b"]})
        response = post(call, form(query, part("file", PNG, "a.png", kind)), **where)
    assert (response.status_code, response.json()) == (200, {"data": {"id": "a1"}})
    [sent] = vendor.requests
    assert sent.target == "/v1/asset?folder_id=f%201&tag=a&tag=b"
    assert (sent.body, sent.header("content-type")) == (PNG, [kind])
    assert sent.header("content-length") == [str(len(PNG))]


FILE = part("file", PNG, "a.png", "image/png")
ONE_FILE = "Action 'upload-asset' takes exactly one file, and no body beside it."
NOT_ONE_FILE = [
    (form(FILE, FILE), "upload-asset", ONE_FILE, "one_file_expected"),
    (form(), "upload-asset", ONE_FILE, "one_file_expected"),
    (form(FILE, part("body", {"a": 1})), "upload-asset", ONE_FILE, "one_file_expected"),
    (form(FILE), "list-avatars", "body: action 'list-avatars' takes no body.", "unexpected_body"),
    (
        form(part("b", b"x"), FILE, part("body", {"variables": {}})), "create-webm-video",
        "b, file: action 'create-webm-video' takes no files.", "unexpected_file",
    ),
    (
        form(FILE, part("body", [1])), "v3-upload-asset",
        "body: must be an object of form fields.", "schema_violation",
    ),
    (
        form(part("body", {"name": "x"})), "v3-upload-asset",
        'body: "file" is a required property', "schema_violation",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "action", "detail", "code"), NOT_ONE_FILE)
def test_other_parts_are_refused(call, vendor, raw, action, detail, code):
    response = post(call, raw, action, "heygen")
    assert_refused(response, vendor, 400, detail, code)


RAW_QUERIES = [
    ("?path_params.x=1", "Unknown path parameter: x", "unknown_path_param"),
    ("?folder_id=1", "Unknown query parameter: folder_id", "bad_request"),
    ("?query.=1", "Unknown query parameter: query.", "bad_request"),
    ("?headers.cookie=1", "Unknown query parameter: headers.cookie", "bad_request"),
    ("?body.a=1", "Unknown query parameter: body.a", "bad_request"),
    ("?query.api_key=1", "Query parameter not allowed: api_key", "query_not_allowed"),
    ("?query.a=%00", "Query parameter a is not usable.", "bad_query_param"),
]


@pytest.mark.parametrize(("query", "detail", "code"), RAW_QUERIES)
def test_raw_parameters_are_named(call, vendor, query, detail, code):
    response = post(call, PNG, "upload-asset", "heygen", "image/png", query)
    assert_refused(response, vendor, 400, detail, code)


TOO_LARGE = [
    (b"x" * 1001, "image/png", "The request body is larger than 1000 bytes."),
    (form(part("a'b", b"x" * 1001)), "", "The multipart part a'b is larger than 1000 bytes."),
    (form(part("query", b" " * 101)), "", "The multipart part query is larger than 100 bytes."),
    (form(*[part("a", b"x" * 900)] * 10), "", "The request body is larger than 9000 bytes."),
    (form(*[part("a", b"")] * 65), "", "A multipart body has at most 64 parts."),
]


@pytest.mark.parametrize(("raw", "kind", "detail"), TOO_LARGE)
def test_too_large_is_refused(call, vendor, small, raw, kind, detail):
    response = post(call, raw, "upload-asset", "heygen", kind)
    assert_refused(response, vendor, 413, detail, "body_too_large")


def test_largest_size_passes(call, vendor, small):
    file = part("file", b"x" * 1000, "a", "image/png")
    as_form = form(file, part("query", b"{}" + b" " * 98))
    assert post(call, as_form, "upload-asset", "heygen").status_code == 200
    assert post(call, b"x" * 1000, "upload-asset", "heygen", "image/png").status_code == 200
    many = form(VOICE, part("files", PNG, "a"), *[part("a", b"x")] * 62)
    assert post(call, many).status_code == 200


@pytest.mark.parametrize(
    ("kind", "limit"), [("image/png", 1000), ("multipart/form-data; boundary=XX-42", 9000)]
)
def test_large_body_is_not_read(call, account, vendor, small, kind, limit):
    path = call.url("upload-asset")
    claimed = asgi.post(account, path, [b"x"], content_type=kind, content_length=str(limit + 1))
    assert (claimed.status, claimed.taken) == (413, 0)
    piece = part("a", b"x" * (limit // 10 - len(part("a", b""))))
    streamed = asgi.post(account, path, [piece] * 20, content_type=kind)
    assert (streamed.status, streamed.taken) == (413, 11)
    assert vendor.requests == []


@pytest.fixture
def small(settings):
    settings.MAX_JSON_BYTES = 100
    settings.MAX_FILE_BYTES = 1000
    settings.MAX_MULTIPART_BYTES = 9000


HEAD = b'--XX-42\r\nContent-Disposition: form-data; name="file"'
BROKEN = [
    b"--XX-42",
    b"--XX-43\r\n",
    form(FILE)[:-8],
    form(FILE)[:-12],
    form(FILE).replace(b"\r\n", b"\n"),
    form(FILE) .replace(b"--XX-42--", b"--XX-42 "),
    b"--XX-42\r\n\r\nx\r\n--XX-42--\r\n",
    HEAD.replace(b"form-data", b"attachment") + b"\r\n\r\nx\r\n--XX-42--\r\n",
    HEAD.replace(b'; name="file"', b"") + b"\r\n\r\nx\r\n--XX-42--\r\n",
    HEAD + b"\r\nno colon\r\n\r\nx\r\n--XX-42--\r\n",
    HEAD + b"\r\n folded: x\r\n\r\nx\r\n--XX-42--\r\n",
    HEAD + b"\r\nBad Name: x\r\n\r\nx\r\n--XX-42--\r\n",
    HEAD + b"\r\nContent-Length: 5\r\n\r\nx\r\n--XX-42--\r\n",
    HEAD + b"\r\nContent-Length: -1\r\n\r\nx\r\n--XX-42--\r\n",
    HEAD + b'; filename="a\r\nX-Api-Key: b"\r\n\r\nx\r\n--XX-42--\r\n',
    HEAD + b'; filename="a\r\nb"\r\n\r\nx\r\n--XX-42--\r\n',
    HEAD + b'; filename="\xff\xfe"\r\n\r\nx\r\n--XX-42--\r\n',
]  # fmt: skip
UNUSABLE = [
    part("file", PNG, "a\rb"),
    part("file", PNG, "a\nb"),
    part("file", PNG, "a\0b"),
    part("file", PNG, "a\x7f"),
    part("file", PNG, "a\u2028b"),
    part("file", PNG, "x" * 256),
    part("f\tile", PNG, "a"),
    part("x" * 256, PNG, "a"),
    *(
        part("file", PNG, "a.png", kind)
        for kind in (
            "garbage", "image/", "/png", "image/png/x", "image /png", "image/png; a", "image/é",
            'text/plain; charset="x', "image/png\x0b", "*/*", "a/" + "b" * 255,
        )
    ),
]  # fmt: skip


@pytest.mark.parametrize("raw", BROKEN)
def test_malformed_body_is_refused(call, vendor, raw):
    response = post(call, raw, "v3-upload-asset", "heygen")
    assert_refused(response, vendor, 400, "The multipart body is malformed.", "bad_multipart")


@pytest.mark.parametrize(
    "boundary", ["", "; boundary=", '; boundary="a\nb"', "; boundary=" + "x" * 2000]
)
def test_unusable_boundary_is_refused(call, vendor, boundary):
    response = post(call, form(FILE), "v3-upload-asset", "heygen", f"multipart/form-data{boundary}")
    assert_refused(response, vendor, 400, "The multipart body is malformed.", "bad_multipart")


@pytest.mark.parametrize("unusable", UNUSABLE, ids=range(len(UNUSABLE)))
def test_unusable_part_is_refused(call, vendor, unusable):
    detail = "A part's name, filename or type is not usable."
    response = post(call, form(unusable), "v3-upload-asset", "heygen")
    assert_refused(response, vendor, 400, detail, "bad_multipart")


@pytest.mark.parametrize("name", ["path_params", "query", "body", "headers"])
def test_repeated_envelope_part_is_refused(call, vendor, name):
    response = post(call, form(FILE, part(name, {}), part(name, {})), "v3-upload-asset", "heygen")
    detail = f"The multipart part {name} stands there twice."
    assert_refused(response, vendor, 400, detail, "bad_request")


SIZES = [0, 1, MIB - 1, MIB, MIB + 1, 5 * MIB]


@pytest.mark.parametrize("size", SIZES)
def test_file_bytes_arrive_identical(call, account, vendor, size):
    """Sizes around the point where a file moves from memory to disk."""
    content = random.Random(size).randbytes(size)
    wanted = hashlib.sha256(content).hexdigest()
    file = form(part("file", content, "a.bin", "application/octet-stream"))
    assert post(call, file, "v3-upload-asset", "heygen").status_code == 200
    assert post(call, file, "upload-asset", "heygen").status_code == 200
    pieces = [content[:MIB], content[MIB:]]
    assert (
        asgi.post(account, call.url("upload-asset"), pieces, content_type="video/mp4").status == 200
    )
    as_part, as_body, as_raw = vendor.requests
    [(name, filename, kind, value)] = received(as_part)
    assert (name, filename, kind) == ("file", "a.bin", "application/octet-stream")
    for sent in (value, as_body.body, as_raw.body):
        assert hashlib.sha256(sent).hexdigest() == wanted


@given(cuts=st.lists(st.integers(0, 400), max_size=6), tail=st.integers(1, 12))
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_pieces_of_arrival_do_not_matter(call, account, vendor, cuts, tail):
    raw = form(VOICE, part("files", PNG, "one.png", "image/png"))
    edges = sorted({0, len(raw), len(raw) - tail, *(min(cut, len(raw)) for cut in cuts)})
    pieces = [raw[start:end] for start, end in pairwise(edges)]
    path, kind = call.url("add-voice", "elevenlabs"), "multipart/form-data; boundary=XX-42"
    answer = asgi.post(account, path, pieces, content_type=kind)
    assert (answer.status, answer.json) == (200, {"data": {}})
    assert received(vendor.requests[-1]) == [
        ("name", None, None, b"Ann"),
        ("files", "one.png", "image/png", PNG),
    ]


@pytest.mark.parametrize("name", ["a\r\nX-Evil: 1", 'a"b', "a\\b", "", "n" * 256])
def test_unusable_field_names_are_refused(call, vendor, name):
    envelope = {"path_params": {"voice_id": "v"}, "body": {"name": "n", name: "x"}}
    response = call("edit-voice", envelope, service="elevenlabs")
    assert (response.status_code, response.json()["code"]) == (400, "bad_field")
    assert vendor.requests == []


def test_names_with_spaces_stay_readable(call, vendor):
    vendor.answers({"status": "ok"})
    envelope = {"path_params": {"voice_id": "v"}, "body": {"name": "n", "na me é": "x"}}
    assert call("edit-voice", envelope, service="elevenlabs").status_code == 200
    assert 'name="na me é"'.encode() in vendor.requests[0].body


@pytest.mark.parametrize("size", [MIB // 2, 3 * MIB], ids=["in memory", "on disk"])
def test_file_is_read_by_two_sends_at_a_time(size):
    """The first was given up, and has not noticed yet."""
    spool, content = Spool(), random.Random(1).randbytes(size)
    spool.write(content)

    async def whole():
        first = spool.chunks()
        parts = [await anext(first)]
        second = [chunk async for chunk in spool.chunks()]
        parts += [chunk async for chunk in first]
        return b"".join(parts), b"".join(second)

    assert asyncio.run(whole()) == (content, content)
    spool.close()


def test_long_json_part_is_read_off_the_event_loop(call, vendor, monkeypatch):
    on_loop = []

    def loads(raw, **options):
        on_loop.append(asyncio._get_running_loop() is not None)
        return plainly(raw, **options)

    plainly = strict.loads
    monkeypatch.setattr(strict, "loads", loads)
    for name in ("a" * 2 * MIB, "Ann"):
        post(call, form(part("body", {"name": name}), part("files", b"x", "a.mp3", "audio/mpeg")))
    assert on_loop == [False, True]
