"""The tasks: each takes a wish to the vendor, and its session's row along."""

from __future__ import annotations

from collections.abc import AsyncIterable
from dataclasses import dataclass
from typing import Any

from credentials.crypto import SealedError
from jobs import database, sessions
from jobs.models import LiveSession
from services import errand
from services.errand import Errand
from services.errors import Conflict, NotFound, SessionBusy, Unavailable, UpstreamFailed
from services.realtime import calls, speaking, vendors
from services.realtime.asking import SPEAKING, Wish
from services.realtime.speaking import Speaker, closed
from services.realtime.vendors import Step

Json = dict[str, Any]
State = LiveSession.State
_HIDDEN = ("session_token",)  # it starts a session past this service, and is kept here


@dataclass(frozen=True, slots=True)
class Order:
    """A wish, on whose behalf, and the text that comes as the body, if any."""

    given: Errand
    wish: Wish
    key: str = ""  # the caller's Idempotency-Key
    texts: AsyncIterable[str] | None = None


async def carry_out(order: Order) -> Json:
    """What the vendor answers to the task. Raises ProxyError."""
    task = order.wish.task
    if task == "create_session":
        return await _create(order)
    session = await _session(order)
    if task == "close_session":
        return await _close(order, session)
    if session.ended_at is not None:
        raise closed()
    if task in SPEAKING:
        return _about(session, await _speak(order, session))
    told = await _STEPS[task](order, session)
    try:
        await database.run(sessions.note, session)
    except sessions.Closed:
        raise closed() from None
    return _about(session, told)


def _about(session: LiveSession, told: Json) -> Json:
    """An answer, with whose session it is."""
    shown = {name: value for name, value in told.items() if name not in _HIDDEN}
    return {"session_id": session.upstream_id, "service": session.service, **shown}


async def _session(order: Order) -> LiveSession:
    """The org's session that is meant. Raises NotFound for anybody else's."""
    wish, org = order.wish, order.given.caller.org
    if wish.session_id:
        found = await database.run(sessions.found, org.id, wish.session_id)
    else:
        found = await database.run(sessions.latest, org.id, vendors.of(org), wish.place)
    if found is None or not found.upstream_id:
        raise NotFound("There is no such session.", code="session_not_found")
    return found


async def _create(order: Order) -> Json:
    caller, wish = order.given.caller, order.wish
    step = vendors.create(vendors.of(caller.org), wish)
    errand.permitted(caller, step.service, step.action)
    session, is_new = await _reserved(order, step.service)
    if not is_new:
        if not await _lives(order, session):
            session, is_new = await _reserved(order, step.service)
        if not is_new:
            return _about(session, _kept(session).get("created", {}) | {"reused": True})
    try:
        data = await calls.ask(order.given, step, order.key)
        upstream_id = data.get("session_id")
        if not isinstance(upstream_id, str) or not upstream_id:
            raise UpstreamFailed(code="upstream_bad_answer")
        kept = {"created": data}
        session = await database.run(sessions.opened, session, upstream_id, kept)
    except BaseException:
        await database.run(sessions.end, session, "not opened")
        raise
    return _about(session, data | {"reused": False})


async def _reserved(order: Order, service: str) -> tuple[LiveSession, bool]:
    """A row for a session to be opened, or the one to be reused. Raises SessionBusy."""
    caller, wish = order.given.caller, order.wish
    session, is_new = await database.run(
        sessions.reserve,
        caller.org.id,
        service,
        key_id=caller.key.id,
        conversation=wish.conversation,
        place=wish.place,
    )
    if not is_new and session.state == State.OPENING:
        raise SessionBusy("The session is being opened.", code="session_opening")
    return session, is_new


def _permit(order: Order, step: Step) -> None:
    """What is answered without the vendor is for those who may ask it. Raises Forbidden, NotFound.

    It tells what connects to a session, and keeps one alive that bills.
    """
    errand.permitted(order.given.caller, step.service, step.action)


async def _lives(order: Order, session: LiveSession) -> bool:
    """Whether a session to be reused is still there at the vendor; if so it is used just now."""
    if session.state == State.STARTED:
        step = vendors.keep_alive(session.service, session.upstream_id)
        if not await calls.ask_of_living(order.given, step):
            await database.run(sessions.end, session, "gone")
            return False
    try:
        await database.run(sessions.note, session)
    except sessions.Closed:
        return False
    return True


async def _start(order: Order, session: LiveSession) -> Json:
    """At LiveAvatar a session starts once; whoever asks again is told the same."""
    kept = _kept(session)
    if session.service == vendors.LIVEAVATAR and "started" in kept:
        _permit(order, vendors.start(session.service, order.wish, ""))
        started: Json = kept["started"]
        return started
    token = kept.get("created", {}).get("session_token", "")
    data = await calls.ask(
        order.given, vendors.start(session.service, order.wish, token), order.key
    )
    try:
        await database.run(sessions.note, session, kept | {"started": data}, started=True)
    except sessions.Closed:
        raise closed() from None
    return data


async def _candidate(order: Order, session: LiveSession) -> Json:
    if session.service == vendors.LIVEAVATAR:
        _permit(order, vendors.keep_alive(session.service, session.upstream_id))
        return {"needed": False, "why": "LiveKit exchanges the candidates itself."}
    return await calls.ask(order.given, vendors.candidate(order.wish))


async def _interrupt(order: Order, session: LiveSession) -> Json:
    if session.service == vendors.LIVEAVATAR:
        _permit(order, vendors.keep_alive(session.service, session.upstream_id))
        _started(session)
        return {"event": vendors.event("interrupt", session.upstream_id)}
    return await calls.ask(order.given, vendors.interrupt(session.upstream_id))


async def _keep_alive(order: Order, session: LiveSession) -> Json:
    """What is not started yet cannot be kept alive at its vendor; here it counts as used."""
    step = vendors.keep_alive(session.service, session.upstream_id)
    _permit(order, step)
    if session.state != State.STARTED:
        return {}
    if not await calls.ask_of_living(order.given, step):
        await database.run(sessions.end, session, "gone")
        raise closed()
    return {}


async def _speak(order: Order, session: LiveSession) -> Json:
    _started(session)
    speaker = Speaker(order.given, session, order.wish.task, order.key)
    if order.texts is not None:
        return await speaking.as_it_comes(speaker, order.texts)
    if order.wish.input_stream:
        return await speaking.in_pieces(speaker, order.wish)
    return await speaking.at_once(speaker, order.wish.text)


def _started(session: LiveSession) -> None:
    if session.state != State.STARTED:
        raise Conflict("The session is not started.", code="session_not_started")


async def _close(order: Order, session: LiveSession) -> Json:
    """Closed stays closed: asking again is answered alike, and asks nobody."""
    if session.ended_at is None:
        step = vendors.stop(session.service, session.upstream_id, "USER_CLOSED")
        await calls.ask_of_living(order.given, step)
        await database.run(sessions.end, session, "closed")
    return _about(session, {"status": "closed"})


def _kept(session: LiveSession) -> Json:
    try:
        return sessions.kept(session)
    except SealedError:
        raise Unavailable("The session cannot be read.", code="session_unreadable") from None


_STEPS = {
    "start_session": _start,
    "submit_ice_candidate": _candidate,
    "interrupt": _interrupt,
    "keep_alive": _keep_alive,
}
