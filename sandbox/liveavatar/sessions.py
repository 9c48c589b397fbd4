"""Sessions: a token, a start, signs of life, an end; a started minute costs a credit."""

from __future__ import annotations

import math
import secrets
import time
import uuid
from typing import Any

from starlette.responses import Response

from sandbox.desk import Order
from sandbox.liveavatar.account import Account, Session, end
from sandbox.liveavatar.answers import Denial, page, success

Json = dict[str, Any]


def create_token(order: Order[Account]) -> Json:
    body = order.body
    if body["avatar_id"] not in order.account.of("avatars"):
        raise Denial(404, "Avatar not found")
    persona = body.get("avatar_persona") or {}
    for name, kind in (("voice_id", "voices"), ("context_id", "contexts")):
        if persona.get(name) and persona[name] not in order.account.of(kind):
            raise Denial(404, f"{kind[:-1].capitalize()} not found")
    session = Session(str(uuid.uuid4()), secrets.token_urlsafe(24), body, time.time())
    order.account.sessions[session.id] = session
    return {"session_id": session.id, "session_token": session.token}


def start(order: Order[Account], session: Session) -> Response:
    """By the session's own token; the key is not asked for."""
    now = time.time()
    if session.started is not None or session.ended is not None:
        raise Denial(400, "The session was started before.")
    if order.account.credits < 1 and not session.body.get("is_sandbox"):
        raise Denial(402, "Not enough credits.", 4010)
    session.started = session.alive = now
    return success(
        {
            "session_id": session.id,
            "livekit_url": "wss://livekit.sandbox.invalid",
            "livekit_client_token": secrets.token_urlsafe(24),
            "livekit_agent_token": None,
            "max_session_duration": int(session.longest),
            "ws_url": None,
        },
        201,
    )


def _open(order: Order[Account]) -> Session:
    session = order.account.sessions.get(order.body.get("session_id", ""))
    if session is None:
        raise Denial(404, "Session not found")
    return session


def stop(order: Order[Account]) -> None:
    session = _open(order)
    if session.ended is not None:
        raise Denial(404, "Session not found")
    end(session, time.time(), order.body.get("reason", "UNKNOWN"))
    if session.started is not None:
        _charge(order, session)


def keep_alive(order: Order[Account]) -> None:
    session = _open(order)
    if session.started is None or session.ended is not None:
        raise Denial(404, "Session not found")
    session.alive = time.time()


def _charge(order: Order[Account], session: Session) -> None:
    if session.body.get("is_sandbox") or session.ended is None or session.started is None:
        return
    price = max(1, math.ceil((session.ended - session.started) / 60))
    order.account.credits -= price
    order.sandbox.ledger.append(
        {
            "at": session.ended,
            "account": order.account.name,
            "action": "start-session",
            "id": session.id,
            "credits": price,
        }
    )


def list_sessions(order: Order[Account]) -> Json:
    active = order.asked("type") == "active"
    found = [
        _shown(session)
        for session in reversed(order.account.sessions.values())
        if session.started is not None
        and (session.ended is None) == active
        and order.asked("avatar_id") in (None, session.body["avatar_id"])
    ]
    return page(order, found)


def _shown(session: Session) -> Json:
    return {
        "id": session.id,
        "avatar_id": session.body["avatar_id"],
        "mode": session.body["mode"],
        "created_at": int(session.made),
        "started_at": int(session.started or 0),
        "ended_at": int(session.ended) if session.ended else None,
        "end_reason": session.reason or None,
    }


def _named(order: Order[Account]) -> Session:
    session = order.account.sessions.get(order.params["session_id"])
    if session is None:
        raise Denial(404, "Session not found")
    return session


def transcript(order: Order[Account]) -> Json:
    session = _named(order)
    return {
        "session_active": session.ended is None,
        "transcript_data": [],
        "next_timestamp": None,
    }


def delete_events(order: Order[Account]) -> None:
    _named(order)


HANDLERS = {
    "create-session-token": create_token,
    "stop-session": stop,
    "keep-session-alive": keep_alive,
    "list-sessions": list_sessions,
    "get-session-transcript": transcript,
    "delete-session-events": delete_events,
}
