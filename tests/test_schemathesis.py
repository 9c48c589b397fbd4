"""The OpenAPI documents against the running service: no 500, nothing that they do not say.

`SCHEMATHESIS_SECONDS=1800 make slow ARGS=tests/test_schemathesis.py` asks for half an hour.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
import requests

from tests.conftest import Sandbox
from tests.fuzzing import Fuzz
from tests.live import Service, database
from tests.upstream import Received, Script, Upstream

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
SECONDS = float(os.environ.get("SCHEMATHESIS_SECONDS", "40"))
SEED = int(os.environ.get("SCHEMATHESIS_SEED", datetime.now(UTC).toordinal()))
SHARES = {"heygen": 0.45, "elevenlabs": 0.15, "liveavatar": 0.15, "management": 0.25}
FREE = {f"RATE_{name}": "0" for name in ("ORG", "SERVER_KEY", "BROWSER_KEY", "FAILED_AUTH", "LINK")}
SECRET = "sandbox-heygen-key"  # the sandbox knows its callers


def other_vendor(request: Received) -> Script:
    """ElevenLabs and LiveAvatar: plausible answers, bytes where they are asked for."""
    if request.target.partition("?")[0].endswith(
        ("/audio", "/stream", "-isolation", "-generation")
    ):
        return Script(body=b"ID3 sound", headers={"Content-Type": "audio/mpeg"})
    return Script(body=b'{"code": 1000, "data": {"id": "x", "count": 0, "results": []}}')


@pytest.fixture(scope="module")
def running(tmp_path_factory: Any, _vendor: Upstream, _sandbox: Sandbox) -> Iterator[Any]:
    """The service with the sandbox behind HeyGen, and a vendor of the tests behind the others."""
    _vendor.reset()
    _vendor.plays(other_vendor)
    _sandbox.reset()
    vendors = {
        "HEYGEN_BASE_URL": _sandbox.url,
        "HEYGEN_UPLOAD_BASE_URL": _sandbox.url,
        "ELEVENLABS_BASE_URL": _vendor.url,
        "LIVEAVATAR_BASE_URL": _vendor.url,
    }
    with database(tmp_path_factory.mktemp("fuzz")) as url:
        service = Service(url, **vendors, **FREE)
        service.manage("migrate")
        keys = {}
        for org in ("acme", "boss"):
            service.manage("create_org", org)
            for name in ("heygen", "elevenlabs", "liveavatar"):
                service.manage("set_credential", org, name, stdin=SECRET)
        keys["acme"] = service.manage("issue_key", "acme")
        keys["boss"] = service.manage("issue_key", "boss", "--access", "manage")
        with service.serving(workers=1):
            yield SimpleNamespace(url=service.url, keys=keys)


def fuzz(running: Any, org: str, path: str) -> Fuzz:
    headers = {"Authorization": f"Api-Key {running.keys[org]}"}
    url = f"{running.url}/api/ai-proxy/orgs/{org}/{path}openapi.json"
    text = requests.get(url, headers=headers, timeout=30).text.replace("{org}", org)
    document = json.loads(text)
    for item in document["paths"].values():
        for told in item.values():
            if isinstance(told, dict):
                kept = [each for each in told.get("parameters", ()) if each.get("name") != "org"]
                told["parameters"] = kept
    return Fuzz(document, running.url, headers, SEED)


@pytest.mark.parametrize("name", SHARES)
def test_service_does_what_its_document_says(running: Any, name: str) -> None:
    managing = name == "management"
    made = fuzz(running, "boss", "") if managing else fuzz(running, "acme", f"services/{name}/")
    made.run(SECONDS * SHARES[name])
    sys.stderr.write(f"{name}, seed {SEED}: {made.cases} cases, {dict(made.statuses)}\n")
    assert made.failures == {}, f"SCHEMATHESIS_SEED={SEED}"
    assert 200 in made.statuses


def test_jobs_are_as_the_document_says(running: Any) -> None:
    made = fuzz(running, "acme", "services/heygen/")
    root = f"{running.url}/api/ai-proxy/orgs/acme"
    body = {"items": [{}], "concurrency": 1}
    batch = requests.post(
        f"{root}/services/heygen/list-voices/batch/", json=body, headers=made.headers, timeout=30
    )
    assert batch.status_code == 202, batch.text
    jobs = [batch.json()["data"]["job"]["id"]]
    example = next(
        item["post"]["requestBody"]["content"]["application/json"]["example"]
        for path, item in made.document["paths"].items()
        if path.endswith("/v3-create-video/")
    )
    del example["body"]["test"]
    started = requests.post(
        f"{root}/services/heygen/v3-create-video/",
        data=json.dumps(example),
        headers=made.headers | {"Content-Type": "application/json"},
        timeout=30,
    )
    jobs.append(started.headers["X-Job-Id"])
    about = [each for each in made.operations if "/jobs/{job}/" in each.path]
    for operation in about:
        for job in jobs:
            if not operation.path.endswith("/events/"):
                made.ask(operation.Case(path_parameters={"job": job}))
    assert made.failures == {}
    assert len(about) >= 6
