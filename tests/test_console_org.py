"""An org's page: from nothing to a key that calls, and the switches that stop it."""

import html
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from console import words
from credentials import vault
from credentials.actor import Actor, acting
from credentials.directory import Policy
from credentials.issue import issue, roll
from credentials.models import AuditEvent, Credential, Org, ServicePolicy, SpareSecret
from services.usage import flush
from tests.factories import HEYGEN_SECRET, make_org, make_policy
from tests.people import staff, superuser

OTHER = "sk-the-next-key-of-acme-9z8y"
READER = ("view_org", "view_apikey", "view_credential", "view_servicepolicy", "view_auditevent")


@pytest.fixture
def admin(db: None) -> Client:
    return superuser()


def url(org: Org) -> str:
    return f"/admin/credentials/org/{org.pk}/change/"


def text(page: Any) -> str:
    """What a page says, in one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.content.decode())).split())


def held(account: Any) -> Credential:
    return Credential.objects.get(org=account.org, service="heygen")


def post(client: Client, path: str, **fields: str) -> Any:
    return client.post(path, fields, follow=True)


def of(credential: Credential, verb: str) -> str:
    return f"/admin/credentials/credential/{credential.pk}/{verb}/"


def test_first_page_says_what_to_do(admin):
    page = text(admin.get("/admin/"))
    assert "Paste its HeyGen key and see that it works" in page
    assert "New org" in page


def test_orgs_are_told_at_a_glance(admin, call, vendor):
    call("list-avatars")
    call("video-status", {"query": {}})
    flush()
    page = text(admin.get("/admin/"))
    assert re.search(r"acme acme HeyGen: not verified.* 1 2 1 Open", page) is None
    assert "HeyGen: not verified" in page
    assert re.search(r"\b1 2 1 Open\b", page)  # a key, two calls, an error
    assert "No org has “nothing” in its name." in text(admin.get("/admin/", {"q": "nothing"}))


def test_org_is_set_up_on_one_page(admin, vendor):
    """The steps are counted off, and the pasted key is tried at once."""
    fields = {"slug": "acme", "name": "Acme", "origins": ""}
    page = post(admin, "/admin/credentials/org/add/", **fields)
    org = Org.objects.get()
    assert page.redirect_chain == [(url(org), 302)]
    assert "1 Paste a vendor's key 2 See that it works 3 Issue an API key" in text(page)
    vendor.answers({"data": {}})
    pasted = {"org": str(org.pk), "service": "heygen", "secret": OTHER}
    page = post(admin, "/admin/credentials/credential/add/", **pasted)
    assert "verified, the vendor accepted it." in text(page)
    assert "✓ Paste a vendor's key done ✓ See that it works done 3 Issue" in text(page)
    assert "…9z8y the org's own (tenant)" in text(page)
    row = Credential.objects.get()
    assert (row.check_ok, row.checked_by) == (True, "admin")
    assert vendor.requests[0].header("x-api-key") == [OTHER]


def test_refused_key_is_saved_and_marked(admin, vendor):
    org = make_org("acme")
    vendor.answers({"error": {"code": "x", "message": "Unauthorized"}}, status=401)
    pasted = {"org": str(org.pk), "service": "heygen", "secret": OTHER}
    page = post(admin, "/admin/credentials/credential/add/", **pasted)
    told = "saved, but not verified. The vendor said: HTTP 401: Unauthorized"
    assert told in text(page)
    assert re.search(r"HeyGen refused In use …9z8y", text(page))
    assert Credential.objects.get().check_ok is False


def test_next_key_is_staged_promoted_rolled_back(admin, account, call, vendor):
    row = held(account)
    page = post(admin, of(row, "stage"), secret=OTHER)
    assert "Staged as next: …9z8y verified" in text(page)
    call("list-avatars")
    assert "Calls use …9z8y instead of" in text(admin.get(of(row, "promote")))
    assert held(account).last_four == HEYGEN_SECRET[-4:]  # asking is not doing
    page = post(admin, of(row, "promote"))
    assert f"Previous, kept for rollback: …{HEYGEN_SECRET[-4:]}" in text(page)
    call("list-avatars")
    post(admin, of(row, "rollback"))
    call("list-avatars")
    sent = [seen.header("x-api-key")[0] for seen in vendor.requests if "avatar" in seen.target]
    assert sent == [HEYGEN_SECRET, OTHER, HEYGEN_SECRET]
    assert {OTHER, HEYGEN_SECRET} & set(text(admin.get(url(account.org))).split()) == set()


def test_what_was_asked_is_what_is_promoted(admin, account, vendor):
    """A key that somebody staged while the question was open is not promoted by its answer."""
    row = held(account)
    post(admin, of(row, "stage"), secret=OTHER)
    asked = admin.get(of(row, "promote")).content.decode()
    [version] = re.findall(r'name="version" value="(\d+)"', asked)
    post(admin, of(row, "stage"), secret="sk-somebody-elses-key-0000")
    page = post(admin, of(row, "promote"), version=version)
    assert "There is no such staged secret." in text(page)
    assert held(account).last_four == HEYGEN_SECRET[-4:]


def test_spare_keys_are_tested_and_discarded(admin, account, vendor):
    row = held(account)
    post(admin, of(row, "stage"), secret=OTHER)
    vendor.answers({"error": {"message": "Expired"}}, status=401)
    assert "HTTP 401: Expired" in text(post(admin, of(row, "verify/next")))
    assert SpareSecret.objects.get().check_ok is False
    post(admin, of(row, "discard"))
    assert not SpareSecret.objects.exists()
    assert admin.post(of(row, "promote")).status_code == 404


def test_page_tells_calls_and_changes(admin, account, call, vendor):
    call("list-avatars")
    call("video-status", {"query": {}})
    flush()
    page = text(admin.get(url(account.org)))
    assert "heygen:list-avatars" in page
    assert "400 missing_query_param" in page
    assert re.search(r"…\w{4} invoke every action .* active Roll Revoke", page)
    assert "API key created" in page


def test_switches_stop_and_start(admin, account, call, vendor):
    base = f"/admin/credentials/org/{account.org.pk}/"
    switches = [
        (f"{base}switch/", {}, 401),
        (f"{base}heygen/switch/", {}, 404),
        (f"{base}heygen/action/", {"action": "list-avatars", "to": "off"}, 404),
    ]
    for path, fields, status in switches:
        assert call("list-avatars").status_code == 200
        post(admin, path, **fields)
        assert call("list-avatars").status_code == status
        post(admin, path, **(fields and fields | {"to": "on"}))
    assert call("list-avatars").status_code == 200
    events = set(AuditEvent.objects.filter(actor="admin").values_list("event", flat=True))
    assert {"org.changed", "policy.created", "policy.changed"} <= events


def test_switch_asks_first(admin, account, call, vendor):
    base = f"/admin/credentials/org/{account.org.pk}/"
    assert "is refused within a second" in text(admin.get(f"{base}switch/"))
    assert "answered with 404" in text(admin.get(f"{base}heygen/switch/"))
    assert admin.get(f"{base}heygen/action/").status_code == 405
    assert call("list-avatars").status_code == 200


@pytest.mark.parametrize("name", ["nothing", "", "../x"])
def test_unknown_action_is_not_switched(admin, account, name):
    path = f"/admin/credentials/org/{account.org.pk}/heygen/action/"
    page = post(admin, path, action=name, to="off")
    assert "There is no such action." in text(page)
    assert not ServicePolicy.objects.exists()


def test_switch_keeps_what_all_orgs_have(admin, account):
    """An org's first own policy says what the one for every org said, but for the switch."""
    make_policy(None, allow_platform_key=True, default_source="platform", test_mode="refuse")
    path = f"/admin/credentials/org/{account.org.pk}/heygen/action/"
    post(admin, path, action="list-videos", to="off")
    own = ServicePolicy.objects.get(org=account.org)
    assert own.disabled_actions == ["list-videos"]
    assert (own.allow_platform_key, own.default_source, own.test_mode) == (
        True, "platform", "refuse",
    )  # fmt: skip


def test_staff_takes_over_what_the_org_set(admin, account):
    """A switch of the staff is not the org's to undo, and gives the org nothing that it had not."""
    with acting(Actor("key", "the org's own")):
        make_policy(account.org, set_by_org=True, allow_platform_key=True)
    post(admin, f"/admin/credentials/org/{account.org.pk}/heygen/switch/")
    own = ServicePolicy.objects.get()
    assert (own.set_by_org, own.is_enabled, own.allow_platform_key) == (False, False, False)


def test_readers_see_and_change_nothing(account, vendor):
    reader, row = staff(*READER), held(account)
    page = reader.get(url(account.org))
    assert (page.status_code, reader.get("/admin/audit/").status_code) == (200, 200)
    shown = text(page)
    for word in ("Save and verify", "Roll", "Promote", "New key", "Switch off", "Settings"):
        assert word not in shown
    base = f"/admin/credentials/org/{account.org.pk}/"
    before = AuditEvent.objects.count()
    paths = [
        of(row, "verify"), of(row, "stage"), of(row, "promote"), of(row, "rollback"),
        of(row, "discard"), f"{base}switch/", f"{base}heygen/switch/", f"{base}heygen/action/",
        "/admin/credentials/apikey/add/", f"/admin/credentials/apikey/{account.key.pk}/revoke/",
        f"/admin/credentials/apikey/{account.key.pk}/roll/", "/admin/credentials/org/add/",
        "/admin/credentials/credential/add/", url(account.org),
    ]  # fmt: skip
    fields = {"secret": OTHER, "action": "list-videos", "to": "off", "hours": "0"}
    assert {path: reader.post(path, fields).status_code for path in paths} == dict.fromkeys(
        paths, 403
    )
    assert (AuditEvent.objects.count(), vendor.requests) == (before, [])


@pytest.mark.parametrize("path", ["/admin/audit/", "/admin/playground/", "org"])
def test_no_permission_no_page(account, path):
    client = staff("view_apikey")
    assert client.get(url(account.org) if path == "org" else path).status_code == 403
    assert client.get("/admin/").status_code == 200


def test_stale_password_hides_the_forms(admin, account, vendor, monkeypatch):
    monkeypatch.setattr("console.security.sudo.FRESH", -100)
    page = text(admin.get(url(account.org)))
    assert "To change keys and credentials, give your password once more." in page
    assert "Save and verify" not in page
    answer = admin.post(of(held(account), "stage"), {"secret": OTHER})
    assert (answer.status_code, SpareSecret.objects.exists()) == (302, False)


def test_stale_password_stops_every_change(admin, account, vendor, monkeypatch):
    """Of lists and deletions too: each leads to the password, and nothing is done."""
    policy, row = make_policy(account.org), held(account)
    monkeypatch.setattr("console.security.sudo.FRESH", -100)
    before, rows = AuditEvent.objects.count(), "/admin/credentials/"
    chosen = {"action": "revoke", "_selected_action": account.key.pk}
    answers = [
        admin.post(f"{rows}apikey/", chosen),
        admin.post(f"{rows}credential/", {"action": "delete_selected", "_selected_action": row.pk}),
        admin.post(of(row, "delete"), {"post": "yes"}),
        admin.post(f"{rows}org/{account.org.pk}/delete/", {"post": "yes"}),
        admin.post(f"{rows}servicepolicy/{policy.pk}/change/", {"service": "heygen"}),
        admin.post(f"{rows}servicepolicy/add/", {"service": "elevenlabs"}),
        admin.get(of(row, "change")),
    ]
    where = {answer.headers.get("Location", "").partition("?")[0] for answer in answers}
    assert where == {reverse("security:sudo")}
    assert AuditEvent.objects.count() == before


def test_staffs_form_decides_on_the_platforms_key(admin, account):
    """Also on a row that the org made, which could not allow itself that."""
    with acting(Actor("key", "the org's own")):
        row = make_policy(account.org, set_by_org=True)
    fields = {"org": str(account.org.pk), "service": "heygen", "is_enabled": "on"}
    fields |= {"allow_platform_key": "on", "default_source": "platform", "test_mode": "sandbox"}
    page = post(admin, f"/admin/credentials/servicepolicy/{row.pk}/change/", **fields)
    assert page.redirect_chain == [(url(account.org), 302)]
    assert "Calls use the platform's credential only." in text(page)
    row.refresh_from_db()
    assert (row.set_by_org, row.allow_platform_key) == (False, True)


def test_audit_is_filtered(admin, account):
    post(admin, f"/admin/credentials/org/{account.org.pk}/switch/")
    make_org("globex")
    page = text(admin.get("/admin/audit/", {"event": "org.changed"}))
    assert "1 event " in page
    assert "is active yes → no" in page
    assert "admin user, 127.0.0.1 Org changed acme" in page
    assert "globex" not in text(admin.get("/admin/audit/", {"org": "acme"}))
    assert "Nothing matches." in text(admin.get("/admin/audit/", {"actor": "nobody"}))
    assert admin.get("/admin/audit/", {"p": "x"}).status_code == 200


def test_hostile_text_stays_text(admin, account):
    name = "<script>alert(1)</script>"
    account.org.name = name
    account.org.save()
    account.key.name = name
    account.key.save()
    for path in (url(account.org), "/admin/", "/admin/audit/", "/admin/playground/"):
        assert name not in admin.get(path).content.decode()


def test_platform_key_is_staged_on_its_own_page(admin, vendor):
    row = vault.store(org=None, service="heygen", secret=HEYGEN_SECRET)
    page = post(admin, of(row, "stage"), secret=OTHER)
    assert page.redirect_chain[-1][0] == of(row, "change")
    assert "Staged as next: …9z8y" in text(page)


@pytest.mark.parametrize(
    ("policy", "told"),
    [
        (Policy(), ["Calls use the org's own credential only."]),
        (
            Policy(is_enabled=False),
            ["Switched off: every call is answered as if the service did not exist."],
        ),
        (
            Policy(allow_tenant_key=False),
            ["No credential may be used: every call is refused."],
        ),
        (
            Policy(allow_platform_key=True, fallback_to_platform_key=True),
            ["Calls use the org's own credential; when there is none, the platform's credential."],
        ),
        (
            Policy(allow_platform_key=True, default_source="platform"),
            ["Calls use the platform's credential only."],
        ),
        (
            Policy(disabled_actions=frozenset(("b", "a")), test_mode="refuse"),
            [
                "Calls use the org's own credential only.",
                "2 actions are switched off: a, b.",
                "Calls with test: true are refused where the vendor has no test mode.",
            ],
        ),
    ],
)
def test_policy_is_told_in_words(policy, told):
    assert list(words.policy(policy)) == told


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


def test_pages_ask_no_more_for_more_rows(admin, account, call, vendor):
    """Nothing is asked once for every key, credential or event."""
    pages = (url(account.org), "/admin/audit/")
    call("list-avatars")
    flush()
    before = [queries(admin, path) for path in pages]
    for number in range(8):
        key, _ = issue(account.org, name=f"key {number}")
        _, new = roll(key)
        call("list-avatars", Authorization=f"Api-Key {new}")
    flush()
    assert [queries(admin, path) for path in pages] == before


@pytest.mark.parametrize("path", ["switch/", "heygen/switch/"])
def test_second_confirmation_switches_nothing_back(admin, account, call, vendor, path):
    """Two of the staff ask for the same at once: it is done, not done and undone."""
    url = f"/admin/credentials/org/{account.org.pk}/{path}"
    asked = [admin.get(url).content.decode() for _ in range(2)]
    fields = [re.search(r'name="to" value="(\w+)"', page)[1] for page in asked]
    assert fields == ["off", "off"]
    for wanted in fields:
        post(admin, url, to=wanted)
        assert call("list-avatars").status_code in (401, 404)


def test_only_switching_on_asks_for_the_password(admin, account, call, vendor):
    session = admin.session
    session["security.password_at"] = 0
    session.save()
    base = f"/admin/credentials/org/{account.org.pk}/"
    off = [
        (f"{base}heygen/action/", {"action": "list-avatars", "to": "off"}),
        (f"{base}heygen/switch/", {"to": "off"}),
        (f"{base}switch/", {"to": "off"}),
    ]
    for path, fields in off:
        assert admin.post(path, fields).headers["Location"] == url(account.org)
    assert call("list-avatars").status_code == 401
    for path, fields in off:
        asked = admin.post(path, fields | {"to": "on"}).headers["Location"]
        assert asked.startswith("/admin/security/password/")
    assert admin.get(f"{url(account.org)}?settings").status_code == 302
    account.org.refresh_from_db()
    own = ServicePolicy.objects.get(org=account.org)
    assert (account.org.is_active, own.is_enabled, own.disabled_actions) == (
        False, False, ["list-avatars"],
    )  # fmt: skip


def test_busy_verification_is_told(admin, account, vendor, monkeypatch):
    monkeypatch.setattr("services.bulkhead.VERIFYING", 0)
    page = admin.post(of(held(account), "verify"), follow=True)
    assert "others of the org are just being tried" in text(page)
    assert vendor.requests == []
    assert held(account).check_ok is None
