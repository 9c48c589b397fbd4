"""When a call is sent again, and when it must not be: counted at a real vendor."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from credentials import vault
from credentials.models import Credential
from services import circuit, exchange, heygen, retries
from services.action import Deadlines
from tests.conftest import Caller
from tests.factories import make_account, make_policy
from tests.upstream import Received, Script, Upstream

GOOD = b'{"error": null, "data": {"id": 1}}'
READ = ("get-template", {"path_params": {"template_id": "t"}})
WRITE = ("generate-video", {"body": {"video_inputs": [], "title": "t"}})
KEYED = (
    "v3-create-video",
    {
        "body": {"type": "avatar", "avatar_id": "a", "script": "Hi", "voice_id": "v"},
        "headers": {"Idempotency-Key": "k-1"},
    },
)
UNKEYED = (KEYED[0], {"body": KEYED[1]["body"]})
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n"


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that were made, none of which is slept through."""
    made: list[float] = []

    async def sleep(seconds: float) -> None:
        made.append(seconds)

    monkeypatch.setattr(exchange, "sleep", sleep)
    return made


def fails(vendor: Upstream, times: int, **script: Any) -> None:
    """Fail so often, then answer."""
    script.setdefault("body", b'{"message": "no"}')

    def play(_: Received) -> Script:
        return Script(**script) if len(vendor.requests) <= times else Script(body=GOOD)

    vendor.plays(play)


SAFE_FAULTS = [
    {"status": 500},
    {"status": 502},
    {"status": 503},
    {"status": 504},
    {"status": 429},
    {"raw": b""},
    {"raw": HEAD + b'{"cut'},
    {"body": b"{garbage"},
]


@pytest.mark.parametrize("fault", SAFE_FAULTS)
def test_read_is_sent_again(call: Caller, vendor: Upstream, fault: dict[str, Any]) -> None:
    fails(vendor, 2, **fault)
    assert call(*READ).status_code == 200
    assert len(vendor.requests) == 3


@pytest.mark.parametrize("fault", SAFE_FAULTS)
@pytest.mark.parametrize("paid", [WRITE, UNKEYED])
def test_paid_call_is_sent_once(
    call: Caller, vendor: Upstream, paid: Any, fault: dict[str, Any]
) -> None:
    fails(vendor, 2, **fault)
    assert call(*paid).status_code >= 429
    assert len(vendor.requests) == 1


RUNNING = {"status": 409, "body": b'{"error": {"code": "request_in_progress", "message": "."}}'}


@pytest.mark.parametrize("fault", [*SAFE_FAULTS, RUNNING])
def test_keyed_call_is_sent_again_with_same_key(
    call: Caller, vendor: Upstream, fault: dict[str, Any]
) -> None:
    fails(vendor, 1, **fault)
    assert call(*KEYED).status_code == 200
    first, second = (seen.header("idempotency-key") for seen in vendor.requests)
    assert first == second != ["k-1"]
    assert len(first[0]) == 64


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 409, 410, 422, 301])
def test_refusal_is_not_asked_twice(call: Caller, vendor: Upstream, status: int) -> None:
    fails(vendor, 1, status=status)
    assert call(*READ).status_code >= 400
    assert len(vendor.requests) == 1


def test_three_attempts_are_all(call: Caller, vendor: Upstream, pauses: list[float]) -> None:
    fails(vendor, 10, status=500)
    assert call(*READ).status_code == 502
    assert len(vendor.requests) == 3
    assert all(0 <= made <= most for made, most in zip(pauses, (0.2, 0.4), strict=True))


def test_pauses_have_full_jitter(call: Caller, vendor: Upstream, pauses: list[float]) -> None:
    for _ in range(12):
        circuit.circuits.forget()
        vendor.requests.clear()
        fails(vendor, 1, status=500)
        call(*READ)
    assert len(set(pauses)) == 12
    assert min(pauses) < 0.1 < max(pauses)


@pytest.mark.parametrize("action", [READ, WRITE])
def test_unsent_call_is_sent_again(
    call: Caller, settings: Any, pauses: list[float], action: Any
) -> None:
    settings.HEYGEN_BASE_URL = "http://127.0.0.1:9"
    response = call(*action)
    assert (response.status_code, response.json()["code"]) == (502, "upstream_unreachable")
    assert len(pauses) == 2


def test_retry_after_is_honoured(call: Caller, vendor: Upstream, pauses: list[float]) -> None:
    fails(vendor, 1, status=503, headers={"Retry-After": "1"})
    assert call(*READ).status_code == 200
    assert 1 <= pauses[0] <= 1.2


@pytest.mark.parametrize("asked", ["11", "86400"])
def test_long_retry_after_is_passed_on(call: Caller, vendor: Upstream, asked: str) -> None:
    fails(vendor, 1, status=503, headers={"Retry-After": asked})
    response = call(*READ)
    assert (response.status_code, response.headers["Retry-After"]) == (503, asked)
    assert len(vendor.requests) == 1


def test_no_retry_past_the_deadline(
    call: Caller, vendor: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(vars(heygen.SERVICE), "deadlines", Deadlines(total=3.0))
    fails(vendor, 1, status=503, headers={"Retry-After": "3"})
    assert call(*READ).status_code == 503
    assert len(vendor.requests) == 1


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("7", 7), ("0", 0), ("", 0), ("soon", 0), ("Wed, 21 Oct 2015 07:28:00 GMT", 0), ("\u0667", 0)],
)
def test_retry_after_is_read_safely(value: str, seconds: float) -> None:
    assert retries.retry_after(value) == seconds


def test_retry_after_may_be_a_date() -> None:
    soon = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 5))
    assert 3 <= retries.retry_after(soon) <= 5


@pytest.mark.parametrize("short", [Deadlines(total=0.2), Deadlines(answer=0.2, total=9)])
def test_timed_out_call_is_not_sent_again(
    call: Caller, vendor: Upstream, monkeypatch: pytest.MonkeyPatch, short: Deadlines
) -> None:
    """Who hung once would hang again, even if there is time left."""
    monkeypatch.setitem(vars(heygen.SERVICE), "deadlines", short)
    vendor.answers({}, delay=0.6)
    assert call(*READ).status_code == 504
    assert len(vendor.requests) == 1


def test_storm_is_hardly_amplified(
    call: Caller, vendor: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every call fails and the breaker never opens: the budget alone holds."""
    monkeypatch.setattr(circuit, "MIN_CALLS", 1_000_000)
    vendor.answers({}, status=500)
    for _ in range(300):
        assert call(*READ).status_code == 502
    assert len(vendor.requests) <= 330


def test_storm_opens_the_breaker(call: Caller, vendor: Upstream) -> None:
    vendor.answers({}, status=500)
    seen = [call(*READ) for _ in range(40)]
    assert len(vendor.requests) <= 20
    last = seen[-1]
    assert (last.status_code, last.json()["code"]) == (503, "circuit_open")
    assert last.json()["origin"] == "proxy"
    assert last.json()["retryable"] is True
    assert 1 <= int(last.headers["Retry-After"]) <= 18


def test_open_breaker_answers_at_once(call: Caller, vendor: Upstream) -> None:
    """Within 10 ms and what a call that a vendor answers at once takes on this machine."""
    answered = _median_seconds(call, 200)
    vendor.answers({}, status=500)
    for _ in range(30):
        call(*READ)
    assert _median_seconds(call, 503) < 0.01 + answered


def _median_seconds(call: Caller, status: int) -> float:
    taken = []
    for _ in range(21):
        started = time.perf_counter()
        assert call(*READ).status_code == status
        taken.append(time.perf_counter() - started)
    return sorted(taken)[10]


def test_open_breaker_keeps_paid_calls_from_the_ledger(call: Caller, vendor: Upstream) -> None:
    """But for those that were answered: their key tells."""
    vendor.answers({"data": {"video_id": "v"}})
    first = call(*KEYED)
    vendor.answers({}, status=500)
    for _ in range(20):
        call(*READ)
    sent = len(vendor.requests)
    with CaptureQueriesContext(connection) as asked:
        refused = call(*UNKEYED)
    assert (refused.status_code, refused.json()["code"]) == (503, "circuit_open")
    assert [query["sql"] for query in asked if "jobs_" in query["sql"]] == []
    assert call(*KEYED).content == first.content
    assert len(vendor.requests) == sent


@pytest.mark.parametrize("status", [400, 404, 429])
def test_refusals_never_open_the_breaker(call: Caller, vendor: Upstream, status: int) -> None:
    vendor.answers({}, status=status)
    assert {call(*WRITE).status_code for _ in range(40)} == {status}


def test_own_haste_never_opens_the_breaker(call: Caller, vendor: Upstream) -> None:
    """Timeouts of callers that shortened their deadline say nothing about the vendor."""
    vendor.answers({}, delay=1.5)
    seen = [call(*READ, Prefer="wait=1").status_code for _ in range(3)]
    circuits = circuit.circuits._known.values()
    assert seen == [504] * 3
    assert sum(bucket.failures for one in circuits for bucket in one._buckets) == 0


@pytest.mark.parametrize("given", ["wait=1", "WAIT = 1", 'respond-async, wait="1"', "wait=1; x=y"])
def test_caller_may_shorten_its_deadline(call: Caller, vendor: Upstream, given: str) -> None:
    vendor.answers({}, delay=1.5)
    started = time.monotonic()
    response = call(*READ, Prefer=given)
    assert (response.status_code, response.json()["code"]) == (504, "upstream_timeout")
    assert response.headers["Preference-Applied"] == "wait=1"
    assert time.monotonic() - started < 1.4


@pytest.mark.parametrize("given", ["wait=0", "wait=-1", "wait=1.5", "wait", "wait=x", "return=x"])
def test_unusable_preference_is_ignored(call: Caller, vendor: Upstream, given: str) -> None:
    vendor.answers(GOOD)
    response = call(*READ, Prefer=given)
    assert response.status_code == 200
    assert "Preference-Applied" not in response.headers


def test_longer_wait_lengthens_nothing(
    call: Caller, vendor: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(vars(heygen.SERVICE), "deadlines", Deadlines(total=0.2))
    vendor.answers({}, delay=0.8)
    started = time.monotonic()
    assert call(*READ, Prefer="wait=60").status_code == 504
    assert time.monotonic() - started < 0.7


def test_pause_that_lasts_too_long_is_no_fault_of_ours(
    call: Caller, vendor: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A busy event loop wakes late, when nothing is left of the call's time."""

    async def late(_: float) -> None:
        time.sleep(0.6)

    monkeypatch.setattr(exchange, "sleep", late)
    monkeypatch.setitem(vars(heygen.SERVICE), "deadlines", Deadlines(total=0.5))
    fails(vendor, 1, status=500)
    assert call(*READ).json()["code"] == "upstream_failed"
    assert len(vendor.requests) == 1


def test_read_that_may_cost_is_sent_once(call: Caller, vendor: Upstream) -> None:
    fails(vendor, 1, status=500)
    call("v3-search-audio-sounds", {"query": {"query": "rain"}})
    assert len(vendor.requests) == 1


def test_further_attempts_share_the_time(
    call: Caller, vendor: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(vars(heygen.SERVICE), "deadlines", Deadlines(total=1.5))

    def play(_: Received) -> Script:
        first = len(vendor.requests) == 1
        return Script(status=500, body=b"{}", delay=1.0) if first else Script(delay=5.0)

    vendor.plays(play)
    started = time.monotonic()
    assert call(*READ).status_code == 504
    assert 1.4 < time.monotonic() - started < 2.2
    assert len(vendor.requests) == 2


@pytest.mark.parametrize("other", ["org", "credential", "vendor", "host"])
def test_open_breaker_is_not_others(
    call: Caller, vendor: Upstream, settings: Any, other: str
) -> None:
    """Each org's calls with each credential to each host are judged by themselves."""
    settings.HEYGEN_UPLOAD_BASE_URL = vendor.url.replace("127.0.0.1", "localhost")
    vault.store(org=None, service="heygen", secret="sk-platform-secret-0001")
    if other == "org":  # that shares the credential
        make_policy(None, allow_platform_key=True, default_source="platform")
    vendor.answers({}, status=500)
    while call(*READ).json()["code"] != "circuit_open":
        pass
    vendor.answers(GOOD)
    assert call(*READ).status_code == 503
    if other == "org":
        call = Caller(make_account("bulk"))
    elif other == "credential":
        Credential.objects.filter(service="heygen").delete()
        vault.store(org=call.account.org, service="heygen", secret="sk-new-secret-0002")
    if other == "vendor":
        response = call("list-models", service="elevenlabs")
    elif other == "host":
        response = call.send(call.url("upload-asset"), b"x", "image/png")
    else:
        response = call(*READ)
    assert response.status_code == 200
