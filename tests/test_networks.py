"""From where a key may be used: by the address that no caller can make up."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from credentials.issue import issue
from credentials.models import ApiKey
from services import addresses
from tests.conftest import Caller
from tests.factories import make_account, make_org

REFUSED = {
    "detail": "You do not have permission to perform this action.",
    "error": "You do not have permission to perform this action.",
    "code": "network_not_allowed",
    "origin": "proxy",
    "retryable": False,
}
OFFICE = ["192.0.2.0/24", "2001:db8:1:2::/64"]

# Proxies of ours; the socket's peer; X-Forwarded-For; whether it lies in OFFICE.
FROM = [
    (0, "192.0.2.7", "", True),
    (0, "192.0.3.7", "", False),
    (0, "203.0.113.9", "192.0.2.7", False),
    (0, "192.0.2.7", "203.0.113.9", True),
    (0, "::ffff:192.0.2.7", "", True),
    (0, "::ffff:192.0.3.7", "", False),
    (0, "2001:db8:1:2::7", "", True),
    (0, "2001:db8:1:2:ffff:ffff:ffff:ffff", "", True),
    (0, "2001:db8:1:3::7", "", False),
    (0, "", "", False),
    (0, "unix:", "", False),
    (0, "localhost", "", False),
    (1, "10.0.0.1", "192.0.2.7", True),
    (1, "10.0.0.1", "192.0.2.7:4711", True),
    (1, "10.0.0.1", "[2001:db8:1:2::7]:443", True),
    (1, "10.0.0.1", "::ffff:192.0.2.7", True),
    (1, "10.0.0.1", "192.0.2.7, 203.0.113.9", False),
    (1, "10.0.0.1", "203.0.113.9, 192.0.2.7", True),
    (1, "10.0.0.1", "192.0.2.7, 192.0.2.8, 203.0.113.9", False),
    (1, "10.0.0.1", "", False),
    (1, "10.0.0.1", "192.0.2.7, unknown", False),
    (1, "10.0.0.1", "192.0.2.7,", False),
    (1, "10.0.0.1", "192.0.2.07", False),
    (1, "192.0.2.7", "", True),
    (2, "10.0.0.1", "192.0.2.7, 10.0.0.2", True),
    (2, "10.0.0.1", "192.0.2.7, 203.0.113.9, 10.0.0.2", False),
    (2, "10.0.0.1", "192.0.2.7", False),
]
ROUTES = {
    "invoke": ("POST", "services/heygen/list-avatars/"),
    "services": ("GET", "services/"),
    "service": ("GET", "services/heygen/"),
    "explanation": ("GET", "services/heygen/credential/"),
}


@pytest.mark.parametrize("route", ROUTES)
def test_network_decides_who_calls(
    db: None, vendor: Any, client: Any, settings: Any, route: str
) -> None:
    account, (method, path) = make_account(networks=OFFICE), ROUTES[route]
    for hops, peer, forwarded, allowed in FROM:
        vendor.reset()
        settings.TRUSTED_PROXIES = hops
        headers = {"Authorization": account.authorization}
        headers |= {"X-Forwarded-For": forwarded} if forwarded else {}
        url = f"/api/ai-proxy/orgs/acme/{path}"
        response = client.generic(method, url, headers=headers, REMOTE_ADDR=peer)
        assert (hops, peer, forwarded, response.status_code) == (
            *(hops, peer, forwarded), 200 if allowed else 403,
        )  # fmt: skip
        if not allowed:
            body = response.json()
            assert body.pop("request_id")
            assert body == REFUSED
            assert vendor.requests == []


# The key's networks; an address within, or none; one outside.
NETWORKS = [
    (["192.0.2.7"], "192.0.2.7", "192.0.2.8"),
    (["192.0.2.7/32"], "192.0.2.7", "192.0.2.6"),
    (["10.0.0.0/8", "192.0.2.0/25"], "192.0.2.127", "192.0.2.128"),
    (["0.0.0.0/0"], "255.255.255.255", "2001:db8::1"),
    (["::/0"], "2001:db8::1", "192.0.2.7"),
    (["2001:db8::1"], "2001:db8::1", "2001:db8::2"),
    (["2001:db8::/126"], "2001:db8::3", "2001:db8::4"),
    (["::ffff:192.0.2.0/120"], "192.0.2.7", "192.0.3.7"),
    (["::ffff:192.0.2.7"], "::ffff:192.0.2.7", "::ffff:192.0.2.8"),
]


@pytest.mark.parametrize(("networks", "inside", "outside"), NETWORKS)
def test_networks_are_kept_to_the_bit(
    db: None, vendor: Any, client: Any, networks: list[str], inside: str, outside: str
) -> None:
    account = make_account(networks=networks)
    headers = {"Authorization": account.authorization}
    url = "/api/ai-proxy/orgs/acme/services/"
    answers = [client.get(url, headers=headers, REMOTE_ADDR=peer) for peer in (inside, outside)]
    assert [answer.status_code for answer in answers] == [200, 403]


def test_key_without_networks_comes_from_anywhere(call: Any, monkeypatch: Any) -> None:
    """And nobody looks where that is."""
    monkeypatch.setattr(addresses, "exact", lambda *given: pytest.fail("looked"))
    assert call("list-avatars").status_code == 200


def test_changed_networks_hold_at_once(call: Any, vendor: Any) -> None:
    assert call("list-avatars").status_code == 200
    ApiKey.objects.update(networks=["192.0.2.0/24"])
    assert call("list-avatars").status_code == 403
    ApiKey.objects.update(networks=["127.0.0.0/8"])
    assert call("list-avatars").status_code == 200


def test_keys_have_networks_of_their_own(db: None, vendor: Any) -> None:
    account = make_account(networks=["192.0.2.0/24"])
    free = Caller(type(account)(account.org, *issue(account.org)))
    assert Caller(account)("list-avatars").status_code == 403
    assert free("list-avatars").status_code == 200


def test_refused_network_counts_for_no_limit(call: Any, vendor: Any, settings: Any) -> None:
    settings.RATE_SERVER_KEY = 2
    ApiKey.objects.update(networks=["192.0.2.0/24"])
    assert {call("list-avatars").status_code for _ in range(5)} == {403}
    ApiKey.objects.update(networks=[])
    assert [call("list-avatars").status_code for _ in range(3)] == [200, 200, 429]


@pytest.mark.parametrize("network", ["192.0.2.1/24", "192.0.2.0/33", "office", "", "::1/64", "*"])
def test_unusable_network_is_not_issued(db: None, network: str) -> None:
    with pytest.raises(ValidationError):
        issue(make_org(), networks=[network])
    assert not ApiKey.objects.exists()
