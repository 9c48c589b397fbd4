"""Policy by API: an org narrows what the staff allows, and takes back only what it narrowed."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from credentials import vault
from credentials.directory import Policy, policy_of
from credentials.errors import NoSourceAllowed
from credentials.models import AuditEvent, ServicePolicy
from tests.factories import make_org, make_policy
from tests.managing import Manager, make_manager
from tests.upstream import Upstream

DEFAULT = {
    "is_enabled": True,
    "disabled_actions": [],
    "allow_tenant_key": True,
    "allow_platform_key": False,
    "default_source": "tenant",
    "fallback_to_platform_key": False,
    "upstream_generation": "",
    "test_mode": "sandbox",
    "paid_per_day": None,
    "approve_above": None,
}
PATH = "policy/heygen/"
REFUSED = (403, "beyond_policy")


@pytest.fixture
def api(db: None) -> Manager:
    return make_manager(services=())


def shown(api: Manager) -> tuple[str, dict[str, Any]]:
    answer = api.data("GET", PATH)
    return answer["decided_by"], answer["policy"]


def test_nobody_decided_at_first(api: Manager) -> None:
    make_policy(make_org("other"), allow_platform_key=True)
    listed = api.data("GET", "policy/")
    assert [item["service"] for item in listed] == ["elevenlabs", "heygen", "liveavatar"]
    for item in listed:
        assert (item["decided_by"], item["policy"]) == ("default", DEFAULT)
        assert "the org's own credential" in item["in_words"]
        assert item["bounds"] == {name: DEFAULT[name] for name in item["bounds"]}


def test_list_comes_in_pages(api: Manager) -> None:
    first = api("GET", "policy/?limit=2").json()
    assert [item["service"] for item in first["data"]] == ["elevenlabs", "heygen"]
    second = api("GET", f"policy/?limit=2&cursor={first['next_cursor']}").json()
    assert [item["service"] for item in second["data"]] == ["liveavatar"]
    assert (second["has_more"], second["next_cursor"]) == (False, None)


def test_org_narrows_and_takes_back(api: Manager, vendor: Upstream) -> None:
    vault.store(org=api.account.org, service="heygen", secret="sk-own-secret-0001")
    call = "services/heygen/list-avatars/"
    assert api("POST", call).status_code == 200
    off = api.data("PATCH", PATH, {"disabled_actions": ["list-avatars"]})
    assert (off["decided_by"], off["policy"]) == (
        "org",
        DEFAULT | {"disabled_actions": ["list-avatars"]},
    )
    assert "list-avatars" in off["in_words"]
    assert api.refused("POST", call) == (404, "action_not_found")
    assert api.data("PATCH", PATH, {"disabled_actions": []})["policy"] == DEFAULT
    assert api("POST", call).status_code == 200
    api.data("PATCH", PATH, {"is_enabled": False})
    assert api.refused("POST", call) == (404, "service_not_found")
    assert api.data("DELETE", PATH)["decided_by"] == "default"
    assert api("POST", call).status_code == 200
    assert api.data("DELETE", PATH)["decided_by"] == "default"


def test_put_sets_the_whole(api: Manager) -> None:
    make_policy(None, test_mode="refuse")
    api("PATCH", PATH, {"is_enabled": False, "default_source": "platform"})
    put = api.data("PUT", PATH, {"upstream_generation": "auto"})
    assert put["policy"] == DEFAULT | {"upstream_generation": "auto", "test_mode": "refuse"}
    whole = DEFAULT | {"test_mode": "sandbox", "disabled_actions": ["list-voices"]}
    assert api.data("PUT", PATH, whole)["policy"] == whole
    assert api.data("PUT", PATH, api.data("GET", PATH)["policy"])["policy"] == whole


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize(
    ("for_all", "own", "given"),
    [
        (None, None, {"allow_platform_key": True}),
        ({}, None, {"allow_platform_key": True}),
        ({"allow_platform_key": True}, {}, {"allow_platform_key": True}),
        ({}, {"allow_platform_key": False}, {"allow_platform_key": True}),
        ({"allow_tenant_key": False}, None, {"allow_tenant_key": True}),
        ({"is_enabled": False}, None, {"is_enabled": True}),
        ({"is_enabled": False}, {}, {"is_enabled": True}),
        ({}, {"is_enabled": False}, {"is_enabled": True}),
        ({"disabled_actions": ["list-avatars"]}, None, {"disabled_actions": []}),
        ({}, {"disabled_actions": ["list-avatars"]}, {"disabled_actions": ["list-voices"]}),
        (
            {"disabled_actions": ["list-avatars"]},
            {"disabled_actions": []},
            {"disabled_actions": []},
        ),
    ],
)
def test_org_cannot_go_beyond(
    api: Manager, method: str, for_all: Any, own: Any, given: dict[str, Any]
) -> None:
    for org, fields in ((None, for_all), (api.account.org, own)):
        if fields is not None:
            make_policy(org, **fields)
    before = api.data("GET", PATH)
    answer = api(method, PATH, given)
    [name] = given
    assert (answer.status_code, answer.json()["code"]) == REFUSED
    assert answer.json()["detail"].startswith(f"{name}: ")
    assert api.data("GET", PATH) == before


def test_platforms_key_is_not_for_the_taking(api: Manager, vendor: Upstream) -> None:
    vault.store(org=None, service="heygen", secret="sk-platform-secret-0001")
    everything = {"default_source": "platform", "fallback_to_platform_key": True}
    for method in ("PUT", "PATCH"):
        assert api(method, PATH, everything).status_code == 200
        refusal = api.refused(method, PATH, everything | {"allow_platform_key": True})
        assert refusal == REFUSED
        assert api("POST", "services/heygen/list-avatars/").status_code == 404
    assert vendor.requests == []


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize("whose", ["everyone", "staff"])
@pytest.mark.parametrize(
    "given",
    [
        {"default_source": "platform"},
        {"fallback_to_platform_key": True},
        {"allow_tenant_key": False},
        {"allow_platform_key": True, "default_source": "platform"},
    ],
)
def test_platforms_key_that_staff_does_not_use_stays_unused(
    api: Manager, vendor: Upstream, method: str, whose: str, given: dict[str, Any]
) -> None:
    """The staff allows it, but neither as the default nor to fall back on."""
    vault.store(org=None, service="heygen", secret="sk-platform-secret-0001")
    make_policy(api.account.org if whose == "staff" else None, allow_platform_key=True)
    before = api.data("GET", PATH)
    assert api.refused(method, PATH, given) == REFUSED
    assert api.data("GET", PATH) == before
    assert api.refused("POST", "services/heygen/list-avatars/") == (404, "no_credential")
    assert vendor.requests == []


def test_platforms_key_out_of_use_is_so_at_once(api: Manager, vendor: Upstream) -> None:
    vault.store(org=None, service="heygen", secret="sk-platform-secret-0001")
    for_all = make_policy(None, allow_platform_key=True, default_source="platform")
    api("PATCH", PATH, {"test_mode": "refuse"})
    call = "services/heygen/list-avatars/"
    assert api("POST", call).headers["X-Credential-Source"] == "platform"
    for_all.default_source = "tenant"
    for_all.save()
    assert api.refused("POST", call) == (404, "no_credential")
    assert api("PATCH", PATH, {"test_mode": "sandbox"}).status_code == 200
    assert api.refused("POST", call) == (404, "no_credential")


def reached(policy: Policy) -> set[str]:
    try:
        return set(vault.sources(policy))
    except NoSourceAllowed:
        return set()


def test_no_row_of_an_org_reaches_further() -> None:
    """Whatever the staff says for every org, and whatever the org's row says."""
    names = ("allow_tenant_key", "allow_platform_key", "fallback_to_platform_key", "default_source")
    values = list(product([True, False], [True, False], [True, False], ["tenant", "platform"]))
    for roof, own in product(values, values):
        for_all = ServicePolicy(**dict(zip(names, roof, strict=True)))
        row = ServicePolicy(set_by_org=True, **dict(zip(names, own, strict=True)))
        held, bound = reached(policy_of(row, for_all)), reached(policy_of(for_all, None))
        assert "platform" not in held - bound
        assert "tenant" not in held or for_all.allow_tenant_key


def test_allowed_platform_key_is_the_orgs_to_refuse(api: Manager, vendor: Upstream) -> None:
    vault.store(org=None, service="heygen", secret="sk-platform-secret-0001")
    make_policy(None, allow_platform_key=True, default_source="platform")
    call = "services/heygen/list-avatars/"
    assert api("POST", call).headers["X-Credential-Source"] == "platform"
    api("PATCH", PATH, {"allow_platform_key": False})
    assert api.refused("POST", call) == (404, "no_credential")
    api("PATCH", PATH, {"allow_platform_key": True})
    assert api("POST", call).headers["X-Credential-Source"] == "platform"


def test_withdrawal_for_all_reaches_the_orgs_rows(api: Manager, vendor: Upstream) -> None:
    vault.store(org=None, service="heygen", secret="sk-platform-secret-0001")
    for_all = make_policy(None, allow_platform_key=True, default_source="platform")
    api("PATCH", PATH, {"test_mode": "refuse"})
    call = "services/heygen/list-avatars/"
    assert api("POST", call).headers["X-Credential-Source"] == "platform"
    for_all.allow_platform_key = False
    for_all.save()
    assert api.refused("POST", call) == (404, "no_credential")
    assert shown(api)[1]["allow_platform_key"] is False


def test_return_for_all_reaches_the_orgs_rows(api: Manager) -> None:
    for_all = make_policy(None, is_enabled=False, disabled_actions=["list-avatars"])
    api("PATCH", PATH, {"disabled_actions": ["list-avatars", "list-voices"]})
    for_all.is_enabled, for_all.disabled_actions = True, []
    for_all.save()
    assert shown(api) == ("org", DEFAULT | {"disabled_actions": ["list-voices"]})


def test_staffs_row_is_narrowed_for_good(api: Manager) -> None:
    make_policy(api.account.org, allow_platform_key=True)
    assert shown(api) == ("staff", DEFAULT | {"allow_platform_key": True})
    assert api.refused("DELETE", PATH) == REFUSED
    narrowed = api.data("PATCH", PATH, {"allow_platform_key": False})
    assert (narrowed["decided_by"], narrowed["policy"]) == ("staff", DEFAULT)
    assert api.refused("PATCH", PATH, {"allow_platform_key": True}) == REFUSED
    assert api.refused("DELETE", PATH) == REFUSED


@pytest.mark.parametrize("how", ["save", "update_fields", "update", "bulk_update", "upsert"])
def test_row_that_staff_touched_is_the_staffs(api: Manager, how: str) -> None:
    api("PATCH", PATH, {"test_mode": "refuse"})
    rows = ServicePolicy.objects.filter(org=api.account.org)
    row = rows.get()
    row.is_enabled = False
    if how == "save":
        row.save()
    elif how == "update_fields":
        row.save(update_fields=["is_enabled"])
    elif how == "update":
        rows.update(is_enabled=False)
    elif how == "bulk_update":
        ServicePolicy.objects.bulk_update([row], ["is_enabled"])
    else:
        wanted = {"is_enabled": False}
        rows.update_or_create(org=api.account.org, service="heygen", defaults=wanted)
    assert shown(api)[0] == "staff"
    assert api.refused("PATCH", PATH, {"is_enabled": True}) == REFUSED
    assert api.refused("PUT", PATH, {"is_enabled": True}) == REFUSED
    assert api.refused("DELETE", PATH) == REFUSED


@pytest.mark.parametrize("how", ["save", "update_fields", "update"])
def test_taken_over_row_allows_no_more(api: Manager, how: str) -> None:
    """Of what was withdrawn from every org, the org's row still says that it is allowed."""
    for_all = make_policy(None, allow_platform_key=True)
    api("PATCH", PATH, {"test_mode": "refuse"})
    for_all.allow_platform_key = False
    for_all.save()
    rows = ServicePolicy.objects.filter(org=api.account.org)
    if how == "update":
        rows.update(test_mode="sandbox")
    else:
        rows.get().save(**({"update_fields": ["test_mode"]} if how == "update_fields" else {}))
    assert (shown(api)[0], shown(api)[1]["allow_platform_key"]) == ("staff", False)


def test_taken_over_row_gets_no_turn(api: Manager) -> None:
    """The platform is not first, nor the next, because the staff saved the row for a reason."""
    for_all = make_policy(None, allow_platform_key=True, default_source="platform")
    api("PATCH", PATH, {"test_mode": "refuse"})
    for_all.default_source = "tenant"
    for_all.save()
    ServicePolicy.objects.get(org=api.account.org).save()
    assert (shown(api)[0], shown(api)[1]["allow_platform_key"]) == ("staff", False)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"disabled_actions": ["list-avatars", "no-such"]}, "disabled_actions.1"),
        ({"disabled_actions": "list-avatars"}, "disabled_actions"),
        ({"disabled_actions": [5]}, "disabled_actions.0"),
        ({"is_enabled": "false"}, "is_enabled"),
        ({"is_enabled": 0}, "is_enabled"),
        ({"is_enabled": None}, "is_enabled"),
        ({"default_source": "mine"}, "default_source"),
        ({"upstream_generation": "v9"}, "upstream_generation"),
        ({"test_mode": ""}, "test_mode"),
        ({"org": None}, "org"),
        ({"service": "elevenlabs"}, "service"),
        ({"set_by_org": True}, "set_by_org"),
    ],
)
def test_unusable_field_is_named(api: Manager, given: Any, field: str) -> None:
    for method in ("PUT", "PATCH"):
        answer = api(method, PATH, given)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_fields")
        assert [item["field"] for item in answer.json()["errors"]] == [field]
    assert not ServicePolicy.objects.exists()


def test_unknown_service_is_not_found(api: Manager) -> None:
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        assert api.refused(method, "policy/nope/") == (404, "service_not_found")


def test_other_orgs_are_left_alone(api: Manager) -> None:
    other = make_manager("other", services=())
    api("PATCH", PATH, {"is_enabled": False})
    assert shown(other) == ("default", DEFAULT)


def test_changes_name_the_key(api: Manager) -> None:
    api("PATCH", PATH, {"is_enabled": False})
    api("PATCH", PATH, {"is_enabled": True})
    api("DELETE", PATH)
    events = AuditEvent.objects.filter(event__startswith="policy.").order_by("seq")
    assert [(event.event, event.actor) for event in events] == [
        (f"policy.{what}", api.account.key.id) for what in ("created", "changed", "deleted")
    ]
    assert events[1].detail == {"is_enabled": [False, True]}
