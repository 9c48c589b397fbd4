"""Rotating the key that seals all secrets: only wraps are renewed, and nothing is lost."""

import io
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command

from credentials import rotation, spares, vault
from credentials.crypto import new_key
from credentials.directory import directory
from credentials.models import AuditEvent, Credential, Revision, SpareSecret
from tests.factories import HEYGEN_SECRET, make_org

FIRST, SECOND = "in-use-vendor-secret-0001", "staged-vendor-secret-0002"
NEW = new_key("k2")


@pytest.fixture
def rotated(settings: Any) -> str:
    """Puts a new key first, as an operator does; the ring with the new key alone."""
    settings.CREDENTIAL_KEYS = f"{NEW},{settings.CREDENTIAL_KEYS}"
    return NEW


def run(*words: str) -> str:
    """What a command printed, with what it said of trouble and why it failed."""
    out = io.StringIO()
    try:
        call_command(*words, stdout=out, stderr=out)
    except CommandError as exc:
        out.write(f"failed: {exc}\n")
    return out.getvalue()


def fill(count: int) -> list[Credential]:
    """So many orgs with a secret in use and a staged one."""
    made = []
    for number in range(count):
        org = make_org(f"org-{number}")
        made.append(vault.store(org=org, service="heygen", secret=f"{FIRST}-{number}"))
        spares.stage(made[-1], f"{SECOND}-{number}")
    return made


def opened() -> dict[str, str]:
    """Every stored secret by the name of its row."""
    rows = [*Credential.objects.all(), *SpareSecret.objects.all()]
    return {rotation.name_of(row): vault.ring().open(row.sealed, row.row).reveal() for row in rows}


def test_every_secret_moves_and_opens(call, vendor, settings, rotated):
    fill(7)
    before = opened()
    assert run("credentials_rotate", "--to", "k2", "--batch", "4").endswith(
        "\nEvery secret is under k2.\n"
    )
    settings.CREDENTIAL_KEYS = rotated
    assert opened() == before
    assert len(before) == 17
    assert call("list-avatars").status_code == 200
    assert vendor.requests[0].header("x-api-key") == [HEYGEN_SECRET]


def test_only_the_wrap_is_renewed(account, rotated, monkeypatch):
    def parts() -> list[tuple[str, ...]]:
        texts = [row.sealed for row in Credential.objects.order_by("pk")]
        return [tuple(text.split(".")) for text in texts]

    def refuse(*given: Any) -> None:
        raise AssertionError("a secret was opened")

    before, versions = parts(), set(Credential.objects.values_list("secret_version", flat=True))
    monkeypatch.setattr("credentials.crypto.KeyRing.open", refuse)
    run("credentials_rotate")
    after = parts()
    assert {old[1] for old in before} == {"k1"}
    assert {new[1] for new in after} == {"k2"}
    assert [old[3] for old in before] == [new[3] for new in after]
    assert [old[2] == new[2] for old, new in zip(before, after, strict=True)] == [False] * 3
    assert set(Credential.objects.values_list("secret_version", flat=True)) == versions


def test_dry_run_changes_nothing(account, rotated):
    vault.store(org=account.org, service="heygen", secret=FIRST)  # under the new key already
    made, token, before = AuditEvent.objects.count(), Revision.current(), opened()
    assert run("credentials_rotate", "--dry-run") == "3 secrets would move to k2.\n"
    assert rotation.in_use() == {"k1": 3, "k2": 1}
    assert (AuditEvent.objects.count(), Revision.current(), opened()) == (made, token, before)


def test_rotating_twice_changes_nothing(account, rotated):
    run("credentials_rotate")
    texts, made = list(Credential.objects.values_list("sealed")), AuditEvent.objects.count()
    assert run("credentials_rotate") == "Every secret is under k2.\n"
    assert list(Credential.objects.values_list("sealed")) == texts
    assert AuditEvent.objects.count() == made


def test_each_batch_is_recorded_once(account, rotated):
    spares.stage(Credential.objects.get(service="heygen"), SECOND)
    made, token = AuditEvent.objects.count(), Revision.current()
    run("credentials_rotate", "--batch", "2")
    events = list(AuditEvent.objects.order_by("seq")[made:])
    assert [(event.event, event.detail) for event in events] == [
        ("credentials.rotated", {"key": "k2", "secrets": 2, "kind": "credential"}),
        ("credentials.rotated", {"key": "k2", "secrets": 1, "kind": "credential"}),
    ]
    assert Revision.current() != token


def test_key_in_use_is_not_retired(account, settings):
    row = Credential.objects.get(service="heygen")
    spares.stage(row, SECOND)
    settings.CREDENTIAL_KEYS = f"{NEW},{settings.CREDENTIAL_KEYS}"
    assert run("credentials_rotate", "--retire", "k1") == "failed: k1 still seals 4 secrets.\n"
    Credential.objects.exclude(pk=row.pk).delete()
    vault.store(org=account.org, service="heygen", secret=FIRST)
    assert run("credentials_rotate", "--retire", "k1") == "failed: k1 still seals 2 secrets.\n"
    run("credentials_rotate")
    said = "k1 seals nothing: it may be taken out of CREDENTIAL_KEYS.\n"
    assert run("credentials_rotate", "--retire", "k1") == said
    assert run("credentials_rotate", "--retire", "k2") == "failed: k2 still seals 3 secrets.\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--to", "k1"], "k1 is not the first key of CREDENTIAL_KEYS."),
        (["--to", "k9"], "k9 is not the first key of CREDENTIAL_KEYS."),
        (["--batch", "0"], "--batch is 1 to 10000."),
        (["--batch", "99999"], "--batch is 1 to 10000."),
        (["--retire", "k9"], "k9 is not in CREDENTIAL_KEYS."),
        (["--retire", "k2"], "k2 seals new secrets: put another key first."),
    ],
)
def test_odd_wishes_are_refused(account, rotated, words, said):
    assert run("credentials_rotate", *words) == f"failed: {said}\n"
    assert rotation.in_use() == {"k1": 3}


@pytest.mark.parametrize("ring", ["", "k1"])
@pytest.mark.parametrize("command", ["credentials_rotate", "credentials_verify"])
def test_unusable_ring_is_said(account, settings, command, ring):
    settings.CREDENTIAL_KEYS = ring
    assert "failed: " in run(command)


def test_key_ids_differ_by_case(account, settings):
    """SQLite compares text with LIKE regardless of its case."""
    settings.CREDENTIAL_KEYS = f"{new_key('K1')},{settings.CREDENTIAL_KEYS}"
    assert run("credentials_rotate", "--dry-run") == "3 secrets would move to K1.\n"
    run("credentials_rotate")
    assert rotation.in_use() == {"K1": 3}


def damaged(service: str) -> Credential:
    row = Credential.objects.get(service=service)
    text = row.sealed
    middle = "B" if text[20] == "A" else "A"
    Credential.objects.filter(pk=row.pk).update(sealed=text[:20] + middle + text[21:])
    return row


def test_damaged_rows_stop_nobody_else(account, rotated, monkeypatch):
    monkeypatch.setattr(rotation, "PAUSE", 0)
    row = damaged("elevenlabs")
    said = run("credentials_rotate", "--batch", "1")
    name = f"{row.pk} (acme, elevenlabs)"
    assert said.count(f"unreadable: {name}\n") == 1
    assert said.endswith("failed: 1 secrets are not under k2; run it again.\n")
    assert rotation.in_use() == {"k1": 1, "k2": 2}
    assert "failed: k1 still seals 1 secrets." in run("credentials_rotate", "--retire", "k1")


def test_verify_names_what_does_not_open(account, rotated, settings):
    spares.stage(Credential.objects.get(service="heygen"), SECOND)
    assert run("credentials_verify") == "k1: 3\nk2: 1\nEvery secret opens.\n"
    row = damaged("liveavatar")
    spare = SpareSecret.objects.get()
    SpareSecret.objects.update(sealed="plainly-no-sealed-text")
    assert run("credentials_verify").splitlines() == [
        "no key: 1",
        "k1: 3",
        f"unreadable: {row.pk} (acme, liveavatar)",
        f"unreadable: {spare.credential_id} (acme, heygen, next)",
        "failed: 2 secrets do not open.",
    ]
    settings.CREDENTIAL_KEYS = rotated
    said = run("credentials_verify")
    assert said.endswith("failed: 4 secrets do not open.\n")
    assert [text for text in (HEYGEN_SECRET, SECOND, "plainly") if text in said] == []


def test_missing_key_fails_the_check(account, rotated, settings):
    def found(**given: Any) -> list[str]:
        return [str(message.id) for message in run_checks(**given)]

    default = {"tags": ["database"], "databases": ["default"]}
    assert "proxy.E014" not in found(**default)
    settings.CREDENTIAL_KEYS = rotated
    [message] = [item for item in run_checks(**default) if item.id == "proxy.E014"]
    assert (message.msg, bool(message.hint)) == (
        "CREDENTIAL_KEYS lacks keys that stored secrets need: k1 (3).",
        True,
    )
    assert "proxy.E014" not in found()
    settings.CREDENTIAL_KEYS = ""
    assert "proxy.E014" not in found(**default)


def test_changed_row_is_left_to_its_change(account, rotated, monkeypatch):
    """Between reading a row and writing it back somebody stores another secret."""
    row, rewrap = Credential.objects.get(service="heygen"), vault.ring().rewrap
    ring = vault.ring()

    def slow(sealed: str, place: Any) -> str:
        text = rewrap(sealed, place)
        if place == row.row:
            other = ring.seal(SECOND, place)
            Credential._base_manager.filter(pk=row.pk).update(sealed=other)
        return text

    monkeypatch.setattr(ring, "rewrap", slow)
    run("credentials_rotate")
    assert opened()[rotation.name_of(row)] == SECOND


def test_wrong_read_back_undoes_the_batch(account, rotated, monkeypatch):
    before = list(Credential.objects.order_by("pk").values_list("sealed", flat=True))
    monkeypatch.setattr(vault.ring(), "same", lambda *given: False)
    said = run("credentials_rotate")
    assert said.startswith("failed: ")
    assert said.endswith("did not read back; its batch is undone.\n")
    assert list(Credential.objects.order_by("pk").values_list("sealed", flat=True)) == before


def test_remembered_wrap_still_opens(call, vendor, rotated):
    """A worker that has not looked yet holds the old wrap; both keys are in its ring."""
    assert call("list-avatars").status_code == 200
    directory.max_age = 60
    run("credentials_rotate")
    assert call("list-avatars").status_code == 200
    directory.max_age = 0
    assert call("list-avatars").status_code == 200
