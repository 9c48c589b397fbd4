"""Trying a stored secret with its vendor: what it said, noted beside the secret that was tried."""

import pytest

from credentials import actor, spares, vault
from credentials.models import AuditEvent, Credential, Revision, SpareSecret
from services import bulkhead
from services.errors import Busy
from services.verify import Verdict, verify
from tests.factories import HEYGEN_SECRET

STAGED = "staged-vendor-secret-0002"
FAILED = "The upstream external service request failed."


def credential(service: str = "heygen") -> Credential:
    return Credential.objects.get(service=service)


def last_event() -> AuditEvent:
    return AuditEvent.objects.latest("seq")


SAID = [
    ("heygen", {"body": {"data": {}}}, (True, "ok")),
    ("elevenlabs", {"body": {"tier": "free"}}, (True, "ok")),
    ("liveavatar", {"body": {"code": 1000, "data": {}}}, (True, "ok")),
    ("heygen", {"status": 401, "body": {"message": "ok"}}, (False, "HTTP 401: ok")),
    (
        "heygen",
        {"status": 401, "body": {"error": {"message": f"Bad key {HEYGEN_SECRET}"}}},
        (False, "HTTP 401: Bad key [redacted]"),
    ),
    ("elevenlabs", {"status": 500, "body": b"<html>"}, (False, "HTTP 500: <html>")),
    ("elevenlabs", {"status": 429, "body": b""}, (False, f"HTTP 429: {FAILED}")),
    ("heygen", {"status": 402, "body": {"message": "x" * 999}}, (False, "HTTP 402: " + "x" * 190)),
    (
        "heygen",
        {"status": 400, "body": b'{"message": "a\\u0000b\\n \\u202ec"}'},
        (False, "HTTP 400: a b c"),
    ),
]


@pytest.mark.parametrize(("service", "script", "verdict"), SAID, ids=range(len(SAID)))
def test_verdict_is_noted_and_recorded(account, vendor, service, script, verdict):
    vendor.answers(**script)
    with actor.acting(actor.Actor("user", "ada")):
        assert verify(credential(service)) == Verdict(*verdict)
    row = credential(service)
    assert (row.check_ok, row.check_result, row.checked_by) == (*verdict, "ada")
    assert row.checked_at is not None
    event, name = last_event(), "verified" if verdict[0] else "failed_verification"
    assert (event.event, event.org, event.actor) == (f"credential.{name}", "acme", "ada")
    assert event.detail == {"version": 1, "last_four": "3a9c", "said": verdict[1]}
    header = "xi-api-key" if service == "elevenlabs" else "x-api-key"
    assert {sent.method for sent in vendor.requests} == {"GET"}
    assert vendor.requests[0].header(header) == [HEYGEN_SECRET]


def test_spare_secret_can_be_tried(account, vendor):
    waiting = spares.stage(credential(), STAGED)
    assert verify(waiting) == Verdict(True, "ok")
    assert vendor.requests[0].header("x-api-key") == [STAGED]
    assert SpareSecret.objects.get(pk=waiting.pk).check_ok is True
    assert credential().check_ok is None
    assert spares.promote(credential()).check_ok is True


def test_unusable_secret_is_not_sent(account, vendor):
    unknown = vault.store(org=account.org, service="nothing", secret=STAGED)
    assert verify(unknown) == Verdict(False, "unknown service")
    Credential.objects.filter(service="heygen").update(sealed="v1.k1.AAAA.AAAA")
    assert verify(credential()) == Verdict(False, "The credential does not open.")
    assert vendor.requests == []


def test_unreachable_vendor_is_said(account, vendor, settings):
    settings.HEYGEN_BASE_URL = "http://127.0.0.1:9"
    assert verify(credential()) == Verdict(False, FAILED)


def test_verdict_wakes_no_worker(account, vendor):
    before = Revision.current()
    verify(credential())
    assert Revision.current() == before


def test_replaced_secret_is_not_marked(vendor, account):
    tried = credential()
    vault.store(org=account.org, service="heygen", secret=STAGED)  # after the page was opened
    assert verify(tried).ok
    row = credential()
    assert (row.check_ok, row.checked_at, row.check_result) == (None, None, "")
    assert vendor.requests[0].header("x-api-key") == [HEYGEN_SECRET]
    assert spares.previous(row).check_ok is True


def test_deleted_credential_is_no_trouble(vendor, account):
    tried = credential()
    credential().delete()
    assert verify(tried).ok
    assert last_event().event == "credential.verified"


def test_few_are_tried_at_a_time(account, vendor):
    """An org that has many secrets tried keeps no more of a worker than four."""
    leave = [bulkhead.verifying("acme") for _ in range(bulkhead.VERIFYING)]
    with pytest.raises(Busy):
        verify(credential())
    assert vendor.requests == []
    leave.pop()()
    verify(credential())
    assert len(vendor.requests) == 1
    bulkhead.verifying("globex")()
