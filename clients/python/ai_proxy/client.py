"""One org's way to the service."""

from __future__ import annotations

import functools
import json
import os
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

from .answers import Answer, FileAnswer
from .files import Body, FileLike, Form, Progress, Raw, parameters
from .job import Job, pages
from .table import TABLE
from .transport import Request, Transport

if TYPE_CHECKING:
    from . import actions

TRANSFER = 660.0  # seconds of a call that moves files


class Client:
    """Discover, call, upload, wait; several threads may share one.

    `timeout` is in seconds, for an ordinary call with its further tries; `retries` how many of
    those there are for what is safe to send again.
    """

    if TYPE_CHECKING:
        heygen: actions.HeygenActions
        elevenlabs: actions.ElevenlabsActions
        liveavatar: actions.LiveavatarActions

    def __init__(
        self, base_url: str, org: str, key: str, *, timeout: float = 90.0, retries: int = 3
    ) -> None:
        self._transport = Transport(base_url, org, key, timeout=timeout, retries=retries)
        for service, named in TABLE.items():
            setattr(self, service, _Actions(self, service, named))

    @classmethod
    def from_env(cls, **options: Any) -> Client:
        """By AI_PROXY_URL, AI_PROXY_ORG, and AI_PROXY_KEY or AI_PROXY_KEY_FILE."""
        key = os.environ.get("AI_PROXY_KEY", "")
        if not key and (path := os.environ.get("AI_PROXY_KEY_FILE")):
            with open(path) as file:
                key = file.read().strip()
        url, org = (os.environ.get(f"AI_PROXY_{name}", "") for name in ("URL", "ORG"))
        return cls(url, org, key, **options)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the connections."""
        self._transport.close()

    def services(self) -> list[dict[str, Any]]:
        """Every service."""
        found: list[dict[str, Any]] = self._transport.send(Request("services/")).json()
        return found

    def service(self, service: str) -> dict[str, Any]:
        """One service and all its actions."""
        path = f"services/{_name(service)}/"
        found: dict[str, Any] = self._transport.send(Request(path)).json()
        return found

    def invoke(
        self,
        service: str,
        action: str,
        *,
        path_params: Mapping[str, Any] | None = None,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        file: FileLike | None = None,
        files: Mapping[str, FileLike | Sequence[FileLike]] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
        dry_run: bool = False,
    ) -> Any:
        """Call an action by its name; an Answer, or a FileAnswer of what answers with a file.

        A write gets an Idempotency-Key of its own, so that it can be tried again; with
        `idempotency_key=False` it has none and is sent once. Raises ProxyError.
        """
        flags = TABLE.get(service, {}).get(action, "w")
        envelope = {"path_params": path_params, "query": query, "headers": headers, "body": body}
        envelope = {name: value for name, value in envelope.items() if value is not None}
        key = None if dry_run else _key(idempotency_key, flags)
        is_file = "f" in flags and not dry_run
        moves = is_file or file is not None or files is not None
        sent = Request(
            f"services/{_name(service)}/{_name(action)}/",
            "POST",
            headers={
                **((headers or {}) if file is not None else {}),
                **({"Idempotency-Key": key} if key else {}),
                **({"X-Dry-Run": "true"} if dry_run else {}),
            },
            query=parameters(envelope) if file is not None else None,
            body=_body(envelope, file, files),
            safe=bool(key) or dry_run or flags.startswith("r"),
            streams=is_file,
            timeout=timeout or (TRANSFER if moves else None),
            on_progress=on_progress,
        )
        response = self._transport.send(sent)
        return (FileAnswer if is_file else Answer)(response, self._transport)

    def batch(
        self,
        service: str,
        action: str,
        items: Sequence[Mapping[str, Any]],
        *,
        concurrency: int | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
    ) -> Job:
        """Up to 100 calls of one action, as one job."""
        given = {"items": list(items), **({"concurrency": concurrency} if concurrency else {})}
        path = f"services/{_name(service)}/{_name(action)}/batch/"
        answer = self._keyed(path, Body(json.dumps(given).encode()), idempotency_key, timeout)
        return Job(self._transport, answer.data["job"]["id"], answer.data["job"])

    def upload(
        self,
        file: FileLike,
        *,
        filename: str | None = None,
        service: str = "heygen",
        idempotency_key: str | Literal[False] | None = None,
        timeout: float = TRANSFER,
        on_progress: Progress | None = None,
    ) -> dict[str, Any]:
        """Upload one file of any size that the vendor takes; the asset's data.

        A large one that the service passes on as a job is waited for.
        """
        body = Raw(file)
        query = {"filename": filename or body.source.name}
        path = f"services/{_name(service)}/assets/"
        answer = self._keyed(path, body, idempotency_key, timeout, query, on_progress)
        data = answer.data
        if answer.status == 202 and answer.job is not None:
            data = answer.job.wait()["result"]
        found: dict[str, Any] = data
        return found

    def job(self, id: str) -> Job:
        """A job by its id."""
        return Job(self._transport, id)

    def jobs(self, **filters: Any) -> Iterator[Job]:
        """The org's jobs, newest first: `service`, `action`, `status`, `kind`, `created_after`."""
        for data in pages(self._transport, "jobs/", filters):
            yield Job(self._transport, data["id"], data)

    def create_ticket(self, origin: str, actions: Sequence[str], **more: Any) -> dict[str, Any]:
        """A short-lived token for one browser page: `ticket`, `expires_at`.

        `path_params`, `calls`, `end_user` and `expires_in` (seconds) narrow it.
        """
        given = {"origin": origin, "actions": list(actions), **more}
        body = Body(json.dumps(given).encode())
        response = self._transport.send(Request("tickets/", "POST", body=body))
        found: dict[str, Any] = response.json()["data"]
        return found

    def _keyed(
        self,
        path: str,
        body: Body,
        key: str | Literal[False] | None,
        timeout: float | None,
        query: Mapping[str, Any] | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        used = _key(key, "w")
        headers = {"Idempotency-Key": used} if used else {}
        request = Request(path, "POST", query, headers, body, bool(used), timeout=timeout)
        request.on_progress = on_progress
        return Answer(self._transport.send(request), self._transport)


class _Actions:
    """A service's actions as methods; `actions.pyi` has their types."""

    def __init__(self, client: Client, service: str, named: Mapping[str, str]) -> None:
        for slug in named:
            call = functools.partial(client.invoke, service, slug)
            setattr(self, slug.replace("-", "_"), call)


def _key(given: str | Literal[False] | None, flags: str) -> str | None:
    """One key for one thing that is wanted once; it stays the same over all tries."""
    if given is False or not flags.startswith("w"):
        return None
    return given or uuid.uuid4().hex


def _body(
    envelope: Mapping[str, Any],
    file: FileLike | None,
    files: Mapping[str, FileLike | Sequence[FileLike]] | None,
) -> Body:
    if file is not None:
        return Raw(file)
    if files is not None:
        return Form(envelope, files)
    return Body(json.dumps(envelope).encode())


def _name(text: str) -> str:
    """One segment of a path."""
    if text in ("", ".", ".."):
        raise ValueError(f"No name: {text!r}")
    return quote(text, safe="")
