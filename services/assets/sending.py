"""A file to its vendor: in one step, or by a place that is reserved, filled and completed."""

from __future__ import annotations

import re
from asyncio import sleep
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from credentials.auth import Caller
from services import errand, upstream
from services.action import Call, Deadlines, Upload
from services.assets.reading import File
from services.errand import Errand
from services.errors import BadRequest, UpstreamFailed, UpstreamRefused
from services.exchange import Reply
from services.invocation import chosen
from services.service import Assets, Service

LIMITS = Deadlines(answer=120.0, total=1800.0)  # of the bytes' way to the reserved place
MAX_ANSWER = 64 * 1024  # bytes read of what that place answers
PAUSES = (0.5, 2.0, None)  # seconds before the bytes are sent again
ARRIVING = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, None)  # before it is asked again whether they arrived
_KEY = "idempotency-key"
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")  # RFC 9110 section 5.6.2
_VALUE = re.compile(r"[ -~]{0,4096}")
_FRAMING = frozenset(
    ("host", "connection", "content-length", "transfer-encoding", "te", "trailer", "upgrade",
     "keep-alive", "expect", "cookie", "authorization", "proxy-authorization")
)  # fmt: skip
Told = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Sent:
    """The asset, in the shape that every way of uploading has, and what was said of the calls."""

    asset: dict[str, Any]
    headers: Mapping[str, str]


def steps(service: Service, assets: Assets, caller: Caller, size: int) -> tuple[str, ...]:
    """The actions that a file of this size needs."""
    if chosen(service, caller.org.policy(service.slug)) == "legacy":
        return (assets.old,)
    return (assets.simple,) if size <= assets.most else (assets.reserve, assets.complete)


def types(service: Service, assets: Assets, caller: Caller) -> frozenset[str]:
    """The media types that the vendor takes from this org."""
    old = chosen(service, caller.org.policy(service.slug)) == "legacy"
    return assets.old_types if old else assets.types


async def send(asking: Errand, service: Service, file: File, key: str, told: Told) -> Sent:
    """Make the file an asset of the org; `told` hears how many bytes have left. Raises ProxyError.

    `key` is the caller's `Idempotency-Key`: the same file again is the same asset.
    """
    assert service.assets is not None
    named = steps(service, service.assets, asking.caller, file.size)
    if len(named) == 1:
        return await _at_once(asking, service, named[0], file, key, told)
    return await _in_steps(asking, service, service.assets, file, key, told)


async def _at_once(
    asking: Errand, service: Service, action: str, file: File, key: str, told: Told
) -> Sent:
    call = Call(uploads=(_part(file, told),), headers={_KEY: key} if key else {})
    reply = await errand.carry_out(asking, service.slug, action, call)
    return Sent(_asset(_data(reply), file), reply.headers)


def _part(file: File, told: Told) -> Upload:
    """The file as a part of a call, which does not end with it."""
    return Upload("file", file.name, file.kind, file.size, lambda: file.chunks(told), lambda: None)


async def _in_steps(
    asking: Errand, service: Service, assets: Assets, file: File, key: str, told: Told
) -> Sent:
    wish = {
        "filename": file.name,
        "content_type": file.kind,
        "size_bytes": file.size,
        "checksum_sha256": file.sha256,
    }
    call = Call(body=wish, raw=msgspec.json.encode(wish), headers={_KEY: key} if key else {})
    reply = await errand.carry_out(asking, service.slug, assets.reserve, call)
    place, free = _data(reply), _counted(asking)
    if "Idempotent-Replayed" in reply.headers:  # the bytes may be there since then
        try:
            return await _completed(free, service, assets, file, place, pauses=(None,))
        except UpstreamRefused as exc:
            if exc.status != 409:
                raise
    await _put(place, file, told)
    sent = await _completed(free, service, assets, file, place, pauses=ARRIVING)
    return replace(sent, headers={**sent.headers, **reply.headers})


def _counted(asking: Errand) -> Errand:
    """For the steps after the first: an upload is one of a ticket's calls."""
    caller = asking.caller
    if caller.ticket is None:
        return asking
    ticket = msgspec.structs.replace(caller.ticket, calls=None)
    return replace(asking, caller=replace(caller, ticket=ticket))


async def _completed(
    asking: Errand,
    service: Service,
    assets: Assets,
    file: File,
    place: Mapping[str, Any],
    *,
    pauses: tuple[float | None, ...],
) -> Sent:
    """Have the vendor take note that the bytes are there, which it may see a little late."""
    wish = {"checksum_sha256": file.sha256}
    named = {"asset_id": place["asset_id"]}
    call = Call(path_params=named, body=wish, raw=msgspec.json.encode(wish))
    for pause in pauses:
        try:
            reply = await errand.carry_out(asking, service.slug, assets.complete, call)
            return Sent(_asset(_data(reply), file), reply.headers)
        except UpstreamRefused as exc:
            if exc.status != 409 or pause is None:
                raise
        await sleep(pause)
    raise AssertionError


async def _put(place: Mapping[str, Any], file: File, told: Told) -> None:
    """Send the bytes where the vendor wants them: without any credential of its own.

    Raises UpstreamFailed; what that place says is nobody's business, and neither is where it is.
    """
    passed = _headers(place.get("upload_headers") or {}, file)
    typed = any(name.lower() == "content-type" for name, _ in passed)
    part = _part(file, told)
    if typed:
        part = replace(part, content_type=None)
    try:
        found = upstream.located(str(place.get("upload_url", "")), passed, LIMITS)
        request = replace(found, method="PUT", uploads=(part,))
        upstream.target(request)
    except BadRequest:
        raise UpstreamFailed(code="upstream_bad_answer") from None
    for pause in PAUSES:
        try:
            status = await _status(request)
            if 200 <= status < 300:
                return
            again = status >= 500 or status in (408, 429)
            fault = UpstreamFailed(_REFUSED, code="upload_refused", retryable=again)
        except UpstreamFailed as exc:
            fault, again = exc, exc.retryable
        if pause is None or not again:
            raise fault
        await sleep(pause)


_REFUSED = "The place that the vendor named did not take the file."


async def _status(request: Any) -> int:
    async with await upstream.send(request, secret=None) as answer:
        await answer.start(MAX_ANSWER)
        return answer.status


def _headers(given: Any, file: File) -> tuple[tuple[str, str], ...]:
    """Exactly the vendor's headers, but for those that frame the message. Raises UpstreamFailed."""
    if not isinstance(given, dict):
        raise UpstreamFailed(code="upstream_bad_answer")
    for name, value in given.items():
        usable = isinstance(value, str) and _TOKEN.fullmatch(name) and _VALUE.fullmatch(value)
        length = name.lower() == "content-length"
        if not usable or (length and value != str(file.size)):
            raise UpstreamFailed(code="upstream_bad_answer")
    return tuple((name, value) for name, value in given.items() if name.lower() not in _FRAMING)


def _data(reply: Reply) -> dict[str, Any]:
    """What the vendor said. Raises UpstreamFailed where that names no asset."""
    data = msgspec.json.decode(reply.content).get("data")
    if not isinstance(data, dict) or not isinstance(data.get("asset_id") or data.get("id"), str):
        raise UpstreamFailed(code="upstream_bad_answer")
    return data


def _asset(data: Mapping[str, Any], file: File) -> dict[str, Any]:
    return {
        "asset_id": data.get("asset_id") or data.get("id"),
        "url": data.get("url"),
        "mime_type": data.get("mime_type") or file.kind,
        "size_bytes": data.get("size_bytes") or file.size,
        "status": data.get("status") or "completed",
    }
