"""What an action, a service and a call are; path templates. Plain values, no I/O, no framework."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal
from urllib.parse import quote, unquote

from services.errors import BadRequest

SLUG = r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}"
MAX_TARGET = 4096  # bytes of path and query sent upstream
MAX_SEGMENT = 1024  # characters of one path parameter
_QUERY_NAME = re.compile(r"[A-Za-z0-9_.\-\[\]]{1,64}")
_CREDENTIAL_LIKE = frozenset(
    (
        "key", "api_key", "apikey", "x_api_key", "xi_api_key", "authorization", "token",
        "access_token", "signature",
    )
)  # fmt: skip
PART_NAME = re.compile(r"[^\x00-\x1f\x7f\"\\]{1,255}")  # of a multipart field or file
_RANGED = frozenset(("range", "if-range"))  # RFC 9110 section 14
_YES = frozenset(("true", "1", "1.0", "yes", "on"))
_ORDINARY = re.compile(r"[A-Za-z0-9_-]{1,128}")  # ids, nearly always: nothing to encode or doubt
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
# A caller's own key, or ticket; see credentials/keys.py and tickets.py.
_KEY = re.compile(r"aip[bs]_[0-9A-Za-z]{46}|aipt_[0-9A-Za-z_-]{60,}")

ANY_LIST = "*"  # in place of where a call's pieces stand, which nobody tells: the longest list

type_of_request = Literal["none", "json", "multipart", "binary"]
type_of_response = Literal["json", "binary", "passthrough", "stream"]


@dataclass(frozen=True, slots=True)
class Param:
    """One declared query parameter."""

    name: str
    type: str = "string"
    required: bool = False
    default: Any = None
    enum: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    format: str | None = None


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The limits of one call, in seconds of wall-clock time."""

    connect: float = 3.0  # to a connection, TLS included
    answer: float = 60.0  # to the first byte of the answer, unless files are sent
    idle: float = 30.0  # between two pieces of a streamed answer
    total: float = 60.0  # to its last byte, further attempts included


ORDINARY = Deadlines()
LOOK = Deadlines(total=20.0)  # the next look is worth more than a late one
TRANSFER = Deadlines(answer=120.0, total=600.0)


@dataclass(frozen=True, slots=True)
class Job:
    """How work that outlives its answer is followed: dotted paths into the vendor's JSON."""

    id: str | None
    status_action: str
    status: str | None = "data.status"
    pending: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    failed: tuple[str, ...] = ("failed",)
    result: str | None = None


@dataclass(frozen=True, slots=True)
class Pages:
    """How a list continues: the query's cursor and size, dotted paths into the answer."""

    style: Literal["token", "page"] = "token"
    cursor: str = "token"
    size: str | None = "limit"
    items: str | None = "data"
    more: str | None = "has_more"
    next: str | None = "next_token"


@dataclass(frozen=True)
class Action:
    """One named operation of a vendor: one method and one path template."""

    slug: str
    title: str
    group: str
    method: str
    path: str
    host: str = "api"
    query: tuple[Param, ...] = ()
    request: type_of_request = "none"
    response: type_of_response = "json"
    job: Job | None = None
    pages: Pages | None = None
    billable: bool | None = False
    pieces: str = ""  # where a body may name several paid pieces of work: a dotted place, ANY_LIST
    destructive: bool = False
    idempotency: Literal["header", "request_id", "natural", "none"] | None = "natural"
    successor: str | None = None
    external: str | None = None
    headers: tuple[str, ...] = ()  # what a caller may add to the header allow list, lower case
    deadlines: Deadlines | None = None  # other than its service's
    ttl: int = 0  # seconds that the answer of a catalogue read is kept
    session: bool = False  # takes a session's token as its credential, not the org's
    confidence: Literal["high", "medium", "low"] = "high"

    @cached_property
    def path_params(self) -> tuple[str, ...]:
        return tuple(_PLACEHOLDER.findall(self.path))

    @cached_property
    def required_query(self) -> tuple[str, ...]:
        return tuple(param.name for param in self.query if param.required)

    @cached_property
    def query_names(self) -> frozenset[str]:
        return frozenset(param.name for param in self.query)

    @cached_property
    def takes_headers(self) -> frozenset[str]:
        """What a caller may add to the header allow list, lower case."""
        return frozenset(self.headers) | (_RANGED if self.is_file else frozenset())

    @property
    def is_file(self) -> bool:
        """Whether it reads a file, of which a part may be asked for."""
        return self.safe and self.response in ("binary", "passthrough")

    @property
    def request_mode(self) -> str:
        """How it takes its body, in the contract's words."""
        return "raw" if self.request == "none" else self.request

    @property
    def version(self) -> str:
        """The vendor's API generation, `v1`, `v2` or `v3`."""
        return self.path.split("/", 2)[1]

    @property
    def safe(self) -> bool:
        """Whether repeating the call changes nothing (RFC 9110 section 9.2.1)."""
        return self.method == "GET"

    @property
    def keyed(self) -> bool:
        """Whether the vendor does it once per key, however often it is sent."""
        return self.idempotency in ("header", "request_id")

    @property
    def repeatable(self) -> bool:
        """Whether sending it twice does no harm and, as far as is known, costs nothing."""
        return self.safe and self.billable is False

    def pairs(self, values: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
        """The query's names and values as text, lists as repeated names, null left out.

        Raises BadRequest for a missing required name, a value of another kind, or an undeclared
        name that could stand for a credential.
        """
        pairs: list[tuple[str, str]] = []
        for name, value in values.items():
            if not _QUERY_NAME.fullmatch(name):
                raise BadRequest(f"Query parameter not usable: {shown(name)}")
            if name not in self.query_names and credential_like(name):
                raise BadRequest(f"Query parameter not allowed: {name}", code="query_not_allowed")
            pairs += [(name, scalar(name, item)) for item in _items(value)]
        for name in self.required_query:
            if not any(pair[0] == name for pair in pairs):
                raise BadRequest(
                    f"Missing required query parameter: {name}", code="missing_query_param"
                )
        return tuple(pairs)

    def target(self, values: Mapping[str, Any]) -> str:
        """The percent-encoded path for these path parameters.

        Raises BadRequest for a missing, unknown or unusable parameter.
        """
        for name in self.path_params:
            if name not in values:
                raise BadRequest(
                    f"Missing required path parameter: {name}", code="missing_path_param"
                )
        for name in values:
            if name not in self.path_params:
                raise BadRequest(
                    f"Unknown path parameter: {shown(name)}", code="unknown_path_param"
                )
        if not self.path_params:
            return self.path
        encoded = {name: segment(name, values[name]) for name in self.path_params}
        return _PLACEHOLDER.sub(lambda found: encoded[found[1]], self.path)


def credential_like(name: str) -> bool:
    """Whether a query parameter's name could stand for a credential."""
    return name.lower().replace("-", "_") in _CREDENTIAL_LIKE


def shown(name: str) -> str:
    """A caller's own name for something as a message shows it: short, ASCII, never a key."""
    return ascii(hidden(name)[:80])[1:-1]


def hidden(text: str) -> str:
    """`text` without what looks like a caller's key; people paste it where a name belongs."""
    return _KEY.sub("[redacted]", text)


def scalar(name: str, value: object) -> str:
    """One query value as text. Raises BadRequest for anything but text, number and boolean."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str | int | float):
        raise BadRequest(
            f"Query parameter {name} must be a string, number, boolean, or a list of those.",
            code="bad_query_param",
        )
    text = str(value)
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in text):
        raise BadRequest(f"Query parameter {name} is not usable.", code="bad_query_param")
    return text


def _items(value: object) -> list[Any]:
    if value is None:
        return []
    return [item for item in value if item is not None] if isinstance(value, list) else [value]


def segment(name: str, value: object) -> str:
    """One path parameter as one percent-encoded path segment (RFC 3986 section 3.3).

    Raises BadRequest for anything that a client or server could read as more than one segment or
    as a dot segment, even after decoding it three more times.
    """
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise BadRequest(
            f"Path parameter {name} must be a string or an integer.", code="bad_path_param"
        )
    text = str(value)
    if _ORDINARY.fullmatch(text):
        return text
    if not text or len(text) > MAX_SEGMENT or not is_plain(text):
        raise BadRequest(f"Path parameter {name} is not usable.", code="bad_path_param")
    return quote(text, safe="")


def is_plain(text: str) -> bool:
    for _ in range(4):
        if any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in text):
            return False
        folded = unicodedata.normalize("NFKC", text)
        if any(part in (".", "..") for part in re.split(r"[/\\]", folded)):
            return False
        decoded = unquote(text, errors="replace")
        if decoded == text:
            return True
        text = decoded
    return True


@dataclass(frozen=True, slots=True)
class Upload:
    """One part of a multipart call that goes upstream: a file, or a plain field without a name."""

    field: str
    filename: str | None
    content_type: str | None
    size: int
    chunks: Callable[[], AsyncIterator[bytes]]
    close: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Call:
    """One parsed request envelope."""

    path_params: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None  # the parsed JSON value of `raw`
    raw: bytes = b""  # the body as the caller wrote it; empty when there is none
    uploads: tuple[Upload, ...] = ()
    notes: tuple[str, ...] = ()  # what of the envelope was not used, for X-Contract-Notes
    wait: int | None = None  # seconds that the caller gives it, when less than usual
    once: str = ""  # names the call to a vendor that does each name once, without a caller's key

    @property
    def says_test(self) -> bool:
        """Whether the caller asked, where and however it is spelled, that nothing be charged."""
        body = self.body if isinstance(self.body, dict) else {}
        lists = [value for value in body.values() if isinstance(value, list)]
        items = [item for value in lists for item in value if isinstance(item, dict)]
        return any(str(place.get("test")).lower() in _YES for place in (self.query, body, *items))


@dataclass(frozen=True, slots=True)
class Untouched:
    """What a vendor's own client wrote, to go to the vendor as it is: by `services/passthrough`."""

    method: str
    path: str  # as it is written on the wire
    query: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    file: Upload | None = None  # a body that is too large to hold, or of which nothing is read


@dataclass(frozen=True, slots=True)
class UpstreamRequest:
    """Everything that is sent to the vendor except the secret, which joins in `upstream.send`."""

    method: str
    base_url: str
    path: str
    auth_header: str
    query: tuple[tuple[str, str], ...] = ()
    written: str = ""  # a query as the vendor itself wrote it, instead of `query`
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    uploads: tuple[Upload, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    multipart: bool = False
    deadlines: Deadlines = ORDINARY
    shortened: bool = False  # by the caller: running out of time says nothing about the vendor
    response: type_of_response = "json"
    repeatable: bool = True  # sending it twice does no harm
    once: str = ""  # the key in it by which the vendor does it once, however often it is sent
    untouched: bool = False  # its answer is wanted as the vendor wrote it
