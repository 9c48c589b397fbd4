"""The OpenAPI documents against the running service: no 500, nothing that they do not say.

`SCHEMATHESIS_SECONDS=1800 make slow ARGS=tests/test_schemathesis.py` asks for half an hour.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import requests

from tests.conftest import Sandbox
from tests.fuzzing import Fuzz
from tests.live import Service, database

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
SECONDS = float(os.environ.get("SCHEMATHESIS_SECONDS", "30"))
SEED = int(os.environ.get("SCHEMATHESIS_SEED", "1"))
SHARES = {"heygen": 0.45, "elevenlabs": 0.15, "liveavatar": 0.15, "management": 0.25}
FREE = {f"RATE_{name}": "0" for name in ("ORG", "SERVER_KEY", "BROWSER_KEY", "FAILED_AUTH", "LINK")}
SET_UP = """
import json
from credentials import vault
from credentials.issue import issue
from credentials.models import Org

pages = ["https://a.example"]
made = {name: Org.objects.create(slug=name, origins=pages) for name in ("acme", "boss")}
for org in made.values():
    for service in ("heygen", "elevenlabs", "liveavatar"):
        vault.store(org=org, service=service, secret=f"sandbox-{service}-key")
limits = {"acme": {}, "asking": {"approve_above": 0}, "boss": {"access": ["manage"]}}
print(json.dumps({n: issue(made.get(n, made["acme"]), **each)[1] for n, each in limits.items()}))
"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: Any, _sandbox: Sandbox) -> Iterator[Any]:
    """The service with the sandbox behind every vendor."""
    _sandbox.reset()
    vendors = {
        "HEYGEN_BASE_URL": _sandbox.url,
        "HEYGEN_UPLOAD_BASE_URL": _sandbox.url,
        "ELEVENLABS_BASE_URL": f"{_sandbox.url}/elevenlabs",
        "LIVEAVATAR_BASE_URL": f"{_sandbox.url}/liveavatar",
    }
    with database(tmp_path_factory.mktemp("fuzz")) as url:
        service = Service(url, **vendors, **FREE)
        service.manage("migrate")
        keys = json.loads(service.manage("shell", "--verbosity", "0", "-c", SET_UP))
        with service.serving(workers=1):
            yield SimpleNamespace(url=service.url, keys=keys)


def fuzz(running: Any, org: str, path: str, key: str = "") -> Fuzz:
    headers = {"Authorization": f"Api-Key {running.keys[key or org]}"}
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
    started = paid(running, made)
    jobs.append(started.headers["X-Job-Id"])
    stored = requests.post(
        f"{root}/services/heygen/assets/",
        data=b"not looked into",
        headers=made.headers | {"Content-Type": "image/png", "Prefer": "respond-async"},
        timeout=30,
    )
    assert stored.status_code == 202, stored.text
    jobs.append(stored.json()["data"]["job"]["id"])
    about = [each for each in made.operations if "/jobs/{job}/" in each.path]
    for operation in about:
        for job in jobs:
            if not operation.path.endswith("/events/"):
                made.ask(operation.Case(path_parameters={"job": job}))
    assert made.failures == {}
    assert len(about) >= 6


def paid(running: Any, made: Fuzz) -> requests.Response:
    """The answer to a call that costs something, as its example has it."""
    path = "/api/ai-proxy/orgs/acme/services/heygen/v3-create-video/"
    post = made.document["paths"][path]["post"]
    example = post["requestBody"]["content"]["application/json"]["example"]
    body = {**example["body"]}
    del body["test"]
    return requests.post(
        running.url + path,
        data=json.dumps({**example, "body": body}),
        headers=made.headers | {"Content-Type": "application/json"},
        timeout=30,
    )


def test_approvals_are_as_the_document_says(running: Any) -> None:
    made = fuzz(running, "acme", "services/heygen/", "asking")
    refused = paid(running, made)
    assert refused.status_code == 403, refused.text
    approval = refused.json()["approval"]["id"]
    about = [each for each in made.operations if "/approvals/" in each.path]
    for operation in about:
        made.ask(operation.Case(path_parameters={"approval": approval}))
    assert made.failures == {}
    assert made.statuses == {200: 1, 403: 1}


def test_routes_beside_actions_are_as_the_document_says(running: Any) -> None:
    made = fuzz(running, "acme", "services/heygen/")
    known = {each.definition.raw["operationId"]: each for each in made.operations}
    asset = {"media_type": "image/png", "body": b"not looked into"}
    for name, parts in {
        "use_tool": {"path_parameters": {"name": "heygen_list-voices"}, "body": {}},
        "passthrough_get": {"path_parameters": {"path": "v2/voices"}},
        "upload_file": asset,
        "make_ticket": {"body": {"origin": "https://a.example", "actions": ["heygen:list-*"]}},
        "realtime_task": {"body": {"task_type": "create_session", "avatar_name": "a"}},
        "list_realtime": {},
        "read_openapi": {},
    }.items():
        made.ask(known[name].Case(**{"media_type": "application/json", **parts}))
    assert made.failures == {}
    assert made.statuses == {200: 6, 201: 1}
