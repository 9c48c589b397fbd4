"""No page of the console gives a secret away: every URL, every filter, every search is tried."""

from __future__ import annotations

import base64
import html
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.db.models import Model
from django.test import Client

from console.security.models import Authenticator, RecoveryCodes
from credentials import spares, vault
from credentials.models import ApiKey, Credential
from jobs.models import Endpoint, Receiver
from tests.factories import HEYGEN_SECRET
from tests.routes import filled, ids, patterns
from tests.signin import PASSWORD, browser, has_app, log_in, logged_in, person
from tests.webhooks import SECRET as SIGNED_WITH
from tests.webhooks import Vendor, make_endpoint

PLATFORM, STAGED, REPLACED = (f"sk-{name}-kept-0002-5a6b" for name in ("platform", "next", "old"))
TYPED = "hunter2-typed-by-mistake"


@pytest.fixture
def kept(account: Any, settings: Any) -> list[str]:
    """Fill the database with every kind of secret; the texts that no page may show."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    vault.store(org=None, service="heygen", secret=PLATFORM)
    for row in Credential.objects.filter(service="heygen", org=account.org):
        vault.store(org=account.org, service="heygen", secret=REPLACED)
        spares.stage(row, HEYGEN_SECRET)
        spares.promote(row)
        spares.stage(row, STAGED)
    _, signing = make_endpoint(account.org, "https://hooks.example.com/")
    vendor = Vendor(Credential.objects.get(service="heygen", org=account.org))
    Vendor(Credential.objects.get(service="heygen", org=None))
    grace = person("grace")
    key, codes = has_app(grace), RecoveryCodes.renew(grace)
    there = logged_in_with("grace", codes[0])
    log_in(browser("198.51.100.9"), TYPED, TYPED, key=TYPED)
    person("ada")
    texts = [HEYGEN_SECRET, PLATFORM, STAGED, REPLACED, account.text, account.text[13:45], TYPED]
    texts += [settings.SECRET_KEY, settings.API_KEY_PEPPER, settings.CREDENTIAL_KEYS]
    texts += [signing, signing[6:], vendor.token, SIGNED_WITH]
    texts += [key, *codes, there, PASSWORD, *stored()]
    return texts


def logged_in_with(name: str, code: str) -> str:
    """A session of somebody with both factors; its name."""
    client = logged_in(name)
    client.post("/admin/security/code/", {"code": code})
    return client.cookies["sessionid"].value


def stored() -> Iterator[str]:
    """What the database keeps of secrets, as pages might write it."""
    sealed = [row.sealed for row in (*Credential.objects.all(), *Authenticator.objects.all())]
    sealed += [row.sealed for row in (*Endpoint.objects.all(), *Receiver.objects.all())]
    sealed += [spare.sealed for row in Credential.objects.all() for spare in row.spares.all()]
    for text in sealed:
        yield from text.split(".")[2:]
    for key in ApiKey.objects.all():
        digest = bytes(key.digest)
        yield from (digest.hex(), repr(digest), base64.b64encode(digest).decode())
    for receiver in Receiver.objects.all():
        digest = bytes(receiver.token)
        yield from (digest.hex(), repr(digest), base64.b64encode(digest).decode())
    for codes in RecoveryCodes.objects.all():
        yield from codes.digests
    for session in Session.objects.all():
        yield session.session_data
    for user in get_user_model().objects.all():
        yield from user.password.split("$")[-2:]


def leaks(answer: Any, texts: list[str]) -> list[str]:
    body = b"".join(answer) if answer.streaming else answer.content
    shown = html.unescape(body.decode(errors="replace")) + str(dict(answer.headers))
    cookies = " ".join(f"{name}={each.value}" for name, each in answer.cookies.items())
    return [text for text in texts if text in shown + cookies]


def leaky(answers: dict[str, Any], texts: list[str]) -> dict[str, list[str]]:
    found = {url: leaks(answer, texts) for url, answer in answers.items()}
    return {url: texts for url, texts in found.items() if texts}


def test_no_url_shows_a_secret(kept: list[str]) -> None:
    client = logged_in()
    urls = sorted({url for route in patterns() for url in filled(route) if "logout" not in url})
    variants = ("", "?q=a", "?o=1.2.-3", "?all=", "?p=1", "?_changelist_filters=q%3Da")
    answers = {
        f"{url}{more}": client.get(f"{url}{more}")
        for url in urls
        for more in (variants if url.count("/") == 4 else variants[:1])
    }
    assert [url for url, answer in answers.items() if answer.status_code >= 500] == []
    assert [
        (url, leaks(answer, kept)) for url, answer in answers.items() if leaks(answer, kept)
    ] == []
    shown = [urlsplit(url).path for url, answer in answers.items() if answer.status_code == 200]
    assert {"/admin/", "/admin/security/", "/admin/auth/user/"} <= set(shown)
    assert len(set(shown)) > 40


def test_views_of_readers_show_no_secret(kept: list[str]) -> None:
    """Without the right to change, forms are drawn in another way."""
    rights = [f"view_{model._meta.model_name}" for model in admin.site._registry]
    person("reader", superuser=False, may=tuple(rights))
    client = logged_in("reader")
    urls = sorted({url for route in patterns() for url in filled(route) if "logout" not in url})
    answers = {url: client.get(url) for url in urls}
    assert [
        (url, leaks(answer, kept)) for url, answer in answers.items() if leaks(answer, kept)
    ] == []
    assert client.get(f"/admin/auth/user/{ids('/admin/auth/user/')[0]}/change/").status_code == 200


def changelist(model: type[Model]) -> str:
    return f"/admin/{model._meta.app_label}/{model._meta.model_name}/"


GUESSES = (
    *("sealed__startswith", "digest", "digest__gt", "password__startswith", "password__regex"),
    *("org__credentials__sealed__startswith", "credentials__sealed__startswith"),
    *("keys__digest__gt", "org__keys__digest__gt", "spares__sealed__startswith"),
    *("credential__sealed__startswith", "user__password__startswith", "logentry__user__password"),
    *("authenticator__sealed__startswith", "recoverycodes__digests__contains"),
    *("user__authenticator__sealed__startswith", "groups__user__password__startswith"),
    *("post_data__contains", "session_data__startswith", "session_key__startswith"),
)


def test_no_filter_tells_a_secret(kept: list[str]) -> None:
    """A filter that is obeyed says, letter by letter, what a hidden column holds."""
    client = logged_in()
    obeyed = [
        (changelist(model), guess)
        for model in admin.site._registry
        for guess in GUESSES
        if client.get(changelist(model), {guess: "v1"}).status_code not in (302, 400)
    ]
    assert obeyed == []


def test_no_search_finds_a_secret(kept: list[str]) -> None:
    client = logged_in()
    parts = sorted({text[:12] for text in kept} | {text[-12:] for text in kept})
    found = []
    for model, page in admin.site._registry.items():
        if page.search_fields:
            for part in parts:
                answer = client.get(changelist(model), {"q": part})
                if answer.context and answer.context["cl"].result_count:
                    found.append((changelist(model), part))
    assert found == []


def test_no_completion_tells_a_secret(kept: list[str]) -> None:
    client = logged_in()
    for model in admin.site._registry:
        for field in model._meta.fields:
            if field.is_relation:
                asked = {"app_label": model._meta.app_label, "model_name": model._meta.model_name}
                for term in ("", HEYGEN_SECRET[:8]):
                    answer = client.get(
                        "/admin/autocomplete/", asked | {"field_name": field.name, "term": term}
                    )
                    assert answer.status_code < 500
                    assert leaks(answer, kept) == []


def test_factors_and_attempts_have_no_page() -> None:
    """Their rows hold sealed keys, digests, and what strangers typed."""
    labels = {model._meta.app_label for model in admin.site._registry}
    assert labels & {"axes", "otp_totp", "otp_static", "console_security", "sessions"} == set()


def test_no_log_of_the_admin_holds_a_secret(kept: list[str]) -> None:
    client = logged_in()
    pk = ids("/admin/auth/user/")[0]
    new = {"password1": TYPED, "password2": TYPED}
    assert client.post(f"/admin/auth/user/{pk}/password/", new).status_code == 302
    written = repr(list(LogEntry.objects.values())) + repr(dict(client.session))
    assert [text for text in kept if text in written] == []


def test_password_digest_is_not_shown(kept: list[str]) -> None:
    client = logged_in()
    for user in get_user_model().objects.all():
        page = client.get(f"/admin/auth/user/{user.pk}/change/").content.decode()
        salt, digest = user.password.split("$")[-2:]
        assert salt[:6] not in page
        assert digest[:6] not in page


def test_strangers_get_no_page(kept: list[str], client: Client) -> None:
    urls = {url for route in patterns() for url in filled(route)} - {"/admin/login/"}
    opened = [url for url in sorted(urls) if client.get(url).status_code == 200]
    assert opened == []
