"""What a started candidate is: the head of its processes, and how it is called."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks import upstream
from benchmarks.load import Target
from benchmarks.processes import BenchmarkError

Say = Callable[[str], None]
ENVELOPE = {"code": 100, "data": upstream.VIDEO, "message": "Success"}
PAYLOAD = {"data": upstream.VIDEO}


@dataclass(frozen=True, slots=True)
class Service:
    """A candidate that answers.

    `status` makes the call that reads a video's status, as the org of that number where the
    candidate knows orgs; `lists` the one that lists avatars; `answer` is what status gives.
    """

    pid: int
    status: Callable[[str, int], Target] = field(repr=False)
    lists: Target | None = field(default=None, repr=False)
    answer: object = field(default_factory=lambda: PAYLOAD, repr=False)
    keys: tuple[str, ...] = field(default=(), repr=False)
    port: int = 0


Start = Callable[[Path, str], AbstractContextManager[Service]]


def invocation(port: int, key: str, action: str, envelope: Any = None, **headers: str) -> Target:
    """A call of this project's API, which the obvious version has too."""
    org, _, rest = action.partition("/")
    service, _, slug = rest.partition("/")
    return Target(
        "POST",
        f"http://127.0.0.1:{port}/api/ai-proxy/orgs/{org}/services/{service}/{slug}/",
        {"Authorization": f"Api-Key {key}", "Content-Type": "application/json"} | headers,
        json.dumps(envelope or {}),
    )


def ask(target: Target, seconds: float = 30) -> tuple[int, object]:
    """One call: the status, and the JSON of its answer or else the beginning of its text."""
    address = urlsplit(target.url)
    connection = http.client.HTTPConnection(address.netloc, timeout=seconds)
    path = address.path + (f"?{address.query}" if address.query else "")
    try:
        connection.request(target.method, path, target.body or None, dict(target.headers))
        response = connection.getresponse()
        text = response.read().decode(errors="replace")
    finally:
        connection.close()
    try:
        return response.status, json.loads(text)
    except ValueError:
        return response.status, text[:500]


def check(name: str, service: Service) -> None:
    """The same job or no comparison: the right answer with the key, and a refusal without."""
    target = service.status("v1", 0)
    status, answer = ask(target)
    if status != 200 or without_nulls(answer) != without_nulls(service.answer):
        raise BenchmarkError(f"{name} does not give the expected answer: {status} {answer}")
    wrong = {k: v + "x" if k == "Authorization" else v for k, v in target.headers.items()}
    status, answer = ask(Target(target.method, target.url, wrong, target.body))
    if status not in (400, 401, 403):
        raise BenchmarkError(f"{name} does not check the key: {status} {answer}")


def without_nulls(value: object) -> object:
    """HeyGen's generations differ in which fields they spell out as null, and in nothing else."""
    if isinstance(value, dict):
        return {name: without_nulls(one) for name, one in value.items() if one is not None}
    return value
