"""Everything a running sandbox remembers, in memory: accounts, what they made, what was asked."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import Response

from sandbox import videos
from sandbox.answers import Generation, Refusal
from sandbox.catalogue import Group, Look, Voice, catalogue
from sandbox.config import Config
from services.action import Action

Json = dict[str, Any]


@dataclass(slots=True)
class Made:
    """One thing an account made; `kind` is the v3 path of the collection it belongs to."""

    id: str
    kind: str
    body: Json
    base_url: str
    paid: int = 0


@dataclass(slots=True)
class Asset:
    id: str
    name: str
    mime_type: str
    uploaded_at: int
    size: int
    content: bytes | None = None  # None until the bytes of a direct upload arrive
    folder_id: str | None = None
    checksum: str | None = None


@dataclass(slots=True)
class Webhook:
    id: str
    url: str
    events: tuple[str, ...]
    secret: str
    created_at: str


@dataclass(slots=True)
class Account:
    """What belongs to one API key."""

    name: str
    credits: int
    made: dict[str, Made] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    assets: dict[str, Asset] = field(default_factory=dict)
    folders: dict[str, Json] = field(default_factory=dict)
    webhooks: dict[str, Webhook] = field(default_factory=dict)
    events: deque[Json] = field(default_factory=lambda: deque(maxlen=1000))
    voices: dict[str, Voice] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)  # of streaming sessions
    streams: dict[str, Any] = field(default_factory=dict)  # open streaming sessions
    replies: dict[tuple[str, str], Response | None] = field(default_factory=dict)
    calls: deque[float] = field(default_factory=deque)

    def look(self, look_id: str) -> Look | None:
        own = {look.id: look for group in self.groups.values() for look in group.looks}
        return own.get(look_id) or catalogue().looks.get(look_id)

    def voice(self, voice_id: str) -> Voice | None:
        if voice_id in self.deleted:
            return None
        return self.voices.get(voice_id) or catalogue().voices.get(voice_id)


@dataclass(slots=True)
class Fault:
    """A misbehaviour asked for: what to do to the next `times` requests that match.

    With `after`, the request is carried out first and only its answer is lost or replaced.
    """

    match: str
    status: int | None = None
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    times: int | None = None
    drop: bool = False
    after: bool = False

    def fits(self, method: str, target: str) -> bool:
        wanted, _, prefix = self.match.partition(" ")
        return self.times != 0 and wanted in ("*", method) and target.startswith(prefix)


class Sandbox:
    """One running stand-in. `epoch` makes ids from before a reset unknown."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.epoch = 0
        self.loops: set[asyncio.Task[None]] = set()
        self.clear()

    def clear(self) -> None:
        for task in self.loops:
            task.cancel()
        names = {key: _name(key) for key in self.config.keys}
        self.accounts = {key: Account(name, self.config.credits) for key, name in names.items()}
        self.requests: deque[tuple[float, str, str, list[tuple[str, str]], bytes]]
        self.requests = deque(maxlen=500)
        self.faults: list[Fault] = []
        self.elsewhere: dict[str, Any] = {}  # the other vendors' accounts, by their desks' prefix
        self.ledger: list[Json] = []
        self.deliveries: deque[Json] = deque(maxlen=500)
        self.changed = asyncio.Event()

    def reconfigure(self, config: Config) -> None:
        if config.credits != self.config.credits:
            for account in self.accounts.values():
                account.credits = config.credits
        self.config = config
        self.changed.set()
        self.changed = asyncio.Event()

    def owner(self, account: Account, kind: str) -> str:
        return f"{account.name}:{kind}:{self.epoch}"

    def video(self, account: Account, made: Made) -> videos.Video:
        """When this was made and how it ends; samples are as old as time."""
        owner = self.owner(account, made.kind)
        video = videos.read(made.id, secret=self.config.secret, owner=owner)
        return video or videos.Video(made.id, 0.0)

    def status(self, account: Account, made: Made) -> videos.Status:
        return self.video(account, made).status(time.time(), self.config.render_seconds)


@dataclass(slots=True)
class Visit:
    """One authenticated call of one action."""

    sandbox: Sandbox
    account: Account
    action: Action
    generation: Generation
    params: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    raw: bytes
    content_type: str
    base_url: str

    def find(self, kind: str, made_id: str, missing: str = "resource_not_found") -> Made:
        """What this account made under an id, also by an earlier run of the sandbox."""
        made = self.account.made.get(made_id)
        if made is None and made_id not in self.account.deleted:
            owner = self.sandbox.owner(self.account, kind)
            if videos.read(made_id, secret=self.sandbox.config.secret, owner=owner):
                made = Made(made_id, kind, {}, self.base_url)
        if made is None or made.kind != kind:
            noun = missing.removesuffix("_not_found").replace("_", " ").capitalize()
            raise Refusal(missing, f"{noun} not found")
        return made


def _name(key: str) -> str:
    return f"sandbox_{hashlib.sha256(key.encode()).hexdigest()[:8]}"
