"""What vendors answer, unwrapped without touching a byte of the payload, and without secrets."""

import json

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from services import answers, heygen, liveavatar

SPACES = st.text(" \t\r\n", max_size=2)
NUMBER = r"-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,8})?([eE][+-]?[0-9]{1,2})?"
NUMBERS = st.from_regex(NUMBER, fullmatch=True)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
LEAVES = st.one_of(
    NUMBERS,
    TEXTS.map(json.dumps),
    TEXTS.map(lambda text: json.dumps(text, ensure_ascii=False)),
    st.sampled_from(["null", "true", "false", "{}", "[ ]", '"\\/"', '{"data":{"data":1}}']),
)
PAGING = {
    "has_more": st.booleans().map(json.dumps),
    "next_token": TEXTS.map(json.dumps) | st.just("null"),
    "token": TEXTS.map(json.dumps) | st.just("null"),
    "total": NUMBERS,
}
SUCCESS = {
    "v1": {"code": "100", "message": '"Success"', "msg": "null"},
    "v2": {"error": "null", "message": '"ok"', "warning": "null"},
    "v3": {},
}


@st.composite
def written(draw, members):
    """A JSON object of these members as text, in any order and spacing."""
    gap = draw(SPACES)
    pairs = draw(st.permutations(list(members.items())))
    return "{" + ",".join(f"{gap}{json.dumps(k)}{gap}:{gap}{v}{gap}" for k, v in pairs) + "}"


def listed(values):
    return "[" + " , ".join(values) + "]"


def objects(children):
    return st.dictionaries(TEXTS, children, max_size=4).flatmap(written)


PAYLOADS = st.recursive(
    LEAVES, lambda c: st.lists(c, max_size=4).map(listed) | objects(c), max_leaves=10
)


def number(text):
    return "number", text


def exact(raw):
    """The JSON value with every number as its text."""
    return json.loads(raw, parse_float=number, parse_int=number)


@given(data=st.data(), payload=PAYLOADS, version=st.sampled_from(sorted(SUCCESS)))
@settings(max_examples=200, deadline=None)
def test_envelope_is_cut_away(data, payload, version):
    names = data.draw(st.sets(st.sampled_from(sorted(PAGING))))
    paging = {name: data.draw(PAGING[name]) for name in names}
    wrapping = data.draw(st.sets(st.sampled_from(sorted(SUCCESS[version]) or [""])))
    around = {name: SUCCESS[version][name] for name in wrapping if name}
    body = data.draw(written({**around, **paging, "data": payload})).encode()
    answer = answers.enveloped(body)
    assert payload.encode() in answer
    whole = exact(body)
    assert exact(answer) == {name: whole[name] for name in ("data", *paging)}


@given(payload=PAYLOADS, around=SPACES)
@settings(max_examples=200, deadline=None)
def test_plain_answer_stands_under_data(payload, around):
    body = f"{around}{payload}{around}".encode()
    assert exact(answers.plain(body)) == {"data": exact(payload)}


@given(
    members=st.dictionaries(TEXTS.map(lambda text: f"x{text}"), PAYLOADS, min_size=1, max_size=3)
)
@settings(max_examples=100, deadline=None)
def test_unwrapped_answer_is_payload(members):
    """A vendor's object without `data` and with fields of its own is the payload itself."""
    own = "".join(f",{json.dumps(name)}:{value}" for name, value in members.items())
    body = f'{{"token": "t"{own}}}'
    assert exact(answers.enveloped(body.encode())) == {"data": exact(body)}


@pytest.mark.parametrize(
    "body", [b"[1, 2]", b'"a"', b"1.10", b"null", b"true", b' [ {"data": 1} ] ']
)
def test_bare_values_are_payload(body):
    assert exact(answers.enveloped(body)) == exact(answers.plain(body)) == {"data": exact(body)}


@pytest.mark.parametrize("body", [b"", b" \r\n", b'{"code": 100, "message": "Success"}', b"{}"])
def test_nothing_is_null(body):
    assert answers.enveloped(body) == b'{"data":null}'


NOISE = st.text('{}[]":,0nt\\ue') | PAYLOADS


@given(body=st.binary(max_size=40) | NOISE.map(str.encode))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_answer_or_refused(body):
    for read in (
        answers.plain,
        answers.enveloped,
        heygen.SERVICE.unwrap,
        liveavatar.SERVICE.unwrap,
    ):
        try:
            answer = read(body)
        except (answers.BadAnswer, answers.Failure):
            continue
        assert "data" in json.loads(answer)


@given(payload=PAYLOADS, code=NUMBERS)
@settings(max_examples=100, deadline=None)
def test_other_codes_are_failures(payload, code):
    assume(float(code) not in (100, 1000))
    body = f'{{"data": {payload}, "code": {code}}}'.encode()
    for unwrap in (heygen.SERVICE.unwrap, liveavatar.SERVICE.unwrap):
        with pytest.raises(answers.Failure):
            unwrap(body)


def test_each_vendor_has_its_success():
    body = b'{"code": 1000, "data": 1}'
    assert liveavatar.SERVICE.unwrap(body) == b'{"data":1}'
    with pytest.raises(answers.Failure):
        heygen.SERVICE.unwrap(body)


VISIBLE = st.characters(min_codepoint=0x21, max_codepoint=0x7E)
SECRETS = st.text(VISIBLE, min_size=8, max_size=40).map(lambda text: f"sk-{text}")


@st.composite
def spelled(draw, text):
    """A visible ASCII text as JSON may write it, character by character."""
    parts = []
    for char in text:
        code = f"{ord(char):04x}"
        forms = [json.dumps(char)[1:-1], f"\\u{code}", f"\\u{code.upper()}"]
        parts.append(draw(st.sampled_from([*forms, "\\/"] if char == "/" else forms)))
    return "".join(parts)


@given(data=st.data(), secret=SECRETS, before=TEXTS, after=TEXTS)
@settings(max_examples=200, deadline=None)
def test_secret_is_redacted_however_written(data, secret, before, after):
    assume(f"{before}{secret}{after}".split(secret) == [before, after])
    written_secret = data.draw(spelled(secret))
    texts = [json.dumps(before)[1:-1], written_secret, json.dumps(after)[1:-1]]
    body = f'{{"n": 1.10, "text": "{"".join(texts)}", "twice": ["{written_secret}"]}}'.encode()
    wanted = {
        "n": ("number", "1.10"),
        "text": f"{before}[redacted]{after}",
        "twice": ["[redacted]"],
    }
    assert exact(answers.redact(body, [secret, "another-secret"])) == wanted


@given(payload=PAYLOADS)
@settings(max_examples=200, deadline=None)
def test_other_answers_stay_untouched(payload):
    body = payload.encode()
    assert answers.redact(body, ["sk-secret-that-is-not-there"]) == body


def test_text_is_redacted_too():
    secret = 'sk/se"cr\\et+1'
    for text in (f"key {secret}!", f"key {json.dumps(secret)}!", 'key sk\\/se\\"cr\\\\et\\u002B1!'):
        assert secret not in answers.redact(text.encode(), [secret]).decode()
        assert b"[redacted]" in answers.redact(text.encode(), [secret])


@pytest.mark.parametrize(("sent", "answered"), [(200, 200), (201, 201), (202, 202), (206, 206)])
def test_success_status_is_kept(call, vendor, sent, answered):
    vendor.answers({"error": None, "data": {"n": [1.5]}}, status=sent)
    response = call("list-avatars")
    assert (response.status_code, response.content) == (answered, b'{"data":{"n": [1.5]}}')


def test_no_content_is_null(call, vendor):
    vendor.answers(b"", status=204)
    for service, action in (("heygen", "list-avatars"), ("elevenlabs", "list-models")):
        response = call(action, service=service)
        assert (response.status_code, response.content) == (200, b'{"data":null}')


@given(payload=PAYLOADS, more=st.booleans())
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_payload_reaches_caller_exactly(call, vendor, payload, more):
    flag = json.dumps(more)
    vendor.answers(f'{{"has_more":{flag},"data":{payload}}}'.encode())
    response = call("v3-list-voices")
    assert response.headers["Content-Type"] == "application/json"
    assert response.content == f'{{"data":{payload},"has_more":{flag}}}'.encode()


FAILED_VIDEO = b'{"code": 100, "data": {"status": "failed", "error": {"message": "m"}, "n": %s}}'


@pytest.mark.parametrize(("number", "status"), [(b"1", 200), (b"1" * 30, 200), (b"1e999", 502)])
def test_failed_video_is_documented(call, vendor, number, status):
    """The one answer that is written anew must not trip over what JSON allows."""
    vendor.answers(FAILED_VIDEO % number)
    response = call("video-status", {"query": {"video_id": "v"}})
    assert response.status_code == status
    if status == 200:
        assert response.json()["data"]["error"] == "m"
        assert response.json()["data"]["n"] == int(number)
