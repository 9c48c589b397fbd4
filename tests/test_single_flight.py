"""Callers who ask for the same thing at the same time share one upstream call."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.test import AsyncClient

from credentials import vault
from services import errors
from services.cache.flights import Flights, _own
from services.cache.reads import flights, reads
from services.errors import ProxyError, UpstreamRefused, UpstreamTimeout
from services.exchange import Reply
from tests.asgi import Answer, posted
from tests.factories import Account, make_account
from tests.upstream import Script

SLOW = 0.4  # seconds that the vendor takes
POLL = {"query": {"video_id": "v"}}
COLLAPSED = "ai-proxy; fwd=miss; collapsed"


@pytest.fixture(autouse=True)
def _no_flight_is_left() -> Iterator[None]:
    yield
    assert flights._flights == {}


@pytest.fixture
def slow(vendor: Any) -> Any:
    """A vendor that takes its time and numbers its answers."""
    vendor.plays(
        lambda _: Script(body=b'{"data": %d}' % len(vendor.requests), delay=SLOW),
    )
    return vendor


def ask(
    account: Account, action: str, envelope: Any = None, *, service: str = "heygen", **headers: str
) -> Awaitable[Answer]:
    path = f"/api/ai-proxy/orgs/{account.org.slug}/services/{service}/{action}/"
    return posted(account, path, [json.dumps(envelope or {}).encode()], **headers)


def together(*calls: Callable[[], Awaitable[Answer]]) -> list[Answer]:
    """Make the calls at the same time, in one event loop."""

    async def run() -> list[Answer]:
        return await asyncio.gather(*(call() for call in calls))

    answers: list[Answer] = async_to_sync(run)()
    return answers


@pytest.mark.parametrize(("action", "envelope"), [("list-avatars", {}), ("video-status", POLL)])
@pytest.mark.parametrize("generation", ["legacy", "v3"])
def test_equal_calls_share_one(account, vendor, settings, action, envelope, generation) -> None:
    settings.HEYGEN_GENERATION = generation
    body = b'{"data": {"id": "v"}}' if action == "video-status" else b'{"data": []}'
    vendor.plays(lambda _: Script(body=body, delay=SLOW))
    answers = together(*[lambda: ask(account, action, envelope)] * 20)
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1
    assert len(vendor.requests) == 1
    shown = [answer.headers.get("cache-status") for answer in answers]
    assert shown.count(COLLAPSED) == 19
    assert len({answer.headers["x-request-id"] for answer in answers}) == 20


def test_poll_is_asked_again_afterwards(account, slow) -> None:
    polls = [lambda: ask(account, "video-status", POLL)] * 2
    assert {answer.json["data"] for answer in together(*polls)} == {1}
    assert {answer.json["data"] for answer in together(*polls)} == {2}


def test_different_calls_go_by_themselves(account, slow) -> None:
    other = make_account("globex")
    answers = together(
        lambda: ask(account, "video-status", POLL),
        lambda: ask(account, "video-status", {"query": {"video_id": "w"}}),
        lambda: ask(account, "video-status", {**POLL, "headers": {"Accept-Language": "de"}}),
        lambda: ask(other, "video-status", POLL),
        lambda: ask(account, "list-videos"),
        lambda: ask(account, "list-videos"),
        lambda: ask(account, "get-remaining-quota"),
        lambda: ask(account, "get-remaining-quota"),
        lambda: ask(account, "list-avatars", cache_control="no-cache"),
        lambda: ask(account, "list-avatars", cache_control="no-cache"),
        lambda: ask(account, "list-avatars", cache_control="no-store"),
    )
    assert len(slow.requests) == len(answers)
    assert not [answer for answer in answers if answer.headers.get("cache-status") == COLLAPSED]


@pytest.mark.parametrize("status", [402, 404])
def test_failure_is_shared_as_own_copy(account, vendor, status) -> None:
    vendor.answers({"message": "no"}, status=status, delay=SLOW)
    answers = together(*[lambda: ask(account, "video-status", POLL)] * 5)
    assert {answer.status for answer in answers} == {status}
    assert len({answer.json["request_id"] for answer in answers}) == 5
    assert {answer.json["detail"] for answer in answers} == {"no"}
    assert len(vendor.requests) == 1


def test_cancelled_leader_is_followed(account, slow) -> None:
    async def run() -> tuple[list[Answer], int]:
        leader = asyncio.ensure_future(ask(account, "video-status", POLL))
        while not slow.requests:
            await asyncio.sleep(0.01)
        others = [asyncio.ensure_future(ask(account, "video-status", POLL)) for _ in range(5)]
        await asyncio.sleep(SLOW / 4)
        leader.cancel()
        return await asyncio.gather(*others), len(slow.requests)

    answers, sent = async_to_sync(run)()
    assert {answer.status for answer in answers} == {200}
    assert {answer.json["data"] for answer in answers} == {2}
    assert sent == 2


def test_cancelled_follower_harms_nobody(account, slow) -> None:
    async def run() -> list[Answer]:
        tasks = [asyncio.ensure_future(ask(account, "video-status", POLL)) for _ in range(4)]
        while not slow.requests:
            await asyncio.sleep(0.01)
        await asyncio.sleep(SLOW / 4)
        tasks[2].cancel()
        return [await task for task in tasks if task is not tasks[2]]

    answers = async_to_sync(run)()
    assert {answer.json["data"] for answer in answers} == {1}


def test_hasty_leader_is_no_word_for_all(account, vendor) -> None:
    """Who gives it a second gets 504 after a second; the others get the answer."""
    vendor.answers({"data": 1}, delay=1.6)

    async def run() -> list[Answer]:
        leader = asyncio.ensure_future(ask(account, "video-status", POLL, prefer="wait=1"))
        while not vendor.requests:
            await asyncio.sleep(0.01)
        others = [ask(account, "video-status", POLL) for _ in range(3)]
        return await asyncio.gather(leader, *others)

    leader, *others = async_to_sync(run)()
    assert (leader.status, leader.json["code"]) == (504, "upstream_timeout")
    assert [other.status for other in others] == [200] * 3
    assert len(vendor.requests) == 2


def test_list_cut_short_is_for_its_caller_alone(account, vendor, settings) -> None:
    settings.HEYGEN_GENERATION, settings.CACHE_BYTES = "v3", 1 << 20
    reads.store.clear()

    def page(received: Any) -> Script:
        last = "token=p2" in received.target
        more = {"has_more": not last, "next_token": None if last else "p2"}
        body = json.dumps({"data": [{"id": "a"}], **more}).encode()
        return Script(body=body, delay=1.3 if last else 0.0)

    vendor.plays(page)

    async def run() -> list[Answer]:
        leader = asyncio.ensure_future(ask(account, "list-avatars", prefer="wait=1"))
        while not vendor.requests:
            await asyncio.sleep(0.01)
        return await asyncio.gather(leader, ask(account, "list-avatars"))

    hasty, patient = async_to_sync(run)()
    lengths = [len(answer.json["data"]["avatars"]) for answer in (hasty, patient)]
    assert (lengths, "x-contract-notes" in hasty.headers) == ([1, 2], True)
    [kept] = together(lambda: ask(account, "list-avatars"))
    assert len(kept.json["data"]["avatars"]) == 2
    assert kept.headers["cache-status"].startswith("ai-proxy; hit")
    german = {"headers": {"Accept-Language": "de"}}
    together(lambda: ask(account, "list-avatars", german, prefer="wait=1"))
    [after] = together(lambda: ask(account, "list-avatars", german))
    assert len(after.json["data"]["avatars"]) == 2


def test_hasty_follower_keeps_its_own_time(account, vendor) -> None:
    vendor.answers({"data": 1}, delay=1.6)

    async def run() -> list[Answer]:
        leader = asyncio.ensure_future(ask(account, "video-status", POLL))
        while not vendor.requests:
            await asyncio.sleep(0.01)
        return await asyncio.gather(leader, ask(account, "video-status", POLL, prefer="wait=1"))

    leader, hasty = async_to_sync(run)()
    assert (leader.status, hasty.status) == (200, 504)
    assert len(vendor.requests) == 1


def test_changed_credential_joins_no_old_call(account, slow) -> None:
    """Nor is what the old one brought kept for the new one."""

    async def run() -> list[Answer]:
        before = asyncio.ensure_future(ask(account, "list-avatars"))
        while not slow.requests:
            await asyncio.sleep(0.01)
        await store()
        after = await ask(account, "list-avatars")
        return [await before, after, await ask(account, "list-avatars")]

    store = sync_to_async(
        lambda: vault.store(org=account.org, service="heygen", secret="sk-heygen-NEW-secret-22")
    )
    answers = async_to_sync(run)()
    assert [answer.json["data"] for answer in answers[:2]] == [1, 2]
    sent = [request.header("x-api-key")[0][-2:] for request in slow.requests]
    assert sent[:2] == ["9c", "22"]


def test_read_begun_before_write_is_not_given_after(account, slow, settings) -> None:
    settings.CACHE_BYTES = 1 << 20
    reads.store.clear()

    async def run() -> list[Answer]:
        before = asyncio.ensure_future(ask(account, "list-avatars"))
        while not slow.requests:
            await asyncio.sleep(0.01)
        slow.answers({"data": "written"})
        await ask(account, "v3-delete-avatar", {"path_params": {"group_id": "g"}})
        after = await ask(account, "list-avatars")
        return [await before, after, await ask(account, "list-avatars")]

    before, after, kept = async_to_sync(run)()
    assert before.json["data"] == 1
    assert (after.json["data"], kept.json["data"]) == ("written", "written")
    assert kept.headers["cache-status"].startswith("ai-proxy; hit")


def test_each_gets_its_own_form(account, vendor) -> None:
    """304 for who has it already, the body for who joined that call."""
    vendor.answers({"data": 1}, delay=SLOW)
    [known] = together(lambda: ask(account, "list-avatars"))
    tag = known.headers["etag"]
    answers = together(
        lambda: ask(account, "list-avatars", if_none_match=tag),
        lambda: ask(account, "list-avatars"),
        lambda: ask(account, "list-avatars", if_none_match=tag),
    )
    assert [(answer.status, answer.body) for answer in answers] == [
        (304, b""),
        (200, known.body),
        (304, b""),
    ]
    assert len(vendor.requests) == 2


def test_other_event_loops_go_by_themselves(account, slow) -> None:
    """Django's stock handler may run each call in a loop of its own."""

    async def run() -> list[Any]:
        client = AsyncClient()
        url = f"/api/ai-proxy/orgs/{account.org.slug}/services/heygen/video-status/"
        given = {"Authorization": account.authorization}
        body = json.dumps(POLL)
        return await asyncio.gather(
            *(
                client.post(url, body, content_type="application/json", headers=given)
                for _ in range(3)
            )
        )

    assert [response.status_code for response in async_to_sync(run)()] == [200] * 3


# The flights by themselves: what no caller can bring about at will.


def shared(work: Callable[[], Awaitable[Reply]], count: int, patience: float = 5.0) -> list[Any]:
    async def run() -> list[Any]:
        fleet = Flights()
        tasks = [asyncio.ensure_future(fleet.share("same", patience, work))]
        await asyncio.sleep(0)
        tasks += [asyncio.ensure_future(fleet.share("same", patience, work)) for _ in range(count)]
        done = await asyncio.gather(*tasks, return_exceptions=True)
        assert fleet._flights == {}
        return done

    return asyncio.run(run())


def test_replies_and_errors_are_own_copies() -> None:
    async def works() -> Reply:
        await asyncio.sleep(0.01)
        return Reply(200, b"x", {"a": "b"}, notes=("n",))

    replies = shared(works, 3)
    assert len({id(reply.headers) for reply in replies}) == 4
    assert {(reply.content, reply.notes, reply.headers["a"]) for reply in replies} == {
        (b"x", ("n",), "b")
    }

    async def fails() -> Reply:
        await asyncio.sleep(0.01)
        raise UpstreamRefused(409, "no", answer=None, headers={"a": "b"})  # type: ignore[arg-type]

    errors = shared(fails, 3)
    assert len({id(error) for error in errors}) == len({id(error.headers) for error in errors}) == 4
    assert {(type(e), e.status, e.detail, str(e), e.headers["a"]) for e in errors} == {
        (UpstreamRefused, 409, "no", "no", "b")
    }


def test_fault_of_ours_is_not_passed_round() -> None:
    """The next one tries by itself."""
    tries = []

    async def works() -> Reply:
        tries.append(1)
        await asyncio.sleep(0.01)
        if len(tries) == 1:
            raise RuntimeError("bug")
        return Reply(200, b"x")

    first, *others = shared(works, 3)
    assert isinstance(first, RuntimeError)
    assert [other.content for other in others] == [b"x"] * 3
    assert len(tries) == 2


def test_loops_never_wait_for_each_other() -> None:
    """A future belongs to one event loop; two threads may run one each."""
    fleet, under_way, ended = Flights(), threading.Event(), threading.Event()

    async def leads() -> Reply:
        under_way.set()
        while not ended.is_set():
            await asyncio.sleep(0.01)
        return Reply(200, b"first")

    async def goes() -> Reply:
        return Reply(200, b"second")

    async def share(work: Callable[[], Awaitable[Reply]]) -> Reply:
        return await fleet.share("same", 5.0, work)

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(lambda: asyncio.run(share(leads)))
        assert under_way.wait(5)
        threading.Timer(2, ended.set).start()  # so that a failure is one, and no wait for ever
        assert asyncio.run(share(goes)).content == b"second"
        ended.set()
        assert first.result(5).content == b"first"


def test_waiting_has_an_end() -> None:
    async def hangs() -> Reply:
        await asyncio.sleep(0.6)
        return Reply(200, b"late")

    first, *others = shared(hangs, 2, patience=0.1)
    assert first.content == b"late"  # whose own work bounds itself
    assert [type(other) for other in others] == [UpstreamTimeout] * 2


def test_every_error_can_be_copied() -> None:
    answer = errors.UpstreamAnswer(500, None)
    made: list[ProxyError] = [
        errors.UpstreamRefused(404, "gone", answer=answer),
        errors.MethodNotAllowed("PUT", "POST"),
        errors.Unavailable(),
        errors.UpstreamTimeout(retryable=True),
    ]
    for error in made:
        error.seconds = 1.5
        twin: Any = _own(error)
        assert (type(twin), vars(twin), twin.args) == (type(error), vars(error), error.args)
        assert twin.headers is not error.headers
