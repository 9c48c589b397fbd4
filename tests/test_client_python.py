"""The Python client against a scripted server: tries, keys, streams, files, its command line."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable, Iterator
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from ai_proxy import Client, JobFailed, ProxyError, cli
from ai_proxy.sse import parsed

from tests.upstream import Received, Script, Upstream

JOB = "0f8e6f1c-6f8d-4b8a-9a54-2f8a3f0f3d7e"
ROOT = "/api/ai-proxy/orgs/acme/"
BODY: Any = {"video_inputs": []}


class Server:
    """Answers with its steps in turn, the last one again and again."""

    def __init__(self, upstream: Upstream) -> None:
        self._upstream = upstream
        self.url = upstream.url
        self.plays(data())

    def plays(self, *steps: Script) -> None:
        left = list(steps)
        self._upstream.reset()
        self._upstream.plays(lambda _: left.pop(0) if len(left) > 1 else left[0])

    def obeys(self, script: Callable[[Received], Script]) -> None:
        """Answer each request as `script` says."""
        self._upstream.reset()
        self._upstream.plays(script)

    @property
    def seen(self) -> list[Received]:
        return self._upstream.requests

    @property
    def keys(self) -> list[list[str]]:
        return [one.header("Idempotency-Key") for one in self.seen]

    @property
    def targets(self) -> list[str]:
        return [one.target.removeprefix(ROOT) for one in self.seen]


@pytest.fixture
def server(_vendor: Upstream) -> Server:
    return Server(_vendor)


@pytest.fixture
def client(server: Server) -> Iterator[Client]:
    with Client(server.url, "acme", "k") as made:
        yield made


def answer(status: int, body: Any, **headers: str) -> Script:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Script(status, json.dumps(body).encode(), {"Content-Type": "application/json", **named})


def data(value: Any = None, **headers: str) -> Script:
    return answer(200, {"data": value or {"video_id": "v1"}, "has_more": False}, **headers)


def fault(status: int, code: str, *, retryable: bool, **headers: str) -> Script:
    body = {"detail": "d", "code": code, "origin": "proxy", "retryable": retryable}
    return answer(status, body | {"request_id": "r1"}, **headers)


CUT = Script(raw=b"")
FULL = fault(503, "overloaded", retryable=True, Retry_After="0")


def test_write_keeps_its_key(server: Server, client: Client) -> None:
    server.plays(FULL, CUT, data())
    made = client.heygen.generate_video(body=BODY)
    assert (made.data, made.page) == ({"video_id": "v1"}, {"has_more": False})
    first, *others = server.keys
    assert len(first[0]) == 32
    assert others == [first, first]
    client.heygen.generate_video(body=BODY)
    assert server.keys[3] != first
    assert server.seen[0].header("Authorization") == ["Api-Key k"]
    assert server.seen[0].json == {"body": BODY}


def test_unkeyed_write_is_sent_once(server: Server, client: Client) -> None:
    for step, code in ((FULL, "overloaded"), (CUT, "unreachable")):
        server.plays(step)
        with pytest.raises(ProxyError) as caught:
            client.heygen.generate_video(body=BODY, idempotency_key=False)
        assert (caught.value.code, len(server.seen), server.keys) == (code, 1, [[]])


def test_final_error_is_told_whole(server: Server, client: Client) -> None:
    server.plays(fault(409, "outcome_unknown", retryable=False))
    with pytest.raises(ProxyError) as caught:
        client.heygen.generate_video(body=BODY)
    error = caught.value
    assert (error.status, error.code, error.origin) == (409, "outcome_unknown", "proxy")
    assert (error.retryable, error.request_id, error.detail) == (False, "r1", "d")
    assert str(error) == "409 outcome_unknown (proxy, request r1): d"
    assert len(server.seen) == 1


def test_reads_are_tried_without_key(server: Server) -> None:
    server.plays(answer(502, "a gateway", Retry_After="0"))
    with Client(server.url, "acme", "k", retries=2) as client, pytest.raises(ProxyError) as caught:
        client.heygen.list_voices()
    assert (caught.value.code, server.keys) == ("unexpected_answer", [[], [], []])


def test_long_pause_is_not_waited_for(server: Server, client: Client) -> None:
    server.plays(fault(429, "rate_limited", retryable=True, Retry_After="80"))
    with pytest.raises(ProxyError) as caught:
        client.heygen.list_voices()
    assert (caught.value.retry_after, len(server.seen)) == (80.0, 1)


def test_waiting_for_first_try_is_no_try(server: Server) -> None:
    busy = fault(409, "request_in_progress", retryable=True, Retry_After="0")
    server.plays(busy, busy, busy, busy, data())
    with Client(server.url, "acme", "k", retries=1) as client:
        assert client.heygen.generate_video(body=BODY).data == {"video_id": "v1"}


def test_call_has_its_time(server: Server, client: Client) -> None:
    server.plays(Script(delay=30))
    with pytest.raises(ProxyError) as caught:
        client.heygen.list_voices(timeout=0.1)
    assert (caught.value.code, caught.value.status) == ("timeout", 0)
    trickle = Script(pieces=(b" ",) * 500, pause=0.02)
    server.plays(trickle)
    with pytest.raises(ProxyError) as caught:
        client.heygen.list_voices(timeout=0.2)
    assert caught.value.code == "timeout"


def test_redirect_and_netrc_take_no_key(
    server: Server, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    server.plays(answer(307, {}, Location=f"{server.url}/elsewhere"))
    with pytest.raises(ProxyError) as caught:
        client.heygen.list_voices()
    assert (caught.value.status, len(server.seen)) == (307, 1)
    assert server.seen[0].header("Authorization") == ["Api-Key k"]


def test_file_goes_out_raw(server: Server, client: Client, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(bytes(300_000))
    server.plays(FULL, data())
    told: list[tuple[int, int | None]] = []
    client.heygen.upload_asset(
        file=path,
        query={"a": [1, True], "b": None},  # type: ignore[call-arg]
        on_progress=lambda done, total: told.append((done, total)),
    )
    assert server.targets == ["services/heygen/upload-asset/?query.a=1&query.a=true"] * 2
    for seen in server.seen:
        assert (seen.header("Content-Type"), len(seen.body)) == (["image/png"], 300_000)
        assert seen.header("Content-Length") == ["300000"]
    assert told[-1] == (300_000, 300_000)


def test_text_is_a_path(server: Server, client: Client, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"abc")
    server.plays(data())
    client.heygen.upload_asset(file=str(path))
    client.heygen.upload_asset(file=("b.jpg", str(path)))
    told = [(seen.header("Content-Type"), seen.body) for seen in server.seen]
    assert told == [(["image/png"], b"abc"), (["image/jpeg"], b"abc")]


def test_form_holds_fields_and_files(server: Server, client: Client) -> None:
    server.plays(FULL, data())
    files = {"files": [('ü".mp3', b"one", "audio/mpeg"), io.BytesIO(b"two")]}
    client.elevenlabs.add_voice(body={"name": "n"}, files=files)  # type: ignore[arg-type]
    for seen in server.seen:
        head = f"Content-Type: {seen.header('Content-Type')[0]}\r\n\r\n".encode()
        body, one, two = message_from_bytes(head + seen.body).get_payload()  # type: ignore[misc]
        assert body.get_payload(decode=True) == b'{"name": "n"}'  # type: ignore[union-attr]
        assert one.get_payload(decode=True) == b"one"  # type: ignore[union-attr]
        assert two.get_payload(decode=True) == b"two"  # type: ignore[union-attr]
        assert b'filename="\xc3\xbc%22.mp3"' in seen.body


def test_stream_is_sent_once(server: Server, client: Client) -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    server.plays(FULL)
    with pytest.raises(ProxyError):
        client.heygen.upload_asset(file=("a.png", Pipe(b"abc")))
    assert [seen.body for seen in server.seen] == [b"abc"]
    with pytest.raises(TypeError, match="no streams"):
        client.elevenlabs.add_voice(body={"name": "n"}, files={"files": [Pipe(b"abc")]})


def test_threads_share_a_client(server: Server, client: Client) -> None:
    found: list[Any] = []

    def calls() -> None:
        found.extend(client.heygen.generate_video(body=BODY).data["video_id"] for _ in range(5))

    threads = [threading.Thread(target=calls) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["v1"] * 40
    assert len({key for (key,) in server.keys}) == 40


def test_names_stay_in_the_org(server: Server, client: Client) -> None:
    for name in ("..", ".", ""):
        with pytest.raises(ValueError, match="No name"):
            client.invoke("heygen", name)
    client.invoke("heygen", "a/../b")
    assert server.targets == ["services/heygen/a%2F..%2Fb/"]


def line(number: int, type: str, **said: Any) -> bytes:
    told = {"job": JOB, "number": number, "type": type, "data": {"status": type} | said}
    return f"id: {number}\r\nevent: {type}\r\ndata: {json.dumps(told)}\r\n\r\n".encode()


def stream(*pieces: bytes) -> Script:
    return Script(pieces=(b"retry: 1\n\n", *pieces), headers={"Content-Type": "text/event-stream"})


def broken(*pieces: bytes) -> Script:
    """A stream that breaks off after these."""
    head = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return Script(raw=head + chunks)


def state(status: str, **more: Any) -> Script:
    return data({"id": JOB, "status": status, "error": None, "request_id": None} | more)


def test_events_are_the_same_wherever_cut() -> None:
    first = "\ufeffid: 1\r\nevent: a\r\ndata: é\r\ndata:two\r\n\r\n"
    text = f"{first}: note\nretry: 5\n\ndata: x\r\rdata: lost"
    sent = text.encode()
    wanted = [{"id": "1", "event": "a", "data": "é\ntwo"}, {"retry": "5"}, {"data": "x"}]
    for cut in range(len(sent) + 1):
        assert list(parsed([sent[:cut], sent[cut:]])) == wanted, cut


def test_broken_stream_goes_on(server: Server, client: Client) -> None:
    half = line(2, "running", progress=40)
    server.plays(
        broken(line(1, "pending"), half[:30]),
        stream(half, b": still there\n\n", line(3, "succeeded", progress=100)),
        state("succeeded", progress=100, result={"video_url": "u"}),
    )
    told: list[Any] = []
    done = client.job(JOB).wait(on_status=told.append, on_progress=told.append)
    assert done["result"] == {"video_url": "u"}
    assert told == ["pending", "running", 40, "succeeded", 100]
    assert [one.header("Last-Event-ID") for one in server.seen] == [[], ["1"], []]


def test_job_is_asked_without_stream(server: Server, client: Client) -> None:
    error = {"code": "c1", "message": "No such voice."}
    server.plays(
        answer(200, "a gateway"), state("running"), state("running"), state("failed", error=error)
    )
    with pytest.raises(JobFailed) as caught:
        client.job(JOB).wait()
    assert (caught.value.code, caught.value.detail) == ("c1", "No such voice.")
    assert caught.value.job["status"] == "failed"
    assert server.targets[2:] == [f"jobs/{JOB}/?wait=30"] * 2


def test_waiting_has_its_time(server: Server, client: Client) -> None:
    server.plays(stream(b": still there\n\n"))
    with pytest.raises(ProxyError) as caught:
        client.job(JOB).wait(0.3)
    assert caught.value.code == "timeout"


def test_missing_job_is_asked_once(server: Server, client: Client) -> None:
    server.plays(fault(404, "not_found", retryable=False))
    with pytest.raises(ProxyError) as caught:
        client.job(JOB).wait()
    assert (caught.value.status, len(server.seen)) == (404, 1)


FILE = bytes(range(256)) * 1000


def media(seen: Received, size: int, tag: str = '"e1"') -> Script:
    """Sends at most `size` bytes of what is asked for, then breaks off."""
    asked = [one for one in seen.header("Range") if seen.header("If-Range") == [tag]]
    start = int(asked[0][6:-1]) if asked else 0
    rest = FILE[start:]
    lines = [f"HTTP/1.1 {206 if asked else 200} X", f"Content-Length: {len(rest)}", f"ETag: {tag}"]
    if asked:
        lines.append(f"Content-Range: bytes {start}-{len(FILE) - 1}/{len(FILE)}")
    lines.append('Content-Disposition: attachment; filename="../v1.mp4"')
    return Script(raw="\r\n".join(lines).encode() + b"\r\n\r\n" + rest[:size])


@pytest.mark.parametrize("changes", [False, True])
def test_download_goes_on(changes: bool, server: Server, client: Client, tmp_path: Path) -> None:
    def plays(seen: Received) -> Script:
        tag = '"e2"' if changes and len(server.seen) > 1 else '"e1"'
        return media(seen, 131_072, tag)

    server.obeys(plays)
    told: list[int] = []
    path = client.job(JOB).download(tmp_path, on_progress=lambda done, total: told.append(done))
    assert path == tmp_path / "v1.mp4"
    assert path.read_bytes() == FILE
    assert [one.name for one in tmp_path.iterdir()] == ["v1.mp4"]
    asked = [one.header("Range") for one in server.seen]
    assert asked[:2] == [[], ["bytes=131072-"]]
    assert len(asked) == (3 if changes else 2)
    assert told[-1] == len(FILE)


def test_download_gives_up(server: Server, tmp_path: Path) -> None:
    server.obeys(lambda seen: media(seen, 0))
    with Client(server.url, "acme", "k", retries=1) as client, pytest.raises(ProxyError) as caught:
        client.job(JOB).download(tmp_path / "v.mp4")
    assert (caught.value.code, list(tmp_path.iterdir())) == ("unreachable", [])
    assert len(server.seen) == 2


def test_lists_are_read_page_by_page(server: Server, client: Client) -> None:
    def plays(seen: Received) -> Script:
        first = "cursor=" not in seen.target
        row = {"id": JOB, "status": "running", "number": 0 if first else 1}
        return answer(200, {"data": [row], "has_more": first, "next_cursor": "c"})

    server.obeys(plays)
    assert [job.data["number"] for job in client.jobs(status="running")] == [0, 1]  # type: ignore[index]
    assert [item["number"] for item in client.job(JOB).items()] == [0, 1]
    assert server.targets[:2] == ["jobs/?status=running", "jobs/?status=running&cursor=c"]


@pytest.mark.parametrize("terminal", [True, False])
def test_bar_is_for_terminals(
    terminal: bool, server: Server, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = io.StringIO()
    monkeypatch.setattr(shown, "isatty", lambda: terminal)
    monkeypatch.setattr("sys.stderr", shown)
    half, whole = line(1, "running", progress=50), line(2, "succeeded", progress=100)
    server.plays(stream(half, whole), state("succeeded", progress=100))
    client.job(JOB).wait(progress=True)
    bar = f"job succeeded [{'#' * 30}] 100%"
    assert (bar in shown.getvalue(), shown.getvalue() != "") == (terminal, terminal)


@pytest.fixture
def command(server: Server, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> Any:
    for name, value in {"URL": server.url, "ORG": "acme", "KEY": "k"}.items():
        monkeypatch.setenv(f"AI_PROXY_{name}", value)

    def run(*argv: str) -> tuple[int, str, str]:
        code = cli.main(list(argv))
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return run


def test_command_calls(server: Server, command: Any, tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text('{"title": "é"}')
    server.plays(data({"title": "é"}, X_Contract_Notes="n1", X_Job_Id=JOB))
    body = f"@{tmp_path / 'b.json'}"
    pairs = ["--path", "template_id=a=b", "--query", "x=1", "--query", "y=1", "--query", "y=2"]
    code, out, err = command(
        "call", "heygen", "get-template", "--body", body, "--idempotency-key", "k1", *pairs
    )
    assert (code, json.loads(out)["data"]) == (0, {"title": "é"})
    assert err == f"ai-proxy: note: n1\nai-proxy: job {JOB}\n"
    assert server.seen[0].json == {
        "path_params": {"template_id": "a=b"},
        "query": {"x": "1", "y": ["1", "2"]},
        "body": {"title": "é"},
    }


def test_command_tells_how_it_went(
    server: Server, command: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.plays(fault(403, "out_of_scope", retryable=False))
    assert command("list") == (1, "", "ai-proxy: 403 out_of_scope (proxy, request r1): d\n")
    server.plays(answer(200, "no stream"), state("stopped"))
    assert command("wait", JOB)[0] == 3
    server.plays(Script(body=b"no json"))
    assert command("call", "heygen", "generate-video", "--body", "{")[0] == 2
    assert len(server.seen) == 0
    monkeypatch.setenv("AI_PROXY_URL", "http://127.0.0.1:1")
    assert (
        command("call", "heygen", "v3-generate-x", "--query", "a=b", "--idempotency-key", "k")[0]
        == 4
    )
    monkeypatch.delenv("AI_PROXY_KEY")
    with pytest.raises(SystemExit) as caught:
        command("jobs")
    assert caught.value.code == 2
