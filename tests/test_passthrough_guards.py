"""The pass-through's guards: one reading of each path, whose things, whose keys, which tokens."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from asgiref.sync import async_to_sync
from django.utils import timezone

from credentials import vault
from credentials.actor import Actor, acting
from credentials.models import ServicePolicy, SessionToken
from jobs import owners
from jobs.models import Attempt
from services.catalogue import SERVICES
from tests.asgi import Answer, asked
from tests.factories import HEYGEN_SECRET, Account, make_account, make_policy
from tests.test_passthrough import FORM, FORM_KIND, JSON, Door
from tests.test_passthrough import door as door
from tests.upstream import Script, Upstream

pytestmark = pytest.mark.django_db
SEEDS = json.loads((Path(__file__).parent / "reference" / "seed-coverage.json").read_text())


def wire(account: Account, method: str, path: str, query: str = "", **headers: str) -> Answer:
    """A request as it stands on the wire, with nothing decoded on the way."""
    door = f"/api/ai-proxy/orgs/{account.org.slug}/services/heygen/passthrough"
    answer: Answer = async_to_sync(asked)(
        account, method, door + path, [b""], query=query.encode(), **headers
    )
    return answer


HOSTILE = (
    "/v2/../v1/user", "/v2/%2e%2e/avatars", "/v2/.%2e/avatars", "/v2/%2E%2E%2Favatars",
    "//v2/avatars", "/v2//avatars", "/v2/avatars%2f", "/v2%2favatars", "/v2%5Cavatars",
    "/v2/%61vatars", "/v2/avatars;x=1", "/v2/avatars%3bx", "/v2/avatars%00", "/v2/avatars%0a",
    "/v2/avatars%252e", "/v2/template/a%2f..%2fb", "/v2/template/%ff", "/v2/template/a%",
    "/v2/template/%EF%BC%8E%EF%BC%8E", "/v2/template/..;", "/v2/template/a\\b", "/v2/template/a b",
    "/v2/template/" + "a" * 2000,
)  # fmt: skip


@pytest.mark.parametrize("path", HOSTILE)
@pytest.mark.parametrize("uncatalogued", [False, True])
def test_paths_have_one_reading(
    door: Door, vendor: Upstream, path: str, uncatalogued: bool
) -> None:
    make_policy(door.account.org, uncatalogued=uncatalogued)
    told = wire(door.account, "GET", path)
    assert told.status in (400, 404)
    assert told.json["error"]["code"] in ("bad_path", "path_not_found")
    assert told.headers["x-error-origin"] == "proxy"
    assert not vendor.requests


@pytest.mark.parametrize(
    ("path", "query", "target"),
    [
        ("/v2/template/a%20b", "", "/v2/template/a%20b"),
        ("/v2/template/t%C3%A4", "", "/v2/template/t%C3%A4"),
        ("/v2/template/a%3Ab", "q=%2f&e=", "/v2/template/a%3Ab?q=%2f&e="),
        ("/v2/template/a:b", "a[]=1&a[]=2", "/v2/template/a:b?a[]=1&a[]=2"),
        ("/v2/template/x", "text=it's", "/v2/template/x?text=it%27s"),
    ],
)
def test_spelling_stays(door: Door, vendor: Upstream, path: str, query: str, target: str) -> None:
    assert wire(door.account, "GET", path, query).status == 200
    assert vendor.requests[0].target == target


@pytest.mark.django_db(transaction=True)  # Django's own handler closes the connection
def test_other_doors_do_not_open(door: Door, vendor: Upstream) -> None:
    """What only looks like the pass-through is nobody's route, or the vendor's of no such name."""
    for path in (
        "/api/ai-proxy/orgs/-/services/heygen/passthrough/v2/avatars",
        "/api/ai-proxy/orgs/a!b/services/heygen/passthrough/v2/avatars",
        "/api/ai-proxy/orgs/%61cme/services/heygen/passthrough/v2/avatars",
        "/api/ai-proxy/orgs/acme//services/heygen/passthrough/v2/avatars",
        "/api/ai-proxy/orgs/acme/services/nobody/passthrough/v2/avatars",
        "/api/ai-proxy/orgs/acme/services/heygen/passthrough",
    ):
        told: Answer = async_to_sync(asked)(door.account, "GET", path, [b""])
        assert told.status in (404, 405), path
    assert not vendor.requests


def test_bad_queries_are_refused(door: Door, vendor: Upstream) -> None:
    for query in ("a=\x7f", "a=ä", "a=%ff", "&".join("a=1" for _ in range(600))):
        assert wire(door.account, "GET", "/v2/avatars", query).status == 400
    assert not vendor.requests


@pytest.fixture
def shared(db: None, vendor: Upstream) -> Door:
    """A door of an org that shares the platform's credentials."""
    for service in ("heygen", "elevenlabs", "liveavatar"):
        vault.store(org=None, service=service, secret=HEYGEN_SECRET)
        make_policy(
            None, service, allow_platform_key=True, default_source="platform", uncatalogued=True
        )
    return Door(make_account("zeta", services=()))


@pytest.fixture
def theirs(shared: Door) -> Account:
    other = make_account("acme", services=())
    owners.record(other.org.id, "heygen", [("video", "theirs"), ("asset", "asset9")])
    owners.record(other.org.id, "elevenlabs", [("voice", "theirs")])
    return other


@pytest.mark.parametrize(
    ("method", "path", "body", "service", "kind"),
    [
        ("GET", "/v3/videos/theirs", b"", "heygen", JSON),
        ("DELETE", "/v3/videos/theirs", b"", "heygen", JSON),
        ("GET", "/v1/video_status.get?video_id=theirs", b"", "heygen", JSON),
        ("GET", "/v1/video_status.get?video_id=th%65irs", b"", "heygen", JSON),
        (
            "POST",
            "/v2/video/generate",
            b'{"video_inputs":[{"voice":{"audio_asset_id":"asset9"}}]}',
            "heygen",
            JSON,
        ),
        ("GET", "/v1/voices/theirs", b"", "elevenlabs", JSON),
        (
            "POST",
            "/v1/dubbing",
            FORM.replace(b'name="name"\r\n\r\nMine', b'name="voice_id"\r\n\r\ntheirs'),
            "elevenlabs",
            FORM_KIND,
        ),
    ],
)
def test_others_things_are_not_found(
    shared: Door, theirs: Account, vendor: Upstream, method: str, path: str, body: bytes,
    service: str, kind: str,
) -> None:  # fmt: skip
    told = shared(method, path, body, service=service, kind=kind)
    assert told.status_code == 404
    assert "Not found." in told.content.decode()
    assert not vendor.requests


def test_lists_are_cut_to_own_things(shared: Door, theirs: Account, vendor: Upstream) -> None:
    owners.record(shared.account.org.id, "heygen", [("video", "mine")])
    vendor.answers(
        b'{"code":100,"data":{"videos":[{"video_id":"theirs"},{"video_id":"mine", "n":1.50}],'
        b'"token":"t"},"message":"Success"}'
    )
    told = shared("GET", "/v1/video.list")
    assert told.content == (
        b'{"code":100,"data":{"videos":[{"video_id":"mine", "n":1.50}],"token":"t"},'
        b'"message":"Success"}'
    )


def test_plain_lists_are_cut_too(shared: Door, theirs: Account, vendor: Upstream) -> None:
    vendor.answers(b'{"voices":[{"voice_id":"theirs"},{"voice_id":"stock", "n":1.50}]}')
    told = shared("GET", "/v1/voices", service="elevenlabs")
    assert told.content == b'{"voices":[{"voice_id":"stock", "n":1.50}]}'


def test_whole_account_stays_closed(shared: Door, vendor: Upstream) -> None:
    told = shared("GET", "/v1/user", service="elevenlabs")
    assert (told.status_code, told.json()["detail"]["status"]) == (
        403,
        "not_on_platform_credential",
    )
    assert shared("GET", "/v9/anything").json()["error"]["code"] == "not_on_platform_credential"
    assert not vendor.requests


def test_what_is_made_is_owned(shared: Door, vendor: Upstream) -> None:
    vendor.answers({"voice_id": "made1"})
    assert (
        shared("POST", "/v1/voices/add", FORM, service="elevenlabs", kind=FORM_KIND).status_code
        == 200
    )
    assert owners.looked_up("elevenlabs", ["made1"])["made1"] == {shared.account.org.id}


def test_request_ids_are_apart_on_shared_accounts(
    door: Door, vendor: Upstream, request: pytest.FixtureRequest
) -> None:
    body = b'{"video" :{"type":"url","url":"https://x"}, "request_id": "r1"}'
    own = door("POST", "/v3/background-removals", body)
    assert (own.status_code, vendor.requests[0].body) == (200, body)
    vault.store(org=None, service="heygen", secret=HEYGEN_SECRET)
    make_policy(door.account.org, allow_platform_key=True, default_source="platform")
    assert door("POST", "/v3/background-removals", body).status_code == 200
    sent = vendor.requests[1].json
    assert sent["request_id"] != "r1"
    assert sent["video"] == {"type": "url", "url": "https://x"}


def test_uncatalogued_paths_need_the_staffs_word(door: Door, vendor: Upstream) -> None:
    vendor.answers(b'{"any" : "thing %s"}' % HEYGEN_SECRET.encode())
    assert door("GET", "/v9/new/thing").status_code == 404
    policy = make_policy(door.account.org, uncatalogued=True, paid_per_day=2)
    told = door("POST", "/v9/new/thing?x=1", b'{"a": 1}')
    assert (told.status_code, told.content) == (200, b'{"any" : "thing [redacted]"}')
    assert (vendor.requests[0].target, vendor.requests[0].body) == (
        "/v9/new/thing?x=1",
        b'{"a": 1}',
    )
    attempt = Attempt.objects.get()
    assert (attempt.action, attempt.billable) == ("uncatalogued", True)
    assert door("GET", "/v9/other", b"").status_code == 200
    assert door("GET", "/v9/third", b"").status_code == 402
    policy.paid_per_day = None
    policy.save()
    key = door.account.key
    key.scopes = ["heygen:list-*"]
    key.save()
    assert door("GET", "/v9/other").status_code == 403


def test_uncatalogued_paths_name_nobody_elses_things(door: Door, vendor: Upstream) -> None:
    make_policy(door.account.org, uncatalogued=True)
    other = make_account("other", services=())
    owners.record(other.org.id, "heygen", [("video", "theirs")])
    assert door("GET", "/v9/videos/theirs").status_code == 404
    assert door("POST", "/v9/videos", b'{"whatever": {"of": "theirs"}}').status_code == 404
    assert not vendor.requests


def test_orgs_cannot_open_these_doors(door: Door, vendor: Upstream) -> None:
    with acting(Actor("key", door.account.key.id, "127.0.0.1")):
        make_policy(door.account.org, uncatalogued=True, query_token=True, set_by_org=True)
    assert ServicePolicy.objects.get().set_by_org
    assert door("GET", "/v9/new").status_code == 404
    assert door("GET", f"/v2/avatars?api_token={door.account.text}", none="1").status_code == 401


def test_query_tokens_are_off_unless_allowed(door: Door, vendor: Upstream) -> None:
    path = f"/v2/avatars?api_token={door.account.text}&limit=2"
    assert door("GET", path, none="1").status_code == 401
    make_policy(door.account.org, query_token=True)
    assert door("GET", path, none="1").status_code == 200
    assert vendor.requests[0].target == "/v2/avatars?limit=2"
    assert door("GET", "/v2/avatars?api_token=nonsense", none="1").status_code == 401
    assert door("GET", path).status_code == 400  # beside a header
    assert door("GET", path, none="1", Origin="https://a.example").status_code == 403
    browser = make_account("third", origins=["https://a.example"])
    make_policy(browser.org, query_token=True)
    asked = Door(browser)("GET", f"/v2/avatars?api_token={browser.text}", none="1")
    assert asked.status_code == 403
    assert len(vendor.requests) == 1


LOWCODE = [
    (entry["method"], action)
    for entry in SEEDS["lowcodeapi"]
    for action in [SERVICES[0].by_slug[entry["slug"]]]
]


def test_every_lowcode_endpoint_in_both_forms(door: Door, vendor: Upstream) -> None:
    assert len(LOWCODE) == 48
    make_policy(door.account.org, query_token=True)
    door.account.key.rate = 1000
    door.account.key.save()
    for method, action in LOWCODE:
        new = old = action.path
        wanted = {name: f"value-{number}" for number, name in enumerate(action.path_params)}
        for name, value in wanted.items():
            new, old = new.replace(f"{{{name}}}", value), old.replace(f"{{{name}}}", name)
        pairs = [f"{name}={value}" for name, value in wanted.items()]
        token = f"api_token={door.account.text}"
        body = b"{}" if action.request == "json" else b""
        kind = "image/png" if action.request == "binary" else JSON
        for target in (f"{new}?{token}", f"{old}?{'&'.join([*pairs, token])}"):
            vendor.requests.clear()
            told = door(method, target, body, kind=kind, none="1")
            assert told.status_code == 200, (target, told.content)
            assert [(r.method, r.target) for r in vendor.requests] == [(method, new)]


def test_old_form_takes_what_the_document_shows(door: Door, vendor: Upstream) -> None:
    """Its names are LowCodeAPI's own, which need not be the catalogue's."""
    for target, sent in (
        ("/v2/photo_avatar/id?id=p%201", "/v2/photo_avatar/p%201"),
        ("/v2/avatar_group/group_id/avatars?group_id=g1", "/v2/avatar_group/g1/avatars"),
        (
            "/v2/photo_avatar/generation/generation_id?x=1&generation_id=n",
            "/v2/photo_avatar/generation/n?x=1",
        ),
    ):
        vendor.requests.clear()
        assert door("GET", target).status_code == 200
        assert vendor.requests[0].target == sent
    assert door("GET", "/v2/photo_avatar/id?id=../x").status_code == 400


def session(door: Door, vendor: Upstream) -> str:
    token = "session-token-0123456789"
    vendor.answers({"code": 100, "data": {"token": token}, "message": "Success"})
    assert door("POST", "/v1/streaming.create_token", b"{}").status_code == 200
    vendor.requests.clear()
    return token


def test_session_tokens_pass_on_streaming_alone(door: Door, vendor: Upstream) -> None:
    token = session(door, vendor)
    bearer = {"Authorization": f"Bearer {token}"}
    told = door("POST", "/v1/streaming.task", b'{"session_id":"s1","text":"Hi"}', **bearer)
    assert told.status_code == 200
    (seen,) = vendor.requests
    assert seen.header("authorization") == [f"Bearer {token}"]
    assert seen.header("x-api-key") == []
    for method, path in (("GET", "/v2/avatars"), ("GET", "/v1/streaming/avatar.list")):
        assert door(method, path, **bearer).status_code == 401
    nobodys = {"Authorization": "Bearer nobodys-session-token"}
    assert door("POST", "/v1/streaming.task", b"{}", **nobodys).status_code == 401
    assert len(vendor.requests) == 1
    row = SessionToken.objects.get()
    assert token.encode() not in bytes(row.digest)


def test_session_tokens_end_with_their_key(door: Door, vendor: Upstream) -> None:
    bearer = {"Authorization": f"Bearer {session(door, vendor)}"}
    other = make_account("other")
    assert Door(other)("GET", "/v1/streaming.list", **bearer).status_code == 403
    door.account.key.scopes = ["heygen:create-*"]
    door.account.key.save()
    assert door("GET", "/v1/streaming.list", **bearer).status_code == 403
    door.account.key.revoke()
    assert door("GET", "/v1/streaming.list", **bearer).status_code == 401
    assert not vendor.requests


def test_session_tokens_expire(door: Door, vendor: Upstream) -> None:
    bearer = {"Authorization": f"Bearer {session(door, vendor)}"}
    SessionToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert door("GET", "/v1/streaming.list", **bearer).status_code == 401


def test_refused_session_is_the_callers(door: Door, vendor: Upstream) -> None:
    bearer = {"Authorization": f"Bearer {session(door, vendor)}"}
    vendor.plays(lambda _: Script(401, b'{"code":400112,"message":"Unauthorized"}'))
    told = door("GET", "/v1/streaming.list", **bearer)
    assert (told.status_code, told.json()["code"]) == (401, 400112)
    assert "X-Error-Origin" not in told.headers


def test_liveavatar_sessions_pass_too(door: Door, vendor: Upstream) -> None:
    token = "live-session-token-0123456789"
    vendor.answers({"code": 1000, "data": {"session_token": token, "session_id": "s1"}})
    made = door("POST", "/v1/sessions/token", b"{}", service="liveavatar")
    assert made.json()["data"]["session_token"] == token
    assert door("POST", "/v1/sessions/start", service="liveavatar").status_code == 400
    bearer = {"Authorization": f"Bearer {token}"}
    assert door("POST", "/v1/sessions/start", service="liveavatar", **bearer).status_code == 200
    assert vendor.requests[-1].header("authorization") == [f"Bearer {token}"]


def test_pages_may_send_the_vendors_headers(door: Door, vendor: Upstream) -> None:
    door.account.org.origins = ["https://app.example"]
    door.account.org.save()
    origin = {"Origin": "https://app.example"}
    wanted = "xi-api-key,content-type,x-fern-language"
    told = wire(
        door.account, "OPTIONS", "/v1/voices", access_control_request_headers=wanted,
        origin=origin["Origin"],
    )  # fmt: skip
    assert told.status == 204
    assert told.headers["access-control-allow-headers"] == wanted
    assert told.headers["access-control-allow-origin"] == "https://app.example"
    assert told.headers["access-control-allow-credentials"] == "true"
    read = door("GET", "/v1/voices", service="elevenlabs", **origin)
    assert "X-Error-Origin" in read["Access-Control-Expose-Headers"]
    assert "request-id" in read["Access-Control-Expose-Headers"]
    elsewhere = door("GET", "/v1/voices", service="elevenlabs", Origin="https://evil.example")
    assert (elsewhere.status_code, len(vendor.requests)) == (403, 1)
