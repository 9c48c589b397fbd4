"""What a request envelope may hold, what is refused, and that a body passes byte for byte."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import asgi
from tests.problems import REQUEST_ID, assert_refused

SENTINEL = "hunter2-must-not-echo"
ACTION, PARAMS = "generate-template-video", '"path_params":{"template_id":"t1"}'
TIB = 1 << 40


def post(call, raw, *, action=ACTION, kind="application/json", **headers):
    raw = raw.encode() if isinstance(raw, str) else raw
    return call.send(call.url(action), raw, kind, X_Request_Id=REQUEST_ID, **headers)


def form(**parts):
    """A multipart body of these parts, as bytes and content type."""
    lines = [
        b'--XX\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name.encode(), value)
        for name, value in parts.items()
    ]
    return b"".join(lines) + b"--XX--\r\n", "multipart/form-data; boundary=XX"


def nested(levels):
    return "[" * levels + "]" * levels


HALF = "holds a NUL or half a surrogate pair."
HOSTILE_VALUES = [
    ("NaN", "holds NaN, which is not JSON."),
    ("[1, -Infinity]", "holds -Infinity, which is not JSON."),
    ('{"a": {"b": Infinity}}', "holds Infinity, which is not JSON."),
    ("1e999", "holds a number that is out of range."),
    ("[-1e999]", "holds a number that is out of range."),
    ('{"a": 1, "a": 1}', "names 'a' twice in one object."),
    ('[{"x": {"a": 1, "b": 2, "\\u0061": 3}}]', "names 'a' twice in one object."),
    (r'"\ud800"', HALF),
    (r'["\udc00\ud800"]', HALF),
    (r'{"\udfff": 1}', HALF),
    (r'{"a": [{"b": "\u0000"}]}', HALF),
    (r'{"\u0000": 1}', HALF),
]
BROKEN_VALUES = [
    "{'a': 1}", '{"a": 1,}', "[1, 2", '"a', "01", "1.", ".5", "+1", "0x10", r'"\x"', r'"\u12"',
    '"a\nb"', '"a\0b"', "// a\n1", "/* a */ 1", "1 2", "{1: 2}", '{"a" 1}', "undefined", "1" * 5000,
]  # fmt: skip


@pytest.mark.parametrize(("value", "why"), HOSTILE_VALUES)
def test_ambiguous_json_is_refused(call, vendor, value, why):
    envelope = f'{{{PARAMS}, "body": {{"variables": {{}}, "x": {value}}}}}'
    assert_refused(post(call, envelope), vendor, 400, f"The request body {why}", "bad_json")
    body, kind = form(path_params=b'{"template_id": "t1"}', body=value.encode())
    detail = f"The multipart part body {why}"
    assert_refused(post(call, body, kind=kind), vendor, 400, detail, "bad_json")


@pytest.mark.parametrize("value", BROKEN_VALUES, ids=lambda value: value[:12])
def test_broken_json_is_refused(call, vendor, value):
    for raw, kind in (
        (f'{{{PARAMS}, "body": {value}}}'.encode(), "application/json"),
        form(path_params=b'{"template_id": "t1"}', body=value.encode()),
        form(path_params=value.encode(), body=b'{"variables": {}}'),
    ):
        response = post(call, raw, kind=kind)
        assert (response.status_code, response.json()["code"]) == (400, "bad_json")
        assert "is not valid JSON" in response.json()["detail"]
    assert vendor.requests == []


GOOD = f'{{{PARAMS}, "body": {{"variables": {{}}}}}}'
DUPLICATES = [
    ('{"body": {"variables": {}}, "body": {}}', "body"),
    ('{"query": {}, "path_params": {}, "query": {}}', "query"),
    ('{"path_params": {"template_id": "a", "template_id": "b"}}', "template_id"),
]
WHOLE = [
    (b"\xef\xbb\xbf" + GOOD.encode(), "is not valid JSON (line 1, column 1)."),
    (GOOD.encode("utf-16"), "is not UTF-8."),
    (GOOD.encode("utf-16-le"), "is not valid JSON (line 1, column 2)."),
    (GOOD.replace("t1", "é").encode("latin-1"), "is not UTF-8."),
    (b'{"query": {"a": "\xed\xa0\x80"}}', "is not UTF-8."),
    (b'{"query": {"a": "\xc0\xaf"}}', "is not UTF-8."),
    (GOOD[:-1].encode(), f"is not valid JSON (line 1, column {len(GOOD)})."),
    (GOOD.encode() + b"x", f"is not valid JSON (line 1, column {len(GOOD) + 1})."),
    (GOOD.encode() + b"\0", f"is not valid JSON (line 1, column {len(GOOD) + 1})."),
    *((raw.encode(), f"names '{name}' twice in one object.") for raw, name in DUPLICATES),
]


@pytest.mark.parametrize(("raw", "why"), WHOLE)
def test_unreadable_envelope_is_refused(call, vendor, raw, why):
    assert_refused(post(call, raw), vendor, 400, f"The request body {why}", "bad_json")


@pytest.mark.parametrize("raw", ["[]", '[{"body": {}}]', '"x"', "1", "null", "true", "1.5"])
def test_envelope_must_be_object(call, vendor, raw):
    detail = "The request body must be a JSON object."
    assert_refused(post(call, raw), vendor, 400, detail, "bad_envelope")


@pytest.mark.parametrize("field", ["text", "template_id", "Body", "body ", "", "data", "é\n"])
def test_unknown_field_is_named(call, vendor, field):
    detail = (
        f"Unknown field: {ascii(field)[1:-1]}. An envelope has path_params, query, headers and "
        "body; what the vendor shall get goes inside body."
    )
    raw = json.dumps({"path_params": {"template_id": "t1"}, "body": {"variables": {}}, field: 1})
    assert_refused(post(call, raw), vendor, 400, detail, "unknown_field")


@pytest.mark.parametrize("field", ["path_params", "query", "headers"])
def test_field_must_be_object(call, vendor, field):
    detail = f"{field} must be a JSON object."
    for value in ("[]", '"x"', "1", "true", "0", '[["a", "b"]]'):
        for raw, kind in (
            (f'{{"{field}": {value}}}'.encode(), "application/json"),
            form(**{field: value.encode()}),
        ):
            response = post(call, raw, action="list-avatars", kind=kind)
            assert_refused(response, vendor, 400, detail, "bad_envelope")


NOTHING = ["", " \r\n\t", "{}", '{"body": null}', '{"body": {}}', '{"query": null, "headers": {}}']


@pytest.mark.parametrize(
    "kind", ["application/json", "application/vnd.api+json; charset=UTF-8", ""]
)
def test_nothing_means_empty_envelope(call, vendor, kind):
    for raw in NOTHING:
        vendor.requests.clear()
        assert post(call, raw, action="list-avatars", kind=kind).status_code == 200
        [sent] = vendor.requests
        assert (sent.target, sent.body, sent.header("content-type")) == ("/v2/avatars", b"", [])


def test_absent_body_is_empty_object(call, vendor):
    json_kind = "application/json"
    for raw, kind in ((b"{}", json_kind), (b'{"body":null}', json_kind), form(body=b"null")):
        post(call, raw, action="create-streaming-token", kind=kind)
        assert vendor.requests[-1].body == b"{}"
        assert vendor.requests[-1].header("content-type") == ["application/json"]


@pytest.mark.parametrize("body", ['{"a": 1}', '[{"a": 1}]', '"x"', "1", "true"])
def test_unwanted_body_is_refused(call, vendor, body):
    response = post(call, f'{{"body": {body}}}', action="list-avatars")
    detail = "body: action 'list-avatars' takes no body."
    assert_refused(response, vendor, 400, detail, "unexpected_body")


def test_depth_has_an_edge(call, vendor, settings):
    """An envelope and its body are two levels; a multipart part is one."""
    assert settings.MAX_JSON_DEPTH == 64
    for levels, fits in ((62, True), (63, False), (100_000, False)):
        vendor.requests.clear()
        raw = f'{{{PARAMS}, "body": {{"variables": {{}}, "x": {nested(levels)}}}}}'
        part = f'{{"variables": {{}}, "x": [{nested(levels)}]}}'
        multipart = form(path_params=b'{"template_id": "t1"}', body=part.encode())
        for body, kind, what in (
            (raw, "application/json", "The request body"),
            (*multipart, "The multipart part body"),
        ):
            response = post(call, body, kind=kind)
            if fits:
                assert response.status_code == 200
            else:
                detail = f"{what} is nested deeper than 64 levels."
                assert_refused(response, vendor, 400, detail, "body_too_complex")


def test_deep_objects_count_too(call, vendor):
    raw = '{"query": ' + '{"a":' * 64 + "1" + "}" * 64 + "}"
    detail = "The request body is nested deeper than 64 levels."
    response = post(call, raw, action="list-avatars")
    assert_refused(response, vendor, 400, detail, "body_too_complex")


@pytest.mark.parametrize("multipart", [False, True])
@pytest.mark.parametrize(
    ("text", "fits"),
    [
        (f"[{'1,' * 99_990}1]", True),
        (f"[{'1,' * 100_001}1]", False),
        (json.dumps("," * 200_000), True),
        (json.dumps('\\",' * 200_000), True),
        (f"[{',' * 100_001}", False),
    ],
    ids=["many", "too many", "in a text", "after quotes in a text", "broken"],
)
def test_values_are_counted(call, vendor, text, fits, multipart):
    body = f'{{"variables": {{}}, "x": {text}}}'
    if multipart:
        parts = {"path_params": b'{"template_id": "t1"}', "body": body.encode()}
        (raw, kind), what = form(**parts), "The multipart part body"
    else:
        raw, kind = f'{{{PARAMS}, "body": {body}}}', "application/json"
        what = "The request body"
    response = post(call, raw, kind=kind)
    if fits:
        assert response.status_code == 200
        return
    detail = f"{what} holds more than 100000 values."
    assert_refused(response, vendor, 400, detail, "body_too_complex")


def test_size_has_an_edge(call, account, vendor, settings):
    settings.MAX_JSON_BYTES = 1000
    fits, path = b"{}" + b" " * 998, call.url("list-avatars")
    assert post(call, fits, action="list-avatars").status_code == 200
    assert asgi.post(account, path, [fits[:500], fits[500:]]).status == 200
    vendor.requests.clear()
    response = post(call, fits + b" ", action="list-avatars")
    detail = "The request body is larger than 1000 bytes."
    assert_refused(response, vendor, 413, detail, "body_too_large")
    for pieces, headers, taken in (
        ([fits], {"content_length": "1001"}, 0),
        ([fits], {"content_length": str(TIB)}, 0),
        ([fits, b" ", b" ", b" "], {}, 2),
    ):
        answer = asgi.post(account, path, pieces, **headers)
        assert (answer.status, answer.json["detail"], answer.taken) == (413, detail, taken)
    assert vendor.requests == []


@pytest.mark.parametrize("length", ["-1", "+4", "4, 4", "4.0", "0x4", "\u00b2", "four"])
def test_odd_length_is_refused(call, account, vendor, length):
    answer = asgi.post(account, call.url("list-avatars"), [b"{}"], content_length=length)
    detail = "The Content-Length header is not a number."
    assert (answer.status, answer.json["detail"], answer.taken) == (400, detail, 0)
    assert vendor.requests == []


MEDIA = [
    (kind, f"Action '{ACTION}' takes application/json, not {kind}.")
    for kind in (
        "text/plain", "application/xml", "application/x-www-form-urlencoded", "image/png",
        "application/octet-stream", "application/jsonp", "multipart/mixed",
    )
] + [
    (f"application/json; charset={charset}", "JSON is read as UTF-8 only.")
    for charset in ("utf-16", "utf-7", "unicode_escape", "idna", "latin-1", "nonsense", "rot13")
]  # fmt: skip


@pytest.mark.parametrize(("kind", "detail"), MEDIA)
def test_other_media_types_are_refused(call, vendor, kind, detail):
    response = post(call, GOOD, kind=kind)
    assert_refused(response, vendor, 415, detail, "unsupported_media_type")


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf8"', "us-ascii"])
def test_utf8_is_accepted_by_name(call, vendor, charset):
    assert post(call, GOOD, kind=f"application/json; charset={charset}").status_code == 200


def scene(**parts):
    good = {"character": {"type": "avatar", "avatar_id": "a"}, "voice": {"type": "silence"}}
    return {name: part for name, part in (good | parts).items() if part is not None}


def video(*scenes):
    return "heygen", "generate-video", {"video_inputs": list(scenes)}


def v3_video(**parts):
    return "heygen", "v3-create-video", {"type": "avatar", "avatar_id": "a"} | parts


def session(**parts):
    return "liveavatar", "create-session-token", {"mode": "FULL", "avatar_id": "a"} | parts


VIOLATIONS = [
    ("heygen", "generate-video", {}, "body", "video_inputs"),
    ("heygen", "generate-video", [SENTINEL], "body", "object"),
    ("heygen", "generate-video", {"video_inputs": SENTINEL}, "body.video_inputs", "array"),
    (*video(scene(character=None)), "body.video_inputs[0]", "character"),
    (
        *video(scene(), scene(voice={"type": "text", "voice_id": SENTINEL})),
        "body.video_inputs[1].voice", "input_text",
    ),
    (
        *video(scene(character={"type": SENTINEL})),
        "body.video_inputs[0].character.type", "talking_photo",
    ),
    (
        *video(scene(character={"type": "avatar", "avatar_id": [SENTINEL]})),
        "body.video_inputs[0].character.avatar_id", "string",
    ),
    ("heygen", "v3-create-video", {"type": "avatar", "title": SENTINEL}, "body", "avatar_id"),
    (*v3_video(type=SENTINEL), "body.type", "avatar"),
    (*v3_video(engine={"type": SENTINEL}), "body.engine.type", "avatar_iv"),
    (*v3_video(fit=SENTINEL), "body.fit", "cover"),
    ("elevenlabs", "sound-generation", {"text": {SENTINEL: 1}}, "body.text", "string"),
    (*session(mode=SENTINEL), "body.mode", "FULL"),
    (*session(is_sandbox=SENTINEL), "body.is_sandbox", "boolean"),
]  # fmt: skip


@pytest.mark.parametrize(("service", "action", "body", "path", "word"), VIOLATIONS)
def test_violation_names_field_not_value(call, vendor, service, action, body, path, word):
    response = call(action, {"body": body}, service=service, X_Request_Id=REQUEST_ID)
    detail = response.json()["detail"]
    assert_refused(response, vendor, 400, detail, "schema_violation")
    assert detail.startswith(f"{path}: ")
    assert word in detail
    assert SENTINEL not in response.content.decode()


SPACES = st.text(" \t\r\n", max_size=2)
NUMBERS = st.from_regex(
    r"-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,8})?([eE][+-]?[0-9]{1,2})?", fullmatch=True
)
STRINGS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)


@st.composite
def written(draw, values):
    """A list or object of JSON texts, spaced and escaped in one of the many ways JSON allows."""
    gap = draw(SPACES)
    if draw(st.booleans()):
        return "[" + ",".join(gap + value + gap for value in values) + "]"
    names = draw(st.lists(STRINGS, min_size=len(values), max_size=len(values), unique=True))
    escape = draw(st.booleans())
    pairs = zip((json.dumps(name, ensure_ascii=escape) for name in names), values, strict=True)
    return "{" + ",".join(f"{gap}{name}{gap}:{value}{gap}" for name, value in pairs) + "}"


LEAVES = st.one_of(
    NUMBERS,
    STRINGS.map(json.dumps),
    STRINGS.map(lambda text: json.dumps(text, ensure_ascii=False)),
    STRINGS.map(
        lambda text: '"' + "".join(f"\\u{ord(c):04X}" for c in text if ord(c) < 65536) + '"'
    ),
    st.sampled_from(["null", "true", "false", "{}", "[ ]", '"\\/"', "-0.0", "1E400"[:3]]),
)
JSON_TEXTS = st.recursive(LEAVES, lambda c: st.lists(c, max_size=4).flatmap(written), max_leaves=12)


@given(text=JSON_TEXTS, before=SPACES, after=SPACES, multipart=st.booleans())
@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_body_passes_byte_for_byte(call, vendor, text, before, after, multipart):
    body = f'{{{before}"x"{after}:{text}{after},"variables":{{ }}}}'.encode()
    if multipart:
        raw, kind = form(body=body, path_params=b'{"template_id":"t1"}')
    else:
        raw = b'{"b\\u006fdy":%s%s%s,%s}' % (before.encode(), body, after.encode(), PARAMS.encode())
        kind = "application/json"
    response = post(call, raw, kind=kind)
    assert (response.status_code, response.content) == (200, b'{"data":null}')
    assert vendor.requests[-1].body == body
    assert vendor.requests[-1].header("content-length") == [str(len(body))]
