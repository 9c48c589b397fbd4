"""On a shared account an org's lists hold its own things, byte for byte as the vendor sent them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from credentials import vault
from jobs import owners
from services import heygen
from services.ownership.cutting import Elsewhere, Item, Lists
from services.rule import Rule
from tests.conftest import Caller, Sandbox
from tests.factories import HEYGEN_SECRET, Account, make_account, make_policy
from tests.upstream import Upstream

HEYGEN = heygen.SERVICE
VIDEOS = Rule("filtered", lists={"videos[].video_id": "video"})
TOP = Rule("filtered", lists={"[].id": "look", "[].group_id": "group"})


@pytest.fixture
def mine(db: None, vendor: Upstream) -> Caller:
    """A caller whose org shares the platform's credentials."""
    for service in ("heygen", "elevenlabs", "liveavatar"):
        vault.store(org=None, service=service, secret=HEYGEN_SECRET)
        make_policy(None, service, allow_platform_key=True, default_source="platform")
    return Caller(make_account("zeta", services=()))


@pytest.fixture
def theirs(mine: Caller) -> Account:
    return make_account("acme", services=())


def own(account: Account, service: str, *things: tuple[str, str]) -> None:
    owners.record(account.org.id, service, things)


# What the vendor sends, as text; what the caller gets of it. `mine` is the org's own id, `theirs`
# another's, `free` nobody's.
PRIVATE: list[tuple[str, str, Any, str, str]] = [
    (
        "heygen",
        "list-videos",
        {},
        '{"code": 100, "data": {"videos": [{"video_id": "mine", "n": 1.50}, {"video_id": "free"},'
        ' {"video_id":"theirs"}, {"title": "none"}, 7], "token": "t"}}',
        '{"data":{"videos":[{"video_id": "mine", "n": 1.50}],"token":"t"}}',
    ),
    (
        "heygen",
        "v3-list-videos",
        {},
        '{"data": [{"id": "theirs"}, {"id": "mine", "big": 12345678901234567890}], "total": 2,'
        ' "has_more": true, "next_token": "t"}',
        '{"data":[{"id": "mine", "big": 12345678901234567890}],"has_more":true,"next_token":"t"}',
    ),
    (
        "heygen",
        "v3-list-video-statuses",
        {"query": {"video_ids": "mine", "batch_ids": "minebatch"}},
        '{"data": [{"video_id": "mine", "batch_id": null}, {"video_id": "x", "batch_id":'
        ' "minebatch"}, {"video_id": "theirs", "batch_id": "minebatch"}, {"video_id": "free"}]}',
        '{"data":[{"video_id": "mine", "batch_id": null},{"video_id": "x", "batch_id":'
        ' "minebatch"}]}',
    ),
    (
        "heygen",
        "list-folders",
        {},
        '{"code": 100, "data": {"folders": [{"id": "theirs"}], "total": 1, "token": ""}}',
        '{"data":{"folders":[],"token":""}}',
    ),
    (
        "liveavatar",
        "list-contexts",
        {},
        '{"code": 1000, "data": {"count": 40, "next": "p2", "previous": null, "results":'
        ' [{"id": "mine"}, {"id": "theirs"}]}}',
        '{"data":{"next":"p2","previous":null,"results":[{"id": "mine"}]}}',
    ),
]
COMMON: list[tuple[str, str, Any, str, str]] = [
    (
        "heygen",
        "list-avatars",
        {},
        '{"error": null, "data": {"avatars": [{"avatar_id": "free"}, {"avatar_id": "theirs"}],'
        ' "talking_photos": [{"talking_photo_id":  "mine"}, {"talking_photo_id": "theirs"}]}}',
        '{"data":{"avatars":[{"avatar_id": "free"}],'
        '"talking_photos":[{"talking_photo_id":  "mine"}]}}',
    ),
    (
        "heygen",
        "list-avatar-groups",
        {},
        '{"error": null, "data": {"avatar_group_list": [{"id": "free"}, {"id": "theirs"}],'
        ' "total": 2}}',
        '{"data":{"avatar_group_list":[{"id": "free"}],"total":1}}',
    ),
    (
        "heygen",
        "v3-list-avatar-looks",
        {},
        '{"data": [{"id": "free", "group_id": "theirs"}, {"id": "free", "group_id": "free"}]}',
        '{"data":[{"id": "free", "group_id": "free"}]}',
    ),
    (
        "heygen",
        "v3-design-voice",
        {"body": {"prompt": "calm"}},
        '{"data": {"seed": 1, "voices": [{"voice_id": "theirs"}, {"voice_id": "free"}]}}',
        '{"data":{"seed":1,"voices":[{"voice_id": "free"}]}}',
    ),
    (
        "elevenlabs",
        "list-voices",
        {},
        '{"voices": [{"voice_id": "theirs"}, {"voice_id": "free"}, {"voice_id": "mine"}]}',
        '{"data":{"voices":[{"voice_id": "free"},{"voice_id": "mine"}]}}',
    ),
]


def test_an_org_sees_its_own_part_of_the_lists_of_a_shared_account(
    mine: Caller, theirs: Account, vendor: Upstream
) -> None:
    for service, action, envelope, sent, told in (*PRIVATE, *COMMON):
        own(mine.account, service, ("video", "mine"), ("batch", "minebatch"))
        own(theirs, service, ("video", "theirs"))
        vendor.answers(sent.encode())
        response = mine(action, envelope, service=service)
        assert (response.status_code, response.content.decode()) == (200, told), action


def test_with_its_own_credential_an_org_sees_the_whole_list(
    mine: Caller, theirs: Account, vendor: Upstream
) -> None:
    vault.store(org=theirs.org, service="heygen", secret=HEYGEN_SECRET)
    make_policy(theirs.org, "heygen")
    own(mine.account, "heygen", ("video", "mine"))
    vendor.answers(b'{"data": [{"id": "mine"}, {"id": "free"}], "total": 2}')
    response = Caller(theirs)("v3-list-videos")
    assert response.content == b'{"data":[{"id": "mine"}, {"id": "free"}],"total":2}'


def test_a_list_with_nothing_to_hide_passes_untouched(mine: Caller, vendor: Upstream) -> None:
    sent = b'{"voices" :  [ {"voice_id": "free" , "x": 1e2} ] }'
    vendor.answers(sent)
    assert mine("list-voices", service="elevenlabs").content == b'{"data":' + sent + b"}"


@pytest.mark.parametrize(
    "sent", [{"data": {"videos": [{"id": "theirs"}]}}, {"data": [[]], "x": 1}, {"data": "theirs"}]
)
def test_a_list_that_is_not_where_it_should_be_is_not_passed_on(
    mine: Caller, vendor: Upstream, sent: Any
) -> None:
    if sent["data"] == [[]]:
        vendor.answers(sent)
        assert mine("v3-list-videos").json() == {"data": []}
        return
    vendor.answers(sent)
    refused = mine("v3-list-videos")
    assert (refused.status_code, refused.json()["code"]) == (502, "upstream_bad_answer")


@pytest.mark.parametrize("sent", [{"data": None}, {"data": []}, {"code": 100, "data": {}}])
def test_an_empty_list_may_look_like_anything(mine: Caller, vendor: Upstream, sent: Any) -> None:
    vendor.answers(sent)
    assert mine("list-videos").json() == {"data": sent["data"]}


def test_a_kept_list_is_the_orgs_own_part(
    mine: Caller, theirs: Account, vendor: Upstream, settings: Any
) -> None:
    settings.CACHE_BYTES = 32 << 20
    own(theirs, "heygen", ("voice", "theirs"))
    vendor.answers({"data": {"voices": [{"voice_id": "theirs"}, {"voice_id": "free"}]}})
    first, again = mine("list-voices"), mine("list-voices")
    assert first.json() == again.json() == {"data": {"voices": [{"voice_id": "free"}]}}
    assert "hit" in again.headers["Cache-Status"]
    other = Caller(theirs)("list-voices").json()["data"]["voices"]
    assert [voice["voice_id"] for voice in other] == ["theirs", "free"]


def test_the_old_lists_on_the_new_api_are_held_to_the_same(
    mine: Caller, theirs: Account, sandbox: Sandbox, settings: Any
) -> None:
    settings.HEYGEN_GENERATION = "v3"
    vault.store(org=None, service="heygen", secret="sandbox-heygen-key")
    everything = mine("list-voices").json()["data"]["voices"]
    hidden = everything[3]["voice_id"]
    own(theirs, "heygen", ("voice", hidden))
    seen = mine("list-voices", Cache_Control="no-cache").json()["data"]["voices"]
    assert seen == [voice for voice in everything if voice["voice_id"] != hidden]
    listed = mine("list-videos")
    assert (listed.status_code, listed.json()["data"]["videos"]) == (200, [])


@pytest.mark.parametrize("generation", ["legacy", "v3"])
def test_every_list_of_the_stand_in_is_where_its_rule_says(
    mine: Caller, sandbox: Sandbox, settings: Any, generation: str
) -> None:
    """On the old API and translated from the new one: what is refused says so, nothing is 502."""
    settings.HEYGEN_GENERATION = generation
    vault.store(org=None, service="heygen", secret="sandbox-heygen-key")
    groups = mine("list-avatar-groups", {"query": {"include_public": True}}).json()["data"]
    group = groups["avatar_group_list"][0]["id"]
    own(mine.account, "heygen", ("video", "v1"))
    rules = HEYGEN.ownership.rules
    statuses = {}
    for slug in (slug for slug, rule in rules.items() if rule.shared == "filtered"):
        action = HEYGEN.by_slug[slug]
        query = {param.name: (*param.enum, "q")[0] for param in action.query if param.required}
        named = (param.name for param in action.query if param.name.endswith("_ids"))
        query |= {name: "v1" for name in named if name != "batch_ids"}
        path = {name: group for name in action.path_params}
        body = {"prompt": "calm"} if action.request == "json" else None
        statuses[slug] = mine(slug, {"path_params": path, "query": query, "body": body}).status_code
    assert {slug: status for slug, status in statuses.items() if status not in (200, 410)} == {}


texts = st.text(max_size=8)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
spaces = st.sampled_from(["", " ", "\n\t"])
identity = st.sampled_from(["mine", "theirs", "free"])


@st.composite
def items(draw: st.DrawFn) -> tuple[str, str]:
    """An item's id, and the item as some vendor could have written it."""
    video, rest = draw(identity), draw(st.dictionaries(texts, values, max_size=3))
    rest.pop("video_id", None)
    members = [*((json.dumps(name), json.dumps(value)) for name, value in rest.items())]
    members.insert(draw(st.integers(0, len(members))), ('"video_id"', json.dumps(video)))
    space = draw(spaces)
    return video, "{" + f",{space}".join(f"{a}{space}:{b}" for a, b in members) + space + "}"


@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(items(), max_size=6), st.dictionaries(texts, values, max_size=3), spaces)
def test_what_stays_keeps_its_bytes_and_what_goes_leaves_nothing(
    given_items: list[tuple[str, str]], beside: dict[str, Any], space: str
) -> None:
    for name in ("videos", "total", "count", "total_count", "total_items"):
        beside.pop(name, None)
    members = [f"{json.dumps(name)}:{space}{json.dumps(value)}" for name, value in beside.items()]
    members.append(f'"videos":[{f",{space}".join(text for _, text in given_items)}]')
    content = f'{{"data":{{{f",{space}".join(members)}}},"next_token":"t"}}'.encode()
    lists = Lists(VIDEOS, content)
    cut = lists.cut(lambda item: ("video", "mine") in item.ids, paged=True)
    kept = [text for video, text in given_items if video == "mine"]
    if len(kept) == len(given_items):
        assert cut is None
        return
    assert cut is not None
    expected = ",".join(kept)
    assert f'"videos":[{expected}]'.encode() in cut
    told = json.loads(cut)
    assert told == {
        "data": {**beside, "videos": [json.loads(text) for text in kept]},
        "next_token": "t",
    }
    assert lists.ids == {video for video, _ in given_items}


def test_a_list_that_stays_is_not_written_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("services.ownership.cutting._put")
    whole = Lists(VIDEOS, b'{"data": {"videos": [{"video_id": "a"}]}}')
    assert whole.cut(lambda _: True, paged=False) is None


def test_items_are_known_by_any_of_their_ids() -> None:
    content = b'{"data":[{"id":1,"group_id":"g"},{"id":"2"},{"id":{"no":1}},"x"]}'
    lists = Lists(TOP, content)
    assert lists.ids == {"1", "g", "2"}
    seen: list[tuple[tuple[str, str], ...]] = []

    def keeps(item: Item) -> bool:
        seen.append(item.ids)
        return False

    assert lists.cut(keeps, paged=False) == b'{"data":[]}'
    assert seen == [(("look", "1"), ("group", "g")), (("look", "2"),), (), ()]


def test_an_answer_without_the_list_is_told_apart() -> None:
    for content in (b'{"data":{"other":[]}}', b'{"data":{"videos":{}}}', b'{"data":[1]}'):
        with pytest.raises(Elsewhere):
            Lists(VIDEOS, content)
