"""Text spoken in a session: at once, or sentence by sentence as it arrives, in its order."""

from __future__ import annotations

import codecs
from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any

from jobs import database, sessions
from jobs.models import LiveSession
from services import access, rates, strict
from services.errand import Errand
from services.errors import BadRequest, Conflict, SessionBusy
from services.realtime import calls, vendors
from services.realtime.asking import Wish
from services.realtime.sentences import LONGEST, Splitter

Json = dict[str, Any]
MOST = 2000  # sentences of one request


@dataclass(slots=True)
class Speaker:
    """Speaks in one session, on behalf of one call."""

    given: Errand
    session: LiveSession
    task: str
    key: str = ""  # the caller's Idempotency-Key
    told: list[Json] = field(default_factory=list)

    async def say(self, text: str) -> None:
        """One sentence. Raises Conflict when the session is closed, and what a call raises."""
        if len(self.told) >= MOST:
            raise BadRequest(f"text: more than {MOST} sentences at a time.", code="text_too_long")
        if self.told:  # the first is the request itself, which was let in and counted
            self.given = replace(self.given, caller=await access.again(self.given.caller))
            rates.limiter.admit(self.given.caller)
        try:
            await database.run(sessions.hold_on, self.session)
        except sessions.Closed:
            raise closed() from None
        self.told.append(await self.spoken(text))

    async def spoken(self, text: str) -> Json:
        """What the vendor answers to a text, or what the page is to tell it."""
        session, number = self.session, len(self.told)
        if session.service == vendors.LIVEAVATAR:
            if not number:
                alive = vendors.keep_alive(session.service, session.upstream_id)
                if not await calls.ask_of_living(self.given, alive):
                    await database.run(sessions.end, session, "gone")
                    raise closed()
            return {"text": text, "event": vendors.event(self.task, session.upstream_id, text)}
        key = f"{self.key}:{number}" if self.key else ""
        step = vendors.speak(self.task, session.upstream_id, text)
        return {"text": text, **await calls.ask(self.given, step, key)}


def closed() -> Conflict:
    return Conflict("The session is closed.", code="session_closed")


async def at_once(speaker: Speaker, text: str) -> Json:
    """The vendor's answer to the whole text."""
    if len(text) > LONGEST:
        raise BadRequest(
            f"text: more than {LONGEST} characters; with input_stream it may be longer.",
            code="text_too_long",
        )
    await _keep(speaker.session)
    told = await speaker.spoken(text)
    del told["text"]
    return told


async def in_pieces(speaker: Speaker, wish: Wish) -> Json:
    """What this piece completes is spoken; the rest waits in the session for the next one."""
    session = await _held(speaker)
    try:
        kept = sessions.kept(session)
        splitter = Splitter(kept.get("rest", ""))
        found = splitter.feed(wish.text)
        if wish.end_of_text:
            found += splitter.flush()
        for number, sentence in enumerate(found):
            await speaker.say(sentence)
            left = " ".join((*found[number + 1 :], splitter.rest))
            await _keep(session, kept | {"rest": left})
        await _keep(session, kept | {"rest": splitter.rest})
        return {"spoken": speaker.told, "waiting": splitter.rest}
    finally:
        await database.run(sessions.release, session)


async def as_it_comes(speaker: Speaker, texts: AsyncIterable[str]) -> Json:
    """Each sentence is spoken before more is read; a caller that goes away ends it there."""
    session = await _held(speaker)
    try:
        splitter = Splitter()
        async for text in texts:
            for sentence in splitter.feed(text):
                await speaker.say(sentence)
        for sentence in splitter.flush():
            await speaker.say(sentence)
        return {"spoken": speaker.told, "waiting": ""}
    finally:
        await database.run(sessions.release, session)


async def _held(speaker: Speaker) -> LiveSession:
    """The session, for this call alone to speak in."""
    session = await database.run(sessions.hold, speaker.session)
    if session is None:
        raise SessionBusy("Another call has text spoken in this session.", code="session_speaking")
    return session


async def _keep(session: LiveSession, kept: Json | None = None) -> None:
    """It is used just now, and what waits in it. Raises Conflict when it is closed."""
    try:
        await database.run(sessions.note, session, kept)
    except sessions.Closed:
        raise closed() from None


async def plain(pieces: AsyncIterable[bytes]) -> AsyncIterator[str]:
    """UTF-8 as it comes. Raises BadRequest."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        async for piece in pieces:
            yield decoder.decode(piece)
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise BadRequest("The text is not UTF-8.", code="bad_text") from None


async def lines(pieces: AsyncIterable[bytes]) -> AsyncIterator[str]:
    """The `text` of each line of NDJSON. Raises BadRequest."""
    rest = b""
    async for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            yield _text(line)
    yield _text(rest)


def _text(line: bytes) -> str:
    if not line.strip():
        return ""
    value = strict.loads(line, what="A line of the body", depth=2)
    if not isinstance(value, dict) or set(value) != {"text"} or not isinstance(value["text"], str):
        raise BadRequest('A line of the body is not {"text": "..."}.', code="bad_text")
    found: str = value["text"]
    return found
