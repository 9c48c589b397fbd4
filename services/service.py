"""What a service is: a vendor as a value, with the few functions that data cannot say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from services.action import LOOK, ORDINARY, TRANSFER, Action, Call, Deadlines
from services.rule import Ownership

NO_RULES = Ownership({})  # no action may be called where orgs share an account


@dataclass(frozen=True, slots=True)
class Sunset:
    """When a vendor's old API ends, in unix seconds: deprecated (RFC 9745), removed (RFC 8594)."""

    deprecated: int
    removed: int


@dataclass(frozen=True, slots=True)
class Earlier:
    """Stands in a step for what an earlier one gave: its number from 0, a dotted path."""

    step: int
    path: str


@dataclass(frozen=True, slots=True)
class Step:
    """One action of the vendor's new API to call on the way to an old one's answer."""

    action: str
    path_params: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    paged: bool = False  # walk all pages and hand over the whole list
    whole: bool = False  # hand over the page with its cursor, not only its `data`
    file: str = ""  # the part of a multipart body that the call's one file becomes


@dataclass(frozen=True, slots=True)
class Plan:
    """What one call of an old action becomes; `notes` name what has no counterpart.

    The steps are taken together, or in turn when one has an `Earlier`. At most one of them is paid.
    """

    steps: tuple[Step, ...]
    notes: tuple[str, ...] = ()
    test: bool = False  # the caller said `test: true`: must never be sent as a paid call
    facts: tuple[Any, ...] = ()  # of the call, for `answer`, after the steps' values


@dataclass(frozen=True, slots=True)
class Translation:
    """An old action in terms of the new API, as two pure functions.

    `plan` raises BadRequest for what has no counterpart; `answer` takes one value per step (a
    paged step's whole list, else what stood under `data`) and returns the documented payload.
    `through` names the actions that the steps may be of.
    """

    plan: Callable[[Call], Plan]
    answer: Callable[[tuple[Any, ...]], Any]
    through: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ended:
    """An old action that the new API has nothing for.

    `instead` is the nearest thing: an action, as `service:action` where it is another service's.
    """

    why: str  # a clause
    instead: str


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


@dataclass(frozen=True, slots=True)
class Event:
    """What one type of a vendor's events is about: names its id may have, the first found counts.

    `succeeded` says whether the work did; None for what is no end.
    """

    ids: tuple[str, ...]
    succeeded: bool | None = None


@dataclass(frozen=True, slots=True)
class Registration:
    """The actions that look after a webhook endpoint at the vendor."""

    listing: str
    create: str
    delete: str
    rotate: str = ""  # none: it is made anew


@dataclass(frozen=True, slots=True)
class Assets:
    """The actions by which a file of any size becomes an asset, and the media types taken.

    Up to `most` bytes go in one step; larger files to a place that is reserved, then completed.
    """

    simple: str
    most: int
    reserve: str
    complete: str
    types: frozenset[str]
    old: str  # the one step on the vendor's old API
    old_types: frozenset[str]


@dataclass(frozen=True, slots=True)
class Webhooks:
    """How a vendor tells of its own accord what happens.

    `scheme` is how it signs: `hex` is HMAC-SHA256 of the body; `stamped` is `t=<seconds>,v0=<hex>`
    of `<seconds>.<body>` in one header. All header names are in lower case.
    """

    scheme: Literal["hex", "stamped"]
    signature: tuple[str, ...]  # headers that may hold it, the first one that is there counts
    events: Mapping[str, Event]
    timestamp: str = ""  # a header, no part of what is signed
    event_id: str = ""  # a header
    type: str = "event_type"  # members of the body
    data: str = "event_data"
    past: int = 300  # seconds that an event may be old
    future: int = 300  # and ahead of this clock
    registration: Mapping[str, Registration] = field(default_factory=dict)  # by API generation


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
    ended: Mapping[str, Ended] = field(default_factory=dict)
    patch: Mapping[str, Callable[[bytes], bytes]] = field(default_factory=dict)
    test_mode: TestMode | None = None
    leaves: frozenset[str] = frozenset()  # slugs and groups whose writes change no catalogue
    deadlines: Deadlines = ORDINARY
    transfers: Deadlines = TRANSFER  # of calls with files or streams
    looks: Deadlines = LOOK  # at how a job is doing
    concurrency: int | None = None  # calls of paid actions at a time that every plan allows
    busy_codes: frozenset[str] = frozenset()  # the vendor's words for more calls than that
    webhooks: Webhooks | None = None
    assets: Assets | None = None
    ownership: Ownership = NO_RULES

    @cached_property
    def by_slug(self) -> Mapping[str, Action]:
        return {action.slug: action for action in self.actions}

    @cached_property
    def changes(self) -> frozenset[str]:
        """The writes after which a catalogue may read differently: all but those of `leaves`."""
        return frozenset(
            action.slug
            for action in self.actions
            if not action.safe and not self.leaves.intersection((action.slug, action.group))
        )

    @cached_property
    def supports_async_jobs(self) -> bool:
        return any(action.job for action in self.actions)

    @cached_property
    def supports_streaming(self) -> bool:
        return any(action.response == "stream" for action in self.actions)

    def limits(self, action: Action) -> Deadlines:
        """How long a call of this action may take."""
        if action.deadlines is not None:
            return action.deadlines
        if action.request in ("multipart", "binary") or action.response != "json":
            return self.transfers
        return self.looks if action.slug in self.polls else self.deadlines

    @cached_property
    def polls(self) -> frozenset[str]:
        """The actions that tell how a job is doing."""
        return frozenset(action.job.status_action for action in self.actions if action.job)

    def paid(self, action: Action) -> bool:
        """Whether a call of this action may cost something, on whichever API answers it."""
        return action.billable is not False or action.slug in self._paid_renewals

    @cached_property
    def _paid_renewals(self) -> frozenset[str]:
        """The old actions that cost something on the new API."""
        paid = {action.slug for action in self.actions if action.billable is not False}
        renewals = self.translations.items()
        return frozenset(slug for slug, renewal in renewals if not paid.isdisjoint(renewal.through))

    def honours(self, action: Action, *, renewed: bool) -> bool:
        """Whether the vendor does an action once per key; `renewed`: on its new API, if it can."""
        if not renewed or action.slug not in self.translations:
            return action.keyed
        steps = [self.by_slug[slug] for slug in self.translations[action.slug].through]
        writes = [step for step in steps if not step.safe]
        return bool(writes) and all(step.keyed for step in writes)

    def tells_retirement(self, action: Action) -> bool:
        """Whether the end of this action is the end of its whole API.

        Not where the path is doubtful, nor of what ended before the rest.
        """
        sunset = self.sunset(action)
        return action.confidence == "high" and sunset == self.sunsets.get(action.version)

    def sunset(self, action: Action) -> Sunset | None:
        """When this action ends, if the vendor has said so."""
        for name in (action.slug, action.group, action.version):
            if name in self.sunsets:
                return self.sunsets[name]
        return None
