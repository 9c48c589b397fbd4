"""What one org or credential may hold at a time; the rest of a worker is for the others."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any

import pytest

from credentials.models import Credential
from services import bulkhead, catalogue
from services.errors import Busy
from services.slots import PATIENCE, QUEUE, Queues, Slots
from tests.conftest import Caller
from tests.factories import make_account
from tests.upstream import Upstream

SPEECH = {"path_params": {"voice_id": "v"}, "body": {"text": "hi"}}


def test_slots_are_counted_by_name() -> None:
    slots = Slots()
    assert [slots.take("a", 2) for _ in range(3)] == [True, True, False]
    assert slots.take("b", 2)
    slots.give("a")
    assert slots.take("a", 2)


def test_names_not_in_use_are_forgotten() -> None:
    slots = Slots()
    for name in range(1000):
        slots.take(name, 1)
        slots.give(name)
    assert slots._used == {}


def run(story: Any) -> Any:
    return asyncio.run(story)


def test_waiting_call_gets_the_next_slot() -> None:
    async def story() -> list[str]:
        queues, seen = Queues(), []
        await queues.take("a", 1)

        async def wait(name: str) -> None:
            await queues.take("a", 1)
            seen.append(name)
            queues.give("a")

        waiting = [asyncio.create_task(wait(name)) for name in ("first", "second")]
        await asyncio.sleep(0.01)
        assert seen == []
        queues.give("a")
        await asyncio.gather(*waiting)
        assert (queues.used("a"), queues._waiting) == (0, {})
        return seen

    assert run(story()) == ["first", "second"]


def test_full_queue_refuses_at_once() -> None:
    async def story() -> None:
        queues = Queues()
        await queues.take("a", 1)
        waiting = [asyncio.create_task(queues.take("a", 1)) for _ in range(QUEUE)]
        await asyncio.sleep(0)
        started = time.monotonic()
        with pytest.raises(Busy):
            await queues.take("a", 1)
        assert time.monotonic() - started < 0.05
        await queues.take("b", 1)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        queues.give("a")
        assert (queues.used("a"), queues._waiting) == (0, {})

    run(story())


def test_waiting_ends_with_patience() -> None:
    async def story() -> None:
        queues = Queues()
        await queues.take("a", 1)
        with pytest.raises(Busy):
            await queues.take("a", 1, 0.05)
        queues.give("a")
        await queues.take("a", 1)
        assert queues.used("a") == 1

    run(story())
    assert PATIENCE == 1.0


def test_slot_handed_to_leaving_call_is_passed_on() -> None:
    async def story() -> None:
        queues = Queues()
        await queues.take("a", 1)
        first, second = (asyncio.create_task(queues.take("a", 1)) for _ in range(2))
        await asyncio.sleep(0)
        queues.give("a")  # to the first, which is cancelled before it runs
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        await asyncio.wait_for(second, 1)
        assert queues.used("a") == 1

    run(story())


def test_waiting_for_several_slots_has_one_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.bulkhead.PATIENCE", 0.4)
    wanted = ((("c", "plan", "o"), 1), (("c", "plan"), 1))

    async def story() -> None:
        held = await bulkhead.hold(wanted, within=9)
        asyncio.get_running_loop().call_later(0.3, held[0])
        started = time.monotonic()
        with pytest.raises(Busy):
            await bulkhead.hold(wanted, within=9)
        assert time.monotonic() - started < 0.6
        bulkhead.release(held)
        assert not any(bulkhead.credentials.used(name) for name, _ in wanted)

    run(story())


def test_waiting_ends_with_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has less time than patience does not wait past it."""
    monkeypatch.setattr("services.bulkhead.PATIENCE", 5.0)
    wanted = ((("c", "plan"), 1),)

    async def story() -> None:
        held = await bulkhead.hold(wanted, within=9)
        started = time.monotonic()
        with pytest.raises(Busy):
            await bulkhead.hold(wanted, within=0.1)
        assert time.monotonic() - started < 2
        bulkhead.release(held)

    run(story())


@pytest.mark.parametrize("place", ["services.cors.known_org", "services.respond.lifetime"])
def test_fault_around_a_stream_leaves_no_slot_taken(
    db: None, vendor: Upstream, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError

    page = "https://app.example"
    call = Caller(make_account("open", org_fields={"origins": [page]}))
    vendor.answers(b"sound", headers={"Content-Type": "audio/mpeg"})
    monkeypatch.setattr(place, broken)
    assert call("tts-stream", SPEECH, service="elevenlabs", Origin=page).status_code == 500
    assert bulkhead.orgs.used("open") == 0
    assert bulkhead.credentials._slots._used == {}


CLAIMS: list[tuple[str, str, dict[str, Any], dict[tuple[str, ...], int]]] = [
    ("elevenlabs", "tts", {}, {("c", "plan"): 4}),
    ("elevenlabs", "tts", {"plan": 9}, {("c", "plan"): 9}),
    ("elevenlabs", "tts", {"plan": 1}, {("c", "plan"): 1}),
    ("elevenlabs", "tts", {"plan": 9, "workers": 2}, {("c", "plan"): 5}),
    ("elevenlabs", "tts", {"plan": 1, "workers": 8}, {("c", "plan"): 1}),
    ("elevenlabs", "list-voices", {"plan": 9}, {}),
    ("heygen", "generate-video", {}, {}),
    ("heygen", "generate-video", {"plan": 3}, {("c", "plan"): 3}),
    ("heygen", "list-videos", {"plan": 3}, {}),
    ("heygen", "list-videos", {"shared": True}, {("c",): 10}),
    (
        "elevenlabs",
        "tts",
        {"plan": 9, "shared": True},
        {("c", "plan", "o"): 4, ("c", "plan"): 9, ("c",): 10},
    ),
    (
        "elevenlabs",
        "tts",
        {"plan": 1, "shared": True},
        {("c", "plan", "o"): 1, ("c", "plan"): 1, ("c",): 10},
    ),
]


@pytest.mark.parametrize(("slug", "action", "given", "wanted"), CLAIMS)
def test_call_claims_what_its_credential_allows(
    settings: Any, slug: str, action: str, given: dict[str, Any], wanted: Any
) -> None:
    """A platform credential leaves half of everything to the other orgs."""
    facts: dict[str, Any] = {"plan": None, "shared": False, "workers": 1} | given
    settings.MAX_IN_FLIGHT, settings.WORKERS = 20, facts.pop("workers")
    service = catalogue.known(slug)
    assert service is not None
    named = service.by_slug[action]
    found = bulkhead.claims(service, named, org="o", credential="c", **facts)
    assert list(found) == list(wanted.items())


def test_slot_goes_past_who_left() -> None:
    """A call whose patience ended, and that has not noticed yet, is no heir."""

    async def story() -> None:
        queues = Queues()
        await queues.take("a", 1)
        first, second = (asyncio.create_task(queues.take("a", 1)) for _ in range(2))
        await asyncio.sleep(0)
        first.cancel()  # it has not run since
        queues.give("a")
        await asyncio.wait_for(second, 1)
        await asyncio.gather(first, return_exceptions=True)
        queues.give("a")
        assert (queues.used("a"), queues._waiting) == (0, {})

    run(story())


def test_slot_is_given_back_once() -> None:
    given: list[object] = []
    release = bulkhead.Release(given.append, "a")
    release()
    release()
    assert given == ["a"]


def test_refused_call_holds_nothing() -> None:
    """What was taken before the slot that was not free is given back."""
    taken, wanted = (("c", "plan"), 1), (("c",), 5)

    async def story() -> None:
        held = await bulkhead.hold((taken,), within=9)
        with pytest.raises(Busy):
            await bulkhead.hold((wanted, taken), within=0.05)
        assert bulkhead.credentials.used(wanted[0]) == 0
        bulkhead.release(held)

    run(story())


def test_org_has_its_own_room(settings: Any) -> None:
    settings.MAX_IN_FLIGHT_ORG = 2
    leave = [bulkhead.enter("greedy") for _ in range(2)]
    with pytest.raises(Busy):
        bulkhead.enter("greedy")
    bulkhead.enter("calm")()
    leave.pop()()
    leave.append(bulkhead.enter("greedy"))
    for one in leave:
        one()
    assert bulkhead.orgs.used("greedy") == 0


@pytest.mark.parametrize("status", [200, 500])
@pytest.mark.parametrize("action", ["tts-timestamps", "tts-stream"])
def test_slot_is_held_until_the_answer_has_ended(
    call: Caller, vendor: Upstream, action: str, status: int
) -> None:
    row = Credential.objects.get(service="elevenlabs")
    name = (row.row.id, "plan")
    kind = "audio/mpeg" if action == "tts-stream" else "application/json"
    vendor.answers({}, status=status, headers={"Content-Type": kind})
    response = call(action, SPEECH, service="elevenlabs")
    held = bulkhead.credentials.used(name)
    assert held == (response.streaming and status == 200)
    b"".join(response)
    assert bulkhead.credentials.used(name) == 0


def test_slot_goes_to_another_threads_loop() -> None:
    """A call from the console waits on a loop of its own for a slot that the API's loop holds."""
    queues, waits = Queues(), threading.Event()
    got: list[float] = []

    async def waiter() -> None:
        taking = asyncio.create_task(queues.take("plan", 1, within=5))
        await asyncio.sleep(0.05)
        waits.set()
        began = time.monotonic()
        await taking
        got.append(time.monotonic() - began)
        queues.give("plan")

    async def holder() -> None:
        await queues.take("plan", 1)
        other = threading.Thread(target=asyncio.run, args=(waiter(),))
        other.start()
        await asyncio.to_thread(waits.wait, 5)
        queues.give("plan")
        await asyncio.to_thread(other.join, 5)

    asyncio.run(holder())
    assert got[0] < 2  # it was woken, not left to its patience
    assert queues.used("plan") == 0


def test_threads_leave_no_slot_behind() -> None:
    slots = Slots()

    def work() -> None:
        for _ in range(3000):
            if slots.take("org", 50):
                slots.give("org")

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert slots.used("org") == 0
