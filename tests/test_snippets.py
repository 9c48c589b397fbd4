"""Calls as text to copy: what is copied does what the API promises."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from console import snippets
from console.snippets import File, Sample
from services import schema
from services.action import Call
from services.catalogue import SERVICES
from services.describing import examples, shapes
from services.errors import BadRequest
from tests.upstream import Received

HOSTILE = 'it\'s $(touch /tmp/x) `id` "quoted" \\ ü 名 </script>'
ENVELOPE = {"path_params": {"id": "a"}, "query": {"q": HOSTILE, "n": 1.5}, "body": {"t": None}}
KEY = "aips_" + "k" * 46


def sample(url: str, **fields: Any) -> Sample:
    given = {"org": "acme", "service": "heygen", "action": "generate-video", "key": KEY}
    return Sample(base_url=url, **(given | fields))


def run(language: str, text: str, folder: Path) -> None:
    command = ["bash", "-c", text] if language == "curl" else [sys.executable, "-c", text]
    subprocess.run(command, cwd=folder, check=True, timeout=30, capture_output=True)


def received(vendor: Any, language: str, wanted: Sample, folder: Path) -> Received:
    vendor.answers({"data": {}})
    run(language, snippets.every(wanted)[language], folder)
    [seen] = vendor.requests
    assert (seen.method, seen.header("authorization")) == ("POST", [f"Api-Key {KEY}"])
    return seen


@pytest.mark.parametrize("language", ["curl", "python"])
def test_json_call_arrives_as_written(vendor, tmp_path, language):
    seen = received(vendor, language, sample(vendor.url, envelope=ENVELOPE), tmp_path)
    assert seen.target == "/api/ai-proxy/orgs/acme/services/heygen/generate-video/"
    assert (seen.json, seen.header("content-type")) == (ENVELOPE, ["application/json"])


@pytest.mark.parametrize("language", ["curl", "python"])
def test_empty_call_has_no_body(vendor, tmp_path, language):
    assert received(vendor, language, sample(vendor.url), tmp_path).body == b""


@pytest.mark.parametrize("language", ["curl", "python"])
def test_files_arrive_as_parts(vendor, tmp_path, language):
    (tmp_path / "it's.png").write_bytes(b"PNG")
    wanted = sample(
        vendor.url,
        envelope={"body": {"name": HOSTILE}},
        files=(File("file", "it's.png", "image/png"),),
        request="multipart",
    )
    seen = received(vendor, language, wanted, tmp_path)
    assert seen.header("content-type")[0].startswith("multipart/form-data; boundary=")
    assert json.dumps({"name": HOSTILE}, ensure_ascii=False).encode() in seen.body
    assert b"image/png\r\n\r\nPNG" in seen.body


@pytest.mark.parametrize("language", ["curl", "python"])
def test_raw_bytes_arrive_with_parameters(vendor, tmp_path, language):
    (tmp_path / "a.mp3").write_bytes(b"ID3")
    wanted = sample(
        vendor.url,
        envelope={"query": {"name": "a b"}},
        files=(File("file", "a.mp3", "audio/mpeg"),),
        request="binary",
        is_json=False,
    )
    seen = received(vendor, language, wanted, tmp_path)
    assert seen.target.endswith("/generate-video/?query.name=a+b")
    assert (seen.body, seen.header("content-type")) == (b"ID3", ["audio/mpeg"])
    assert (tmp_path / "answer.bin").exists()


def test_javascript_holds_the_same_call():
    text = snippets.javascript(sample("https://proxy.example", envelope=ENVELOPE))
    body = text.partition("JSON.stringify(")[2].partition("),\n")[0]
    assert json.loads(body) == ENVELOPE
    assert f'const API_KEY = "{KEY}";' in text
    assert 'fetch("https://proxy.example/api/ai-proxy/orgs/acme/services/heygen/' in text


@pytest.mark.parametrize("language", ["curl", "python"])
def test_managing_key_lists_keys(vendor, tmp_path, language):
    vendor.answers({"data": []})
    run(language, snippets.managing(vendor.url, "acme", KEY)[language], tmp_path)
    [seen] = vendor.requests
    assert (seen.method, seen.target) == ("GET", "/api/ai-proxy/orgs/acme/api-keys/")
    assert seen.header("authorization") == [f"Api-Key {KEY}"]


def test_key_is_kept_out_of_repr():
    assert KEY not in repr(sample("https://proxy.example"))


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.slug)
def test_every_example_fits_its_action(service):
    """Path, query and body of every action's example pass the checks that a call must pass."""
    refused = []
    for action in service.actions:
        made = json.loads(json.dumps(examples.example(service, action)))
        call = Call(
            path_params=made.get("path_params", {}),
            query=made.get("query", {}),
            body=made.get("body"),
            raw=json.dumps(made["body"]).encode() if "body" in made else b"",
        )
        try:
            action.target(call.path_params)
            action.pairs(call.query)
            if not any(item["required"] for item in shapes.files(service, action)):
                schema.check(service, action, call)
        except BadRequest as exc:
            refused.append((action.slug, exc.detail))
    assert refused == []


def test_paid_examples_are_rehearsals():
    """What opens first must cost nothing."""
    [heygen] = [service for service in SERVICES if service.slug == "heygen"]
    for slug in ("generate-video", "v3-create-video", "generate-template-video"):
        assert examples.example(heygen, heygen.by_slug[slug])["body"]["test"] is True
