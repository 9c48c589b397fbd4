"""The MCP endpoint in process: the protocol, its tools, their answers, and who is turned away."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from jobs import parcels
from jobs.models import Parcel
from services import catalogue
from services.agents import server
from services.describing import flat
from tests import asgi
from tests.agents import ACCEPT, VERSION, Agent
from tests.conftest import Caller
from tests.factories import Account, make_account, make_policy
from tests.live import ROOT
from tests.test_approvals import MADE, VIDEO, decide
from tests.upstream import Upstream
from tests.working import RUNNING, SUCCEEDED, begun

OWN = ["get_job", "get_job_media", "list_jobs", "wait_for_approval", "wait_for_job"]
AVATARS = [{"avatar_id": f"a{n}", "name": f"Näme {n}", "preview": "x" * 200} for n in range(1000)]
TOOL = {"name": "heygen_list-avatars", "arguments": {}}


@pytest.fixture
def agent(call: Caller) -> Agent:
    return Agent(call)


def names(agent: Agent) -> list[str]:
    """Every page of the tools."""
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = agent.rpc("tools/list", {"cursor": cursor} if cursor else {})["result"]
        found += [tool["name"] for tool in page["tools"]]
        cursor = page.get("nextCursor")
    return found


def initialize(version: str) -> dict[str, Any]:
    client = {"name": "tests", "version": "1"}
    return {"protocolVersion": version, "capabilities": {}, "clientInfo": client}


@pytest.mark.parametrize("version", ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"])
def test_every_handshake_is_answered(agent: Agent, version: str) -> None:
    told = agent.rpc("initialize", initialize(version), MCP_Protocol_Version=version)["result"]
    assert (told["protocolVersion"], set(told["capabilities"])) == (version, {"tools", "resources"})


def test_unknown_version_is_offered_the_latest(agent: Agent) -> None:
    told = agent.rpc("initialize", initialize("1999-01-01"))["result"]
    assert told["protocolVersion"] == VERSION
    refused = agent.send({"jsonrpc": "2.0", "id": 1, "method": "ping"}, MCP_Protocol_Version="9")
    assert refused.status_code == 400


def test_notifications_are_taken(agent: Agent) -> None:
    answer = agent.send({"jsonrpc": "2.0", "method": "notifications/initialized"})
    assert (answer.status_code, answer.content) == (202, b"")


def test_own_tools_come_first(agent: Agent) -> None:
    page = agent.rpc("tools/list")["result"]
    assert (len(page["tools"]), "nextCursor" in page) == (100, True)
    assert [tool["name"] for tool in page["tools"][: len(OWN)]] == OWN


def test_every_action_without_files_is_a_tool(agent: Agent) -> None:
    expected = [
        f"{service.slug}_{action.slug}"
        for service in catalogue.SERVICES
        for action in service.actions
        if not any(field.is_file and field.required for field in flat.fields(service, action))
    ]
    assert names(agent) == OWN + sorted(expected)
    assert len(expected) > 250


def test_no_vendor_has_an_argument_like_ours() -> None:
    for service in catalogue.SERVICES:
        for action in service.actions:
            fields = flat.fields(service, action)
            assert not [field.name for field in fields if field.name.startswith("_")]


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("?services=liveavatar", lambda name: name.startswith("liveavatar_")),
        ("?tools=list-avatars,heygen_get-avatar-details", lambda name: "avatar" in name),
        ("?services=heygen&groups=avatars&read_only=true", lambda name: name.startswith("heygen")),
    ],
)
def test_url_chooses_tools(call: Caller, query: str, holds: Any) -> None:
    found = [name for name in names(Agent(call, query)) if name not in OWN]
    assert 0 < len(found) < 100
    assert all(map(holds, found))


def test_read_only_tools_say_so(call: Caller) -> None:
    page = Agent(call, "?read_only=true&services=heygen")["tools/list"]
    assert all(
        tool["annotations"]["readOnlyHint"] for tool in page["tools"] if tool["name"] not in OWN
    )


@pytest.mark.parametrize("query", ["?colour=red", "?read_only=yes", "?max_chars=1"])
def test_unusable_query_is_refused(call: Caller, query: str) -> None:
    answer = Agent(call, query).send({"jsonrpc": "2.0", "id": 1, "method": "ping"})
    assert answer.status_code == 400
    assert answer.json()["origin"] == "proxy"


def test_key_sees_what_it_may_call(call: Caller) -> None:
    account = make_account("small", scopes=["heygen:list-*"], access=["read"])
    found = [name for name in names(Agent(Caller(account))) if name not in OWN]
    assert found
    assert all(name.startswith("heygen_list-") for name in found)


def test_switched_off_action_is_no_tool(call: Caller, agent: Agent) -> None:
    make_policy(call.account.org, disabled_actions=["list-avatars"])
    assert "heygen_list-avatars" not in names(agent)
    told = agent.tool("heygen_list-avatars")
    assert (told["isError"], told["structuredContent"]["code"]) == (True, "action_not_found")


def test_tool_calls_the_vendor(agent: Agent, vendor: Upstream) -> None:
    vendor.answers({"error": None, "data": {"avatars": AVATARS[:2]}})
    told = agent.tool("heygen_list-avatars")
    assert told["structuredContent"] == {"data": {"avatars": AVATARS[:2]}}
    assert json.loads(told["content"][0]["text"]) == told["structuredContent"]
    assert told["isError"] is False


def test_long_list_is_told_in_parts(agent: Agent, vendor: Upstream) -> None:
    vendor.answers({"error": None, "data": {"avatars": AVATARS, "talking_photos": []}})
    found: list[Any] = []
    offset: int | None = 0
    while offset is not None:
        told = agent.tool("heygen_list-avatars", _offset=offset, _fields=["avatars"])
        said = told["structuredContent"]
        assert len(told["content"][0]["text"]) < 21_000
        found += said["data"]["avatars"]
        assert said["cut"]["of"] == 1000
        offset = said["cut"].get("next_offset")
    assert found == AVATARS


def test_fields_limit_and_length_are_chosen(agent: Agent, vendor: Upstream) -> None:
    vendor.answers({"error": None, "data": {"avatars": AVATARS}})
    told = agent.tool("heygen_list-avatars", _fields=["avatars.avatar_id"], _limit=2)
    said = told["structuredContent"]
    assert said["data"] == {"avatars": [{"avatar_id": "a0"}, {"avatar_id": "a1"}]}
    assert said["cut"]["next_offset"] == 2
    told = agent.tool("heygen_list-avatars", _max_chars=1000)
    assert len(json.dumps(told["structuredContent"]["data"], ensure_ascii=False)) < 1100


@pytest.mark.parametrize(
    "arguments",
    [
        {"_max_chars": 1},
        {"_offset": -1},
        {"_limit": "2"},
        {"_limit": True},
        {"_fields": [1]},
        {"_idempotency_key": 7},
        {"_nothing": 1},
        {"nothing": 1},
    ],
)
def test_unusable_argument_is_a_tools_error(agent: Agent, vendor: Upstream, arguments: Any) -> None:
    told = agent.tool("heygen_list-avatars", **arguments)
    assert told["isError"]
    assert told["structuredContent"]["origin"] == "proxy"
    assert vendor.requests == []


def test_wrong_type_is_a_tools_error(agent: Agent, vendor: Upstream) -> None:
    told = agent.tool("heygen_generate-video", video_inputs="none")
    assert told["structuredContent"]["code"] == "schema_violation"
    assert vendor.requests == []


def test_vendors_refusal_is_a_tools_error(agent: Agent, vendor: Upstream) -> None:
    vendor.answers({"code": 400, "message": "no such avatar"}, status=404)
    told = agent.tool("heygen_list-avatars")
    said = told["structuredContent"]
    assert (told["isError"], said["origin"], said["upstream"]["status"]) == (True, "upstream", 404)


def test_unknown_tool_is_the_protocols_error(agent: Agent) -> None:
    for name in ("nope", "heygen_nope", "nope_list-avatars", "heygen_upload-asset", "x" * 5000):
        told = agent.rpc("tools/call", {"name": name, "arguments": {}})
        assert told["error"]["code"] == -32602
        assert len(json.dumps(told)) < 300


def test_own_mistake_tells_nothing_of_itself(agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: Any) -> None:
        raise RuntimeError("sk-secret")

    monkeypatch.setattr(server.calling, "called", broken)
    told = agent.tool("heygen_list-avatars")
    assert told["structuredContent"]["code"] == "internal_error"
    monkeypatch.setattr(server.listing, "listed", lambda *_: 1 / 0)
    told = agent.rpc("tools/list")
    assert told["error"]["message"] == "The proxy could not handle this request."


def test_key_makes_a_call_once(agent: Agent, vendor: Upstream) -> None:
    vendor.answers(MADE)
    both = [
        agent.tool("heygen_generate-video", **VIDEO["body"], _idempotency_key="once")
        for _ in range(2)
    ]
    assert [told["structuredContent"]["data"] for told in both] == [{"video_id": "v1"}] * 2
    assert both[1]["structuredContent"]["replayed"] == "true"
    assert both[0]["structuredContent"]["job"] == both[1]["structuredContent"]["job"]
    assert len(vendor.requests) == 1


def test_job_is_looked_at_waited_for_and_listed(call: Caller, agent: Agent) -> None:
    from jobs import tracking

    job = begun(call.account)
    told = agent.tool("wait_for_job", job_id=str(job.id), seconds=1)["structuredContent"]
    assert (told["data"]["status"], "wait_for_job" in told["next"]) == ("pending", True)
    tracking.observe(job.id, RUNNING, "poll")
    tracking.observe(job.id, SUCCEEDED, "poll")
    for name in ("wait_for_job", "get_job"):
        told = agent.tool(name, job_id=str(job.id))["structuredContent"]
        assert told["data"]["result"] == {"video_url": "https://x/v"}
    [one] = agent.tool("list_jobs", status="succeeded")["structuredContent"]["data"]
    assert one["id"] == str(job.id)
    link = agent.tool("get_job_media", job_id=str(job.id))
    assert link["content"][1]["uri"] == link["structuredContent"]["data"]["url"]
    [resource] = agent["resources/list"]["resources"]
    assert resource["uri"] == f"ai-proxy://jobs/{job.id}"
    [read] = agent.rpc("resources/read", {"uri": resource["uri"]})["result"]["contents"]
    assert json.loads(read["text"])["status"] == "succeeded"
    assert len(agent["resources/templates/list"]["resourceTemplates"]) == 2


def test_another_orgs_job_is_none(call: Caller, agent: Agent) -> None:
    job = begun(make_account("other"))
    for name in ("get_job", "wait_for_job", "get_job_media"):
        assert agent.tool(name, job_id=str(job.id))["structuredContent"]["code"] == "not_found"
    for uri in (f"ai-proxy://jobs/{job.id}", "ai-proxy://jobs/x", "file:///etc/passwd"):
        assert "error" in agent.rpc("resources/read", {"uri": uri})


def test_small_sound_stands_in_the_answer(agent: Agent, vendor: Upstream) -> None:
    vendor.answers(b"ID3" + bytes(range(200)), headers={"Content-Type": "audio/mpeg"})
    told = agent.tool("elevenlabs_tts", voice_id="v", text="Hello")
    assert told["content"][1]["type"] == "audio"
    assert told["structuredContent"]["data"] == {"content_type": "audio/mpeg", "bytes": 203}


def test_long_sound_is_a_link(agent: Agent, vendor: Upstream, settings: Any) -> None:
    settings.MCP_MAX_FILE = 1000
    sound = b"ID3" + bytes(range(256)) * 10
    vendor.answers(sound, headers={"Content-Type": "audio/mpeg"})
    told = agent.tool("elevenlabs_tts", voice_id="v", text="Hello")
    data, link = told["structuredContent"]["data"], told["content"][1]
    assert (link["type"], link["uri"], data["bytes"]) == ("resource_link", data["url"], 2563)
    client = Client()
    answer = client.get(data["url"])
    assert (answer.content, answer.headers["Content-Type"]) == (sound, "audio/mpeg")
    assert "ID3" not in Parcel.objects.get().sealed
    assert client.get(data["url"][:-3] + "AAA").status_code == 404
    assert client.post(data["url"]).status_code == 405
    Parcel.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(data["url"]).status_code == 404
    assert parcels.prune() == 1


def test_vendors_page_is_not_shown_in_our_name(
    agent: Agent, vendor: Upstream, settings: Any
) -> None:
    settings.MCP_MAX_FILE = 10
    vendor.answers(b"<script>alert(1)</script>", headers={"Content-Type": "text/html"})
    told = agent.tool("elevenlabs_tts", voice_id="v", text="Hello")
    answer = Client().get(told["structuredContent"]["data"]["url"])
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == "attachment"


def test_call_waits_for_a_person(call: Caller, agent: Agent, vendor: Upstream) -> None:
    vendor.answers(MADE)
    make_policy(call.account.org, approve_above=0)
    told = agent.tool("heygen_generate-video", **VIDEO["body"])
    row = told["structuredContent"]["approval"]
    assert (told["isError"], row["status"], vendor.requests) == (False, "pending", [])
    told = agent.tool("wait_for_approval", approval_id=row["id"], seconds=0)
    assert told["structuredContent"]["approval"]["status"] == "pending"
    decide(row)
    for _ in range(2):
        told = agent.tool("wait_for_approval", approval_id=row["id"])
        assert told["structuredContent"]["data"] == {"video_id": "v1"}
    assert len(vendor.requests) == 1


def test_refused_call_is_a_tools_error(call: Caller, agent: Agent, vendor: Upstream) -> None:
    make_policy(call.account.org, approve_above=0)
    row = agent.tool("heygen_generate-video", **VIDEO["body"])["structuredContent"]["approval"]
    decide(row, "refuse")
    told = agent.tool("wait_for_approval", approval_id=row["id"])
    assert (told["isError"], told["structuredContent"]["code"]) == (True, "approval_refused")
    assert vendor.requests == []


def refusal(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}


def test_strangers_are_turned_away(agent: Agent, db: None) -> None:
    other = make_account("other")
    assert refusal(agent.send(PING, Authorization="")) == (401, "not_authenticated")
    answer = agent.send(PING, Authorization="Api-Key aipb_no")
    assert refusal(answer) == (401, "invalid_api_key")
    assert answer.headers["WWW-Authenticate"] == "Api-Key"
    assert refusal(agent.send(PING, Authorization=other.authorization))[0] == 403


@pytest.mark.parametrize("kind", ["Api-Key", "Bearer", "Token"])
def test_every_scheme_is_taken(agent: Agent, kind: str) -> None:
    text = agent.call.account.text
    assert agent.send(PING, Authorization=f"{kind} {text}").status_code == 200


def test_managing_key_is_turned_away(db: None) -> None:
    agent = Agent(Caller(make_account(access=["manage"])))
    assert refusal(agent.send(PING)) == (403, "out_of_scope")


def test_reading_key_calls_nothing_paid(db: None, vendor: Upstream) -> None:
    agent = Agent(Caller(make_account(access=["read"])))
    told = agent.tool("heygen_generate-video", **VIDEO["body"])
    assert (told["isError"], told["structuredContent"]["code"]) == (True, "out_of_scope")
    assert agent.tool("heygen_list-avatars")["isError"] is False
    assert [seen.method for seen in vendor.requests] == ["GET"]


def test_revoked_key_is_turned_away_at_once(agent: Agent) -> None:
    assert agent.send(PING).status_code == 200
    agent.call.account.key.revoke()
    assert refusal(agent.send(PING)) == (401, "invalid_api_key")


def test_pages_elsewhere_are_turned_away(agent: Agent) -> None:
    assert refusal(agent.send(PING, Origin="https://evil.example")) == (403, "origin_not_allowed")
    assert agent.send(PING, Origin="http://testserver").status_code == 200


def test_limit_counts_tool_calls(vendor: Upstream, db: None) -> None:
    agent = Agent(Caller(make_account(rate=3)))
    tool = {**PING, "method": "tools/call", "params": TOOL}
    assert [agent.send(tool).status_code for _ in range(4)] == [200, 200, 200, 429]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b'{"id":1}', b"\xff", b"[" * 9999])
def test_bad_messages_are_refused(agent: Agent, body: bytes) -> None:
    answer = agent.send(body)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] in (-32700, -32600, -32602)


def test_batch_is_refused(agent: Agent, vendor: Upstream) -> None:
    tool = {**PING, "method": "tools/call", "params": TOOL}
    assert agent.send([tool, tool]).status_code == 400
    assert vendor.requests == []


def test_only_messages_are_taken(call: Caller, agent: Agent) -> None:
    for method in ("GET", "DELETE", "PUT"):
        given = {"Authorization": call.account.authorization, "Accept": ACCEPT}
        answer = call.client.generic(method, agent.url, headers=given)
        assert (answer.status_code, answer.headers["Allow"]) == (405, "POST, OPTIONS")


def test_giant_body_is_not_read(agent: Agent, settings: Any) -> None:
    settings.MAX_JSON_BYTES = 1000
    assert refusal(agent.send(b" " * 1001)) == (413, "body_too_large")
    answer = asgi.post(agent.call.account, "/mcp/orgs/acme/", [b" " * 600] * 50)
    assert (answer.status, answer.taken < 5) == (413, True)


def test_body_of_strangers_is_not_read(account: Account) -> None:
    stranger = {"authorization": "Api-Key aipb_no"}
    answer = asgi.post(account, "/mcp/orgs/acme/", [b"{}"], **stranger)
    assert (answer.status, answer.taken) == (401, 0)


def test_path_needs_no_slash(account: Account) -> None:
    headers = {"accept": ACCEPT, "content_type": "application/json"}
    for path in ("/mcp/orgs/acme", "/mcp/orgs/acme/"):
        answer = asgi.post(account, path, [json.dumps(PING).encode()], **headers)
        assert (answer.status, answer.json["result"]) == (200, {})


def test_other_hosts_name_is_refused(account: Account) -> None:
    answer = asgi.post(account, "/mcp/orgs/acme/", [b"{}"], host="evil.example")
    assert answer.status == 400


def test_progress_makes_a_stream(account: Account, vendor: Upstream) -> None:
    params = {**TOOL, "_meta": {"progressToken": "p"}}
    body = json.dumps({**PING, "method": "tools/call", "params": params}).encode()
    headers = {"accept": ACCEPT, "content_type": "application/json"}
    answer = asgi.post(account, "/mcp/orgs/acme/", [body], **headers)
    assert answer.headers["content-type"] == "text/event-stream"
    told = json.loads(answer.body.partition(b"data: ")[2].partition(b"\r\n")[0])
    assert told["result"]["structuredContent"] == {"data": None}


def test_key_never_reaches_the_sdk(agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []
    usual = server.plain

    async def spied(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["headers"])
        await usual(scope, receive, send)

    monkeypatch.setattr(server, "plain", spied)
    agent.send(PING)
    assert seen
    assert agent.call.account.text not in str(seen)


def long_call(**more: Any) -> dict[str, Any]:
    """A call of a tool in a message of some 300 kB."""
    scene = {**VIDEO["body"]["video_inputs"][0], "more": [1.5, 10**30, None, "ä\n" * 50]}
    arguments = {"video_inputs": [scene] * 1000, "title": "Täst"}
    return {"name": "heygen_generate-video", "arguments": arguments, **more}


def test_sdk_never_reads_long_arguments(
    agent: Agent, vendor: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bytes] = []
    usual = server.plain

    async def spied(scope: Any, receive: Any, send: Any) -> None:
        async def watched() -> Any:
            message = await receive()
            seen.append(message["body"])
            return message

        await usual(scope, watched, send)

    monkeypatch.setattr(server, "plain", spied)
    vendor.answers(MADE)
    told = agent.rpc("tools/call", long_call())["result"]
    assert told["structuredContent"]["data"] == {"video_id": "v1"}
    assert vendor.requests[0].json == long_call()["arguments"]
    assert 0 < len(b"".join(seen)) < 1000


@pytest.mark.parametrize("key", [{"_nothing": 1}, {"_offset": "one"}])
def test_long_arguments_are_read_as_short_ones(agent: Agent, vendor: Upstream, key: Any) -> None:
    asked = long_call()
    told = agent.rpc("tools/call", {**asked, "arguments": {**asked["arguments"], **key}})
    short = agent.rpc("tools/call", {**asked, "arguments": {"title": "Täst", **key}})
    codes = [each["result"]["structuredContent"]["code"] for each in (told, short)]
    assert codes[0] == codes[1]
    assert vendor.requests == []


@pytest.mark.parametrize("broken", [b"NaN", b"]", b"1e999", b'{"a": 1, "a": 2}'])
def test_long_message_that_is_no_strict_json_is_refused(
    agent: Agent, vendor: Upstream, broken: bytes
) -> None:
    whole = {**PING, "method": "tools/call", "params": long_call(more="here")}
    answer = agent.send(json.dumps(whole).encode().replace(b'"here"', broken))
    assert answer.status_code == 400
    assert vendor.requests == []


def test_long_message_that_is_no_call_goes_to_the_sdk(agent: Agent) -> None:
    told = agent.rpc("nonsense", {"arguments": {"text": "x" * 300_000}})
    assert told["error"]["code"] == -32601


LOADED = """
import sys, django
django.setup()
from proxy_project.asgi import application
from django.urls import get_resolver
get_resolver().resolve("/mcp/orgs/acme/")
assert not {"mcp", "mcp_types", "pydantic"} & set(sys.modules)
"""


def test_no_worker_loads_the_sdk_before_an_agent_comes() -> None:
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "proxy_project.settings"}
    subprocess.run([sys.executable, "-c", LOADED], env=env, cwd=ROOT, check=True, timeout=60)
