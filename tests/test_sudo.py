"""The password once more before what matters is changed."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from console.security.sudo import LATE, is_fresh, sudo_required
from credentials import spares
from credentials.models import ApiKey, Credential, ServicePolicy, SpareSecret
from tests.factories import make_policy
from tests.routes import filled, patterns
from tests.signin import PASSWORD, SUDO, events, logged_in, person

ADD = "/admin/auth/user/add/"
NEW = {"username": "mallory", "password1": PASSWORD, "password2": PASSWORD}


@pytest.fixture(autouse=True)
def ada(db: None, settings: Any) -> Any:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return person()


@pytest.fixture
def client() -> Client:
    return logged_in()


def age(client: Client, seconds: int) -> None:
    """As if the password had been given that long ago."""
    session = client.session
    session["security.password_at"] -= seconds
    session.save()


def test_login_is_giving_the_password(client: Client) -> None:
    assert client.get(ADD).status_code == 200


def test_form_asks_first(client: Client) -> None:
    age(client, 901)
    page = client.get(f"{ADD}?_popup=1")
    assert page.headers["Location"] == f"{SUDO}?next={quote(f'{ADD}?_popup=1', safe='')}"
    back = client.post(page.headers["Location"], {"password": PASSWORD})
    assert back.headers["Location"] == f"{ADD}?_popup=1"
    assert client.get(ADD).status_code == 200
    age(client, 890)
    assert client.get(ADD).status_code == 200


def test_late_form_is_not_replayed(client: Client) -> None:
    """Its body holds secrets: they are neither kept nor sent on."""
    age(client, 901)
    page = client.post(ADD, NEW)
    assert page.headers["Location"] == f"{SUDO}?next={quote(ADD, safe='')}"
    asked = client.get(page.headers["Location"])
    assert LATE in asked.content.decode()
    assert PASSWORD not in asked.content.decode() + repr(dict(client.session))
    assert client.post(SUDO, {"password": PASSWORD, "next": ADD}).headers["Location"] == ADD
    assert get_user_model().objects.count() == 1
    assert client.post(ADD, NEW).status_code == 302
    assert get_user_model().objects.count() == 2


def test_late_button_leads_to_its_page(client: Client) -> None:
    age(client, 901)
    sent = {"action": "delete_selected", "_selected_action": ["1"]}
    for referer, target in (
        ("http://testserver/admin/auth/user/?o=1", "/admin/auth/user/?o=1"),
        ("https://evil.example/admin/auth/user/?o=1", "/admin/auth/user/"),
        ("", "/admin/auth/user/"),
    ):
        page = client.post("/admin/auth/user/", sent, headers={"Referer": referer})
        assert page.headers["Location"] == f"{SUDO}?next={quote(target, safe='')}"


@pytest.mark.parametrize(
    "target",
    [
        *(
            "https://evil.example/",
            "//evil.example/admin/",
            "/\\evil.example",
            "javascript:alert(1)",
        ),
        *("/api/ai-proxy/orgs/", "", "admin/", "http:///evil.example", "\n//evil.example"),
    ],
)
def test_nobody_is_led_elsewhere(client: Client, target: str) -> None:
    page = client.post(SUDO, {"password": PASSWORD, "next": target})
    assert page.headers["Location"] == "/admin/"


def test_wrong_password_opens_nothing(client: Client) -> None:
    person("grace")
    age(client, 901)
    for typed in ("", "wrong-password", "x" * 5000):
        page = client.post(SUDO, {"password": typed, "next": ADD, "username": "grace"})
        assert page.status_code == 200
        assert not typed or typed not in page.content.decode()
    assert client.get(ADD).status_code == 302
    assert [actor for _, actor, *_ in events("admin.login_failed")] == ["ada", "ada"]


def test_right_password_forgets_failures(client: Client) -> None:
    for _ in range(3):
        answers = [client.post(SUDO, {"password": "wrong"}).status_code for _ in range(4)]
        assert answers == [200] * 4
        assert client.post(SUDO, {"password": PASSWORD}).status_code == 302


def test_clock_set_back_gives_no_time(client: Client) -> None:
    age(client, -3600)
    assert client.get(ADD).status_code == 302


@pytest.mark.parametrize(
    "path",
    [
        *(
            "auth/user/add/",
            "auth/user/{}/change/",
            "auth/user/{}/delete/",
            "auth/user/{}/password/",
        ),
        *("auth/group/add/", "auth/group/1/change/", "password_change/", "security/set-up/"),
    ],
)
def test_powers_ask_for_the_password(client: Client, ada: Any, path: str) -> None:
    Group.objects.create(pk=1, name="readers")
    url = f"/admin/{path}".format(ada.pk)
    assert client.get(url).status_code == 200
    age(client, 901)
    for answer in (client.get(url), client.post(url, {})):
        assert answer.headers["Location"].startswith(SUDO)
    assert client.get("/admin/auth/user/").status_code == 200


def test_decorator_fits_functions_and_methods() -> None:
    class Page:
        @sudo_required
        def show(self, request: HttpRequest, pk: int) -> HttpResponse:
            return HttpResponse(f"method {pk}")

    @sudo_required
    def show(request: HttpRequest, *, pk: int) -> HttpResponse:
        return HttpResponse(f"function {pk}")

    request: Any = RequestFactory().get("/admin/x/")
    request.session = {}
    assert not is_fresh(request)
    assert (Page().show(request, 1).status_code, show(request, pk=2).status_code) == (302, 302)
    request.session = logged_in().session
    assert Page().show(request, 1).content == b"method 1"
    assert show(request, pk=2).content == b"function 2"


SWEPT = (Credential, SpareSecret, ApiKey)


def swept() -> dict[str, Any]:
    """What must not change: secrets, keys, and who may use the platform's."""
    rows: dict[str, Any] = {
        model.__name__: list(model.objects.order_by("pk").values_list("pk", flat=True))
        for model in SWEPT
    }
    rows["sealed"] = list(Credential.objects.order_by("pk").values_list("sealed", flat=True))
    rows["ended"] = list(ApiKey.objects.order_by("pk").values_list("revoked_at", "expires_at"))
    rows["platform"] = ServicePolicy.objects.filter(allow_platform_key=True).count()
    return rows


def test_no_late_post_changes_a_secret(client: Client, account: Any, vendor: Any) -> None:
    """Every route of the console is sent a form that a moment ago would have done it."""
    credential = account.org.credentials.get(service="heygen")
    spares.stage(credential, "sk-heygen-STAGED-0002")
    account.org.credentials.filter(service="liveavatar").delete()
    make_policy(account.org)
    form = {
        **{"org": str(account.org.pk), "service": "liveavatar", "secret": "sk-heygen-NEW-0003"},
        **{"name": "new", "purpose": "server", "hours": "24", "post": "yes", "confirm": "yes"},
        **{"allow_platform_key": "on", "default_source": "platform", "test_mode": "sandbox"},
        **{"allow_tenant_key": "on", "is_enabled": "on", "scopes": "", "access": "invoke"},
    }
    keys = {"action": "revoke", "_selected_action": [account.key.pk]}
    urls = [url for route in patterns() for url in filled(route) if "logout" not in url]
    urls = [url for url in urls if "/credentials/" in url]
    assert len(urls) > 20
    before = swept()
    age(client, 901)
    for url in urls:
        client.post(url, form)
        assert swept() == before, url
    client.post("/admin/credentials/apikey/", keys)
    assert swept() == before
    client.post(SUDO, {"password": PASSWORD})
    changed = []
    for url in urls:
        earlier = swept()
        client.post(url, form)
        changed += [url] if swept() != earlier else []
    done = {tuple(url.split("/")[i] for i in (3, -2)) for url in changed}
    named = [("credential", word) for word in ("add", "stage", "promote", "rollback", "delete")]
    named += [("apikey", word) for word in ("add", "roll", "revoke")]
    assert {*named, ("servicepolicy", "add")} <= done
