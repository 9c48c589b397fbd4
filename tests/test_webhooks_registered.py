"""Our endpoints at vendors, against the sandbox: made once, kept, rotated, taken away."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
import requests

from credentials import vault
from credentials.models import AuditEvent, Credential
from jobs.models import Receiver
from services import checks
from services.webhooks import registering, tokens
from services.webhooks.receiving import opened
from services.webhooks.registering import NotPossible
from tests.conftest import Sandbox
from tests.factories import make_org, make_policy
from tests.live import Service, database
from tests.webhooks import PATH, mark

KEY = "sandbox-heygen-key"
PUBLIC = "http://127.0.0.1:9"  # nobody is there
CREATE, LIST = "POST /v3/webhooks/endpoints", "GET /v3/webhooks/endpoints"


@pytest.fixture
def credential(db: None, sandbox: Sandbox, settings: Any) -> Credential:
    settings.PUBLIC_URL, settings.HEYGEN_GENERATION = PUBLIC, "v3"
    return vault.store(org=make_org(), service="heygen", secret=KEY)


def held(sandbox: Sandbox, generation: str = "v3", key: str = KEY) -> list[Any]:
    """The account's endpoints as the vendor lists them."""
    path = "/v3/webhooks/endpoints" if generation == "v3" else "/v1/webhook/endpoint.list"
    answer = requests.get(f"{sandbox.url}{path}", headers={"X-Api-Key": key}, timeout=10)
    found: list[Any] = answer.json()["data"]
    return found


def _all(sandbox: Sandbox) -> list[Any]:
    """Every page of `held`, by the older list, which has no pages."""
    return held(sandbox, "legacy")


def work() -> int:
    found = registering.claim(10)
    for credential in found:
        registering.settle(credential)
    return len(found)


def test_credential_gets_its_endpoint(credential: Credential, sandbox: Sandbox) -> None:
    assert (work(), work()) == (1, 0)
    [endpoint] = held(sandbox)
    receiver = Receiver.objects.get()
    assert receiver.state == "registered"
    assert receiver.upstream_id == endpoint["endpoint_id"]
    assert bytes(receiver.token) == tokens.digest(tokens.token_of(endpoint["url"]))
    assert endpoint["url"].startswith(f"{PUBLIC}{PATH}/")
    assert endpoint["events"] is None  # all of them
    [secret] = opened(receiver)
    assert secret.startswith("whsec_")
    assert secret not in repr(list(AuditEvent.objects.values()))
    assert AuditEvent.objects.filter(event="receiver.registered", org="acme").count() == 1


def test_nothing_is_registered_twice(credential: Credential, sandbox: Sandbox) -> None:
    for _ in range(3):
        registering.register(credential)
    assert sandbox.targets.count(CREATE) == 1
    assert sandbox.targets.count(LIST) == 3
    assert len(held(sandbox)) == 1


def test_registration_cut_short_is_found_again(
    credential: Credential, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The vendor has it, and we ended before its secret was stored."""
    with monkeypatch.context() as patch:
        patch.setattr(registering, "_kept", _interrupted)
        with pytest.raises(KeyboardInterrupt):
            registering.register(credential)
    assert Receiver.objects.get().state == "missing"
    registering.register(credential)
    assert len(held(sandbox)) == 1
    assert sandbox.targets.count(CREATE) == 1
    assert Receiver.objects.get().state == "registered"


def _interrupted(*given: Any) -> None:
    raise KeyboardInterrupt


def test_rotation_takes_both_secrets(credential: Credential, sandbox: Sandbox) -> None:
    [old] = opened(registering.register(credential))
    new, kept = opened(registering.register(credential, renew=True))
    assert kept == old != new
    third, before = opened(registering.register(credential, renew=True))
    assert before == new != third
    assert len(held(sandbox)) == 1


def test_new_key_of_the_account_keeps_the_endpoint(
    credential: Credential, sandbox: Sandbox
) -> None:
    work()
    vault.store(org=credential.org, service="heygen", secret=KEY)
    assert (work(), work()) == (1, 0)
    assert sandbox.targets.count(CREATE) == 1
    assert len(opened(Receiver.objects.get())) == 1


def test_other_account_gets_its_own_endpoint(
    credential: Credential, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    work()
    before = Receiver.objects.get().upstream_id
    sandbox.reset()  # another account knows nothing of it
    vault.store(org=credential.org, service="heygen", secret=KEY)
    assert (work(), work()) == (1, 0)
    [endpoint] = held(sandbox)
    assert Receiver.objects.get().upstream_id == endpoint["endpoint_id"] != before


def test_refused_registration_is_tried_later(credential: Credential, sandbox: Sandbox) -> None:
    sandbox.control("faults", [{"match": "POST /v3/webhooks", "status": 402, "times": 1}])
    assert (work(), work()) == (1, 0)
    receiver = Receiver.objects.get()
    assert (receiver.state, receiver.failures) == ("failed", 1)
    assert receiver.problem
    assert receiver.due_at is not None
    Receiver.objects.update(due_at=receiver.created_at)
    assert work() == 1
    assert Receiver.objects.get().state == "registered"


def test_two_at_once_register_one(
    credential: Credential, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    found = registering._found

    def while_it_goes_on(place: Any) -> Any:
        with pytest.raises(NotPossible) as refused:
            registering.register(credential)
        asked.append(str(refused.value))
        return found(place)

    monkeypatch.setattr(registering, "_found", while_it_goes_on)
    registering.register(credential)
    assert asked == ["It is being registered just now."]
    assert len(held(sandbox)) == 1


def test_without_public_url_nothing_happens(
    credential: Credential, sandbox: Sandbox, settings: Any
) -> None:
    settings.PUBLIC_URL = ""
    assert work() == 0
    with pytest.raises(NotPossible, match="PUBLIC_URL"):
        registering.register(credential)
    assert sandbox.targets == []


def test_refused_credential_is_left_alone(credential: Credential, sandbox: Sandbox) -> None:
    Credential._base_manager.update(check_ok=False)
    assert work() == 0


def test_vendor_without_registration(db: None, settings: Any) -> None:
    settings.PUBLIC_URL = PUBLIC
    stored = vault.store(org=make_org(), service="elevenlabs", secret="sk-11")
    assert work() == 0
    with pytest.raises(NotPossible):
        registering.register(stored)
    assert not Receiver.objects.exists()
    receiver, token = registering.by_hand(stored)
    assert tokens.url(token).startswith(f"{PUBLIC}{PATH}/")
    assert opened(receiver) == []
    receiver, again = registering.by_hand(stored, "wsec_by-hand")
    assert again == ""  # the address stays
    assert bytes(receiver.token) == tokens.digest(token)
    assert opened(receiver) == ["wsec_by-hand"]


def test_endpoint_by_hand_stays_by_hand(credential: Credential, sandbox: Sandbox) -> None:
    registering.by_hand(credential, "whsec_by-hand")
    vault.store(org=credential.org, service="heygen", secret=KEY)
    assert work() == 0
    assert sandbox.targets == []


def test_new_address_by_hand_ends_the_registered_one(
    credential: Credential, sandbox: Sandbox
) -> None:
    registering.register(credential)
    receiver, token = registering.by_hand(credential)
    assert token
    assert receiver.state == "manual"
    assert held(sandbox) == []


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("", None),
        ("https://proxy.example.com", None),
        ("https://proxy.example.com/base/", None),
        ("http://proxy.example.com", "PUBLIC_URL is not https."),
        ("https://10.0.0.1", "PUBLIC_URL is a private address."),
        ("proxy.example.com", "PUBLIC_URL is not an absolute http(s) URL."),
        ("https://other.example.com", "The host of PUBLIC_URL is not in ALLOWED_HOSTS."),
    ],
)
def test_unusable_public_url_stops_the_start(settings: Any, url: str, fault: str | None) -> None:
    settings.ALLOW_INSECURE_UPSTREAMS = False
    settings.ALLOWED_HOSTS, settings.PUBLIC_URL = ["proxy.example.com", "10.0.0.1"], url
    found = [error.msg for error in checks.public_url_is_usable(None)]
    assert found == ([fault] if fault else [])


def test_removed_endpoint_stays_away(credential: Credential, sandbox: Sandbox) -> None:
    work()
    registering.remove(credential)
    assert held(sandbox) == []
    assert work() == 0
    assert Receiver.objects.get().state == "missing"
    registering.register(credential)
    assert len(held(sandbox)) == 1


def test_withdrawing_is_best_effort(
    credential: Credential, sandbox: Sandbox, settings: Any
) -> None:
    work()
    settings.HEYGEN_BASE_URL = "http://127.0.0.1:1"
    withdraw = registering.withdrawal(credential)
    credential.delete()
    withdraw()
    assert not Receiver.objects.exists()


def test_legacy_generation_uses_its_own_actions(credential: Credential, sandbox: Sandbox) -> None:
    make_policy(credential.org, upstream_generation="legacy")
    registering.register(credential)
    registering.register(credential)
    assert not any("/v3/" in target for target in sandbox.targets)
    [endpoint] = held(sandbox, "legacy")
    old = endpoint["secret"]
    assert opened(Receiver.objects.get()) == [old]
    new = opened(registering.register(credential, renew=True))
    [endpoint] = held(sandbox, "legacy")
    assert new == [endpoint["secret"], old]
    registering.remove(credential)
    assert held(sandbox, "legacy") == []


def test_other_endpoints_of_the_account_stay(credential: Credential, sandbox: Sandbox) -> None:
    headers = {"X-Api-Key": KEY}
    for number in range(120):
        url = f"https://own.example.com/{number}"
        path = f"{sandbox.url}/v3/webhooks/endpoints"
        requests.post(path, json={"url": url}, headers=headers, timeout=10)
    registering.register(credential)
    registering.register(credential)
    assert len(_all(sandbox)) == 121


@pytest.mark.slow
def test_sandbox_reports_to_a_service(sandbox: Sandbox, tmp_path: Any) -> None:
    """A real vendor's delivery, from its signature to the stored event, of a real process."""
    with database(tmp_path) as url:
        names = ("HEYGEN_BASE_URL", "HEYGEN_UPLOAD_BASE_URL")
        service = Service(
            url,
            ALLOW_INSECURE_UPSTREAMS="true",
            HTTPS_ONLY="false",
            **dict.fromkeys(names, sandbox.url),
        )
        service.env["PUBLIC_URL"] = service.url
        service.manage("migrate")
        with service.serving():
            token, secret = service.manage("shell", "-v", "0", "-c", MAKE).splitlines()[-2:]
            headers = {"X-Api-Key": KEY}
            made = requests.post(
                f"{sandbox.url}/v3/videos", json=_video(sandbox), headers=headers, timeout=10
            )
            assert made.status_code == 200, made.text
            video = made.json()["data"]["video_id"]
            seen = until(lambda: service.manage("shell", "-v", "0", "-c", SEEN))
            assert seen == f"avatar_video.success {video} True"
            address = f"{service.url}{PATH}/{token}/"
            assert requests.options(address, timeout=10).status_code == 200
            raw = b'{"event_type":"a"}'
            forged = {"Heygen-Signature": mark(raw, secret + "x")}
            assert requests.post(address, raw, headers=forged, timeout=10).status_code == 401
            large = requests.post(address, b"x" * 300_000, timeout=10)
            assert large.status_code == 413


def _video(sandbox: Sandbox) -> Any:
    headers = {"X-Api-Key": KEY}
    looks = requests.get(f"{sandbox.url}/v3/avatars/looks", headers=headers, timeout=10).json()
    voices = requests.get(f"{sandbox.url}/v3/voices", headers=headers, timeout=10).json()
    look, voice = looks["data"][0], voices["data"][0]
    return {
        "type": "avatar",
        "avatar_id": look["id"],
        "voice_id": voice["voice_id"],
        "script": "Hello",
    }


def until(ask: Callable[[], str], seconds: float = 60) -> str:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := ask():
            return found
        time.sleep(0.2)
    raise AssertionError("It did not come.")


MAKE = """
from credentials import vault
from credentials.models import Org
from services.webhooks import registering, tokens
from services.webhooks.receiving import opened
shown = []
made = tokens.new
tokens.new = lambda: shown.append(made()) or shown[-1]
org = Org.objects.create(slug="acme")
stored = vault.store(org=org, service="heygen", secret="sandbox-heygen-key")
receiver = registering.register(stored)
print(shown[-1])
print(opened(receiver)[0])
"""
SEEN = """
from jobs.models import InboundEvent
for event in InboundEvent.objects.all():
    print(event.type, event.upstream_id, event.signed)
"""
