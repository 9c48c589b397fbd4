"""Whether a vendor's event is its own: signatures on raw bytes, in constant time. Pure."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence

from services.service import Webhooks

_HEX = re.compile(r"[0-9a-f]{64}")
_SECONDS = re.compile(r"[0-9]{1,12}")


class Forged(ValueError):
    """The event is signed, and not by whom it should be, or not now."""


def signed(
    about: Webhooks, headers: Mapping[str, str], body: bytes, secrets: Sequence[str], now: float
) -> bool:
    """Whether the event is signed; False for one that does not even say so. Raises Forged.

    `headers` have names in lower case, `now` is unix seconds. Any of the secrets will do: the
    vendor may just have been given another one.
    """
    given = next((headers[name] for name in about.signature if name in headers), None)
    if given is None:
        return False
    if about.scheme == "stamped":
        stamp, marks = _stamped(given)
        text = stamp.encode() + b"." + body
    else:
        stamp, marks = headers.get(about.timestamp, ""), [given]
        text = body
    if not any(_matches(mark, text, secret) for mark in marks for secret in secrets):
        raise Forged
    if (stamp or about.scheme == "stamped") and not _timely(about, stamp, now):
        raise Forged
    return True


def _stamped(given: str) -> tuple[str, list[str]]:
    """The time and the signatures of `t=<seconds>,v0=<hex>`, of which there may be several."""
    pairs = [part.strip().partition("=") for part in given.split(",")[:8]]
    stamps = [value for name, _, value in pairs if name == "t"]
    if len(stamps) != 1:
        raise Forged
    return stamps[0], [value for name, _, value in pairs if name == "v0"]


def _matches(mark: str, text: bytes, secret: str) -> bool:
    if not secret or not _HEX.fullmatch(mark):
        return False
    own = hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()
    return hmac.compare_digest(own, mark)


def _timely(about: Webhooks, stamp: str, now: float) -> bool:
    if not _SECONDS.fullmatch(stamp):
        return False
    return now - about.past <= int(stamp) <= now + about.future
