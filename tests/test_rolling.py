"""Rolling a key: a new one now, the old one until a chosen time; and no way back from revoked."""

import io
import time
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.utils import timezone

from credentials import actor
from credentials.issue import issue, roll
from credentials.models import ApiKey, AuditEvent
from tests.factories import make_account
from tests.together import parallel, together

HOUR = timedelta(hours=1)
KEPT = ("org_id", "name", "kind", "scopes", "origins", "access", "networks", "rate", "expires_at")


def ahead(span: timedelta = HOUR) -> Any:
    return timezone.now() + span


def status(client: Any, text: str, **headers: str) -> int:
    url = "/api/ai-proxy/orgs/acme/services/heygen/list-avatars/"
    answer = client.post(url, headers={"Authorization": f"Api-Key {text}"} | headers)
    return int(answer.status_code)


def shift(key: ApiKey, **fields: Any) -> None:
    """Change what time alone would change."""
    ApiKey._base_manager.filter(pk=key.pk).update(**fields)


def test_old_key_works_until_then(client, account, vendor):
    new, text = roll(account.key, until=ahead())
    assert [status(client, key) for key in (account.text, text)] == [200, 200]
    old = ApiKey.objects.get(pk=account.key.pk)
    assert (old.revoked_at, old.state, new.rolled_from) == (None, "active", old)
    old.expires_at = timezone.now()
    old.save()
    assert [status(client, key) for key in (account.text, text)] == [401, 200]


def test_old_key_ends_at_once(client, account, vendor):
    _, text = roll(account.key)
    assert [status(client, key) for key in (account.text, text)] == [401, 200]
    assert ApiKey.objects.get(pk=account.key.pk).state == "revoked"


def test_new_key_may_the_same(account):
    key, text = issue(
        account.org,
        name="shop",
        scopes=["heygen:list-*"],
        origins=["https://shop.example.com"],
        access=["read", "invoke"],
        networks=["192.0.2.0/24"],
        rate=30,
        expires_at=ahead(30 * timedelta(days=1)),
    )
    with actor.acting(actor.Actor("user", "ada")):
        new, new_text = roll(key, until=ahead())
    assert [getattr(new, name) for name in KEPT] == [getattr(key, name) for name in KEPT]
    assert (new.created_by, new_text[:5]) == ("ada", "aipb_")
    assert (new.pk != key.pk, new_text != text) == (True, True)


@pytest.mark.parametrize(("own", "until", "left"), [(1, 2, 1), (2, 1, 1), (None, 2, 2)])
def test_old_expiry_is_never_moved_back(account, own, until, left):
    now = timezone.now()
    key, _ = issue(account.org, expires_at=own and now + own * HOUR)
    new, _ = roll(key, until=now + until * HOUR)
    assert ApiKey.objects.get(pk=key.pk).expires_at == now + left * HOUR
    assert new.expires_at == (own and now + own * HOUR)


def test_roll_is_recorded(account):
    before = AuditEvent.objects.count()
    new, text = roll(account.key, until=ahead())
    events = list(AuditEvent.objects.order_by("seq")[before:])
    assert [event.event for event in events] == ["api_key.created", "api_key.rolled"]
    assert events[0].detail["rolled_from_id"] == account.key.pk
    assert set(events[1].detail) == {"expires_at"}
    roll(new)
    last = AuditEvent.objects.latest("seq")
    assert (last.event, set(last.detail)) == ("api_key.rolled", {"revoked_at"})
    told = "".join(str(event.detail) for event in AuditEvent.objects.all())
    assert text not in told and text[13:45] not in told  # noqa: PT018  one place


@pytest.mark.parametrize(
    "span", [timedelta(0), -HOUR, timedelta(days=7, minutes=1), timedelta(days=400)]
)
def test_other_times_are_refused(account, span):
    with pytest.raises(ValidationError):
        roll(account.key, until=ahead(span))
    assert (ApiKey.objects.count(), ApiKey.objects.get().state) == (1, "active")


def test_dead_keys_are_not_rolled(account):
    expired, _ = issue(account.org, expires_at=timezone.now() - HOUR)
    account.key.revoke()
    for key in (expired, account.key):
        with pytest.raises(ValidationError):
            roll(key, until=ahead())
    assert ApiKey.objects.count() == 2


def test_at_most_two_of_a_lineage_live(account):
    first = account.key
    second, _ = roll(first, until=ahead())
    for key, until in ((first, ahead()), (first, None), (second, ahead())):
        with pytest.raises(ValidationError):
            roll(key, until=until)
    third, _ = roll(second)  # the second ends: the first and the third live
    with pytest.raises(ValidationError):
        roll(third, until=ahead())
    shift(first, expires_at=timezone.now())
    fourth, _ = roll(third, until=ahead())
    assert {key.pk for key in ApiKey.objects.all() if key.state == "active"} == {
        third.pk,
        fourth.pk,
    }


def test_key_rolls_again_without_successor(account):
    lost, _ = roll(account.key, until=ahead())
    lost.revoke()
    assert roll(account.key, until=ahead())[0].state == "active"


def test_other_lineages_do_not_count(account):
    for _ in range(3):
        roll(issue(account.org)[0], until=ahead())
    assert roll(account.key, until=ahead())[0].state == "active"


def revive_saved(key: ApiKey) -> None:
    key.revoked_at = None
    key.save()


def revive_field(key: ApiKey) -> None:
    key.revoked_at = None
    key.save(update_fields=["revoked_at"])


def revive_in_bulk(key: ApiKey) -> None:
    key.revoked_at = None
    ApiKey.objects.bulk_update([key], ["revoked_at"])


REVIVALS = {
    "saved": revive_saved,
    "field": revive_field,
    "update": lambda key: ApiKey.objects.filter(pk=key.pk).update(revoked_at=None),
    "org's": lambda key: key.org.keys.update(revoked_at=None),
    "bulk": revive_in_bulk,
}


@pytest.mark.parametrize("revive", REVIVALS.values(), ids=REVIVALS)
def test_revoked_stays_revoked(client, account, vendor, revive):
    account.key.revoke()
    with pytest.raises(ValidationError):
        revive(ApiKey.objects.get(pk=account.key.pk))
    assert ApiKey.objects.get(pk=account.key.pk).state == "revoked"
    assert status(client, account.text) == 401


def test_outdated_copy_does_not_revive(account):
    outdated = ApiKey.objects.get(pk=account.key.pk)
    account.key.revoke()
    outdated.name = "renamed"
    with pytest.raises(ValidationError):
        outdated.save()
    outdated.save(update_fields=["name"])
    key = ApiKey.objects.get(pk=account.key.pk)
    assert (key.name, key.state) == ("renamed", "revoked")


def run(*words: str) -> str:
    out = io.StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("words", "span"),
    [
        (["--for", "30m"], timedelta(minutes=30)),
        (["--for", "24h"], timedelta(hours=24)),
        (["--for", "7d"], timedelta(days=7)),
        ([], None),
    ],
)
def test_command_prints_new_key_alone(client, account, vendor, words, span):
    before = timezone.now()
    printed = run("roll_key", account.key.pk, *words)
    assert status(client, printed.strip()) == 200
    assert printed == printed.strip() + "\n"
    old = ApiKey.objects.get(pk=account.key.pk)
    assert status(client, account.text) == (200 if span else 401)
    if span:
        assert before + span <= old.expires_at <= timezone.now() + span


def test_command_takes_a_time(account):
    until = ahead().replace(microsecond=0)
    run("roll_key", account.key.pk, "--until", until.isoformat())
    assert ApiKey.objects.get(pk=account.key.pk).expires_at == until


@pytest.mark.parametrize(
    "words",
    [
        ["nobody00"],
        ["KEY", "--for", "8d"],
        ["KEY", "--for", "0h"],
        ["KEY", "--for", "h"],
        ["KEY", "--for", "1w"],
        ["KEY", "--until", "2020-01-31"],
        ["KEY", "--until", "tomorrow"],
        ["KEY", "--for", "1h", "--until", "2999-01-31"],
    ],
)
def test_command_refuses_in_words(account, words):
    given = [account.key.pk if word == "KEY" else word for word in words]
    with pytest.raises(CommandError):
        run("roll_key", *given)
    assert ApiKey.objects.count() == 1


def test_issued_key_is_bounded(account):
    words = ("--access", "read", "--access", "manage", "--network", "192.0.2.0/24", "--rate", "30")
    key = ApiKey.objects.get(pk=run("issue_key", "acme", *words)[5:13])
    assert (key.access, key.networks, key.rate) == (["read", "manage"], ["192.0.2.0/24"], 30)
    plain = ApiKey.objects.get(pk=run("issue_key", "acme")[5:13])
    assert (plain.access, plain.networks, plain.rate) == (["invoke"], [], None)


@pytest.mark.parametrize("words", [["--access", "admin"], ["--network", "x"], ["--rate", "0"]])
def test_odd_bounds_are_refused(account, words):
    with pytest.raises(CommandError):
        run("issue_key", "acme", *words)
    assert ApiKey.objects.count() == 1


@parallel
def test_parallel_rolls_are_one():
    key = make_account().key
    results = together(*[lambda: roll(key, until=ahead())] * 4)
    assert sum(isinstance(item, ValidationError) for item in results) == 3
    assert ApiKey.objects.count() == 2


@parallel
def test_revocation_wins_over_a_rename():
    for turn in range(5):
        key = make_account(f"org-{turn}").key

        def rename(key: ApiKey = key) -> None:
            outdated = ApiKey.objects.get(pk=key.pk)
            outdated.name = "renamed"
            outdated.save()

        together(key.revoke, rename)
        assert ApiKey.objects.get(pk=key.pk).state == "revoked"


def test_long_lineage_rolls_quickly(account):
    """However often a key was rolled, the next roll holds the record up for a moment only."""
    rows, parent = [], account.key
    for number in range(3000):
        row = ApiKey(
            id=f"{number:08d}",
            org=account.org,
            digest=number.to_bytes(32, "big"),
            last_four="0000",
            revoked_at=timezone.now(),
            rolled_from=parent,
        )
        rows.append(row)
        parent = row
    ApiKey._base_manager.bulk_create(rows)
    started = time.perf_counter()
    roll(account.key, until=None)
    assert time.perf_counter() - started < 1.5  # seconds; it took five
