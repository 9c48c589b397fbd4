"""Path parameters stay in their own segment, query values in their own pair, whatever they hold."""

import json
import re
import unicodedata
from urllib.parse import parse_qsl, unquote, urljoin

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.catalogue import SERVICES
from tests.problems import REQUEST_ID, problem

FIXTURES = settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
TEMPLATES = {(s.slug, a.slug): (a.path, a.path_params) for s in SERVICES for a in s.actions}
BODIES = {
    ("heygen", "get-template"): None,
    ("heygen", "generate-template-video"): {"variables": {}},
    ("heygen", "download-proofread-srt"): None,
    ("elevenlabs", "tts"): {"text": "Hello"},
    ("elevenlabs", "get-dubbed-audio"): None,
    ("liveavatar", "get-session-transcript"): None,
    ("liveavatar", "delete-llm-configuration"): None,
}

LONE_DOTS = ["", ".", "..", "%2e%2e", "%2E.", ".%2e", "%252e%252e", "%25252e%25252e"]
SPREAD_DOTS = ["a/../b", "..%2f..%2fv1", "../../v1", "..\\..\\v1", "a\\.", "%2e%2e%5cv1", "a/./b"]
FOLDED_DOTS = ["\uff0e\uff0e", "\uff0e\uff0e\uff0fv1", "a\uff0f..", "%ef%bc%8e%ef%bc%8e", "\u2025"]
CONTROLS = ["a\r\nX-Api-Key: b", "\n", "\t", "\x7f", "\x85", "%00", "%0d%0a", "\u2028"]
NOT_TEXT = [True, False, 1.5, 1e3, ["a"], {"a": "b"}, None]
REFUSED = [*LONE_DOTS, *SPREAD_DOTS, *FOLDED_DOTS, *CONTROLS, *NOT_TEXT, "x" * 1025, 10**1025]

CONFINED = [
    "@evil", "//evil", "http://evil", "https:\\\\evil", ":80", "?x=1", "#f", ";a", "a;b=c", "a&b=c",
    "a/b", "/v1/voices", "a\\b", "a%2fb", "a%252fb", "\uff0fv1", "...", "..a", ".a", "%", "%zz",
    "%C3%28", "%3fx=1", "{template_id}", "{}", "a b", "+", "é", "日本", "\U0001f600", "x" * 1024,
    0, -1, 12345678901234567890123,
]  # fmt: skip


def assert_refused(response, detail, code):
    assert response.status_code == 400
    assert response.json() == problem(detail, code)


def invoke(call, case, *, path_params=None, query=None):
    service, slug = case
    envelope = {"path_params": path_params or {}, "query": query or {}, "body": BODIES.get(case)}
    response = call(slug, envelope, service=service, X_Request_Id=REQUEST_ID)
    if response.streaming:
        b"".join(response)
    return response


def assert_confined(target, template, values):
    """The target is the template with each value in the segment of its name, and no query."""
    assert re.fullmatch(r"[!-~]+", target)
    assert not set(target) & set("?#\\")
    assert urljoin("http://vendor", target) == f"http://vendor{target}"
    for literal, sent in zip(template.split("/"), target.split("/"), strict=True):
        if not literal.startswith("{"):
            assert sent == literal
            continue
        assert unquote(sent) == str(values[literal[1:-1]])
        for _ in range(4):
            assert sent not in ("", ".", "..")
            sent = unquote(sent)


@pytest.mark.parametrize("value", REFUSED, ids=lambda value: ascii(value)[:30])
def test_hostile_value_is_refused(call, vendor, value):
    response = invoke(call, ("heygen", "get-template"), path_params={"template_id": value})
    text = isinstance(value, str | int) and not isinstance(value, bool)
    why = "is not usable." if text else "must be a string or an integer."
    assert_refused(response, f"Path parameter template_id {why}", "bad_path_param")
    assert vendor.requests == []


@pytest.mark.parametrize("value", CONFINED, ids=lambda value: ascii(value)[:30])
def test_odd_value_stays_inside(call, vendor, value):
    case, given = ("elevenlabs", "get-dubbed-audio"), {"dubbing_id": value, "language_code": "en"}
    assert invoke(call, case, path_params=given).status_code == 200
    [sent] = vendor.requests
    assert_confined(sent.target, TEMPLATES[case][0], given)


@given(data=st.data())
@FIXTURES
def test_template_survives_any_value(call, vendor, data):
    case = data.draw(st.sampled_from(list(BODIES)))
    template, names = TEMPLATES[case]
    plain = st.from_regex(r"[A-Za-z0-9:@?#;&=+ ,~_-]{1,60}", fullmatch=True)
    hostile = st.text("./\\%2eEfF5cC30\uff0e\uff0f\u2024?#@:;a\r\n\0", max_size=12)
    value = st.one_of(plain, hostile, st.text(max_size=40), st.integers())
    values = {name: data.draw(value) for name in names}
    vendor.requests.clear()
    response = invoke(call, case, path_params=values)
    if response.status_code == 200:
        [sent] = vendor.requests
        assert_confined(sent.target, template, values)
    else:
        assert response.status_code == 400
        assert response.json()["code"] in ("bad_path_param", "bad_json")
        assert vendor.requests == []
        assert not all(is_plain(value) for value in values.values())


def is_plain(value):
    return re.fullmatch(r"[A-Za-z0-9:@?#;&=+ ,~_-]+", str(value)) is not None


def test_missing_parameter_is_named(call, vendor):
    with_params = {case: names for case, (_, names) in TEMPLATES.items() if names}
    assert {service for service, _ in with_params} == {service.slug for service in SERVICES}
    for (service, slug), names in with_params.items():
        for missing in names:
            given = {name: "x" for name in names if name != missing}
            response = call(slug, {"path_params": given}, service=service, X_Request_Id=REQUEST_ID)
            detail = f"Missing required path parameter: {missing}"
            assert_refused(response, detail, "missing_path_param")
    assert vendor.requests == []


@pytest.mark.parametrize("name", ["video_id", "Template_id", "template_id ", "", "__class__"])
def test_unknown_parameter_is_refused(call, vendor, name):
    response = invoke(call, ("heygen", "get-template"), path_params={"template_id": "x", name: "y"})
    assert_refused(response, f"Unknown path parameter: {name}", "unknown_path_param")
    assert vendor.requests == []


LISTS = [
    ({}, []),
    ({"a": "b", "c": ""}, [("a", "b"), ("c", "")]),
    ({"limit": 5, "f": 1.5, "i": 10**22}, [("limit", "5"), ("f", "1.5"), ("i", f"1{'0' * 22}")]),
    ({"yes": True, "no": False, "none": None}, [("yes", "true"), ("no", "false")]),
    ({"a": ["x", 1, None, True], "empty": []}, [("a", "x"), ("a", "1"), ("a", "true")]),
    ({"token": "t", "a[]": ["1", "2"]}, [("token", "t"), ("a[]", "1"), ("a[]", "2")]),
    ({"a": "&b=c#d?e+f g%20/../é"}, [("a", "&b=c#d?e+f g%20/../é")]),
]  # fmt: skip


@pytest.mark.parametrize(("query", "pairs"), LISTS)
def test_query_reaches_vendor_as_pairs(call, vendor, query, pairs):
    assert invoke(call, ("heygen", "list-videos"), query=query).status_code == 200
    path, _, sent = vendor.requests[0].target.partition("?")
    assert path == "/v1/video.list"
    assert parse_qsl(sent, keep_blank_values=True) == pairs


KIND = "must be a string, number, boolean, or a list of those."
BAD_QUERIES = [
    ({"a": {"b": 1}}, f"Query parameter a {KIND}", "bad_query_param"),
    ({"a": [["b"]]}, f"Query parameter a {KIND}", "bad_query_param"),
    ({"a": ["b", {"c": 1}]}, f"Query parameter a {KIND}", "bad_query_param"),
    ({"a": "b\r\nc"}, "Query parameter a is not usable.", "bad_query_param"),
    ({"a": ["b", "c\x7f"]}, "Query parameter a is not usable.", "bad_query_param"),
    ({"a b": "c"}, "Query parameter not usable: a b", "bad_request"),
    ({"a&b": "c"}, "Query parameter not usable: a&b", "bad_request"),
    ({"": "c"}, "Query parameter not usable: ", "bad_request"),
    ({"é": "c"}, r"Query parameter not usable: \xe9", "bad_request"),
    *(
        ({name: "c"}, f"Query parameter not allowed: {name}", "query_not_allowed")
        for name in (
            "key", "api_key", "API_KEY", "apikey", "api-key", "token", "access_token", "signature",
            "x-api-key", "xi-api-key", "xi_api_key", "authorization",
        )
    ),
]  # fmt: skip


@pytest.mark.parametrize(("query", "detail", "code"), BAD_QUERIES)
def test_unusable_query_is_refused(call, vendor, query, detail, code):
    assert_refused(invoke(call, ("heygen", "list-avatars"), query=query), detail, code)
    assert vendor.requests == []


@pytest.mark.parametrize("query", [{}, {"video_id": None}, {"video_id": []}, {"Video_id": "x"}])
def test_required_query_is_named(call, vendor, query):
    detail = "Missing required query parameter: video_id"
    response = invoke(call, ("heygen", "video-status"), query=query)
    assert_refused(response, detail, "missing_query_param")
    assert vendor.requests == []


NAMES = st.from_regex(r"q[A-Za-z0-9_.\-\[\]]{0,20}", fullmatch=True)
TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=25)
SCALARS = st.one_of(TEXTS, st.integers(), st.booleans(), st.none())


@given(query=st.dictionaries(NAMES, SCALARS | st.lists(SCALARS, max_size=4), max_size=5))
@FIXTURES
def test_query_values_come_back(call, vendor, query):
    response = invoke(call, ("heygen", "list-avatars"), query=query)
    assert response.status_code == 200
    path, _, sent = vendor.requests[-1].target.partition("?")
    assert path == "/v2/avatars"
    assert parse_qsl(sent, keep_blank_values=True) == [
        (name, value if isinstance(value, str) else json.dumps(value))
        for name, values in query.items()
        for value in (values if isinstance(values, list) else [values])
        if value is not None
    ]


@given(text=st.text(max_size=30))
@FIXTURES
def test_query_text_passes_or_is_named(call, vendor, text):
    vendor.requests.clear()
    response = invoke(call, ("heygen", "list-avatars"), query={"q": text})
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in text):
        assert response.status_code == 400
        assert vendor.requests == []
    else:
        [sent] = vendor.requests
        assert parse_qsl(sent.target.partition("?")[2], keep_blank_values=True) == [("q", text)]


def test_long_target_is_refused(call, vendor):
    response = invoke(call, ("heygen", "list-avatars"), query={"q": "x" * 4096})
    assert_refused(response, "The path and query are too long.", "target_too_long")
    assert vendor.requests == []
