"""Telling orgs' endpoints: one signed POST a try (Standard Webhooks 1.0), no redirects."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from asgiref.sync import async_to_sync
from django.db import connection
from django.utils import timezone
from standardwebhooks import Webhook

from credentials.crypto import SealedError
from jobs import deliveries
from jobs.deliveries import Told
from jobs.models import Delivery
from services import upstream
from services.errors import UpstreamFailed, UpstreamTimeout
from services.resolver import Resolver
from services.webhooks import endpoints

WITHIN = 15.0  # seconds for an endpoint to answer
_PROBLEMS = {
    "upstream_timeout": "no answer in 15 seconds",
    "upstream_unreachable": "no connection, or no public address",
    "upstream_broken": "the connection broke",
    "upstream_truncated": "the connection broke",
    "upstream_unsendable": "the URL cannot be used",
}

logger = logging.getLogger("ai_proxy")


def deliver(delivery_id: uuid.UUID) -> None:
    """Try a delivery once, and note what came of it.

    Whoever ends in between leaves it as it was: it is made again with the same `webhook-id`, by
    which the endpoint tells that it knows it.
    """
    delivery = deliveries.find(delivery_id)
    if delivery is None:
        return
    now = timezone.now()
    try:
        headers = signed(delivery, now)
    except SealedError:
        logger.error("The secret of the webhook %s cannot be read", delivery.endpoint_id)
        return  # when its lease ends it is due again
    if not connection.in_atomic_block:
        connection.close()  # nothing is held while the endpoint takes its time
    told = async_to_sync(_told)(delivery, headers)
    deliveries.note(delivery, told)


def signed(delivery: Delivery, now: datetime) -> dict[str, str]:
    """The headers of one try; during a rotation they hold a signature per secret.

    Raises SealedError.
    """
    name, body = f"msg_{delivery.message.pk.hex}", delivery.message.body
    signatures = [
        Webhook(secret).sign(name, now, body) for secret in endpoints.secrets(delivery.endpoint)
    ]
    return {
        "content-type": "application/json",
        "webhook-id": name,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


async def _told(delivery: Delivery, headers: Mapping[str, str]) -> Told:
    """The endpoint's answer, whatever it is."""
    body, url, started = delivery.message.body.encode(), delivery.endpoint.url, time.monotonic()
    try:
        status, given = await upstream.post(url, headers, body, within=WITHIN, names=Resolver())
    except (UpstreamFailed, UpstreamTimeout) as fault:
        problem = _PROBLEMS.get(fault.code, "no answer")
        return Told(None, _milliseconds(started), problem)
    return Told(status, _milliseconds(started), _said(status), _after(status, given))


def _said(status: int) -> str:
    return "redirects are not followed" if 300 <= status < 400 else ""


def _after(status: int, headers: Mapping[str, str]) -> timedelta | None:
    """How long a busy endpoint asks us to wait, in whole seconds (RFC 9110 section 10.2.3)."""
    given = headers.get("retry-after", "")
    if status not in (429, 503) or not given.isascii() or not given.isdigit():
        return None
    return min(timedelta(seconds=int(given[:9])), deliveries.LONGEST)


def _milliseconds(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
