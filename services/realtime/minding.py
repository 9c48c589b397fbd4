"""Open sessions, minded by the worker: kept alive while used, closed when idle or too old."""

from __future__ import annotations

import logging
import uuid
from datetime import timedelta

from asgiref.sync import async_to_sync
from django.conf import settings
from django.utils import timezone

from credentials.auth import Caller
from credentials.directory import KeyRecord, OrgRecord, directory
from credentials.errors import DirectoryUnavailable
from jobs import sessions
from jobs.models import LiveSession
from services import recording
from services.errand import Errand
from services.errors import ProxyError
from services.realtime import calls, vendors
from services.realtime.vendors import Step

logger = logging.getLogger("ai_proxy.work")
LONGEST = 300.0  # seconds between two tries
HOPELESS = timedelta(days=1)  # after which a session that cannot be closed is given up


def mind(session_id: uuid.UUID) -> None:
    """Look at a claimed session. Raises DatabaseError."""
    session = sessions.claimed(session_id)
    if session is None:
        return
    if not session.upstream_id:
        sessions.end(session, "lost")  # its opener died; the vendor's own limits end it
        return
    try:
        _look(session)
    except ProxyError as fault:
        logger.info("Session %s cannot be minded: %s", session.pk, fault.code)
        _failed(session)
    except DirectoryUnavailable:
        _failed(session)


def _look(session: LiveSession) -> None:
    if reason := _over(session):
        stop = vendors.stop(session.service, session.upstream_id, _REASONS[reason])
        _asked(session, stop)
        sessions.end(session, reason)
    elif session.state != LiveSession.State.STARTED:
        sessions.later(session)  # it cannot be kept alive yet, and need not be
    elif _asked(session, vendors.keep_alive(session.service, session.upstream_id)):
        sessions.later(session)
    else:
        sessions.end(session, "gone")


_REASONS = {"idle": "IDLE_TIMEOUT", "too old": "MAX_DURATION_REACHED"}


def _over(session: LiveSession) -> str:
    """Why it is to be closed now, or nothing."""
    now = timezone.now()
    if now - session.opened_at >= timedelta(seconds=settings.REALTIME_MAX_SECONDS):
        return "too old"
    idle = now - session.used_at >= timedelta(seconds=settings.REALTIME_IDLE_SECONDS)
    return "idle" if idle else ""


def _asked(session: LiveSession, step: Step) -> bool:
    """Whether the vendor knows the session still. Raises ProxyError, DirectoryUnavailable."""
    org = directory.org(session.org.slug)
    if org is None:
        raise ProxyError  # switched off: tried again while there is hope
    given = Errand(Caller(org, _key(org)), "", f"session-{session.pk}")
    known: bool = async_to_sync(recording.whole)(calls.ask_of_living(given, step))
    return known


def _key(org: OrgRecord) -> KeyRecord:
    """A key that does not exist, good for every action: the one that opened it may be gone."""
    return KeyRecord(
        id=f"~{org.id.hex[:7]}", org=org.slug, digest=b"", scopes=(), origins=(), expires_at=None
    )


def _failed(session: LiveSession) -> None:
    if timezone.now() - session.opened_at > HOPELESS:
        sessions.end(session, "unknown")
    else:
        sessions.later(session, min(LONGEST, 2.0 ** min(session.failures, 9)))
