"""Who calls, by whichever header or parameter a vendor's own client sends its key in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import HttpRequest

from credentials import auth, errors
from credentials import keys as forms
from credentials.auth import Caller
from credentials.directory import directory
from services import access, rates
from services.errors import Forbidden, Unauthenticated
from services.passthrough.paths import TOKEN, parameters, without
from services.service import Service

_HEADERS = ("HTTP_X_API_KEY", "HTTP_XI_API_KEY")
_AUTHORIZATION = "HTTP_AUTHORIZATION"


@dataclass(frozen=True, slots=True)
class Known:
    """A caller, and what of its request is not for the vendor."""

    caller: Caller
    query: str  # without a key
    key: str = field(default="", repr=False)
    session: str = field(default="", repr=False)  # a token of the vendor's, for the vendor


async def known(
    request: HttpRequest, org: str, service: Service | None, path: str, query: str
) -> Known:
    """Who calls, with exactly one key. Raises Unauthenticated, Forbidden, Unavailable.

    The key is left where every other route has it, in `Authorization`.
    """
    meta = request.META
    given = [text for name in (*_HEADERS, _AUTHORIZATION) if (text := meta.get(name))]
    if len(given) > 1:
        raise Unauthenticated("The request has more than one API key.", code="several_keys")
    if given and (session := _session(meta, service, path)):
        return Known(await _of_session(request, session, service, org), query, session=session)
    if not given:
        query = await _from_query(request, org, service, query)
    for name in _HEADERS:
        if name in meta:
            meta[_AUTHORIZATION] = f"Api-Key {meta.pop(name)}"
    try:
        caller = await access.caller(meta.get(_AUTHORIZATION), org)
    except Unauthenticated as exc:
        _count(request, exc)
        raise
    if not given and caller.key.kind == "browser":
        raise Forbidden("A browser's key is not taken from the query.", code="query_token_refused")
    return Known(caller, query, key=meta[_AUTHORIZATION].partition(" ")[2])


def _session(meta: Mapping[str, str], service: Service | None, path: str) -> str:
    """What may be a session's token of the vendor's: a bearer that is no key, where it is good."""
    scheme, _, text = meta.get(_AUTHORIZATION, "").partition(" ")
    if scheme.lower() != "bearer" or not text.isascii() or " " in text or not text.isprintable():
        return ""
    sessions = service.sessions if service else None
    if sessions is None or not path.startswith(sessions.prefix):
        return ""
    return "" if forms.well_formed(text.encode()) else text


async def _of_session(
    request: HttpRequest, token: str, service: Service | None, org: str
) -> Caller:
    try:
        return await auth.of_session(token, service.slug if service else "", org)
    except errors.AccessError as exc:
        fault = access.translated(exc)
        _count(request, fault, exc)
        raise fault from exc


async def _from_query(request: HttpRequest, org: str, service: Service | None, query: str) -> str:
    """The query without the key in it, which is put where keys belong.

    Only where the staff allowed it, and from no page: addresses end up in histories and logs.
    """
    key = parameters(query).get(TOKEN)
    if not isinstance(key, str) or service is None:
        return query
    try:
        known = await directory.find_org(org)
    except errors.DirectoryUnavailable as exc:
        raise access.translated(exc) from exc
    if known is None or not known.policy(service.slug).query_token:
        return query
    if "HTTP_ORIGIN" in request.META or "HTTP_SEC_FETCH_SITE" in request.META:
        raise Forbidden("A page sends its key in a header.", code="query_token_refused")
    request.META[_AUTHORIZATION] = f"Api-Key {key}"
    query = without(query, TOKEN)
    request.META["QUERY_STRING"] = query  # nobody behind this sees the key in it
    return query


def _count(request: HttpRequest, fault: Exception, cause: Exception | None = None) -> None:
    """Count a key that was not valid against its sender. Raises RateLimited."""
    if isinstance(cause or fault.__cause__, errors.InvalidKey):
        rates.limiter.failed(request)
