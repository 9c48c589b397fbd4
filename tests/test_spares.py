"""Changing a credential's secret without an outage: staged, promoted, rolled back."""

from collections.abc import Callable
from typing import Any

import pytest

from credentials import actor, spares, vault
from credentials.errors import NoSpare
from credentials.models import AuditEvent, Credential, SpareSecret
from tests.factories import make_org
from tests.together import parallel, together

FIRST, SECOND, THIRD = "first-secret-000001", "second-secret-00002", "third-secret-000003"


def heygen(org: Any = None) -> Credential:
    return Credential.objects.get(service="heygen", org=org)


def opened(place: Credential | SpareSecret | None) -> str | None:
    return vault.ring().open(place.sealed, place.row).reveal() if place else None


def secrets(credential: Credential) -> tuple[str | None, ...]:
    """In use, staged, previous; as they open from the database."""
    row = Credential.objects.get(pk=credential.pk)
    return opened(row), opened(spares.staged(row)), opened(spares.previous(row))


@pytest.fixture
def stored(db: None) -> Credential:
    return vault.store(org=make_org(), service="heygen", secret=FIRST)


def test_staged_secret_waits_for_promotion(call, vendor):
    def sent() -> list[str]:
        vendor.reset()
        assert call("list-avatars").status_code == 200
        return vendor.requests[0].header("x-api-key")

    row = vault.store(org=call.account.org, service="heygen", secret=FIRST)
    spares.stage(row, SECOND)
    assert sent() == [FIRST]
    promoted = spares.promote(row)
    assert (sent(), promoted.last_four) == ([SECOND], SECOND[-4:])
    assert spares.rollback(row).last_four == FIRST[-4:]
    assert sent() == [FIRST]
    spares.rollback(row)
    assert sent() == [SECOND]


def test_every_move_keeps_its_secrets(stored):
    assert secrets(stored) == (FIRST, None, None)
    spares.stage(stored, SECOND)
    assert secrets(stored) == (FIRST, SECOND, None)
    spares.stage(stored, THIRD)
    assert secrets(stored) == (FIRST, THIRD, None)
    spares.promote(stored)
    assert secrets(stored) == (THIRD, None, FIRST)
    spares.stage(stored, SECOND)
    spares.rollback(stored)
    assert secrets(stored) == (FIRST, SECOND, THIRD)
    spares.promote(stored)
    assert secrets(stored) == (SECOND, None, FIRST)
    vault.store(org=stored.org, service="heygen", secret=THIRD)
    assert secrets(stored) == (THIRD, None, SECOND)
    spares.stage(stored, FIRST)
    spares.discard(stored)
    assert secrets(stored) == (THIRD, None, SECOND)


def test_platform_credential_has_spares(db):
    row = vault.store(org=None, service="heygen", secret=FIRST)
    spares.stage(row, SECOND)
    spares.promote(row)
    assert secrets(row) == (SECOND, None, FIRST)


def test_version_numbers_never_return(stored):
    seen = [stored.secret_version]
    for _ in range(3):
        seen.append(spares.stage(stored, SECOND).version)
        spares.discard(stored)
    seen.append(spares.stage(stored, SECOND).version)
    spares.promote(stored)
    spares.rollback(stored)
    seen.append(vault.store(org=stored.org, service="heygen", secret=THIRD).secret_version)
    assert seen == [1, 2, 3, 4, 5, 6]


def test_verdict_travels_with_its_secret(stored):
    verdict = {"check_ok": True, "check_result": "ok", "checked_by": "ada"}
    Credential.objects.filter(pk=stored.pk).update(**verdict)
    waiting = spares.stage(stored, SECOND)
    SpareSecret.objects.filter(pk=waiting.pk).update(check_ok=False, check_result="no")

    def told(place: Any) -> tuple[Any, ...]:
        return place.last_four, place.check_ok, place.check_result, place.checked_by

    row = spares.promote(stored)
    assert told(row) == (SECOND[-4:], False, "no", "")
    assert told(spares.previous(row)) == (FIRST[-4:], True, "ok", "ada")
    assert told(spares.rollback(stored)) == (FIRST[-4:], True, "ok", "ada")
    replaced = vault.store(org=stored.org, service="heygen", secret=THIRD)
    assert told(replaced) == (THIRD[-4:], None, "", "")
    assert told(spares.stage(stored, SECOND)) == (SECOND[-4:], None, "", "")


MOVES: dict[str, Callable[[Credential], Any]] = {
    "promote nothing": spares.promote,
    "discard nothing": spares.discard,
    "roll back to nothing": spares.rollback,
    "promote another": lambda row: spares.promote(row, version=9),
    "roll back to another": lambda row: spares.rollback(row, version=9),
}


@pytest.mark.parametrize("name", MOVES)
def test_missing_spare_changes_nothing(stored, name):
    if "another" in name:
        spares.stage(stored, SECOND)
        spares.promote(stored)
        spares.stage(stored, THIRD)
    before, events = secrets(stored), AuditEvent.objects.count()
    with pytest.raises(NoSpare):
        MOVES[name](stored)
    assert (secrets(stored), AuditEvent.objects.count()) == (before, events)


def test_seen_version_may_be_named(stored):
    waiting = spares.stage(stored, SECOND)
    spares.promote(stored, version=waiting.version)
    spares.rollback(stored, version=1)
    assert secrets(stored) == (FIRST, None, SECOND)


@pytest.mark.parametrize("secret", ["", "two words", "line\nline", "é" * 20, "x" * 513])
def test_unusable_secret_is_not_staged(stored, secret):
    with pytest.raises(vault.UnusableSecret):
        spares.stage(stored, secret)
    assert secrets(stored) == (FIRST, None, None)


def test_moves_are_recorded_as_credentials(stored):
    before = AuditEvent.objects.count()
    with actor.acting(actor.Actor("user", "ada", "192.0.2.7")):
        spares.stage(stored, SECOND)
        spares.promote(stored)
        spares.rollback(stored)
        spares.stage(stored, THIRD)
        spares.discard(stored)
    events = list(AuditEvent.objects.order_by("seq")[before:])
    assert [event.event for event in events] == [
        "credential.staged",
        "credential.promoted",
        "credential.rolled_back",
        "credential.staged",
        "credential.discarded",
        "spare_secret.deleted",
    ]
    assert {(event.actor, event.address, event.org) for event in events} == {
        ("ada", "192.0.2.7", "acme")
    }
    assert events[0].detail == {"version": 2, "last_four": SECOND[-4:]}
    assert events[1].detail["secret_version"] == [1, 2]
    assert events[2].detail["secret_version"] == [2, 1]
    told = "".join(str(event.detail) + event.target for event in events)
    sealed = [heygen(stored.org).sealed, *SpareSecret.objects.values_list("sealed", flat=True)]
    assert [text for text in (FIRST, SECOND, THIRD, *sealed) if text in told] == []


def test_no_record_means_no_change(stored, monkeypatch):
    def refuse(*given: Any, **named: Any) -> None:
        raise RuntimeError("the record is full")

    spares.stage(stored, SECOND)
    moves = [spares.promote, spares.discard, lambda row: spares.stage(row, THIRD)]
    moves += [lambda row: vault.store(org=row.org, service="heygen", secret=THIRD)]
    monkeypatch.setattr(AuditEvent, "append", refuse)
    for move in moves:
        with pytest.raises(RuntimeError):
            move(stored)
    assert secrets(stored) == (FIRST, SECOND, None)


def test_moving_opens_nothing(stored, settings):
    """The ring could even be gone: what moves stays sealed."""
    spares.stage(stored, SECOND)
    ring, settings.CREDENTIAL_KEYS = settings.CREDENTIAL_KEYS, ""
    spares.promote(stored)
    spares.rollback(stored)
    settings.CREDENTIAL_KEYS = ring
    assert secrets(stored) == (FIRST, None, SECOND)


@parallel
def test_parallel_promotions_lose_nothing():
    org = make_org()
    for turn in range(10):
        row = vault.store(org=org, service="heygen", secret=f"in-use-secret-{turn:04}")
        spares.stage(row, f"staged-secret-{turn:04}")
        results = together(*[lambda row=row: spares.promote(row)] * 4)
        assert sum(isinstance(item, NoSpare) for item in results) == 3
        assert secrets(row) == (f"staged-secret-{turn:04}", None, f"in-use-secret-{turn:04}")


@parallel
def test_parallel_changes_stay_whole():
    row = vault.store(org=make_org(), service="heygen", secret=FIRST)
    for _ in range(10):
        results = together(
            lambda: spares.stage(row, SECOND),
            lambda: spares.promote(row),
            lambda: spares.rollback(row),
            lambda: vault.store(org=row.org, service="heygen", secret=THIRD),
            lambda: spares.discard(row),
        )
        assert {type(item) for item in results if isinstance(item, Exception)} <= {NoSpare}
        assert None not in secrets(row)[:1]
    versions = [heygen(row.org).secret_version]
    versions += SpareSecret.objects.values_list("version", flat=True)
    assert len(set(versions)) == len(versions)


@parallel
def test_parallel_first_secrets_both_count():
    org = make_org()
    results = together(
        lambda: vault.store(org=org, service="heygen", secret=FIRST),
        lambda: vault.store(org=org, service="heygen", secret=SECOND),
    )
    assert [type(item) for item in results] == [Credential, Credential]
    in_use, _, previous = secrets(results[0])
    assert {in_use, previous} == {FIRST, SECOND}
