"""API keys by API: made, changed, rolled, revoked; none makes one that may do more than itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from console.api.rights import Rights, beyond, covers_scopes
from credentials import issue as issuing
from credentials.directory import directory
from credentials.issue import issue
from credentials.models import ApiKey, AuditEvent
from services import usage
from tests.factories import Account
from tests.managing import EVERYTHING, Manager, make_manager


@pytest.fixture
def api(db: None) -> Manager:
    return make_manager(services=())


def with_key(api: Manager, text: str) -> Manager:
    return Manager(Account(api.account.org, api.account.key, text))


def at(**ahead: float) -> str:
    return (datetime.now(UTC) + timedelta(**ahead)).isoformat()


def test_made_key_works_and_shows_once(api: Manager) -> None:
    wanted = {
        "name": "frontend",
        "access": ["read", "manage"],
        "scopes": ["heygen:*"],
        "origins": ["https://app.example.com"],
        "networks": ["127.0.0.0/8"],
        "rate": 60,
        "expires_at": at(days=30),
    }
    made = api("POST", "api-keys/", wanted)
    shown, text = made.json()["data"], made.json()["key"]
    assert (made.status_code, made.headers["Cache-Control"]) == (201, "no-store")
    expiry = datetime.fromisoformat(wanted["expires_at"])
    assert datetime.fromisoformat(shown["expires_at"]) == expiry
    assert {name: shown[name] for name in wanted} == wanted | {"expires_at": shown["expires_at"]}
    assert (shown["kind"], shown["state"], shown["last_four"]) == ("browser", "active", text[-4:])
    assert text.startswith(shown["prefix"])
    assert shown["created_by"] == api.account.key.id
    new = with_key(api, text)
    assert new.data("GET", f"api-keys/{shown['id']}/") == shown
    assert text not in new("GET", "api-keys/").content.decode()


def test_key_without_wishes_invokes(api: Manager) -> None:
    made = api.data("POST", "api-keys/")
    assert (made["access"], made["scopes"], made["kind"]) == (["invoke"], [], "server")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"access": []}, "access"),
        ({"access": ["root"]}, "access.0"),
        ({"access": "manage"}, "access"),
        ({"scopes": ["heygen"]}, "scopes"),
        ({"scopes": [5]}, "scopes.0"),
        ({"scopes": ["heygen:*"] * 51}, "scopes"),
        ({"origins": ["app.example.com"]}, "origins"),
        ({"origins": ["https://app.example.com"] * 21}, "origins"),
        ({"networks": ["192.0.2.0/24"] * 21}, "networks"),
        ({"networks": ["192.0.2.1/24"]}, "networks"),
        ({"rate": 0}, "rate"),
        ({"rate": True}, "rate"),
        ({"rate": "60"}, "rate"),
        ({"name": "x" * 101}, "name"),
        ({"name": "two\nlines"}, "name"),
        ({"name": None}, "name"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"expires_at": "2099-01-01T00:00:00"}, "expires_at"),
        ({"expires_at": "soon"}, "expires_at"),
        ({"expires_at": 4102444800}, "expires_at"),
        ({"expires_at": "0001-01-01T00:00:00+14:00"}, "expires_at"),
        ({"org": "other"}, "org"),
        ({"digest": "00"}, "digest"),
        ({"created_by": "root"}, "created_by"),
        ({"rolled_from": "abcdefgh"}, "rolled_from"),
        ({"kind": "server"}, "kind"),
    ],
)
def test_unusable_field_is_named(api: Manager, body: Any, field: str) -> None:
    answer = api("POST", "api-keys/", body)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_fields")
    assert [item["field"] for item in answer.json()["errors"]] == [field]
    assert ApiKey.objects.count() == 1


LIMITED = {
    "access": ["read", "manage"],
    "scopes": ["heygen:list-*", "elevenlabs:*"],
    "origins": ["https://app.example.com", "http://localhost:*"],
    "networks": ["127.0.0.0/8", "10.0.0.0/8", "2001:db8::/32"],
    "rate": 100,
}
WITHIN = LIMITED | {"scopes": ["heygen:list-avatars"], "networks": ["10.1.0.0/16"]}


@pytest.mark.parametrize(
    ("change", "beyond_by"),
    [
        ({}, None),
        ({"access": ["read"]}, None),
        ({"access": ["invoke"]}, "access"),
        ({"access": EVERYTHING}, "access"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["heygen:*"]}, "scopes"),
        ({"scopes": ["*:list-*"]}, "scopes"),
        ({"scopes": ["*:*"]}, "scopes"),
        ({"scopes": ["heygen:list-*", "heygen:l*"]}, "scopes"),
        ({"scopes": ["heygen:list-*s", "elevenlabs:text-*"]}, None),
        ({"origins": []}, "origins"),
        ({"origins": ["*"]}, "origins"),
        ({"origins": ["https://evil.example"]}, "origins"),
        ({"origins": ["https://app.example.com:*"]}, "origins"),
        ({"origins": ["http://localhost:3000"]}, None),
        ({"networks": []}, "networks"),
        ({"networks": ["0.0.0.0/0"]}, "networks"),
        ({"networks": ["2001:db8:1::/48"]}, None),
        ({"networks": ["2001:db9::/32"]}, "networks"),
        ({"networks": ["::ffff:10.0.0.0/104"]}, "networks"),
        ({"rate": None}, "rate"),
        ({"rate": 101}, "rate"),
        ({"expires_at": None}, "expires_at"),
        ({"expires_at": "later"}, "expires_at"),
    ],
)
def test_no_key_makes_a_mightier_one(
    api: Manager, settings: Any, change: dict[str, Any], beyond_by: str | None
) -> None:
    until = datetime.now(UTC) + timedelta(days=10)
    _, text = issue(api.account.org, **LIMITED, expires_at=until)
    wanted = WITHIN | {"expires_at": at(days=5)} | change
    if wanted["expires_at"] == "later":
        wanted["expires_at"] = at(days=11)
    answer = with_key(api, text)("POST", "api-keys/", wanted)
    if beyond_by is None:
        assert answer.status_code == 201, answer.content
        return
    assert (answer.status_code, answer.json()["code"]) == (403, "beyond_own_rights")
    assert answer.json()["detail"].startswith(f"{beyond_by}: ")
    assert ApiKey.objects.count() == 2


@pytest.mark.parametrize(
    ("own", "asked", "covered"),
    [
        ([], [], True),
        ([], ["a:b"], True),
        (["*:*"], [], False),
        (["*:*"], ["a:*"], True),
        (["a:*"], ["a:b*c"], True),
        (["a:b*"], ["a:*"], False),
        (["a:*b"], ["a:*c"], False),
        (["a:x*", "a:y*"], ["a:*"], False),
        (["a:b-*"], ["a:b*"], False),
        (["a:*-*"], ["a:*"], False),
        (["a:**"], ["a:*"], True),
        (["a:*"], ["a:**"], True),
    ],
)
def test_scopes_cover_or_not(own: list[str], asked: list[str], covered: bool) -> None:
    assert covers_scopes(own, asked) is covered


part = st.text("ab*-", min_size=1, max_size=5)
pattern = st.builds("{}:{}".format, part, part)


@given(st.lists(pattern, min_size=1, max_size=3), pattern, st.data())
def test_covered_scopes_match_no_more(own: list[str], asked: str, data: st.DataObject) -> None:
    """What the asked pattern matches, filled in at random, is matched by the own ones too."""
    filled = "".join(
        data.draw(st.text("ab-", max_size=3)) if letter == "*" else letter for letter in asked
    )
    if covers_scopes(own, [asked]):
        assert any(fnmatchcase(filled, wide) for wide in own)


def test_invoking_includes_reading() -> None:
    own = Rights(frozenset(("invoke",)))
    assert beyond(own, Rights(frozenset(("read", "invoke")))) is None
    assert beyond(own, Rights(frozenset(("manage",)))) == "access"


def test_slower_kind_makes_no_faster_key(api: Manager, settings: Any) -> None:
    settings.RATE_BROWSER_KEY, settings.RATE_SERVER_KEY = 120, 300
    origin = ["https://app.example.com"]
    _, text = issue(api.account.org, access=EVERYTHING, origins=origin)
    browser = with_key(api, text)
    assert browser("POST", "api-keys/", {"origins": origin}).status_code == 201
    wanted = {"origins": origin, "rate": 121}
    assert browser.refused("POST", "api-keys/", wanted) == (403, "beyond_own_rights")
    assert api.refused("POST", "api-keys/", {"rate": 301}) == (403, "beyond_own_rights")
    settings.RATE_SERVER_KEY = 0
    assert api("POST", "api-keys/", {"rate": 301}).status_code == 201


def test_change_renames_and_shortens(api: Manager) -> None:
    path = f"api-keys/{api.data('POST', 'api-keys/')['id']}/"
    assert api.data("PATCH", path, {"name": "old"})["name"] == "old"
    soon = at(days=2)
    shown = api.data("PATCH", path, {"expires_at": soon})
    assert datetime.fromisoformat(shown["expires_at"]) == datetime.fromisoformat(soon)
    assert api.refused("PATCH", path, {"expires_at": at(days=3)}) == (400, "invalid_fields")
    assert api.refused("PATCH", path, {"expires_at": None}) == (400, "invalid_fields")
    assert api.refused("PATCH", path, {"expires_at": at(days=-1)}) == (400, "invalid_fields")
    for name in ("access", "scopes", "origins", "networks", "rate", "revoked_at", "org"):
        assert api.refused("PATCH", path, {name: None}) == (400, "invalid_fields")
    assert api.data("GET", path)["expires_at"] == shown["expires_at"]


def test_revoked_key_stays_revoked(api: Manager) -> None:
    made = api("POST", "api-keys/", {"access": EVERYTHING}).json()
    path, other = f"api-keys/{made['data']['id']}/", with_key(api, made["key"])
    assert other("GET", "policy/").status_code == 200
    first = api.data("DELETE", path)
    assert first["state"] == "revoked"
    assert other.refused("GET", "policy/") == (401, "invalid_api_key")
    assert api.data("DELETE", path) == first
    assert api.refused("PATCH", path, {"name": "again"}) == (409, "key_not_active")
    assert api.refused("POST", f"{path}roll/", {"for": 60}) == (409, "key_not_active")


def test_key_may_revoke_itself(api: Manager) -> None:
    path = f"api-keys/{api.account.key.id}/"
    assert api.data("DELETE", path)["state"] == "revoked"
    assert api.refused("GET", path) == (401, "invalid_api_key")


@pytest.mark.parametrize(
    ("wish", "seconds"),
    [({"for": 3600}, 3600), ({"until": "hour"}, 3600), ({"for": 604_800}, 604_800)],
)
def test_rolled_key_works_on_for_a_while(api: Manager, wish: Any, seconds: int) -> None:
    wanted = {"name": "backend", "access": EVERYTHING, "networks": ["127.0.0.0/8"], "rate": 50}
    old = api("POST", "api-keys/", wanted).json()
    body = {"until": at(hours=1)} if wish == {"until": "hour"} else wish
    path = f"api-keys/{old['data']['id']}/"
    rolled = api("POST", f"{path}roll/", body)
    new = rolled.json()
    assert rolled.status_code == 201
    assert new["data"]["rolled_from"] == old["data"]["id"]
    for name in ("name", "access", "networks", "rate", "scopes", "origins", "kind", "expires_at"):
        assert (name, new["data"][name]) == (name, old["data"][name])
    ends = datetime.fromisoformat(api.data("GET", path)["expires_at"])
    left = (ends - datetime.now(UTC)).total_seconds()
    assert seconds - 60 < left <= seconds
    for text in (old["key"], new["key"]):
        assert with_key(api, text)("GET", "policy/").status_code == 200
    assert api.refused("POST", f"{path}roll/", {"for": 60}) == (409, "cannot_roll")


def test_rolling_at_once_ends_the_old_key(api: Manager) -> None:
    path = f"api-keys/{api.account.key.id}/roll/"
    text = api("POST", path, {"for": 0}).json()["key"]
    assert api.refused("GET", "policy/") == (401, "invalid_api_key")
    assert with_key(api, text)("GET", "policy/").status_code == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"for": 604_801}, "for"),
        ({"for": -1}, "for"),
        ({}, ""),
        (None, ""),
        ({"for": 1.5}, "for"),
        ({"until": "2020-01-01T00:00:00Z"}, "until"),
        ({"until": "2099-01-01T00:00:00Z"}, "until"),
        ({"for": 60, "until": "2020-01-01T00:00:00Z"}, ""),
        ({"forever": True}, "forever"),
    ],
)
def test_unusable_overlap_is_named(api: Manager, body: Any, field: str) -> None:
    answer = api("POST", f"api-keys/{api.account.key.id}/roll/", body)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_fields")
    assert [item["field"] for item in answer.json()["errors"]] == [field]


def test_mightier_key_cannot_be_rolled(api: Manager) -> None:
    _, text = issue(api.account.org, access=["manage"])
    lesser = with_key(api, text)
    path = f"api-keys/{api.account.key.id}/roll/"
    assert lesser.refused("POST", path, {"for": 60}) == (403, "beyond_own_rights")
    assert api("GET", "policy/").status_code == 200


def test_managing_key_ends_a_calling_one(api: Manager) -> None:
    """Who finds a key leaked can stop it with a key that calls nothing itself."""
    _, text = issue(api.account.org, access=["manage"], rate=1000)
    manager, path = with_key(api, text), f"api-keys/{api.account.key.id}/"
    assert manager.data("PATCH", path, {"expires_at": at(hours=1)})["state"] == "active"
    assert manager.data("DELETE", path)["state"] == "revoked"


def test_mightier_key_is_left_alone(api: Manager) -> None:
    row, text = issue(api.account.org, access=["manage"], scopes=["elevenlabs:*"])
    lesser, path = with_key(api, text), f"api-keys/{api.account.key.id}/"
    for method, body in (("PATCH", {"name": "mine"}), ("PATCH", {"expires_at": at(hours=1)})):
        assert lesser.refused(method, path, body) == (403, "beyond_own_rights")
    assert lesser.refused("DELETE", path) == (403, "beyond_own_rights")
    shown = api.data("GET", path)
    assert (shown["name"], shown["expires_at"], shown["state"]) == ("", None, "active")
    own = f"api-keys/{row.id}/"
    assert lesser.data("PATCH", own, {"name": "mine"})["name"] == "mine"
    assert lesser.data("DELETE", own)["state"] == "revoked"


def test_org_has_only_so_many_live_keys(api: Manager, monkeypatch: Any) -> None:
    monkeypatch.setattr(issuing, "LIVE_KEYS", 3)
    full, own = (409, "too_many_keys"), f"api-keys/{api.account.key.id}/"
    second, third = (api.data("POST", "api-keys/")["id"] for _ in range(2))
    assert api.refused("POST", "api-keys/") == full
    assert api.refused("POST", f"{own}roll/", {"for": 60}) == full
    with pytest.raises(ValidationError, match="3 live keys"):
        issue(api.account.org)
    assert make_manager("other").data("POST", "api-keys/")["state"] == "active"
    assert api("POST", f"api-keys/{second}/roll/", {"for": 0}).status_code == 201
    assert api.refused("POST", "api-keys/") == full
    api("DELETE", f"api-keys/{third}/")
    fourth = api.data("POST", "api-keys/")["id"]
    ApiKey._base_manager.filter(pk=fourth).update(expires_at=datetime.now(UTC))
    assert api("POST", "api-keys/").status_code == 201


@pytest.mark.parametrize(
    ("field", "item", "most"),
    [("scopes", "heygen:*", 50), ("origins", "https://a.example", 20), ("networks", "::/0", 20)],
)
def test_list_of_a_key_is_short(api: Manager, field: str, item: str, most: int) -> None:
    """However the key is made: by API, in the console or by command."""
    assert api("POST", "api-keys/", {field: [item] * most}).status_code == 201
    with pytest.raises(ValidationError, match=f"At most {most}"):
        issue(api.account.org, **{field: [item] * (most + 1)})


def test_revoked_key_makes_no_successor(api: Manager) -> None:
    """Not even in the moment for which a worker still takes it for valid."""
    assert api("GET", "policy/").status_code == 200
    directory.max_age = 60
    api.account.key.revoke()
    for path in ("api-keys/", f"api-keys/{api.account.key.id}/roll/"):
        assert api("GET", "policy/").status_code == 200
        refusal = api.refused("POST", path, {"for": 60} if "roll" in path else {})
        assert refusal in {(401, "invalid_api_key"), (409, "key_not_active")}
    assert ApiKey.objects.count() == 1


def test_managing_counts_as_use(api: Manager) -> None:
    assert api.data("GET", "api-keys/")[0]["last_used_at"] is None
    usage.flush()
    assert api.data("GET", "api-keys/")[0]["last_used_at"] is not None


def test_foreign_key_reads_like_none(api: Manager) -> None:
    other = make_manager("other")
    calls = [("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "roll/")]
    for method, rest in calls:
        body = {"for": 60} if rest else {}
        foreign = api(method, f"api-keys/{other.account.key.id}/{rest}", body, X_Request_Id="r1")
        unknown = api(method, f"api-keys/00000000/{rest}", body, X_Request_Id="r1")
        assert (foreign.status_code, foreign.content) == (404, unknown.content)
    assert other("GET", "policy/").status_code == 200


def test_list_is_newest_first(api: Manager) -> None:
    names = [f"key {number}" for number in range(7)]
    for name in names:
        issue(api.account.org, name=name)
    issue(make_manager("other").account.org, name="foreign")
    moment = ApiKey.objects.get(name="key 3").created_at
    ApiKey._base_manager.filter(name__in=names[:3]).update(created_at=moment)
    seen = [row["name"] for page in api.walk("api-keys/?limit=2") for row in page]
    assert len(seen) == 8
    assert seen[:3] == ["key 6", "key 5", "key 4"]
    assert set(seen) == {*names, ""}


def test_what_keys_do_bears_their_name(api: Manager) -> None:
    _, text = issue(api.account.org, name="deploy", access=EVERYTHING)
    made = with_key(api, text).data("POST", "api-keys/", {"name": "new"})
    event = AuditEvent.objects.filter(event="api_key.created").order_by("-seq")[0]
    maker = ApiKey.objects.get(name="deploy").id
    assert (event.actor_kind, event.actor, event.org) == ("key", f"{maker} deploy", "acme")
    assert (event.detail["id"], made["created_by"]) == (made["id"], f"{maker} deploy")
    assert "digest" not in event.detail
