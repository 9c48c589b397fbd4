"""Django's admin: secrets go in and never come out; who may do what."""

import html
import re
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from credentials import vault
from credentials.models import ApiKey, Credential, Org, ServicePolicy
from services import bulkhead
from tests.factories import HEYGEN_SECRET, make_org, make_policy
from tests.people import staff, superuser

PLATFORM_SECRET = "platform-secret-kept-0002"
TYPED = "sk-typed-into-the-form-5a6b"
CREDENTIALS, KEYS = "/admin/credentials/credential/", "/admin/credentials/apikey/"
SPEECH = {"path_params": {"voice_id": "v"}, "body": {"text": "hi"}}
KEY = re.compile(r"aip[bs]_[0-9A-Za-z]{46}")


@pytest.fixture
def admin(db: None) -> Client:
    return superuser()


def links(page: str, content: str) -> set[str]:
    found = (urljoin(page, html.unescape(href)) for href in re.findall(r'href="([^"#]+)"', content))
    local = {urlsplit(url)._replace(fragment="").geturl() for url in found}
    sorted_twice = re.compile(r"[?&]o=[^&]*\.")  # by several columns: the same rows again
    return {url for url in local if url.startswith("/admin/") and not sorted_twice.search(url)}


def crawl(client: Client, start: str = "/admin/", limit: int = 400) -> dict[str, Any]:
    """Every page that links lead to, up to `limit` pages."""
    pages: dict[str, Any] = {}
    waiting = [start]
    while waiting and len(pages) < limit:
        url = waiting.pop(0)
        if url not in pages:
            pages[url] = client.get(url, follow=True)
            waiting += sorted(links(url, pages[url].content.decode()) - pages.keys())
    return pages


def hidden(account: Any) -> list[str]:
    """What no page may show."""
    rows = Credential.objects.all()
    parts = [part for row in rows for part in row.sealed.split(".")[2:]]
    digests = [bytes(key.digest) for key in ApiKey.objects.all()]
    texts = [digest.hex() for digest in digests] + [repr(digest) for digest in digests]
    return [HEYGEN_SECRET, PLATFORM_SECRET, account.text, account.text[13:45], *parts, *texts]


def test_no_page_shows_a_secret(admin, account, settings):
    vault.store(org=None, service="heygen", secret=PLATFORM_SECRET)
    make_policy(account.org, disabled_actions=["list-videos"])
    change = f"{CREDENTIALS}{Credential.objects.get(org=None).pk}/change/"
    admin.post(change, {"secret": PLATFORM_SECRET})
    secrets = [*hidden(account), settings.CREDENTIAL_KEYS, settings.API_KEY_PEPPER]
    pages = crawl(admin)
    shown = [url for url, page in pages.items() if page.status_code != 200]
    assert shown == []
    leaks = [
        (url, secret)
        for url, page in pages.items()
        for secret in secrets
        if secret in html.unescape(page.content.decode())
    ]
    assert leaks == []
    expected = {
        f"{CREDENTIALS}add/", change, change.replace("change", "history"),
        f"{KEYS}{account.key.pk}/change/", f"/admin/credentials/org/{account.org.pk}/change/",
    }  # fmt: skip
    assert expected <= pages.keys()
    assert len(pages) > 40


def test_stored_credential_shows_last_four_only(admin, account, vendor):
    url = f"{CREDENTIALS}add/"
    account.org.credentials.all().delete()
    page = admin.post(url, {"org": account.org.pk, "service": "heygen", "secret": f" {TYPED} "})
    shown_at = f"/admin/credentials/org/{account.org.pk}/change/"
    assert (page.status_code, page.headers["Location"]) == (302, shown_at)
    row = Credential.objects.get()
    assert (row.secret_version, row.last_four) == (1, "5a6b")
    assert TYPED not in row.sealed
    assert vault.ring().open(row.sealed, row.row).reveal() == TYPED
    for path in (CREDENTIALS, f"{CREDENTIALS}{row.pk}/change/", shown_at):
        content = admin.get(path).content.decode()
        assert "…5a6b" in content
        assert TYPED not in content


def test_platform_credential_needs_no_org(admin):
    url = f"{CREDENTIALS}add/"
    fields = {"org": "", "service": "heygen", "secret": TYPED}
    assert admin.post(url, fields).status_code == 302
    again = admin.post(url, fields)
    assert again.status_code == 200
    assert "errornote" in again.content.decode()
    row = Credential.objects.get()
    assert (row.org, row.secret_version) == (None, 1)


def test_empty_secret_keeps_the_stored(admin, account):
    row = Credential.objects.get(service="heygen")
    url = f"{CREDENTIALS}{row.pk}/change/"
    assert admin.post(url, {"secret": ""}).status_code == 302
    assert list(Credential.objects.filter(pk=row.pk)) == [row]
    assert Credential.objects.get(pk=row.pk).sealed == row.sealed
    assert admin.post(url, {"secret": TYPED}).status_code == 302
    changed = Credential.objects.get(pk=row.pk)
    assert changed.secret_version == row.secret_version + 1
    assert vault.ring().open(changed.sealed, changed.row).reveal() == TYPED


def test_credential_stays_in_its_place(admin, account):
    row = Credential.objects.get(service="heygen")
    before = list(Credential.objects.values())
    other = make_org("globex")
    fields = {"org": other.pk, "service": "soundcloud", "secret": ""}
    admin.post(f"{CREDENTIALS}{row.pk}/change/", fields)
    assert list(Credential.objects.values()) == before
    admin.post(f"{CREDENTIALS}{row.pk}/change/", fields | {"secret": TYPED})
    changed = Credential.objects.get(pk=row.pk)
    assert (changed.org, changed.service) == (account.org, "heygen")
    assert Credential.objects.count() == len(before)


@pytest.mark.parametrize(
    "secret", ["", "two words HOSTILE", "HOSTILE\u200b", "HOSTILE\nX: y", "HOSTILE" + "x" * 506]
)
def test_bad_secret_is_refused_unseen(admin, account, secret):
    fields = {"org": account.org.pk, "service": "other", "secret": secret}
    page = admin.post(f"{CREDENTIALS}add/", fields)
    assert page.status_code == 200
    assert "errorlist" in page.content.decode()
    assert "HOSTILE" not in page.content.decode()
    assert not Credential.objects.filter(service="other").exists()


def test_sealed_service_saves_nothing(admin, account, settings):
    settings.CREDENTIAL_KEYS = ""
    before = list(Credential.objects.values())
    pages = [
        admin.post(
            f"{CREDENTIALS}add/", {"org": account.org.pk, "service": "other", "secret": TYPED}
        ),
        admin.post(f"{CREDENTIALS}{before[0]['id']}/change/", {"secret": TYPED}),
    ]
    for page in pages:
        assert page.status_code == 200
        assert "The service is sealed: CREDENTIAL_KEYS is not set." in page.content.decode()
        assert TYPED not in page.content.decode()
    assert list(Credential.objects.values()) == before


def test_new_key_is_shown_once(admin, account, vendor):
    fields = {"org": account.org.pk, "name": "page", "scopes": '["heygen:list-*"]', "origins": "[]"}
    page = admin.post(f"{KEYS}add/", fields | {"once": "token"})
    [text] = set(KEY.findall(page.content.decode()))
    assert (page.status_code, "no-store" in page.headers["Cache-Control"]) == (200, True)
    row = ApiKey.objects.get(name="page")
    assert (row.id, row.scopes, row.kind) == (text[5:13], ["heygen:list-*"], "server")
    url = "/api/ai-proxy/orgs/acme/services/heygen/list-avatars/"
    assert Client().post(url, headers={"Authorization": f"Api-Key {text}"}).status_code == 200
    again = admin.post(f"{KEYS}add/", fields | {"once": "token"})
    assert (again.status_code, KEY.findall(again.content.decode())) == (409, [])
    assert ApiKey.objects.filter(name="page").count() == 1
    later = [KEYS, f"{KEYS}{row.pk}/change/", f"{KEYS}{row.pk}/history/", "/admin/"]
    assert [path for path in later if text[13:45] in admin.get(path).content.decode()] == []


def test_only_the_name_of_a_key_changes(admin, account):
    before = ApiKey.objects.values().get()
    fields = {"org": make_org("globex").pk, "name": "new", "scopes": "[]", "origins": '["*"]'}
    url = f"{KEYS}{account.key.pk}/change/"
    inputs = set(re.findall(r' name="(\w+)"', admin.get(url).content.decode()))
    assert (inputs & fields.keys(), admin.post(url, fields).status_code) == ({"name"}, 302)
    assert ApiKey.objects.values().get() == before | {"name": "new"}
    assert admin.post(f"{KEYS}{account.key.pk}/delete/", {"post": "yes"}).status_code == 403
    assert ApiKey.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("scopes", '["heygen"]'),
        ("scopes", '{"a": 1}'),
        ("scopes", "["),
        ("origins", '["example.com"]'),
    ],
)
def test_bad_key_fields_are_refused(admin, account, field, value):
    fields = {"org": account.org.pk, "name": "page", "scopes": "[]", "origins": "[]", field: value}
    page = admin.post(f"{KEYS}add/", fields)
    assert page.status_code == 200
    assert "errorlist" in page.content.decode()
    assert ApiKey.objects.count() == 1


def revoke(client: Client, key: ApiKey) -> Any:
    return client.post(KEYS, {"action": "revoke", "_selected_action": [key.pk]}, follow=True)


def test_revoked_key_stops(admin, call, vendor):
    assert call("list-avatars").status_code == 200
    page = revoke(admin, call.account.key)
    assert "Revoked 1 keys; they stop within a second." in page.content.decode()
    assert call("list-avatars").status_code == 401
    since = ApiKey.objects.get().revoked_at
    revoke(admin, call.account.key)
    assert ApiKey.objects.get().revoked_at == since


def check(client: Client, row: Credential) -> Any:
    fields = {"action": "test_connection", "_selected_action": [row.pk]}
    return client.post(CREDENTIALS, fields, follow=True)


UNREACHABLE = "The upstream external service request failed."


@pytest.mark.parametrize(
    ("service", "script", "result"),
    [
        ("heygen", {"body": {"data": {}}}, "ok"),
        ("elevenlabs", {"body": {"tier": "free"}}, "ok"),
        ("liveavatar", {"body": {"code": 1000, "data": {}}}, "ok"),
        (
            "heygen",
            {"status": 401, "body": {"error": {"code": "x", "message": "Bad <b>key</b>"}}},
            "HTTP 401: Bad <b>key</b>",
        ),
        (
            "heygen",
            {"status": 403, "body": {"message": f"No such key: {HEYGEN_SECRET}"}},
            "HTTP 403: No such key: [redacted]",
        ),
        ("elevenlabs", {"status": 500, "body": b"<html>"}, "HTTP 500: <html>"),
        ("elevenlabs", {"status": 429, "body": b""}, f"HTTP 429: {UNREACHABLE}"),
        ("heygen", {"body": b"no JSON"}, "HTTP 200: no JSON"),
        ("heygen", {"status": 401, "body": {"message": "x" * 999}}, f"HTTP 401: {'x' * 190}"),
    ],
)
def test_connection_result_is_noted(admin, account, vendor, service, script, result):
    vendor.answers(**script)
    row = Credential.objects.get(service=service)
    page = check(admin, row)
    assert page.status_code == 200
    checked = Credential.objects.get(pk=row.pk)
    assert (checked.check_result, checked.sealed) == (result, row.sealed)
    assert checked.checked_at is not None
    content = page.content.decode()
    assert html.escape(f"{row}: {result}"[1:]) in content  # the page starts it with a capital
    assert ("<b>key</b>" in content, HEYGEN_SECRET in content) == (False, False)
    sent, *_ = vendor.requests  # a read that fails is tried again
    header = "xi-api-key" if service == "elevenlabs" else "x-api-key"
    assert (sent.method, sent.header(header)) == ("GET", [HEYGEN_SECRET])


def test_unreachable_vendor_is_noted(admin, account, vendor, settings):
    settings.HEYGEN_BASE_URL = "http://127.0.0.1:9"
    row = Credential.objects.get(service="heygen")
    assert check(admin, row).status_code == 200
    assert Credential.objects.get(pk=row.pk).check_result == UNREACHABLE


def test_unusable_credential_is_noted(admin, account, vendor, settings):
    unknown = vault.store(org=account.org, service="nothing", secret=TYPED)
    check(admin, unknown)
    assert Credential.objects.get(pk=unknown.pk).check_result == "unknown service"
    row = Credential.objects.get(service="heygen")
    Credential.objects.filter(pk=row.pk).update(sealed="v1.k1.AAAA.AAAA")
    check(admin, row)
    assert Credential.objects.get(pk=row.pk).check_result == "The credential does not open."
    assert vendor.requests == []


def test_forms_need_a_csrf_token(account):
    client = Client(enforce_csrf_checks=True)
    client.force_login(get_user_model().objects.create_superuser("admin"))
    before = [list(model.objects.values()) for model in (Credential, ApiKey)]
    answers = [
        client.post(f"{CREDENTIALS}add/", {"service": "other", "secret": TYPED}),
        client.post(f"{KEYS}add/", {"org": account.org.pk, "scopes": "[]", "origins": "[]"}),
        client.post(KEYS, {"action": "revoke", "_selected_action": [account.key.pk]}),
    ]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert [list(model.objects.values()) for model in (Credential, ApiKey)] == before


def test_others_are_sent_to_the_login(admin, account):
    urls = {urlsplit(url).path for url in crawl(admin, limit=60)} - {"/admin/login/"}
    user = get_user_model().objects.create_user("user")
    plain = Client()
    plain.force_login(user)
    with_key = Client(headers={"Authorization": account.authorization})
    for client in (Client(), plain, with_key):
        answers = {url: client.get(url) for url in urls}
        assert [url for url in urls if answers[url].status_code not in (302, 404, 405)] == []
        where = {answer.headers.get("Location", "") for answer in answers.values()}
        assert {place.partition("?")[0] for place in where} <= {"/admin/login/", ""}
        assert client.post(f"{KEYS}add/", {"org": account.org.pk}).status_code == 302
    assert ApiKey.objects.count() == 1


def test_readers_change_nothing(account, vendor):
    reader = staff("view_apikey", "view_credential", "view_org", "view_servicepolicy")
    row = Credential.objects.get(service="heygen")
    before = [list(model.objects.values()) for model in (Credential, ApiKey)]
    pages = [
        reader.get(KEYS),
        reader.get(CREDENTIALS),
        reader.get(f"{CREDENTIALS}{row.pk}/change/"),
        revoke(reader, account.key),
        check(reader, row),
        reader.post(f"{CREDENTIALS}{row.pk}/change/", {"secret": TYPED}),
        reader.post(f"{KEYS}{account.key.pk}/change/", {"name": "mine"}),
        reader.get(f"{KEYS}add/"),
    ]
    assert [page.status_code for page in pages] == [200, 200, 200, 200, 200, 403, 403, 403]
    assert [list(model.objects.values()) for model in (Credential, ApiKey)] == before
    assert vendor.requests == []


def test_lookups_reveal_no_digest(admin, account):
    """Filters that a URL can name must not let a digest or a sealed text be guessed."""
    sealed, digest = Credential.objects.first().sealed, bytes(account.key.digest).hex()
    guesses = [
        (CREDENTIALS, {"sealed__startswith": sealed[:40]}),
        (CREDENTIALS, {"sealed": sealed}),
        (CREDENTIALS, {"org__credentials__sealed": sealed}),
        (KEYS, {"digest": digest}),
        (KEYS, {"digest__gt": "0"}),
        (KEYS, {"org__keys__digest__gt": "0"}),
        ("/admin/credentials/org/", {"credentials__sealed__startswith": "v1"}),
        ("/admin/credentials/org/", {"keys__digest__gt": "0"}),
        ("/admin/credentials/servicepolicy/", {"org__credentials__sealed__startswith": "v1"}),
    ]
    assert [guess for guess in guesses if admin.get(*guess).status_code != 400] == []
    assert admin.get(KEYS, {"kind__exact": "server"}).status_code == 200


@pytest.mark.parametrize("text", ["", "null", "{}", "[]", '""'])
def test_emptied_lists_are_empty(admin, text):
    org = {"slug": "acme", "name": "", "is_active": "on", "origins": text}
    assert admin.post("/admin/credentials/org/add/", org).status_code == 302
    row = Org.objects.get()
    key = {"org": row.pk, "name": "page", "scopes": text, "origins": text}
    assert admin.post(f"{KEYS}add/", key).status_code == 200
    policy = {"service": "heygen", "disabled_actions": text, "default_source": "tenant"}
    url = "/admin/credentials/servicepolicy/add/"
    assert admin.post(url, policy | {"test_mode": "sandbox"}).status_code == 302
    made = ApiKey.objects.get()
    lists = (row.origins, made.scopes, made.origins, ServicePolicy.objects.get().disabled_actions)
    assert lists == ([], [], [], [])


def test_forms_make_accounts_that_work(admin, vendor):
    org = {"slug": "forms", "name": "", "is_active": "on", "origins": "[]"}
    assert admin.post("/admin/credentials/org/add/", org).status_code == 302
    pk = Org.objects.get().pk
    fields = {"org": pk, "service": "heygen", "secret": TYPED}
    assert admin.post(f"{CREDENTIALS}add/", fields).status_code == 302
    page = admin.post(f"{KEYS}add/", {"org": pk, "scopes": "[]", "origins": "[]"})
    [text] = set(KEY.findall(page.content.decode()))
    url = "/api/ai-proxy/orgs/forms/services/heygen/list-avatars/"
    assert Client().post(url, headers={"Authorization": f"Bearer {text}"}).status_code == 200
    assert vendor.requests[0].header("x-api-key") == [TYPED]


@pytest.mark.parametrize("kind", ["credential", "servicepolicy"])
def test_services_are_chosen_from_catalogue(admin_client: Client, kind: str) -> None:
    page = admin_client.get(f"/admin/credentials/{kind}/add/").content.decode()
    chosen = re.search(r'<select name="service".*?</select>', page, re.DOTALL)
    assert chosen is not None
    assert re.findall(r'value="(\w+)"', chosen[0]) == ["heygen", "elevenlabs", "liveavatar"]


@pytest.mark.parametrize("secret", ["", TYPED], ids=["secret kept", "new secret"])
def test_plan_is_saved_beside_the_secret(admin, account, secret):
    row = Credential.objects.get(service="elevenlabs")
    url = f"{CREDENTIALS}{row.pk}/change/"
    for typed, stored in (("12", 12), ("", None)):
        assert admin.post(url, {"secret": secret, "concurrency": typed}).status_code == 302
        changed = Credential.objects.get(pk=row.pk)
        assert changed.concurrency == stored
        assert (changed.sealed == row.sealed) == (not secret)
        assert vault.ring().open(changed.sealed, changed.row).reveal() == (secret or HEYGEN_SECRET)


def test_new_credential_has_its_plan(admin, account):
    account.org.credentials.all().delete()
    fields = {"org": account.org.pk, "service": "heygen", "secret": TYPED, "concurrency": "3"}
    assert admin.post(f"{CREDENTIALS}add/", fields).status_code == 302
    row = Credential.objects.get()
    assert (row.concurrency, row.last_four) == (3, TYPED[-4:])


@pytest.mark.parametrize("typed", ["0", "-1", "x", "1.5"])
def test_odd_plan_is_refused(admin, account, typed):
    row = Credential.objects.get(service="elevenlabs")
    page = admin.post(f"{CREDENTIALS}{row.pk}/change/", {"secret": TYPED, "concurrency": typed})
    assert page.status_code == 200
    assert "errorlist" in page.content.decode()
    assert Credential.objects.get(pk=row.pk) == row
    assert Credential.objects.get(pk=row.pk).sealed == row.sealed


def test_plan_of_the_form_bounds_calls(admin, call, vendor, settings, monkeypatch):
    """In place of what every plan of that vendor allows, from the next call on."""
    settings.WORKERS, seen, hold = 2, [], bulkhead.hold

    async def watched(wanted, within):
        seen.append({name[1:]: limit for name, limit in wanted})
        return await hold(wanted, within)

    monkeypatch.setattr(bulkhead, "hold", watched)
    url = f"{CREDENTIALS}{Credential.objects.get(service='elevenlabs').pk}/change/"
    for typed in ("", "15", "3", "1"):
        assert admin.post(url, {"secret": "", "concurrency": typed}).status_code == 302
        call("tts-timestamps", SPEECH, service="elevenlabs")
    assert seen == [{("plan",): 2}, {("plan",): 8}, {("plan",): 2}, {("plan",): 1}]
