"""Which credential would be used, and why: what is told is what a call does."""

from __future__ import annotations

import itertools
import json
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from credentials import vault
from credentials.issue import issue
from credentials.models import Credential, ServicePolicy
from services.catalogue import SERVICES
from services.verify import verify
from tests.factories import Account, make_account, make_policy
from tests.live import ROOT
from tests.problems import REQUEST_ID, assert_refused

OWN, PLATFORM = "own-secret-of-the-org-0001", "platform-secret-of-all-0002"
PATH = "/api/ai-proxy/orgs/acme/services/heygen/credential/"
SOURCES = ("tenant", "platform")
FLAGS = ("is_enabled", "allow_tenant_key", "allow_platform_key", "fallback_to_platform_key")
POLICIES = [
    dict(zip(FLAGS, flags, strict=True)) | {"default_source": default}
    for *flags, default in itertools.product(*[(True, False)] * 4, SOURCES)
]
HELD = [(), ("tenant",), ("platform",), SOURCES]


def hold(account: Account, sources: tuple[str, ...]) -> None:
    for source in sources:
        own = source == "tenant"
        org = account.org if own else None
        vault.store(org=org, service="heygen", secret=OWN if own else PLATFORM)


def ask(account: Account, path: str = PATH) -> Any:
    return Client().get(path, headers={"Authorization": account.authorization})


@pytest.mark.parametrize("held", HELD)
@pytest.mark.parametrize("row", ["everybody's", "the org's"])
def test_explanation_is_what_calls_do(
    db: None, vendor: Any, settings: Any, held: tuple[str, ...], row: str
) -> None:
    settings.RATE_SERVER_KEY = 0
    account = make_account(services=())
    hold(account, held)
    org = account.org if row == "the org's" else None
    if org:
        make_policy(None, allow_platform_key=True, fallback_to_platform_key=True)
    client = Client(headers={"Authorization": account.authorization})
    for policy in POLICIES:
        ServicePolicy.objects.update_or_create(org=org, service="heygen", defaults=policy)
        told = client.get(PATH)
        called = client.post("/api/ai-proxy/orgs/acme/services/heygen/list-avatars/")
        if told.status_code != 200:
            facts = (told.status_code, told.json()["code"], told.json()["detail"])
            assert facts == (called.status_code, *refused(called))
            assert not policy["is_enabled"]
            continue
        agrees(told.json(), called, policy, held)


def refused(called: Any) -> tuple[str, str]:
    return called.json()["code"], called.json()["detail"]


def agrees(told: dict[str, Any], called: Any, policy: dict[str, Any], held: Any) -> None:
    """Source or error, and everything that is said on the way to it."""
    assert told["source"] == called.headers.get("X-Credential-Source")
    if called.status_code == 200:
        assert told["would_fail"] is None
    else:
        code, detail = refused(called)
        fault = {"status": called.status_code, "code": code, "detail": detail}
        assert told["would_fail"] == fault
    assert told["policy"] == {name: policy[name] for name in policy if name != "is_enabled"}
    own, platform = told["candidates"]
    assert own == {
        "source": "tenant", "allowed": policy["allow_tenant_key"], "present": "tenant" in held,
        "checked_at": None, "check_ok": None,
    }  # fmt: skip
    seen = "platform" in held if policy["allow_platform_key"] else None
    allowed = policy["allow_platform_key"]
    assert platform == {"source": "platform", "allowed": allowed, "present": seen}
    assert told["reason"].endswith(".")
    assert told["reason"].count(".") == 1


TENANT, BOTH = {"allow_tenant_key": True}, {"allow_tenant_key": True, "allow_platform_key": True}
FALLING = BOTH | {"fallback_to_platform_key": True}
REASONS = [
    (TENANT, ("tenant",), "Calls use the org's own credential, which is the default."),
    (TENANT, ("platform",), "Calls use the org's own credential, and there is none."),
    (
        BOTH | {"default_source": "platform"}, SOURCES,
        "Calls use the platform's credential, which is the default.",
    ),
    (BOTH, ("platform",), "Calls use the org's own credential, and there is none."),
    (
        FALLING, ("platform",),
        "Of the org's own credential, the default, there is none, so calls use the platform's "
        "credential.",
    ),
    (
        FALLING | {"default_source": "platform"}, ("tenant",),
        "Of the platform's credential, the default, there is none, so calls use the org's own "
        "credential.",
    ),
    (FALLING, (), "Neither the org nor the platform holds a credential for this service."),
    (
        {"allow_tenant_key": False}, SOURCES,
        "The policy allows neither the org's own credential nor the platform's.",
    ),
    (
        TENANT | {"default_source": "platform"}, SOURCES,
        "The policy's default is not allowed, so calls use the org's own credential.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("policy", "held", "text"), REASONS)
def test_reason_is_one_sentence(db: None, policy: Any, held: tuple[str, ...], text: str) -> None:
    account = make_account(services=())
    hold(account, held)
    make_policy(None, **policy)
    assert ask(account).json()["reason"] == text


def test_installed_policy_is_explained(account: Account) -> None:
    told = ask(account)
    assert (told.status_code, told.json()) == (
        200,
        {
            "service": "heygen",
            "source": "tenant",
            "reason": "Calls use the org's own credential, which is the default.",
            "policy": {
                "allow_tenant_key": True,
                "allow_platform_key": False,
                "default_source": "tenant",
                "fallback_to_platform_key": False,
            },
            "candidates": [
                {
                    "source": "tenant",
                    "allowed": True,
                    "present": True,
                    "checked_at": None,
                    "check_ok": None,
                },
                {"source": "platform", "allowed": False, "present": None},
            ],
            "would_fail": None,
        },
    )
    assert {"X-Request-Id", "Server-Timing", "RateLimit"} <= set(told.headers)


def test_documented_answer_is_right(db: None) -> None:
    page = (ROOT / "docs" / "contract.md").read_text().partition("## Which credential")[2]
    documented = json.loads(page.partition("```json")[2].partition("```")[0])
    account = make_account(services=(), access=["manage"])
    vault.store(org=account.org, service="heygen", secret="sk-heygen-7f3a")
    at = documented["candidates"][0]["checked_at"]
    Credential.objects.update(checked_at=datetime.fromisoformat(at), check_ok=True)
    assert ask(account).json() == documented


@pytest.mark.parametrize("access", [["read"], ["invoke"], ["manage"], ["invoke", "manage"]])
def test_last_four_are_for_managers(db: None, access: list[str]) -> None:
    account = make_account(services=(), access=access)
    hold(account, SOURCES)
    make_policy(None, allow_platform_key=True, fallback_to_platform_key=True)
    own, platform = ask(account).json()["candidates"]
    assert own.get("last_four") == (OWN[-4:] if "manage" in access else None)
    assert platform == {"source": "platform", "allowed": True, "present": True}
    make_policy(account.org, allow_platform_key=True, default_source="platform")
    assert PLATFORM[-4:] not in ask(account).content.decode()


@pytest.mark.parametrize(
    ("scopes", "shown"),
    [
        (["heygen:*"], True),
        (["*:*"], True),
        (["elevenlabs:*", "hey*:*"], True),
        (["elevenlabs:*"], False),
        (["heygen:list-*"], False),
        (["heygen:*s"], False),
    ],
)
def test_last_four_are_for_whom_the_service_is(db: None, scopes: list[str], shown: bool) -> None:
    account = make_account(access=["manage"], scopes=scopes)
    assert ("last_four" in ask(account).json()["candidates"][0]) == shown


@pytest.mark.parametrize(("status", "works"), [(200, True), (401, False)])
def test_last_check_is_told(db: None, vendor: Any, status: int, works: bool) -> None:
    account = make_account()
    vendor.answers({"data": {}}, status=status)
    verify(Credential.objects.get(org=account.org, service="heygen"))
    own = ask(account).json()["candidates"][0]
    assert (own["check_ok"], own["checked_at"][:2]) == (works, "20")


def test_nothing_is_opened(account: Account, vendor: Any, settings: Any) -> None:
    """So what cannot be opened is told as there: whether it opens shows in a call."""
    settings.CREDENTIAL_KEYS = ""
    told = ask(account)
    assert (told.status_code, told.json()["source"]) == (200, "tenant")
    assert vendor.requests == []


def test_other_orgs_secrets_are_not_told(db: None) -> None:
    account = make_account(services=(), access=["manage"])
    make_account("globex")
    own = ask(account).json()["candidates"][0]
    assert (own["present"], own["last_four"]) == (False, None)
    url = "/api/ai-proxy/orgs/globex/services/heygen/credential/"
    assert ask(account, url).status_code == 403


@pytest.mark.parametrize(
    ("path", "status", "detail", "code"),
    [
        (
            PATH.replace("heygen", "nobody"), 404,
            "External proxy service 'nobody' not found or disabled.", "service_not_found",
        ),
        (PATH + "more/", 404, "Not found.", "not_found"),
    ],
)  # fmt: skip
def test_unknown_is_not_found(
    account: Account, vendor: Any, path: str, status: int, detail: str, code: str
) -> None:
    headers = {"Authorization": account.authorization, "X-Request-Id": REQUEST_ID}
    response = Client().get(path, headers=headers)
    assert_refused(response, vendor, status, detail, code)


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_explanation_is_read_only(account: Account, method: str, slash: str) -> None:
    headers = {"Authorization": account.authorization}
    response = Client().generic(method, PATH.rstrip("/") + slash, headers=headers)
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert json.loads(response.content)["code"] == "method_not_allowed"


def test_no_key_no_explanation(db: None, account: Account) -> None:
    assert Client().get(PATH).status_code == 401
    key, text = issue(account.org)
    key.revoke()
    assert ask(Account(account.org, key, text)).status_code == 401


def test_no_action_has_its_name() -> None:
    assert not [service.slug for service in SERVICES if "credential" in service.by_slug]
