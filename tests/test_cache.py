"""Catalogue reads are kept: for whom, how long, what drops them, and what a caller can ask."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from hypothesis import given
from hypothesis import strategies as st

from credentials import vault
from credentials.models import ApiKey, Credential
from services.cache.entry import VERSION, Entry, Place, key_of, mark_of, read, written
from services.cache.memory import MAX_ENTRY, OVERHEAD, Memory
from services.cache.reads import reads
from services.catalogue import SERVICES
from tests.conftest import Caller
from tests.factories import make_account, make_policy
from tests.upstream import Received, Script

TTL = 300
STALE = 3600
VOICE = {"body": {"name": "Ada"}}


class Clock:
    """Unix seconds that the test sets."""

    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(settings: Any, monkeypatch: Any) -> Iterator[Clock]:
    """The cache is on, and its time stands still."""
    settings.CACHE_BYTES = 32 * 1024 * 1024
    clock = Clock()
    monkeypatch.setattr(reads, "clock", clock)
    reads.store.clear()
    yield clock
    reads.store.clear()


@pytest.fixture
def numbered(vendor: Any) -> Any:
    """A vendor whose every answer is another one."""
    vendor.plays(lambda _: Script(body=json.dumps({"data": len(vendor.requests)}).encode()))
    return vendor


def data(response: Any) -> Any:
    assert response.status_code == 200, response.content
    return response.json()["data"]


def told(response: Any, *names: str) -> dict[str, str]:
    return {name: response.headers[name] for name in names if name in response.headers}


def test_only_catalogue_reads_are_kept() -> None:
    """What tells a state, an account or a secret, or changes by being used, is asked each time."""
    never = ("status", "quota", "credits", "user", "subscription", "history", "folder", "asset")
    never += ("session", "webhook", "secret", "video-translation/", "transcript", "memor")
    kept = [(service, action) for service in SERVICES for action in service.actions if action.ttl]
    for service, action in kept:
        assert (action.method, action.request, action.response) == ("GET", "none", "json")
        assert not action.session
        assert action.slug not in service.polls
        assert not [word for word in never if word in f"{action.slug} {action.path}"], action.slug
        assert 0 < action.ttl <= 3600
    assert len({action.slug for _, action in kept}) > 30


def test_left_catalogues_are_named_as_they_are() -> None:
    for service in SERVICES:
        writes = [action for action in service.actions if not action.safe]
        names = {name for action in writes for name in (action.slug, action.group)}
        assert service.leaves <= names
        kept = {action.group for action in service.actions if action.ttl}
        assert kept & {action.group for action in writes if action.slug in service.changes}


def test_polls_are_plain_reads() -> None:
    for service in SERVICES:
        for slug in service.polls:
            action = service.by_slug[slug]
            assert (action.method, action.response, action.ttl) == ("GET", "json", 0)


def test_second_call_is_answered_from_cache(call, numbered, clock) -> None:
    first = call("list-avatars")
    clock.now += 7
    second = call("list-avatars")
    assert (data(first), data(second), len(numbered.requests)) == (1, 1, 1)
    assert first.content == second.content
    assert told(first, "Age", "Cache-Status") == {"Cache-Status": "ai-proxy; fwd=miss; stored"}
    assert told(second, "Age", "Cache-Status", "Cache-Control", "X-Credential-Source") == {
        "Age": "7",
        "Cache-Status": "ai-proxy; hit; ttl=293",
        "Cache-Control": "private, no-cache",
        "X-Credential-Source": "tenant",
    }
    assert first.headers["ETag"] == second.headers["ETag"]
    assert second.headers["Server-Timing"].endswith("upstream;dur=0.00")


def test_answer_ends_with_its_time(call, numbered, clock) -> None:
    call("list-avatars")
    clock.now += TTL - 1
    assert data(call("list-avatars")) == 1
    clock.now += 1
    fresh = call("list-avatars")
    assert data(fresh) == 2
    assert fresh.headers["Cache-Status"] == "ai-proxy; fwd=stale; stored"
    assert data(call("list-avatars")) == 2


# Cache-Control; what a call 10 s after the first sees, what one without wishes sees afterwards.
DIRECTIVES = [
    ("no-cache", 2, 2),
    ("No-Cache, x=y", 2, 2),
    ("no-store", 2, 1),
    ("no-store, no-cache", 2, 1),
    ("max-age=0", 2, 2),
    ("max-age=9", 2, 2),
    ('max-age="9"', 2, 2),
    ("max-age=10", 1, 1),
    ("max-age=99999999999999", 2, 2),
    ("max-age=ten", 2, 2),
    ("only-if-cached, max-stale", 1, 1),
    ("", 1, 1),
]


@pytest.mark.parametrize(("control", "seen", "then"), DIRECTIVES)
def test_caller_can_go_past_it(call, numbered, clock, control, seen, then) -> None:
    call("list-avatars")
    clock.now += 10
    response = call("list-avatars", Cache_Control=control)
    assert data(response) == seen
    if seen == 2:
        stored = "; stored" if then == 2 else ""
        assert response.headers["Cache-Status"] == f"ai-proxy; fwd=request{stored}"
    assert data(call("list-avatars")) == then


def test_matching_tag_gets_no_body(call, numbered, clock) -> None:
    tag = call("list-avatars").headers["ETag"]
    for given_tags in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        response = call("list-avatars", If_None_Match=given_tags)
        assert (response.status_code, response.content) == (304, b"")
        assert response.headers["ETag"] == tag
        assert response.headers["Cache-Status"].startswith("ai-proxy; hit")
    for other in ('"other"', tag.strip('"'), ""):
        assert data(call("list-avatars", If_None_Match=other)) == 1
    changed = call("list-avatars", If_None_Match=tag, Cache_Control="no-cache")
    assert (data(changed), changed.headers["ETag"] == tag) == (2, False)


def test_same_content_has_same_tag(call, vendor, clock) -> None:
    vendor.answers({"data": [1]})
    tag = call("list-avatars").headers["ETag"]
    clock.now += TTL
    response = call("list-avatars", If_None_Match=tag)
    assert (response.status_code, len(vendor.requests)) == (304, 2)


def test_every_difference_is_another_answer(call, numbered, clock) -> None:
    calls: list[tuple[str, str, Any]] = [
        ("heygen", "get-template", {"path_params": {"template_id": "a"}}),
        ("heygen", "get-template", {"path_params": {"template_id": "b"}}),
        ("heygen", "v3-get-template", {"path_params": {"template_id": "a"}}),
        ("heygen", "list-avatars", {}),
        ("heygen", "list-avatars", {"query": {"x": "1"}}),
        ("heygen", "list-avatars", {"query": {"x": "2"}}),
        ("heygen", "list-avatars", {"query": {"x": ["1", "2"]}}),
        ("heygen", "list-avatars", {"headers": {"Accept-Language": "de"}}),
        ("heygen", "list-avatars", {"headers": {"Accept-Language": "fr"}}),
        ("heygen", "list-voices", {}),
        ("elevenlabs", "list-voices", {}),
        ("liveavatar", "list-voices", {}),
        ("liveavatar", "list-avatars", {}),
    ]
    for _ in range(2):
        for service, action, envelope in calls:
            call(action, envelope, service=service)
        assert len(numbered.requests) == len(calls)
    for number, (service, action, envelope) in enumerate(calls, 1):
        found = call(action, envelope, service=service).json()["data"]
        assert found in (number, {"data": number})


def test_idempotency_key_makes_no_difference(call, numbered, clock) -> None:
    assert data(call("list-avatars", {"headers": {"Idempotency-Key": "a"}})) == 1
    response = call("list-avatars", {"headers": {"Idempotency-Key": "b"}})
    assert data(response) == 1
    assert "Idempotency-Key" in response.headers["X-Contract-Notes"]
    assert "X-Contract-Notes" not in call("list-avatars").headers


def test_orgs_never_share(call, numbered, clock) -> None:
    """Not even with the very same vendor key, nor with the platform's."""
    other = Caller(make_account("globex"))
    assert [data(one("list-voice-locales")) for one in (call, other, call, other)] == [1, 2, 1, 2]
    vault.store(org=None, service="heygen", secret="sk-platform-SECRET-000111")
    for one in (call, other):
        shared = {"default_source": "platform", "allow_platform_key": True}
        make_policy(one.account.org, allow_tenant_key=False, **shared)
    assert [data(one("list-voice-locales")) for one in (call, other, call, other)] == [3, 4, 3, 4]


def test_changed_credential_starts_anew(call, numbered, clock) -> None:
    assert data(call("list-avatars")) == 1
    org = call.account.org
    vault.store(org=org, service="heygen", secret="sk-heygen-ANOTHER-secret-1")
    assert data(call("list-avatars")) == 2
    Credential.objects.filter(org=org, service="heygen").delete()
    assert call("list-avatars").status_code == 404
    vault.store(org=org, service="heygen", secret="sk-heygen-ANOTHER-secret-1")
    assert data(call("list-avatars")) == 3


def test_credential_changed_during_read(call, vendor, clock) -> None:
    org = call.account.org

    def changes(_: Received) -> Script:
        return Script(body=json.dumps({"data": len(vendor.requests)}).encode(), delay=0.05)

    vendor.plays(changes)
    old_key = call("list-avatars")
    clock.now += TTL
    vault.store(org=org, service="heygen", secret="sk-heygen-ANOTHER-secret-1")
    vendor.plays(lambda _: Script(status=500))
    assert data(old_key) == 1
    assert call("list-avatars").status_code == 502  # not the old credential's answer


def test_checks_come_before_cache(call, numbered, clock, settings) -> None:
    assert data(call("list-avatars")) == 1
    row = Credential.objects.get(org=call.account.org, service="heygen")
    sealed = row.sealed
    Credential.objects.filter(pk=row.pk).update(sealed="v1.k1.AAAA.AAAA")
    assert call("list-avatars").json()["code"] == "credential_unreadable"
    Credential.objects.filter(pk=row.pk).update(sealed=sealed)
    assert data(call("list-avatars")) == 1
    assert call("list-avatars", {"path_params": {"x": "1"}}).status_code == 400
    ApiKey.objects.update(scopes=["heygen:video-status"])
    assert call("list-avatars").json()["code"] == "out_of_scope"
    ApiKey.objects.all().delete()
    assert call("list-avatars").status_code == 401
    assert len(numbered.requests) == 1


FAILURES = [
    {"status": 500},
    {"status": 502},
    {"status": 503},
    {"status": 504},
    {"raw": b""},
    {"body": b"no JSON"},
    {"body": b'{"error": {"code": "internal_error"}, "data": null}'},
]


@pytest.mark.parametrize("failure", FAILURES)
def test_failing_vendor_leaves_old_answer(call, vendor, clock, failure) -> None:
    vendor.answers({"data": 1})
    first = call("list-avatars")
    vendor.plays(lambda _: Script(**failure))
    clock.now += TTL + STALE - 1
    old = call("list-avatars")
    assert (data(old), old.headers["ETag"]) == (1, first.headers["ETag"])
    assert told(old, "Age", "Cache-Status") == {
        "Age": str(TTL + STALE - 1),
        "Cache-Status": "ai-proxy; fwd=stale; detail=stale-if-error",
    }
    for control in ("no-cache", "no-store", "max-age=99999"):
        assert call("list-avatars", Cache_Control=control).status_code >= 500
    clock.now += 1
    assert call("list-avatars").status_code >= 500
    vendor.answers({"data": 2})
    assert data(call("list-avatars")) == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429])
def test_refusal_is_never_hidden(call, vendor, clock, status) -> None:
    vendor.answers({"data": 1})
    call("list-avatars")
    clock.now += TTL
    vendor.answers({"message": "no"}, status=status)
    response = call("list-avatars")
    assert response.status_code == (502 if status in (401, 403) else status)


def test_failures_are_not_kept(call, vendor, clock) -> None:
    vendor.answers({"message": "no"}, status=404)
    assert call("list-avatars").status_code == 404
    vendor.answers({"data": 1}, status=202)
    for _ in range(2):
        assert call("list-avatars").status_code == 202
    vendor.answers({"data": 2})
    assert data(call("list-avatars")) == 2


CHANGES = [
    ("elevenlabs", "list-voices", "delete-voice", {"path_params": {"voice_id": "v"}}),
    ("heygen", "list-avatars", "v3-delete-avatar", {"path_params": {"group_id": "g"}}),
    ("heygen", "list-avatars", "delete-photo-avatar", {"path_params": {"id": "p"}}),
    ("heygen", "v3-list-voices", "v3-delete-voice", {"path_params": {"voice_id": "v"}}),
    ("liveavatar", "list-voices", "delete-voice", {"path_params": {"voice_id": "v"}}),
]


@pytest.mark.parametrize(("service", "listing", "write", "envelope"), CHANGES)
@pytest.mark.parametrize("status", [200, 500])
def test_caller_reads_its_writes(
    call, vendor, clock, service, listing, write, envelope, status
) -> None:
    """A write that failed may have been carried out all the same."""
    other = Caller(make_account("globex"))
    for one in (call, other):
        one(listing, service=service)
        one("list-voices", service="elevenlabs" if service != "elevenlabs" else "heygen")
    vendor.plays(lambda _: Script(status=status))
    call(write, envelope, service=service)
    vendor.answers({"data": []})
    sent = len(vendor.requests)
    assert call(listing, service=service).headers["Cache-Status"] == "ai-proxy; fwd=miss; stored"
    assert len(vendor.requests) == sent + 1
    other(listing, service=service)
    call("list-voices", service="elevenlabs" if service != "elevenlabs" else "heygen")
    assert len(vendor.requests) == sent + 1


def test_render_leaves_catalogue(call, vendor, clock) -> None:
    vendor.answers({"data": {"video_id": "v"}})
    call("list-avatars")
    template = {"path_params": {"template_id": "t"}, "body": {"variables": {}}}
    call("delete-video", {"query": {"video_id": "v"}})
    call("generate-template-video", template)
    sent = len(vendor.requests)
    assert "hit" in call("list-avatars").headers["Cache-Status"]
    assert len(vendor.requests) == sent


def test_states_are_asked_each_time(call, numbered, clock) -> None:
    for number, action in enumerate(["get-remaining-quota", "get-remaining-quota"], 1):
        response = call(action)
        assert data(response) == number
        assert not told(response, "ETag", "Age", "Cache-Status")
        assert response.headers["Cache-Control"] == "no-store"
    poll = {"query": {"video_id": "v"}}
    assert [data(call("video-status", poll)) for _ in range(3)] == [3, 4, 5]


def test_rehearsals_are_not_kept(call, vendor, clock, settings) -> None:
    settings.HEYGEN_GENERATION = "v3"
    scene = {
        "character": {"type": "avatar", "avatar_id": "a"},
        "voice": {"type": "text", "input_text": "Hi", "voice_id": "v"},
    }
    made = [
        data(call("generate-video", {"body": {"test": True, "video_inputs": [scene]}}))["video_id"]
        for _ in range(2)
    ]
    assert made[0] != made[1]
    for video_id in made:
        response = call("video-status", {"query": {"video_id": video_id}})
        assert data(response)["id"] == video_id
        assert "Cache-Status" not in response.headers
    assert vendor.requests == []


def test_translated_list_is_kept(call, vendor, clock, settings) -> None:
    settings.HEYGEN_GENERATION = "v3"

    def page(received: Received) -> Script:
        last = "token=p2" in received.target
        more = {"has_more": not last, "next_token": None if last else "p2"}
        look = {"id": "b" if last else "a", "avatar_type": "studio_avatar"}
        return Script(body=json.dumps({"data": [look], **more}).encode())

    vendor.plays(page)
    first, second = call("list-avatars"), call("list-avatars")
    assert [look["avatar_id"] for look in data(second)["avatars"]] == ["a", "b"]
    assert (first.content, len(vendor.requests)) == (second.content, 2)
    settings.HEYGEN_GENERATION = "legacy"
    vendor.answers({"data": "legacy"})
    assert data(call("list-avatars")) == "legacy"


def test_answer_with_notes_is_kept_shortly(call, vendor, clock, settings) -> None:
    """A list that was cut short must not stay short for long."""
    settings.HEYGEN_GENERATION = "v3"
    vendor.answers({"data": [], "has_more": False})
    notes = [call("list-avatars", {"query": {"x": 1}}).headers["X-Contract-Notes"]]
    clock.now += 59
    notes.append(call("list-avatars", {"query": {"x": 1}}).headers["X-Contract-Notes"])
    assert (notes[0] == notes[1], len(vendor.requests)) == (True, 1)
    clock.now += 1
    call("list-avatars", {"query": {"x": 1}})
    assert len(vendor.requests) == 2


def test_rate_limits_are_of_their_moment(call, vendor, clock) -> None:
    vendor.answers({"data": 1}, headers={"X-RateLimit-Remaining": "5", "Retry-After": "7"})
    assert call("list-avatars").headers["X-RateLimit-Remaining"] == "5"
    hit = call("list-avatars")
    assert "hit" in hit.headers["Cache-Status"]
    assert not told(hit, "X-RateLimit-Remaining", "Retry-After")


def test_switched_off_keeps_nothing(call, numbered, settings) -> None:
    settings.CACHE_BYTES = 0
    first, second = call("list-avatars"), call("list-avatars")
    assert (data(first), data(second)) == (1, 2)
    assert second.headers["Cache-Status"] == "ai-proxy; fwd=miss"


def test_browser_may_ask_and_read(call, clock, vendor) -> None:
    call.account.org.origins = ["https://app.example.com"]
    call.account.org.save()
    origin = {"Origin": "https://app.example.com"}
    preflight = call.client.options(call.url("list-avatars"), headers=origin)
    allowed = preflight.headers["Access-Control-Allow-Headers"].split(", ")
    assert {"Cache-Control", "If-None-Match", "Prefer", "Range"} <= set(allowed)
    exposed = call("list-avatars", **origin).headers["Access-Control-Expose-Headers"].split(", ")
    assert {"ETag", "Age", "Cache-Status"} <= set(exposed)


def test_discovery_says_how_long(call) -> None:
    endpoints = call.get("acme/services/heygen/").json()["endpoints"]
    seconds = {one["slug"]: one["cache_seconds"] for one in endpoints}
    assert (seconds["list-avatars"], seconds["video-status"]) == (TTL, 0)


# The store and the keys by themselves.

texts = st.text(max_size=8)
pairs = st.lists(st.tuples(texts, texts), max_size=3).map(tuple)
identities = st.tuples(texts, texts, st.integers(0, 9), st.booleans(), texts, pairs, st.binary())


@given(identities, identities)
def test_keys_are_equal_only_for_equals(one, other) -> None:
    assert (key_of(one) == key_of(other)) == (one == other)


@given(st.lists(texts, min_size=2, max_size=2), st.lists(texts, min_size=3, max_size=3))
def test_parts_never_run_together(two, three) -> None:
    assert key_of(tuple(two)) != key_of(tuple(three))
    assert mark_of(*three) != key_of(tuple(three))


@given(st.binary())
def test_damaged_entry_is_none(damage) -> None:
    entry = Entry(VERSION, b"k", b"1", 1.5, 300, 200, '"t"', ("n",))
    text = written(entry)
    assert read(text, b"k") == entry
    assert read(text, b"another") is None
    assert read(damage, b"k") is None
    assert read(text[: len(damage) % len(text)], b"k") is None
    assert read(written(Entry(VERSION + 1, b"k", b"1", 1.5, 300, 200, '"t"')), b"k") is None


def filled(memory: Memory, org: str, count: int, size: int) -> list[int]:
    """Put `count` answers for an org; the numbers of those that are still there."""
    places = [Place(org, key_of((org, n)), b"mark", 300) for n in range(count)]
    for place in places:
        entry = Entry(VERSION, place.key, b"", 0.0, 300, 200, "")
        memory.set(place, entry, b"x" * (size - OVERHEAD))
    return [n for n, place in enumerate(places) if memory.get(place)]


def test_org_has_its_share_at_most() -> None:
    memory = Memory(100_000)
    assert filled(memory, "small", 3, 5_000) == [0, 1, 2]
    assert filled(memory, "greedy", 50, 5_000) == [45, 46, 47, 48, 49]
    assert filled(memory, "small", 0, 0) == []
    assert memory.size == 8 * 5_000
    for n in range(20):
        filled(memory, f"org{n}", 5, 5_000)
    assert memory.size == 100_000


@pytest.mark.parametrize(("limit", "orgs", "newcomer"), [(80_000, "a", "a"), (20_000, "abcd", "e")])
def test_used_answers_stay_longest(limit, orgs, newcomer) -> None:
    """Under the org's own limit, and under everybody's."""
    memory = Memory(limit)
    for org in orgs:
        filled(memory, org, 4 // len(orgs), 5_000)
    first = Place("a", key_of(("a", 0)), b"mark", 300)
    held = memory.get(first)
    assert held is not None
    memory.set(Place(newcomer, b"new", b"mark", 300), held[0], b"x" * 3_000)
    assert memory.get(first)
    assert memory.get(Place(newcomer, b"new", b"mark", 300))


def test_answer_that_comes_late_replaces_none() -> None:
    """What was asked for first may come last."""
    memory = Memory(1 << 20)
    place = Place("a", b"key", b"mark", 300)

    async def keep(since: float, content: bytes) -> bytes:
        turn = (await memory.find(place)).turn or b""
        entry = Entry(VERSION, place.key, turn, since, 300, 200, "")
        await memory.put(place, entry, content, 300)
        return (await memory.find(place)).content

    assert async_to_sync(keep)(50.0, b"newer") == b"newer"
    assert async_to_sync(keep)(49.0, b"late") == b"newer"
    assert async_to_sync(keep)(51.0, b"newest") == b"newest"


def test_huge_answer_is_not_kept() -> None:
    memory = Memory(100 * 1024 * 1024)
    assert filled(memory, "a", 1, MAX_ENTRY + OVERHEAD + 1) == []
    assert filled(memory, "a", 1, MAX_ENTRY + OVERHEAD) == [0]
    assert filled(Memory(1000), "a", 1, OVERHEAD) == []
