"""What a service is: a vendor as a value, with the few functions that data cannot say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from services.action import Action, Call


@dataclass(frozen=True, slots=True)
class Sunset:
    """When a vendor's old API ends, in unix seconds: deprecated (RFC 9745), removed (RFC 8594)."""

    deprecated: int
    removed: int


@dataclass(frozen=True, slots=True)
class Step:
    """One action of the vendor's new API to call on the way to an old one's answer."""

    action: str
    path_params: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    paged: bool = False  # walk all pages and hand over the whole list


@dataclass(frozen=True, slots=True)
class Plan:
    """What one call of an old action becomes; `notes` name what has no counterpart."""

    steps: tuple[Step, ...]
    notes: tuple[str, ...] = ()
    test: bool = False  # the caller said `test: true`: must never be sent as a paid call


@dataclass(frozen=True, slots=True)
class Translation:
    """An old action in terms of the new API, as two pure functions.

    `plan` raises BadRequest for what has no counterpart; `answer` takes one value per step (a
    paged step's whole list, else what stood under `data`) and returns the documented payload.
    """

    plan: Callable[[Call], Plan]
    answer: Callable[[tuple[Any, ...]], Any]


@dataclass(frozen=True, slots=True)
class TestMode:
    """A vendor's free rehearsal, answered in process: nothing is sent and nothing is charged.

    `create(slug, call, org)` is the payload for a call of one of `creates`; `read(slug, call, org,
    media)` is the payload for an id that `create` made, or None for any other id, where
    `media(id)` is the URL of the result.
    """

    __test__ = False  # not a test class, whatever pytest thinks of the name

    creates: frozenset[str]
    create: Callable[[str, Call, str], Any]
    read: Callable[[str, Call, str, Callable[[str], str]], Any]


@dataclass(frozen=True)
class Service:
    """A vendor: where it lives, how it takes its credential, what can be called."""

    slug: str
    display_name: str
    service_type: str
    auth_header: str
    base_urls: Mapping[str, str]  # host of an action -> the setting that holds its URL
    actions: tuple[Action, ...]
    schemas: Mapping[str, Mapping[str, Any]]
    unwrap: Callable[[bytes], bytes]
    check_action: str  # a cheap, free read that shows whether a credential works
    codes: Mapping[object, int] = field(default_factory=dict)  # vendor's error code -> HTTP status
    sunsets: Mapping[str, Sunset] = field(default_factory=dict)  # by slug, group or API version
    generation_setting: str = ""
    translations: Mapping[str, Translation] = field(default_factory=dict)
    patch: Mapping[str, Callable[[bytes], bytes]] = field(default_factory=dict)
    test_mode: TestMode | None = None
    timeout: float = 60.0  # seconds for a JSON answer, connect to last byte
    transfer_timeout: float = 600.0  # seconds for files and streams

    @cached_property
    def by_slug(self) -> Mapping[str, Action]:
        return {action.slug: action for action in self.actions}

    @cached_property
    def supports_async_jobs(self) -> bool:
        return any(action.job for action in self.actions)

    @cached_property
    def supports_streaming(self) -> bool:
        return any(action.response == "stream" for action in self.actions)

    def sunset(self, action: Action) -> Sunset | None:
        """When this action ends, if the vendor has said so."""
        for name in (action.slug, action.group, action.version):
            if name in self.sunsets:
                return self.sunsets[name]
        return None
