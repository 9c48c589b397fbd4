"""The playground: any action as any org, by the staff, seen as it goes out and comes back."""

import json
import re
from typing import Any

import pytest
from django.test import Client

from console import playable
from credentials.models import AuditEvent
from services.catalogue import SERVICES, known
from services.usage import flush
from tests.factories import HEYGEN_SECRET, make_org, make_policy
from tests.people import staff, superuser

SEND, PAGE = "/admin/playground/send/", "/admin/playground/"
SPEECH = {"path_params": {"voice_id": "v"}, "body": {"text": "hi"}}
BOUNDARY = "----boundary"


@pytest.fixture
def admin(db: None) -> Client:
    return superuser(raise_request_exception=False)


def send(
    client: Client,
    action: str,
    envelope: Any = None,
    *,
    service: str = "heygen",
    org: str = "acme",
    kind: str = "application/json",
    more: str = "",
    **headers: str,
) -> Any:
    body = envelope if isinstance(envelope, bytes) else json.dumps(envelope or {}).encode()
    path = f"{SEND}{org}/{service}/{action}/{more}"
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.generic("PUT", path, body, content_type=kind, headers=given)


def content(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def invoked() -> list[tuple[str, str, str]]:
    found = AuditEvent.objects.filter(event="playground.invoked").order_by("seq")
    return list(found.values_list("actor", "org", "target"))


def test_call_is_the_orgs_own(admin, account, vendor):
    vendor.answers({"error": None, "data": {"avatars": []}})
    answer = send(admin, "list-avatars")
    assert (answer.status_code, answer.json()) == (200, {"data": {"avatars": []}})
    assert answer.headers["X-Credential-Source"] == "tenant"
    assert re.fullmatch(r"proxy;dur=[\d.]+, upstream;dur=[\d.]+", answer.headers["Server-Timing"])
    [seen] = vendor.requests
    assert (seen.method, seen.header("x-api-key")) == ("GET", [HEYGEN_SECRET])
    assert invoked() == [("admin", "acme", "heygen:list-avatars")]


def test_calls_show_on_the_orgs_page(admin, account, vendor):
    send(admin, "list-avatars")
    flush()
    page = admin.get(f"/admin/credentials/org/{account.org.pk}/change/").content.decode()
    assert "heygen:list-avatars" in page
    assert ">playground<" in page


def test_dry_run_sends_nothing(admin, account, vendor):
    envelope = {"body": {"text": "hi", "voice_id": "v"}}
    answer = send(admin, "text-to-speech", envelope, X_Dry_Run="true")
    told = answer.json()["data"]
    assert (answer.status_code, told["would_be"], vendor.requests) == (200, "sent", [])
    assert told["url"] == f"{vendor.url}/v1/audio/text_to_speech"
    assert {name.lower(): value for name, value in told["headers"].items()}["x-api-key"] == "***"
    assert told["body"] == envelope["body"]
    assert HEYGEN_SECRET not in answer.content.decode()
    assert invoked() == []


def test_rehearsal_is_played(admin, account, vendor):
    """The first example, as it stands: rehearsed, done after a while, and a video at the end."""
    heygen = known("heygen")
    assert heygen is not None
    detail = playable.detail(heygen, heygen.by_slug["v3-create-video"])
    made = send(admin, "v3-create-video", detail["example"])
    assert (made.status_code, made.headers["X-Test-Mode"]) == (200, "sandbox")
    job = detail["job"]
    assert (job["id"], job["result"]) == ("data.video_id", "data.video_url")
    video = made.json()["data"]["video_id"]
    status = send(admin, job["action"], {job["place"]: {job["name"]: video}})
    assert status.json()["data"]["status"] in ("waiting", "pending", "processing", "completed")
    assert vendor.requests == []


def test_audio_comes_back_as_bytes(admin, account, vendor):
    vendor.answers(b"ID3audio", headers={"Content-Type": "audio/mpeg"})
    answer = send(admin, "tts", SPEECH, service="elevenlabs")
    assert (answer.status_code, content(answer)) == (200, b"ID3audio")
    assert answer.headers["Content-Type"] == "audio/mpeg"


def test_files_go_through(admin, account, vendor):
    parts = [
        ('name="body"', b'{"name": "me"}'),
        ('name="files"; filename="a.mp3"\r\nContent-Type: audio/mpeg', b"ID3\x00\xff"),
    ]
    body = b"".join(
        f"--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + data + b"\r\n"
        for head, data in parts
    )
    body += f"--{BOUNDARY}--\r\n".encode()
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    vendor.answers({"voice_id": "v"})
    answer = send(admin, "add-voice", body, service="elevenlabs", kind=kind)
    assert (answer.status_code, answer.json()) == (200, {"data": {"voice_id": "v"}})
    assert b"ID3\x00\xff" in vendor.requests[0].body


def test_raw_bytes_go_through(admin, account, vendor):
    vendor.answers({"data": {"id": "a"}})
    answer = send(admin, "upload-asset", b"PNG\x00", kind="image/png")
    assert answer.status_code == 200
    named = send(admin, "get-asset", b"", more="?path_params.asset_id=a", kind="image/png")
    assert named.status_code == 400  # parameters stand there beside raw bytes alone
    assert (vendor.requests[0].body, vendor.requests[0].header("content-type")) == (
        b"PNG\x00", ["image/png"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("action", "envelope", "given", "status", "code"),
    [
        ("nothing", {}, {}, 404, "action_not_found"),
        ("list-avatars", {}, {"service": "nothing"}, 404, "service_not_found"),
        ("list-avatars", {}, {"org": "nobody"}, 404, "org_not_found"),
        ("list-avatars", {"x": 1}, {}, 400, "unknown_field"),
        ("list-avatars", b"{", {}, 400, None),
        ("get-template", {}, {}, 400, "missing_path_param"),
        ("get-template", {"path_params": {"template_id": ".."}}, {}, 400, "bad_path_param"),
        ("list-avatars", {"headers": {"X-Api-Key": "mine"}}, {}, 400, None),
        ("generate-video", {"body": {}}, {}, 400, "schema_violation"),
        ("list-videos", {}, {}, 404, "action_not_found"),
        ("list-avatars", {}, {"org": "globex"}, 404, "no_credential"),
        ("list-avatars", {}, {"org": "asleep"}, 404, "org_not_found"),
    ],
)
def test_refused_like_any_call(admin, account, vendor, action, envelope, given, status, code):
    make_policy(account.org, disabled_actions=["list-videos"])
    make_org("globex")
    make_org("asleep", is_active=False)
    answer = send(admin, action, envelope, **given)
    told = answer.json()
    assert (answer.status_code, told["origin"], vendor.requests) == (status, "proxy", [])
    assert code in (None, told["code"])
    assert told["detail"] == told["error"]


def test_vendors_refusal_is_shown(admin, account, vendor):
    vendor.answers({"message": f"No: {HEYGEN_SECRET}"}, status=429)
    answer = send(admin, "list-avatars")
    assert (answer.status_code, answer.json()["origin"]) == (429, "upstream")
    assert HEYGEN_SECRET not in answer.content.decode()


def test_no_record_no_call(admin, account, vendor, monkeypatch):
    def full(*_: Any, **__: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(AuditEvent, "append", full)
    assert send(admin, "list-avatars").status_code == 500
    assert vendor.requests == []


def test_polls_are_recorded_once_a_minute(admin, account, vendor):
    for _ in range(3):
        send(admin, "video-status", {"query": {"video_id": "v"}})
    send(admin, "video-status", {"query": {"video_id": "v"}}, org=make_org("globex").slug)
    found = [("admin", org, "heygen:video-status") for org in ("acme", "globex")]
    assert (invoked(), len(vendor.requests)) == (found, 3)


def test_needs_csrf_permission_and_put(account, vendor):
    strict = superuser(enforce_csrf_checks=True)
    assert send(strict, "list-avatars").status_code == 403
    assert strict.get(PAGE).status_code == 200
    token = strict.cookies["csrftoken"].value
    assert send(strict, "list-avatars", X_CSRFToken=token).status_code == 200
    path = f"{SEND}acme/heygen/list-avatars/"
    assert strict.post(path, headers={"X-CSRFToken": token}).status_code == 405
    vendor.requests.clear()
    reader = staff("view_org", "view_credential", "change_credential")
    paths = [PAGE, f"{PAGE}heygen/list-avatars/"]
    assert [reader.get(path).status_code for path in paths] == [403, 403]
    assert (send(reader, "list-avatars").status_code, vendor.requests) == (403, [])
    assert send(Client(), "list-avatars").status_code == 302
    player = staff("use_playground", name="player")
    assert (player.get(PAGE).status_code, send(player, "list-avatars").status_code) == (200, 200)


def test_key_is_no_way_in(account, vendor):
    """Nor does a session open the API."""
    headers = {"Authorization": account.authorization}
    assert Client(headers=headers).get(PAGE).status_code == 302
    url = "/api/ai-proxy/orgs/acme/services/heygen/list-avatars/"
    assert superuser().post(url).status_code == 401


def test_orgs_are_limited_apart(admin, account, vendor, settings):
    settings.RATE_SERVER_KEY = 2
    make_org("globex")
    answers = [send(admin, "list-avatars").status_code for _ in range(3)]
    assert answers == [200, 200, 429]
    assert send(admin, "list-avatars", org="globex").status_code == 404


def test_page_begins_where_a_call_works(admin, account):
    make_org("aaa")
    page = admin.get(PAGE).content.decode()
    assert re.search(r'<option value="acme" selected', page)
    chosen = admin.get(PAGE, {"org": "aaa", "service": "elevenlabs", "action": "tts"})
    told = re.search(r'<script id="chosen".*?>(.*?)</script>', chosen.content.decode())
    assert told
    assert json.loads(told[1]) == {"org": "aaa", "service": "elevenlabs", "action": "tts"}


def test_page_without_orgs_leads_on(admin):
    assert "No org yet" in admin.get(PAGE).content.decode()


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.slug)
def test_every_action_is_described(admin, service):
    for action in service.actions:
        answer = admin.get(f"{PAGE}{service.slug}/{action.slug}/")
        told = answer.json()
        assert (answer.status_code, told["slug"], told["method"]) == (
            200, action.slug, action.method,
        )  # fmt: skip
        assert "$ref" not in answer.content.decode()
        assert (told["schema"] is None) == (action.request in ("none", "binary"))
        assert bool(told["files"]) == (action.request in ("multipart", "binary"))
    assert admin.get(f"{PAGE}{service.slug}/nothing/").status_code == 404


def test_choices_are_listed(admin, account):
    """What a field can be chosen from exists, and is free to ask for."""
    for service in SERVICES:
        action = service.actions[0].slug
        for source in admin.get(f"{PAGE}{service.slug}/{action}/").json()["choices"].values():
            listed = service.by_slug[source["action"]]
            assert (listed.safe, listed.billable, listed.path_params) == (True, False, ())


def test_snippets_are_written(admin, account):
    wanted = {"org": "acme", "service": "heygen", "action": "generate-video"}
    wanted["envelope"] = {"body": {"test": True}}  # type: ignore[assignment]
    answer = admin.generic("PUT", f"{PAGE}snippets/", json.dumps(wanted).encode())
    assert answer.json().keys() == {"curl", "javascript", "python"}
    assert (
        "http://testserver/api/ai-proxy/orgs/acme/services/heygen/generate-video/"
        in (answer.json()["curl"])
    )
    for bad in (b"", b"[]", b'{"org": 1}', b"\xff"):
        assert admin.generic("PUT", f"{PAGE}snippets/", bad).status_code == 400
