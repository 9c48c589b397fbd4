"""Budgets: so many paid calls a day and not one more, however many come at once."""

from __future__ import annotations

import logging
import uuid
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import transaction

from credentials.directory import policy_of
from credentials.issue import issue, roll
from credentials.models import ApiKey, ServicePolicy
from jobs import budgets, outbox
from jobs.budgets import Limits, Spent, give_back, reserve, spent
from jobs.models import Spend
from tests.factories import make_org, make_policy
from tests.managing import Manager, make_manager
from tests.together import parallel, together

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ORG = uuid.UUID("11111111-2222-3333-4444-555555555555")
PATH = "policy/heygen/"
REFUSED = (403, "beyond_policy")


def pay(
    limits: Limits,
    *,
    now: datetime = NOON,
    service: str = "heygen",
    key: str = "k1",
    units: int = 1,
) -> str:
    """What becomes of one more paid call: "" or the text of its refusal."""
    try:
        with transaction.atomic():
            reserve(ORG, service, key, limits, now, units=units)
    except Spent as refused:
        return refused.text
    return ""


OF_ORG = "The org's budget of 3 paid calls a day for heygen is used up."
OF_KEY = "The API key's budget of 3 paid calls a day is used up."


@pytest.mark.parametrize(
    ("limits", "refused"),
    [
        (Limits(), ["", "", "", ""]),
        (Limits(org=3), ["", "", "", OF_ORG]),
        (Limits(key=3), ["", "", "", OF_KEY]),
        (Limits(org=3, key=3), ["", "", "", OF_ORG]),
        (Limits(org=9, key=3), ["", "", "", OF_KEY]),
        (Limits(org=0), ["The org's budget of 0 paid calls a day for heygen is used up."] * 4),
    ],
)
def test_budget_is_named_when_used_up(db: None, limits: Limits, refused: list[str]) -> None:
    assert [pay(limits) for _ in range(4)] == refused


def test_refused_call_counts_nowhere(db: None) -> None:
    assert [pay(Limits(org=9, key=1)) for _ in range(3)] == ["", *[_key(1)] * 2]
    assert spent(ORG, NOON) == {("heygen", ""): 1, ("", "k1"): 1}
    with transaction.atomic(), pytest.raises(Spent):  # caught before the transaction's end
        reserve(ORG, "heygen", "k1", Limits(key=1), NOON)
    assert spent(ORG, NOON) == {("heygen", ""): 1, ("", "k1"): 1}


def _key(limit: int) -> str:
    return f"The API key's budget of {limit} paid calls a day is used up."


def test_orgs_budget_is_by_service_and_keys_for_all(db: None) -> None:
    limits = Limits(org=2, key=3)
    made = [pay(limits, service=name) for name in ("heygen", "elevenlabs", "heygen")]
    assert made == ["", "", ""]
    assert pay(limits, service="elevenlabs") == OF_KEY
    assert pay(limits, service="elevenlabs", key="k2") == ""
    assert pay(limits, key="k2") == "The org's budget of 2 paid calls a day for heygen is used up."


def test_budget_set_at_noon_knows_the_morning(db: None) -> None:
    assert [pay(Limits()) for _ in range(3)] == ["", "", ""]
    assert pay(Limits(org=3)) == OF_ORG


def test_midnight_in_utc_begins_anew(db: None) -> None:
    late = datetime(2026, 11, 21, 23, 59, 58, 500000, tzinfo=UTC)
    there = late.astimezone(tz=None)
    assert [pay(Limits(org=3), now=moment) for moment in (NOON, late, there)] == ["", "", ""]
    with pytest.raises(Spent) as refused, transaction.atomic():
        reserve(ORG, "heygen", "k1", Limits(org=3), late)
    assert refused.value.seconds == 2
    assert pay(Limits(org=3), now=late + timedelta(seconds=2)) == ""
    assert pay(Limits(org=3), now=NOON) == OF_ORG


def test_what_was_not_charged_is_given_back(db: None) -> None:
    assert [pay(Limits(org=3)) for _ in range(3)] == ["", "", ""]
    tomorrow = NOON + timedelta(days=1)
    assert pay(Limits(org=3), now=tomorrow) == ""
    give_back(ORG, "heygen", "k1", NOON)
    assert [pay(Limits(org=3)) for _ in range(2)] == ["", OF_ORG]
    for _ in range(9):
        give_back(ORG, "heygen", "k1", tomorrow)
    assert spent(ORG, tomorrow) == {("heygen", ""): 0, ("", "k1"): 0}


def test_call_counts_as_many_as_it_asks_for(db: None) -> None:
    limits = Limits(org=10, key=8)
    assert pay(limits, units=7) == ""
    refused = "The API key's budget of 8 paid calls a day does not hold 2 more."
    assert pay(limits, units=2) == refused
    assert pay(limits, units=11).startswith("The org's budget of 10 paid calls a day for heygen")
    assert spent(ORG, NOON) == {("heygen", ""): 7, ("", "k1"): 7}
    assert pay(limits) == ""
    give_back(ORG, "heygen", "k1", NOON, units=7)
    assert spent(ORG, NOON) == {("heygen", ""): 1, ("", "k1"): 1}
    assert [pay(limits, units=7), pay(limits)] == ["", OF_KEY.replace("3", "8")]


def test_call_larger_than_the_budget_counts_nothing(db: None) -> None:
    assert pay(Limits(org=3), units=1000) == OF_ORG.replace("is used up", "does not hold 1000 more")
    assert not Spend.objects.exists()


@parallel
def test_parallel_calls_stay_within_budget() -> None:
    """Also when nobody counted yet: all make the day's row at once."""
    works = [partial(pay, Limits(org=10, key=12), key=f"k{at % 2}") for at in range(50)]
    results = together(*works)
    assert sorted(set(results)) == ["", OF_ORG.replace("3", "10")]
    assert results.count("") == 10
    assert spent(ORG, NOON)["heygen", ""] == 10


def test_day_gone_is_forgotten(db: None) -> None:
    pay(Limits(), now=NOON - budgets.KEPT - timedelta(days=1))
    pay(Limits())
    assert budgets.prune(NOON) == 2
    assert {row.day for row in Spend.objects.all()} == {NOON.date()}


def test_warning_comes_once_a_day(
    db: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[Any] = []
    monkeypatch.setattr(outbox, "announce", lambda *given: told.append(given))
    with caplog.at_level(logging.WARNING, "ai_proxy"):
        for day in (0, 1):
            for _ in range(10):
                pay(Limits(org=10), now=NOON + timedelta(days=day))
    data = {"service": "heygen", "api_key": None, "limit": 10}
    assert told == [
        (ORG, "budget.warning", {**data, "day": day}) for day in ("2026-11-21", "2026-11-22")
    ]
    assert len(caplog.records) == 2
    assert "heygen" in caplog.text


@pytest.mark.parametrize(
    ("for_all", "own", "holds"),
    [(None, None, None), (5, None, 5), (None, 7, 7), (5, 7, 5), (7, 5, 5), (7, 0, 0)],
)
def test_smaller_of_both_policies_holds(
    for_all: int | None, own: int | None, holds: int | None
) -> None:
    roof, row = ServicePolicy(paid_per_day=for_all), ServicePolicy(paid_per_day=own)
    assert policy_of(row, roof).paid_per_day == holds


def test_rolled_key_goes_on_with_its_budget(db: None) -> None:
    first, _ = issue(make_org(), paid_per_day=5)
    second, _ = roll(first)
    third, _ = roll(second)
    assert (second.paid_per_day, second.lineage) == (5, first.pk)
    assert (third.paid_per_day, third.lineage) == (5, first.pk)
    assert ApiKey.objects.get(pk=first.pk).lineage == ""


@pytest.fixture
def api(db: None) -> Manager:
    return make_manager(services=())


def test_org_narrows_its_budget_and_takes_back(api: Manager) -> None:
    for_all = make_policy(None, paid_per_day=100)
    said = api.data("PATCH", PATH, {"paid_per_day": 20})
    assert (said["policy"]["paid_per_day"], said["bounds"]["paid_per_day"]) == (20, 100)
    assert "At most 20 paid calls a day" in said["in_words"]
    for_all.paid_per_day = 10
    for_all.save()
    assert api.data("GET", PATH)["policy"]["paid_per_day"] == 10
    assert api.data("PATCH", PATH, {"paid_per_day": None})["policy"]["paid_per_day"] == 10
    for_all.paid_per_day = 50
    for_all.save()
    whole = api.data("GET", PATH)["policy"]
    assert whole["paid_per_day"] == 50
    api.data("PUT", PATH, whole)
    for_all.paid_per_day = 60
    for_all.save()
    assert api.data("GET", PATH)["policy"]["paid_per_day"] == 60


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize(
    ("for_all", "own", "given"),
    [(100, "nothing", 101), (None, 100, 101), (None, 100, None), (50, 100, 60), (50, 100, None)],
)
def test_org_cannot_widen_its_budget(
    api: Manager, method: str, for_all: int | None, own: Any, given: int | None
) -> None:
    make_policy(None, paid_per_day=for_all)
    if own != "nothing":
        make_policy(api.account.org, paid_per_day=own)
    assert api.refused(method, PATH, {"paid_per_day": given}) == REFUSED


@pytest.mark.parametrize(
    ("asked", "status"), [(None, 403), (6, 403), (5, 201), (0, 201), (-1, 400), ("5", 400)]
)
def test_key_hands_on_no_larger_budget(api: Manager, asked: Any, status: int) -> None:
    row = api.account.key
    row.paid_per_day = 5
    row.save()
    answer = api("POST", "api-keys/", {"paid_per_day": asked})
    assert answer.status_code == status, answer.content
    if status == 201:
        assert answer.json()["data"]["paid_per_day"] == asked
