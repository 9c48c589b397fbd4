"""What a vendor's own client asks for by method, path and query, in terms of the catalogue. Pure.

A path has one spelling here: what a vendor could read as another path than the one that was
matched is refused (RFC 3986 sections 3.3 and 6.2).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote_plus, unquote_to_bytes

from services.action import MAX_SEGMENT, TRANSFER, Action, is_plain, segment
from services.errors import BadRequest, MethodNotAllowed, NotFound
from services.service import Service

OTHER = "uncatalogued"  # what a path that is not in the catalogue is called, in scopes too
TOKEN = "api_token"  # noqa: S105  the parameter that a key may come in
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
MOST = 500  # parameters of one query
_SEGMENT = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,=:@-]|%[0-9A-Fa-f]{2})+")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = re.compile(rb"[A-Za-z0-9._~-]")
_NEVER = b"/\\%;"  # what some reader takes for a separator, or decodes once more
_NAME = re.compile(r"[a-z][a-z_]*")
# What the URL standard writes as escapes in a query, and clients send as it is.
_LOOSE = {ord(char): f"%{ord(char):02X}" for char in "'\"<>"}
_QUERY = re.compile(r"[!-~]*")


@dataclass(frozen=True, slots=True)
class Match:
    """One way to read a request: an action, and what goes upstream."""

    action: Action
    path: str
    query: str
    path_params: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Template:
    action: Action
    segments: tuple[str, ...]

    def values(self, given: tuple[str, ...]) -> dict[str, str] | None:
        """The encoded values of its parameters; None where a literal differs."""
        found = {}
        for mine, text in zip(self.segments, given, strict=True):
            if mine.startswith("{") and text:
                found[mine[1:-1]] = text
            elif mine != text:
                return None
        return found


_Table = Mapping[tuple[int, str, str], tuple[_Template, ...]]
_ANY = "{"  # in place of a segment that is a parameter
_tables: dict[tuple[str, bool], _Table] = {}


def matches(service: Service, method: str, path: str, query: str) -> tuple[Match, ...]:
    """The catalogue's actions for this, the most literal template's; none where there is none.

    Raises BadRequest for a path or query that has no single reading.
    """
    given = split(path)
    check_query(query)
    found: list[Match] = []
    for template, values in _fitting(service, _read(method), given):
        if found and not _alike(found[0].action, template.action):
            break
        found.append(_match(template, given, values, path, query))
    return tuple(found)


def refused(service: Service, method: str, path: str) -> NotFound | MethodNotAllowed:
    """The error for what the catalogue does not have."""
    others = {template.action.method for template, _ in _all_fitting(service, split(path))}
    if others:
        return MethodNotAllowed(method, ", ".join(sorted(others | {"OPTIONS"})))
    return NotFound(
        f"This path is not in the catalogue of external proxy service '{service.slug}'.",
        code="path_not_found",
    )


def other(service: Service, method: str, path: str, query: str) -> Match | None:
    """What is not in the catalogue; None where a vendor may take it for what is.

    It may cost something, as far as anybody knows.
    """
    plain = split(path.rstrip("/").lower())
    if next(_fitting(service, _read(method), plain, folded=True), None):
        return None
    action = Action(
        OTHER,
        "Uncatalogued",
        OTHER,
        _read(method),
        path,
        request="binary",
        response="passthrough",
        billable=None,
        idempotency="none",
        deadlines=TRANSFER,
    )
    texts = {f"segment_{number}_id": _decoded(text) for number, text in enumerate(split(path))}
    return Match(action, path, query, texts)


def split(path: str) -> tuple[str, ...]:
    """The segments as they are written. Raises BadRequest for one that is not plain."""
    first, *segments = path.split("/")
    if first or not segments:
        raise _bad("does not begin with a slash")
    if segments[-1] == "":
        segments.pop()  # one slash at the end, which no template has
        return (*map(_checked, segments), "")
    return tuple(map(_checked, segments))


def parameters(query: str) -> dict[str, str | list[str]]:
    """The query's names and values. Raises BadRequest for too many, or what is not UTF-8."""
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=MOST, errors="strict")
    except ValueError:
        raise BadRequest("The query cannot be read.", code="bad_query_param") from None
    found: dict[str, str | list[str]] = {}
    for name, value in pairs:
        before = found.get(name)
        if before is None:
            found[name] = value
        else:
            found[name] = [*(before if isinstance(before, list) else [before]), value]
    return found


def without(query: str, *names: str) -> str:
    """The query as it is written, without these parameters."""
    kept = (part for part in query.split("&") if unquote_plus(part.partition("=")[0]) not in names)
    return "&".join(kept)


def check_query(query: str) -> None:
    """Raise BadRequest for what cannot stand in a query (RFC 3986 section 3.4)."""
    if not _QUERY.fullmatch(query) or "#" in query:
        raise BadRequest("The query must be percent-encoded.", code="bad_query_param")


def written(query: str) -> str:
    """The query with the few characters escaped that no two clients agree about."""
    return query.translate(_LOOSE)


def _read(method: str) -> str:
    """HEAD is asked of what GET reads."""
    return "GET" if method == "HEAD" else method


def _match(
    template: _Template, given: tuple[str, ...], values: dict[str, str], path: str, query: str
) -> Match:
    """The match as it is written or, in the old form of LowCodeAPI, with its values in place.

    There the path has names where values belong, and the query has the values.
    """
    asked, action = parameters(query), template.action
    named = {
        text
        for text in values.values()
        if _NAME.fullmatch(text)
        and isinstance(asked.get(text), str)
        and text not in action.query_names
    }
    if not named:
        return Match(action, path, query, {name: _decoded(v) for name, v in values.items()})
    filled = {
        name: str(asked[text]) if text in named else _decoded(text) for name, text in values.items()
    }
    encoded = {name: segment(name, text) for name, text in filled.items()}
    pieces = (encoded[s[1:-1]] if s.startswith("{") else s for s in template.segments)
    return Match(action, "/" + "/".join(pieces), without(query, *named), filled)


def _fitting(
    service: Service, method: str, given: tuple[str, ...], *, folded: bool = False
) -> Iterator[tuple[_Template, dict[str, str]]]:
    for template, values in _all_fitting(service, given, folded=folded):
        if template.action.method == method:
            yield template, values


def _all_fitting(
    service: Service, given: tuple[str, ...], *, folded: bool = False
) -> Iterator[tuple[_Template, dict[str, str]]]:
    table = _tables.get((service.slug, folded)) or _table(service, folded)
    for second in (*given[1:2], _ANY):
        for template in table.get((len(given), given[0], second), ()):
            if (values := template.values(given)) is not None:
                yield template, values


def _table(service: Service, folded: bool) -> _Table:
    """The templates by their length and first two segments, the more literal ones first."""
    found: dict[tuple[int, str, str], list[_Template]] = {}
    for action in service.actions:
        path = action.path.lower() if folded else action.path
        segments = tuple(path.split("/")[1:])
        second = segments[1] if len(segments) > 1 and segments[1][0] != "{" else _ANY
        found.setdefault((len(segments), segments[0], second), []).append(
            _Template(action, segments)
        )
    made = {key: tuple(sorted(held, key=_openness)) for key, held in found.items()}
    return _tables.setdefault((service.slug, folded), made)


def _openness(template: _Template) -> tuple[int, tuple[bool, ...]]:
    open_at = tuple(part.startswith("{") for part in template.segments)
    return sum(open_at), open_at


def _alike(one: Action, other: Action) -> bool:
    """Whether two templates differ in their parameters' names alone."""
    parts = [
        [part if not part.startswith("{") else "{" for part in action.path.split("/")]
        for action in (one, other)
    ]
    return parts[0] == parts[1]


def _checked(text: str) -> str:
    if not _SEGMENT.fullmatch(text) or len(text) > MAX_SEGMENT:
        raise _bad("has an empty or unusable segment")
    for found in _ESCAPE.finditer(text):
        byte = bytes.fromhex(found[1])
        if _UNRESERVED.fullmatch(byte) or byte in _NEVER or byte < b" " or byte == b"\x7f":
            raise _bad("has an escape that it must not have")
    if not is_plain(_decoded(text)):
        raise _bad("has an empty or unusable segment")
    return text


def _decoded(text: str) -> str:
    try:
        return unquote_to_bytes(text).decode()
    except UnicodeDecodeError:
        raise _bad("is not UTF-8") from None


def _bad(why: str) -> BadRequest:
    return BadRequest(f"The path {why}.", code="bad_path")
