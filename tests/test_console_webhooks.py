"""The console's pages of webhooks: an org's endpoints, a credential's receiver."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from credentials import vault
from credentials.issue import issue
from credentials.models import AuditEvent, Credential, Org
from jobs import deliveries, outbox
from jobs.models import Delivery, Endpoint, Receiver
from services.webhooks import delivering, endpoints
from services.webhooks.receiving import opened
from tests.conftest import Sandbox
from tests.factories import Account, make_account, make_org
from tests.signin import logged_in, person
from tests.upstream import Upstream
from tests.webhooks import SECRET, Vendor, credential_of, make_endpoint, make_job


@pytest.fixture
def staff(account: Account, vendor: Upstream, settings: Any) -> Client:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.PUBLIC_URL = "http://127.0.0.1:9"
    person("ada")
    return logged_in("ada")


def url(org: Org, path: str = "") -> str:
    return f"/admin/credentials/org/{org.pk}/webhooks/{path}"


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def shown(answer: Any) -> str:
    """The one thing that a page shows once."""
    found = re.search(r'<input id="once"[^>]* value="([^"]+)"', text(answer))
    assert found is not None
    return found[1]


def test_endpoint_is_made_and_its_secret_shown_once(
    staff: Client, account: Account, vendor: Upstream
) -> None:
    form = {"url": f"{vendor.url}/in", "events": ["job.failed"], "once": "t1"}
    secret = shown(staff.post(url(account.org, "add/"), form))
    endpoint = Endpoint.objects.get()
    assert endpoints.secrets(endpoint) == [secret]
    again = staff.post(url(account.org, "add/"), form)
    assert again.status_code == 302
    assert Endpoint.objects.count() == 1
    page = text(staff.get(url(account.org)))
    assert f"{vendor.url}/in" in page
    assert "job.failed" in page
    assert secret not in page


@pytest.mark.parametrize("given", ["", "ftp://x.example.com/", "http://a b", "hooks"])
def test_odd_url_is_refused(staff: Client, account: Account, given: str) -> None:
    answer = staff.post(url(account.org, "add/"), {"url": given})
    assert answer.status_code == 200
    assert "c-note c-warn" in text(answer)
    assert not Endpoint.objects.exists()


def test_deliveries_are_shown_and_made_again(
    staff: Client, account: Account, vendor: Upstream
) -> None:
    endpoint, _ = make_endpoint(account.org, vendor.url)
    outbox.tell(make_job(account.org), "job.created")
    vendor.answers({}, status=410)
    for claimed in deliveries.claim(10):
        delivering.deliver(claimed)
    page = text(staff.get(url(account.org)))
    assert "It answered 410 Gone." in page
    assert "given up" in page
    assert "Redeliver" not in page  # it is off
    staff.post(url(account.org, f"{endpoint.pk}/switch/"), {"to": "on"})
    assert "Redeliver" in text(staff.get(url(account.org)))
    delivery = Delivery.objects.get()
    staff.post(url(account.org, f"{endpoint.pk}/redeliver/"), {"delivery": str(delivery.pk)})
    delivery.refresh_from_db()
    assert (delivery.state, delivery.tries) == ("pending", 0)
    staff.post(url(account.org, f"{endpoint.pk}/test/"))
    assert Delivery.objects.count() == 2
    staff.post(url(account.org, f"{endpoint.pk}/switch/"), {"to": "off"})
    assert not Endpoint.objects.get().is_enabled
    names = {"webhook_endpoint.changed", "webhook_endpoint.disabled"}
    assert names <= set(AuditEvent.objects.values_list("event", flat=True))


def test_one_delivery_is_looked_for_and_not_all(staff: Client, account: Account) -> None:
    endpoint, _ = make_endpoint(account.org, "https://hooks.example.com/")
    other, _ = make_endpoint(account.org, "https://other.example.com/")
    outbox.tell(make_job(account.org), "job.created")
    path = url(account.org, f"{endpoint.pk}/redeliver/")
    stranger = str(other.deliveries.get().pk)
    with CaptureQueriesContext(connection) as asked:
        staff.post(path, {"delivery": stranger})
    found = [query["sql"] for query in asked if 'FROM "jobs_delivery"' in query["sql"]]
    assert ['"jobs_delivery"."id" = ' in sql for sql in found] == [True]
    for odd in ("", "x"):
        assert "not kept any more" in text(staff.post(path, {"delivery": odd}, follow=True))


def test_secret_is_rotated_and_endpoint_deleted(staff: Client, account: Account) -> None:
    endpoint, old = make_endpoint(account.org, "https://hooks.example.com/")
    path = url(account.org, f"{endpoint.pk}/rotate/")
    assert "Rotate the secret?" in text(staff.get(path))
    new = shown(staff.post(path))
    assert endpoints.secrets(Endpoint.objects.get()) == [new, old]
    assert staff.post(url(account.org, f"{endpoint.pk}/delete/")).status_code == 302
    assert not Endpoint.objects.exists()


def test_other_orgs_endpoint_is_not_reached(staff: Client, account: Account) -> None:
    other = make_account("other")
    endpoint, _ = make_endpoint(other.org, "https://hooks.example.com/")
    for what in ("rotate", "switch", "delete", "test", "redeliver"):
        assert staff.post(url(account.org, f"{endpoint.pk}/{what}/")).status_code == 404


def test_readers_change_nothing(account: Account, settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    endpoint, _ = make_endpoint(account.org, "https://hooks.example.com/")
    person("reader", superuser=False, may=("view_endpoint", "view_org"))
    client = logged_in("reader")
    page = text(client.get(url(account.org)))
    assert endpoint.url in page
    assert "Rotate" not in page
    for what in ("add", *(f"{endpoint.pk}/{name}" for name in ("rotate", "switch", "delete"))):
        assert client.post(url(account.org, f"{what}/")).status_code == 403
    assert client.post(url(account.org, f"{endpoint.pk}/test/")).status_code == 403
    credential = credential_of(account.org)
    path = f"/admin/credentials/credential/{credential.pk}/webhook/"
    assert client.post(path).status_code == 403


def test_receiver_is_registered_rotated_removed(
    staff: Client, account: Account, sandbox: Sandbox, settings: Any
) -> None:
    settings.HEYGEN_GENERATION = "v3"
    stored = vault.store(org=account.org, service="heygen", secret="sandbox-heygen-key")
    home = f"/admin/credentials/org/{account.org.pk}/change/"
    path = f"/admin/credentials/credential/{stored.pk}/webhook/"
    assert "the vendor does not report here" in text(staff.get(home))
    assert staff.post(path).status_code == 302
    assert "registered with the vendor" in text(staff.get(home))
    [secret] = opened(Receiver.objects.get())
    staff.post(path)
    assert opened(Receiver.objects.get())[1] == secret
    assert secret not in text(staff.get(home))
    staff.post(f"{path}remove/")
    assert Receiver.objects.get().state == "missing"
    staff.post(path)
    assert sandbox.control("state")["accounts"][0]["webhooks"] == 1
    staff.post(f"/admin/credentials/credential/{stored.pk}/delete/", {"post": "yes"})
    assert not Credential.objects.filter(pk=stored.pk).exists()
    assert sandbox.control("state")["accounts"][0]["webhooks"] == 0


def test_org_takes_its_receivers_along(staff: Client, sandbox: Sandbox, settings: Any) -> None:
    settings.HEYGEN_GENERATION = "v3"
    org = make_org("gone")
    stored = vault.store(org=org, service="heygen", secret="sandbox-heygen-key")
    staff.post(f"/admin/credentials/credential/{stored.pk}/webhook/")
    assert sandbox.control("state")["accounts"][0]["webhooks"] == 1
    make_endpoint(org, "https://hooks.example.com/")
    key, _ = issue(org)
    staff.post(f"/admin/credentials/org/{org.pk}/delete/", {"post": "yes"})
    assert Org.objects.filter(slug="gone").exists()  # it has a key
    assert sandbox.control("state")["accounts"][0]["webhooks"] == 1
    key.delete()
    staff.post(f"/admin/credentials/org/{org.pk}/delete/", {"post": "yes"})
    assert not Org.objects.filter(slug="gone").exists()
    assert sandbox.control("state")["accounts"][0]["webhooks"] == 0


def test_receiver_by_hand_shows_its_address_once(staff: Client, account: Account) -> None:
    credential = credential_of(account.org, "elevenlabs")
    path = f"/admin/credentials/credential/{credential.pk}/webhook/by-hand/"
    address = shown(staff.post(path))
    assert staff.post(path, {"secret": "wsec_by-hand"}).status_code == 302
    assert opened(Receiver.objects.get()) == ["wsec_by-hand"]
    token = address.rstrip("/").rpartition("/")[2]
    sender = Vendor.__new__(Vendor)
    sender.client = Client()
    assert sender.send(b'{"type":"a"}', {}, token).status_code == 200
    page = text(staff.get(f"/admin/credentials/org/{account.org.pk}/change/"))
    assert token not in page
    assert "entered by hand" in page


def test_platform_credential_shows_its_receiver(staff: Client) -> None:
    stored = vault.store(org=None, service="heygen", secret="sk-platform-0002")
    Vendor(stored)
    page = text(staff.get(f"/admin/credentials/credential/{stored.pk}/change/"))
    assert "By hand" in page
    assert SECRET not in page


def test_sealed_service_makes_no_secret(
    staff: Client, account: Account, sandbox: Sandbox, settings: Any
) -> None:
    endpoint, _ = make_endpoint(account.org, "https://hooks.example.com/")
    credential = credential_of(account.org)
    settings.CREDENTIAL_KEYS = ""
    form = {"url": "https://hooks.example.com/2"}
    assert staff.post(url(account.org, "add/"), form).status_code == 200
    assert staff.post(url(account.org, f"{endpoint.pk}/rotate/")).status_code == 302
    path = f"/admin/credentials/credential/{credential.pk}/webhook/"
    assert staff.post(path).status_code == 302
    assert staff.post(f"{path}by-hand/", {"secret": "x"}).status_code == 302
    assert Endpoint.objects.count() == 1
    assert sandbox.targets == []
