"""Limits per minute: of an org, a key, and an address that sends keys which are not valid."""

from __future__ import annotations

import math
import os
import random
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import requests
from django.core.checks import Error

from credentials import auth
from credentials.issue import issue
from credentials.keys import make
from credentials.models import ApiKey
from services import addresses
from services.checks import counts_are_counts
from services.counters import WINDOW, Counters, bucket_at, cells, fingerprint
from services.rates import Limiter, limiter
from tests import asgi
from tests.conftest import Caller
from tests.factories import Account, make_account
from tests.live import Service, database, free_port, wait_for
from tests.upstream import Script, Upstream

BROWSER = {"origins": ["https://app.example.com"]}


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1_000_001.5

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: Any) -> Clock:
    clock = Clock()
    monkeypatch.setattr(limiter, "clock", clock)
    return clock


@pytest.fixture
def limits(settings: Any, clock: Clock) -> Any:
    """Limits small enough to be reached: 6 for an org, 3 and 4 for its keys, 2 for failures."""
    settings.RATE_ORG, settings.RATE_FAILED_AUTH = 6, 2
    settings.RATE_BROWSER_KEY, settings.RATE_SERVER_KEY = 3, 4
    settings.REDIS_URL = ""
    return settings


def another_key(account: Account, **fields: Any) -> Account:
    return Account(account.org, *issue(account.org, **fields))


def statuses(call: Caller, times: int, **headers: str) -> list[int]:
    return [call("get-remaining-quota", **headers).status_code for _ in range(times)]


@pytest.mark.parametrize(
    ("fields", "quota", "policy"), [(BROWSER, 3, "browser-key"), ({}, 4, "server-key")]
)
def test_key_past_its_limit_is_refused(
    vendor: Any, limits: Any, db: None, fields: Any, quota: int, policy: str
) -> None:
    call = Caller(make_account(**fields))
    assert statuses(call, quota) == [200] * quota
    refused = call("get-remaining-quota", X_Request_Id="mine-1")
    text = f"The key's {quota} calls a minute are used up."
    assert (refused.status_code, refused.json()) == (
        429,
        {
            "detail": text, "error": text, "code": "rate_limited", "origin": "proxy",
            "retryable": True, "request_id": "mine-1",
        },
    )  # fmt: skip
    assert refused["RateLimit-Policy"] == f'"{policy}";q={quota};w=60'
    assert refused["RateLimit"] == f'"{policy}";r=0;t=61'
    assert 61 <= int(refused["Retry-After"]) <= 61 + 7
    assert len(vendor.requests) == quota


@pytest.mark.parametrize(
    ("fields", "rate", "policy"),
    [
        (BROWSER, 2, "browser-key"),
        (BROWSER, 5, "browser-key"),
        ({}, 1, "server-key"),
        ({}, 6, "server-key"),
    ],
)
def test_rate_of_key_replaces_setting(
    vendor: Any, limits: Any, db: None, fields: Any, rate: int, policy: str
) -> None:
    account = make_account(rate=rate, **fields)
    limits.RATE_ORG = 0
    call = Caller(account)
    assert statuses(call, rate) == [200] * rate
    refused = call("get-remaining-quota")
    assert (refused.status_code, refused["RateLimit-Policy"]) == (429, f'"{policy}";q={rate};w=60')
    assert refused.json()["detail"] == f"The key's {rate} calls a minute are used up."
    assert statuses(Caller(another_key(account, **fields)), 3) == [200] * 3


def test_rate_of_key_holds_without_settings(call: Caller, limits: Any) -> None:
    limits.RATE_ORG = limits.RATE_SERVER_KEY = limits.RATE_BROWSER_KEY = 0
    ApiKey.objects.update(rate=2)
    assert statuses(call, 3) == [200, 200, 429]


def test_rate_of_key_lets_no_org_past_its_own(call: Caller, limits: Any) -> None:
    ApiKey.objects.update(rate=100)
    assert statuses(call, 7) == [200] * 6 + [429]


def test_changed_rate_of_key_holds_at_once(call: Caller, limits: Any) -> None:
    """What was counted counts on."""
    limits.RATE_ORG = 0
    assert statuses(call, 5) == [200] * 4 + [429]
    ApiKey.objects.update(rate=6)
    answer = call("get-remaining-quota")
    assert (answer.status_code, answer["RateLimit"]) == (200, '"server-key";r=1')
    ApiKey.objects.update(rate=3)
    assert statuses(call, 1) == [429]
    ApiKey.objects.update(rate=None)
    assert statuses(call, 1) == [429]


def test_keys_of_org_share_its_limit(vendor: Any, limits: Any, account: Account) -> None:
    callers = [Caller(another_key(account)) for _ in range(10)]
    answers = [call("get-remaining-quota") for call in callers]
    assert [answer.status_code for answer in answers] == [200] * 6 + [429] * 4
    assert answers[-1]["RateLimit"].startswith('"org";r=0;t=')
    assert answers[-1].json()["detail"] == "The org's 6 calls a minute are used up."
    assert len(vendor.requests) == 6


def test_other_org_is_not_held_up(call: Caller, limits: Any) -> None:
    assert 429 in statuses(call, 7)
    assert statuses(Caller(make_account("other")), 4) == [200] * 4


def test_refused_calls_do_not_count(call: Caller, limits: Any, clock: Clock) -> None:
    assert statuses(call, 50) == [200] * 4 + [429] * 46
    assert statuses(Caller(another_key(call.account)), 3) == [200, 200, 429]
    clock.now += WINDOW
    assert statuses(call, 5) == [200] * 4 + [429]


def test_told_time_is_enough(call: Caller, limits: Any, clock: Clock) -> None:
    for _ in range(4):
        assert statuses(call, 1) == [200]
        clock.now += 7.3
    refused = call("get-remaining-quota")
    seconds = int(refused["RateLimit"].partition("t=")[2])
    clock.now += seconds
    assert statuses(call, 2) == [200, 429]


def test_refused_body_is_not_read(account: Account, limits: Any) -> None:
    path = f"/api/ai-proxy/orgs/{account.org.slug}/services/heygen/get-remaining-quota/"
    limits.RATE_ORG = 1
    limiter.admit(_caller(account))
    answer = asgi.post(account, path, [b'{"body":', b"{}}"], content_type="application/json")
    assert (answer.status, answer.taken, answer.json["code"]) == (429, 0, "rate_limited")


def _caller(account: Account) -> Any:
    return auth.identify_sync(account.authorization, account.org.slug)


def test_answer_tells_what_is_left(call: Caller, limits: Any) -> None:
    answers = [call("get-remaining-quota") for _ in range(2)]
    assert [answer["RateLimit"] for answer in answers] == ['"server-key";r=3', '"server-key";r=2']
    assert answers[0]["RateLimit-Policy"] == '"org";q=6;w=60, "server-key";q=4;w=60'


def test_vendors_own_limits_stay_alone(call: Caller, vendor: Any, limits: Any) -> None:
    kind = {"Content-Type": "application/json"}
    vendor.plays(lambda _: Script(headers=kind | {"X-RateLimit-Remaining": "7"}))
    answer = call("get-remaining-quota")
    assert answer["X-RateLimit-Remaining"] == "7"
    assert "RateLimit" not in answer
    assert "RateLimit-Policy" not in answer


def test_zero_means_no_limit(call: Caller, limits: Any) -> None:
    limits.RATE_ORG = limits.RATE_SERVER_KEY = limits.RATE_FAILED_AUTH = 0
    answers = [call("get-remaining-quota") for _ in range(20)]
    assert {answer.status_code for answer in answers} == {200}
    assert "RateLimit" not in answers[0]
    assert failures(call, 5) == [401] * 5


def test_discovery_counts_too(call: Caller, limits: Any) -> None:
    pages = ("acme/services/", "acme/services/heygen/", "acme/services/", "acme/services/heygen/")
    answers = [call.get(page) for page in pages]
    assert [answer["RateLimit"][-1] for answer in answers] == ["3", "2", "1", "0"]
    refused = call.get("acme/services/")
    assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
    assert int(refused["Retry-After"]) > 0
    assert statuses(call, 1) == [429]


def test_preflight_does_not_count(call: Caller, limits: Any) -> None:
    for path in (call.url("get-remaining-quota"), "/api/ai-proxy/orgs/acme/services/") * 5:
        assert call.client.options(path).status_code == 204
    assert statuses(call, 4) == [200] * 4


@pytest.mark.parametrize(
    ("spelling", "status"),
    [("ACME", 403), ("acme.", 403), ("acme%2e", 404), ("acme//", 404), ("Acme", 403)],
)
def test_spelling_opens_no_new_count(
    call: Caller, vendor: Any, limits: Any, spelling: str, status: int
) -> None:
    url = f"/api/ai-proxy/orgs/{spelling}/services/heygen/get-remaining-quota/"
    assert {call.send(url).status_code for _ in range(5)} <= {status, 404}
    assert statuses(call, 5) == [200] * 4 + [429]
    assert call.send(url).status_code in (status, 404)
    assert len(vendor.requests) == 4


@pytest.mark.parametrize("hops", [0, 1])
def test_forwarded_for_opens_no_new_count(call: Caller, limits: Any, hops: int) -> None:
    limits.TRUSTED_PROXIES = hops
    seen = [statuses(call, 1, X_Forwarded_For=f"203.0.113.{n}")[0] for n in range(6)]
    assert seen == [200] * 4 + [429] * 2


@pytest.mark.parametrize("scheme", ["Api-Key", "Token", "bearer"])
def test_scheme_opens_no_new_count(call: Caller, limits: Any, scheme: str) -> None:
    statuses(call, 4)
    assert statuses(call, 1, Authorization=f"{scheme} {call.account.text}") == [429]


def bad_key() -> str:
    return f"Api-Key {make('server').text}"


def failures(call: Caller, times: int, **headers: str) -> list[int]:
    return [statuses(call, 1, Authorization=bad_key(), **headers)[0] for _ in range(times)]


def test_many_bad_keys_are_refused(call: Caller, vendor: Any, limits: Any, clock: Clock) -> None:
    assert failures(call, 4) == [401, 401, 429, 429]
    refused = call("get-remaining-quota", Authorization="Api-Key nonsense")
    assert refused.json()["detail"] == "More than 2 keys a minute from this address were not valid."
    assert refused["RateLimit-Policy"] == '"failed-auth";q=2;w=60'
    assert refused["RateLimit"] == '"failed-auth";r=0;t=61'
    assert int(refused["Retry-After"]) >= 61
    assert call.get("acme/services/", Authorization=bad_key()).status_code == 429
    clock.now += WINDOW
    assert failures(call, 1) == [401]
    assert vendor.requests == []


def test_bad_keys_on_discovery_count(call: Caller, limits: Any) -> None:
    pages = [call.get("acme/services/", Authorization=bad_key()) for _ in range(3)]
    assert [page.status_code for page in pages] == [401, 401, 429]
    assert "RateLimit" not in pages[0]
    assert failures(call, 1) == [429]


def test_valid_key_is_not_locked_out(call: Caller, limits: Any) -> None:
    assert failures(call, 5)[-1] == 429
    assert statuses(call, 4) == [200] * 4


def test_missing_key_is_no_failed_one(call: Caller, limits: Any) -> None:
    assert statuses(call, 5, Authorization="") == [401] * 5
    assert failures(call, 1) == [401]


FORWARDED = [
    (0, "203.0.113.9", "192.0.2.1"),
    (1, "", "192.0.2.1"),
    (1, "203.0.113.9", "203.0.113.9"),
    (1, "6.6.6.6, 203.0.113.9", "203.0.113.9"),
    (1, "6.6.6.6,203.0.113.9:4711", "203.0.113.9"),
    (2, "6.6.6.6, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
    (2, "203.0.113.9", "192.0.2.1"),
    (1, "6.6.6.6, unknown", "192.0.2.1"),
    (1, "6.6.6.6, 203.0.113.999", "192.0.2.1"),
    (1, "6.6.6.6, 0203.0.113.9", "192.0.2.1"),
    (1, "6.6.6.6,", "192.0.2.1"),
    (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
    (1, "[2001:db8:1:2::9]:443", "2001:db8:1:2::/64"),
    (1, "fe80::1%eth0", "fe80::/64"),
    (1, "::ffff:203.0.113.9", "203.0.113.9"),
    (1, "2001:db8:::1", "192.0.2.1"),
]


@pytest.mark.parametrize(("hops", "forwarded", "expected"), FORWARDED)
def test_address_is_what_our_proxy_saw(hops: int, forwarded: str, expected: str) -> None:
    meta = {"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": forwarded}
    assert addresses.client(meta, hops) == expected


def test_address_may_be_unknown() -> None:
    assert addresses.client({}, 0) == ""
    assert addresses.client({"REMOTE_ADDR": "unix:"}, 1) == "unix:"


@pytest.mark.parametrize(
    ("hops", "forwarded", "expected"),
    [
        (0, "203.0.113.{}", [401, 401, 429, 429]),
        (1, "203.0.113.{}, 198.51.100.1", [401, 401, 429, 429]),
        (1, "198.51.100.1, 203.0.113.{}", [401] * 4),
        (1, "2001:db8::{}", [401, 401, 429, 429]),
        (2, "203.0.113.{}", [401, 401, 429, 429]),
    ],
)
def test_spoofed_address_changes_nothing(
    call: Caller, limits: Any, hops: int, forwarded: str, expected: list[int]
) -> None:
    limits.TRUSTED_PROXIES = hops
    seen = [failures(call, 1, X_Forwarded_For=forwarded.format(n + 1))[0] for n in range(4)]
    assert seen == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("RATE_ORG", -1), ("RATE_FAILED_AUTH", -1), ("RATE_LINK", -1), ("TRUSTED_PROXIES", -1)),
        *(("JOB_FRESH_SECONDS", -0.1), ("JOB_FRESH_SECONDS", math.nan)),
    ],
)
def test_negative_setting_stops_start(settings: Any, name: str, value: float) -> None:
    assert counts_are_counts(None) == []
    setattr(settings, name, value)
    assert counts_are_counts(None) == [Error(f"{name} is negative.", id="proxy.E012")]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("MAX_IN_FLIGHT", 0), ("WORKERS", 0), ("PORT", 0), ("KEEP_ALIVE_SECONDS", 0)),
        *(("MAX_MEDIA_BYTES", 0), ("JOB_HOURS", 0.5), ("JOB_HOURS", math.nan)),
    ],
)
def test_nothing_where_one_is_needed_stops_start(settings: Any, name: str, value: float) -> None:
    setattr(settings, name, value)
    assert counts_are_counts(None) == [Error(f"{name} is not at least 1.", id="proxy.E013")]


def test_port_beyond_the_last_stops_start(settings: Any) -> None:
    settings.PORT = 99_999
    assert counts_are_counts(None) == [Error("PORT is above 65535.", id="proxy.E013")]


class Table:
    """One table of counts, as the limiter keeps it."""

    def __init__(self, slots: int = 8) -> None:
        self.counters = Counters(memoryview(bytearray(8 * cells(slots))).cast("Q"), slots)

    def call(self, name: str, now: float, quota: int) -> bool:
        bucket = bucket_at(now)
        place = self.counters.place(fingerprint(name), bucket)
        if self.counters.used(place, bucket) >= quota:
            return False
        self.counters.add(place, bucket)
        return True


@pytest.mark.parametrize("seed", range(20))
def test_no_minute_holds_more_than_limit(seed: int) -> None:
    chance, table, now = random.Random(seed), Table(), 5000.0
    passed = []
    for _ in range(600):
        now += chance.choice((0, 0, 0.01, 0.4, 1, 4))
        if table.call("a", now, 25):
            passed.append(now)
    assert all(late - early > 60 for early, late in zip(passed, passed[25:], strict=False))
    assert len(passed) >= 0.9 * 25 * (now - 5000) / WINDOW


def test_even_caller_is_never_refused() -> None:
    table = Table()
    assert all(table.call("a", 5000 + n * 60 / 116, 120) for n in range(2000))


def test_made_up_names_push_out_no_large_count() -> None:
    table = Table()
    assert [table.call("large", 5000, 4) for _ in range(5)] == [True] * 4 + [False]
    for n in range(2000):
        assert [table.call(f"made-up-{n}", 5001, 3) for _ in range(3)] == [True] * 3
    assert not table.call("large", 5001, 4)


def test_taken_place_is_not_counted_in(
    account: Account, limits: Any, clock: Clock, monkeypatch: Any
) -> None:
    monkeypatch.setattr("services.memory.CALLERS", 8)
    limits.RATE_ORG = 0
    first = _caller(account)
    limiter.admit(first)
    for n in range(500):
        other = replace(first, key=replace(first.key, id=f"other-{n}"))
        assert limiter.admit(other)["RateLimit"] == '"server-key";r=3'
        limiter.admit(other)
    assert limiter.admit(first)["RateLimit"] == '"server-key";r=3'


def test_outdated_names_make_room() -> None:
    table = Table()
    for n in range(500):
        for _ in range(3):
            table.call(f"old-{n}", 5000, 3)
    assert table.call("new", 5000 + WINDOW, 3)
    assert table.call("other", 5000 + WINDOW, 3)
    assert [table.call("new", 5001 + WINDOW, 3) for _ in range(3)] == [True, True, False]


@pytest.mark.slow
def test_workers_count_together(tmp_path: Any, vendor: Upstream) -> None:
    with (
        served(tmp_path, vendor, RATE_SERVER_KEY="40") as machine,
        machine.service.serving(workers=4) as process,
    ):
        seen = many(machine, 160)
        assert 40 <= seen.count(200) <= 42  # counting at the same moment may lose one
        assert seen.count(200) + seen.count(429) == 160
        assert len(vendor.requests) == seen.count(200)
        os.kill(children(process.pid)[0], signal.SIGKILL)
        assert set(many(machine, 20)) <= {429, 0}
        assert eventually(lambda: len(children(process.pid)) == 4)
        assert set(many(machine, 40)) <= {429, 0}


@pytest.mark.slow
def test_served_machines_share_limit(tmp_path: Any, vendor: Upstream, redis: Redis) -> None:
    with served(tmp_path, vendor, RATE_SERVER_KEY="40", REDIS_URL=redis.url) as first:
        service = Service(first.database, **first.settings)
        second = SimpleNamespace(service=service, key=first.key)
        with first.service.serving(2), service.serving(2):
            assert many(first, 20) == [200] * 20
            assert many(second, 1) == [200]
            time.sleep(1.5)  # several rounds of the machines' exchange
            assert many(second, 40).count(200) in (19, 20)
            assert eventually(lambda: many(first, 1) == [429])


@contextmanager
def served(folder: Path, vendor: Upstream, **settings: str) -> Iterator[Any]:
    """A deployment that is ready to be served, and a key of it."""
    settings |= dict.fromkeys(("HEYGEN_BASE_URL", "HEYGEN_UPLOAD_BASE_URL"), vendor.url)
    with database(folder) as url:
        service = Service(url, **settings)
        service.manage("migrate")
        service.manage("create_org", "acme")
        service.manage("set_credential", "acme", "heygen", stdin="sk-live-heygen-secret-0001")
        key = service.manage("issue_key", "acme")
        yield SimpleNamespace(service=service, key=key, settings=settings, database=url)


def many(machine: Any, times: int) -> list[int]:
    """The answers to calls on new connections, so that every worker gets its share; 0 for none."""
    url = f"{machine.service.url}/api/ai-proxy/orgs/acme/services/heygen/get-remaining-quota/"

    def one(_: int) -> int:
        headers = {"Authorization": f"Api-Key {machine.key}"}
        try:
            return requests.post(url, headers=headers, timeout=20).status_code
        except requests.ConnectionError:
            return 0

    with ThreadPoolExecutor(8) as threads:
        return list(threads.map(one, range(times)))


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def eventually(holds: Callable[[], bool], seconds: float = 15) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.05)
    return False


class Redis:
    """A Redis server of the tests' own; none of its data outlives it."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        command = ["redis-server", "--port", str(self.port), "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd="/")
        wait_for(self.port, self.process)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def flush(self) -> None:
        with socket.create_connection(("127.0.0.1", self.port)) as connection:
            connection.sendall(b"FLUSHALL\r\n")
            assert connection.recv(100) == b"+OK\r\n"


@pytest.fixture
def redis() -> Iterator[Redis]:
    if shutil.which("redis-server") is None:
        pytest.skip("there is no redis-server")
    server = Redis()
    yield server
    server.kill()


class Machines:
    """Two of them: ours, called over HTTP, and another; `known` says what ours has learned."""

    def __init__(self, call: Caller, clock: Clock) -> None:
        self.call, self.other = call, Limiter(clock)
        self.caller = _caller(call.account)
        self.here = self.there = 0

    def add_there(self, times: int) -> None:
        for _ in range(times):
            self.other.admit(self.caller)
        self.there += times

    def left(self) -> int:
        answer = self.call("get-remaining-quota")
        assert answer.status_code == 200
        self.here += 1
        return int(answer["RateLimit"].partition("r=")[2])

    def known(self) -> bool:
        return self.left() == 1000 - self.here - self.there


@pytest.fixture
def machines(call: Caller, limits: Any, clock: Clock, redis: Redis) -> Iterator[Machines]:
    limits.REDIS_URL, limits.RATE_ORG, limits.RATE_SERVER_KEY = redis.url, 0, 1000
    made = Machines(call, clock)
    made.add_there(10)
    yield made
    made.other.forget()


def test_machines_learn_each_others_counts(machines: Machines) -> None:
    assert eventually(machines.known)
    machines.add_there(300)
    assert eventually(machines.known)


def test_flushed_redis_is_filled_again(machines: Machines, redis: Redis) -> None:
    assert eventually(machines.known)
    redis.flush()
    machines.add_there(5)
    assert eventually(machines.known)


@pytest.mark.parametrize(("fault", "mend"), [("stop", "resume"), ("kill", "start")])
def test_outage_of_redis_leaves_machines_their_share(
    machines: Machines, redis: Redis, clock: Clock, caplog: Any, fault: str, mend: str
) -> None:
    assert eventually(machines.known)
    getattr(redis, fault)()
    clock.now += 6
    began = time.monotonic()
    left = [machines.left() for _ in range(20)]
    assert time.monotonic() - began < 1  # no call waits for Redis
    assert left[-1] == 500 - machines.here
    assert eventually(lambda: "Redis is away" in caplog.text)
    time.sleep(2.6)  # more rounds fail
    assert caplog.text.count("Redis is away") <= 2  # once for each machine
    getattr(redis, mend)()
    machines.add_there(5)
    assert eventually(machines.known)
    assert eventually(lambda: "Redis is back" in caplog.text)
