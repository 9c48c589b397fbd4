"""What a key is for: reading, invoking, managing; at every action and in discovery."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import RequestFactory

from credentials import auth
from credentials.issue import issue
from credentials.models import ApiKey
from services.admission import admit
from services.catalogue import SERVICES
from services.errors import BadRequest, Forbidden, RateLimited
from tests.factories import Account, make_account, make_org

FORBIDDEN = {
    "detail": "You do not have permission to perform this action.",
    "error": "You do not have permission to perform this action.",
    "code": "out_of_scope",
    "origin": "proxy",
    "retryable": False,
}
READS = [  # GET, and known to be free
    ("heygen", "list-avatars", {}),
    ("heygen", "video-status", {"query": {"video_id": "v"}}),
    ("elevenlabs", "get-dubbed-audio", {"path_params": {"dubbing_id": "d", "language_code": "de"}}),
    ("liveavatar", "get-credits", {}),
]
WRITES = [
    ("heygen", "generate-video", {}),
    ("heygen", "v3-create-video", {}),
    ("elevenlabs", "tts", {}),
    ("elevenlabs", "delete-voice", {"path_params": {"voice_id": "v"}}),
    ("liveavatar", "update-avatar", {"path_params": {"avatar_id": "a"}}),
    ("liveavatar", "keep-session-alive", {}),
]
PAGES = ["services/", "services/heygen/", "services/heygen/credential/"]
# Access of the key; may it read, may it do anything else.
ACCESS = [
    (["read"], True, False),
    (["invoke"], True, True),
    (["manage"], False, False),
    (["read", "manage"], True, False),
    (["invoke", "manage"], True, True),
    (["read", "invoke"], True, True),
]


def statuses(client: Any, account: Account, actions: Any) -> list[int]:
    """Of a call of each action; 400 is as good as 200 here, the key may do it."""
    found = []
    for service, action, envelope in actions:
        response = client.post(
            f"/api/ai-proxy/orgs/acme/services/{service}/{action}/",
            envelope,
            content_type="application/json",
            headers={"Authorization": account.authorization},
        )
        if response.status_code == 403:
            body = response.json()
            assert body.pop("request_id")
            assert body == FORBIDDEN
        found.append(response.status_code)
    return found


@pytest.mark.parametrize(("access", "reads", "writes"), ACCESS)
def test_access_bounds_the_actions(
    db: None, vendor: Any, client: Any, access: list[str], reads: bool, writes: bool
) -> None:
    account = make_account(access=access)
    assert statuses(client, account, READS) == [200 if reads else 403] * len(READS)
    assert len(vendor.requests) == (len(READS) if reads else 0)
    vendor.reset()
    refused = [status == 403 for status in statuses(client, account, WRITES)]
    assert refused == [not writes] * len(WRITES)
    assert writes or vendor.requests == []


@pytest.mark.parametrize("access", [row[0] for row in ACCESS])
@pytest.mark.parametrize("page", PAGES)
def test_every_key_may_discover(db: None, client: Any, access: list[str], page: str) -> None:
    account = make_account(access=access)
    headers = {"Authorization": account.authorization}
    assert client.get(f"/api/ai-proxy/orgs/acme/{page}", headers=headers).status_code == 200


def test_reading_covers_free_reads_alone(db: None, settings: Any) -> None:
    """Over the whole catalogue: what a reading key is let through to changes and costs nothing."""
    settings.RATE_ORG = settings.RATE_SERVER_KEY = 0
    account = make_account(access=["read"])
    who = auth.identify_sync(account.authorization, "acme")
    request = RequestFactory().get("/")
    let, held = [], []
    for service in SERVICES:
        for action in service.actions:
            try:
                admit(request, who, (service, action))
                let.append(action)
            except Forbidden:
                held.append(action)
    assert {action.method for action in let} == {"GET"}
    assert not [action.slug for action in let if action.billable is not False]
    assert not [a.slug for a in held if a.method == "GET" and a.billable is False]
    assert (len(let) > 100, len(held) > 50) == (True, True)


@pytest.mark.parametrize(
    ("scopes", "statuses_wanted"),
    [
        (["heygen:list-*"], [200, 403, 403, 403]),
        (["*:get-*"], [403, 403, 200, 200]),
        (["heygen:*"], [200, 200, 403, 403]),
    ],
)
def test_scopes_narrow_reading(
    db: None, vendor: Any, client: Any, scopes: list[str], statuses_wanted: list[int]
) -> None:
    account = make_account(access=["read"], scopes=scopes)
    assert statuses(client, account, READS) == statuses_wanted
    assert set(statuses(client, account, WRITES)) == {403}


def test_refusal_comes_before_the_body(db: None, vendor: Any, client: Any) -> None:
    account = make_account(access=["read"])
    response = client.post(
        "/api/ai-proxy/orgs/acme/services/heygen/generate-video/",
        b"{not json",
        content_type="application/json",
        headers={"Authorization": account.authorization},
    )
    assert (response.status_code, response.json()["code"]) == (403, "out_of_scope")


@pytest.mark.parametrize(
    ("need", "let"), [("read", ["read", "invoke", "manage"]), ("manage", ["manage"])]
)
def test_admission_asks_for_what_is_needed(db: None, need: Any, let: list[str]) -> None:
    org, found = make_org(), []
    for access in ("read", "invoke", "manage"):
        _, text = issue(org, access=[access])
        who = auth.identify_sync(f"Api-Key {text}", "acme")
        with suppress(Forbidden):
            assert "RateLimit" in admit(RequestFactory().get("/"), who, need)
            found.append(access)
    assert found == let


@pytest.mark.parametrize("refusal", ["access", "origins", "dry run"])
def test_refused_requests_count_too(db: None, settings: Any, refusal: str) -> None:
    settings.RATE_SERVER_KEY = settings.RATE_BROWSER_KEY = 2
    account = make_account(
        access=["read"] if refusal == "access" else ["manage"],
        origins=["https://app.example.com"] if refusal == "origins" else [],
    )
    who = auth.identify_sync(account.authorization, "acme")
    headers = {"Origin": "https://evil.example"} if refusal == "origins" else {}
    headers |= {"X-Dry-Run": "true"} if refusal == "dry run" else {}
    request = RequestFactory().post("/", headers=headers)
    for _ in range(2):
        with pytest.raises((Forbidden, BadRequest)):
            admit(request, who, "manage")
    with pytest.raises(RateLimited):
        admit(request, who, "manage")


def test_stolen_key_uses_up_nothing_from_elsewhere(db: None, settings: Any) -> None:
    """Neither by what it may do, nor by what it may not."""
    settings.RATE_SERVER_KEY = 2
    account = make_account(access=["read"], networks=["192.0.2.0/24"])
    who = auth.identify_sync(account.authorization, "acme")
    for need in ("read", "manage") * 3:
        with pytest.raises(Forbidden):
            admit(RequestFactory().get("/"), who, need)
    assert admit(RequestFactory(REMOTE_ADDR="192.0.2.1").get("/"), who, "read")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_management_has_no_dry_run(db: None, method: str) -> None:
    """Whoever asks for one must not find everything changed."""
    account = make_account(access=["manage"])
    who = auth.identify_sync(account.authorization, "acme")
    make = RequestFactory().generic
    with pytest.raises(BadRequest, match="only calls of actions"):
        admit(make(method, "/", headers={"X-Dry-Run": "true"}), who, "manage")
    admit(make(method, "/", headers={"X-Dry-Run": "false"}), who, "manage")
    admit(make("GET", "/", headers={"X-Dry-Run": "true"}), who, "manage")


def test_changed_access_holds_at_once(call: Any, vendor: Any) -> None:
    assert call("share-video", {"body": {"video_id": "v"}}).status_code == 200
    ApiKey.objects.update(access=["read"])
    assert call("share-video", {"body": {"video_id": "v"}}).status_code == 403
    assert call("list-avatars").status_code == 200
    ApiKey.objects.update(access=["manage"])
    assert call("list-avatars").status_code == 403


@pytest.mark.parametrize("access", [[], ["write"], ["invoke", "admin"], "invoke", [1]])
def test_unknown_access_is_not_issued(db: None, access: Any) -> None:
    with pytest.raises(ValidationError):
        issue(make_org(), access=access)
    assert not ApiKey.objects.exists()


@pytest.mark.parametrize("stored", [[], ["Invoke"], ["all"]])
def test_unusable_access_allows_nothing(call: Any, vendor: Any, stored: Any) -> None:
    ApiKey.objects.update(access=stored)
    assert call("list-avatars").status_code == 403
    assert vendor.requests == []
