"""Whose things a call names, makes and lists."""

from __future__ import annotations

import logging
from collections.abc import Container, Iterable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import DatabaseError, InterfaceError

from jobs import database, owners
from services import threads
from services.action import Action, Call
from services.cache.entry import tag_of
from services.errors import BadRequest, Forbidden, NotFound, Unavailable, UpstreamFailed
from services.exchange import Reply
from services.invocation import Invocation
from services.ownership import mentions, places
from services.ownership.cutting import Elsewhere, Item, Lists
from services.rule import Ownership, Rule
from services.service import Service

logger = logging.getLogger("ai_proxy")

Thing = tuple[str, str]  # kind, the vendor's id
NOTHING: Mapping[str, Any] = {}


async def check(invocation: Invocation, source: str) -> None:
    """Refuse a call that names another org's things, or that no org may make with `source`.

    `source` is the credential's: tenant or platform. Raises BadRequest, NotFound, Forbidden,
    Unavailable.
    """
    service, action, shared = invocation.service, invocation.action, source == "platform"
    rule = service.ownership.rules.get(action.slug)
    if shared and (rule is None or rule.shared == "no"):
        raise Forbidden(
            f"Action '{action.slug}' reaches the whole account, which other orgs share.",
            code="not_on_platform_credential",
        )
    call = invocation.call
    form: Mapping[str, Any] = NOTHING
    if call.uploads and action.request == "multipart":
        form = await mentions.fields(call, settings.MAX_JSON_DEPTH)
    work = (service.ownership, action, call, form, _is_known(service, action))
    found = await threads.run(mentions.of_call, *work, size=len(call.raw))
    if shared and rule is not None and not found.named:
        _refuse_nameless(service.ownership, action, rule)
    if found.ids:
        await _hold(invocation, found.ids, shared=shared)


def _is_known(service: Service, action: Action) -> bool:
    """Whether it is written down what the action's body may hold."""
    return action.request == "none" or "body" in service.schemas.get(action.slug, NOTHING)


def _refuse_nameless(ownership: Ownership, action: Action, rule: Rule) -> None:
    """Refuse a call that is about one thing and does not say which: the account has others'."""
    if rule.shared != "own" or rule.makes or action.path_params:
        return
    if rule.alters or any(map(ownership.private, rule.uses.values())):
        raise BadRequest(
            "The credential is shared by orgs: the call must name a thing of this org.",
            code="id_needed",
        )


async def _hold(invocation: Invocation, ids: Mapping[str, bool], *, shared: bool) -> None:
    """Raise NotFound when one of these is another org's, or must be this org's and is not.

    Where orgs share the account, what nobody made is asked for each time: another may have since.
    """
    org, service = invocation.caller.org.id, invocation.service.slug
    remembered, doubtful = owners.memory.owners, []
    for text, must in ids.items():
        owned_by = remembered(service, text)
        if shared and not owned_by:
            owned_by = None
        if owned_by is None or _refused(org, owned_by, must=must and shared):
            doubtful.append(text)
    if not doubtful:
        return
    found = await _looked_up(service, doubtful)
    if any(_refused(org, found.get(t, owners.NOBODY), must=ids[t] and shared) for t in doubtful):
        raise NotFound


def _refused(org: UUID, owned_by: owners.Owners, *, must: bool) -> bool:
    return org not in owned_by and (must or bool(owned_by))


async def _looked_up(service: str, ids: list[str]) -> Mapping[str, owners.Owners]:
    try:
        return await database.run(owners.looked_up, service, ids)
    except (DatabaseError, InterfaceError) as exc:
        raise Unavailable(code="ledger_unavailable") from exc


def made(service: Service, action: Action, call: Call, answer: bytes) -> tuple[Thing, ...]:
    """What a successful call created, as its answer (`{"data": ...}`) tells. Pure.

    Never what the call itself names: that was there before.
    """
    rule = service.ownership.rules.get(action.slug)
    if rule is None or not rule.makes:
        return ()
    given = mentions.of_call(service.ownership, action, call).ids
    return _new(service.ownership, places.things(_data(answer), rule, call.body), given)


def _new(ownership: Ownership, things: Iterable[Thing], given: Container[str]) -> tuple[Thing, ...]:
    begin = ownership.rehearsal
    found = (
        (kind, text)
        for kind, text in things
        if text not in given and not (begin and text.startswith(begin))
    )
    return tuple(dict.fromkeys(found))


def _data(answer: bytes) -> Any:
    try:
        told = msgspec.json.decode(answer)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None
    return told.get("data") if isinstance(told, dict) else None


async def filtered(invocation: Invocation, source: str, reply: Reply) -> Reply:
    """A list's reply with only what the org may see; anything else as it is.

    What a read tells of an org's own thing, such as the videos of a batch, is noted as the org's.
    Raises Unavailable, and UpstreamFailed for an answer that the rule cannot be held to.
    """
    action = invocation.action
    rule = invocation.service.ownership.rules.get(action.slug)
    if rule is None or reply.stream is not None or not reply.content:
        return reply
    if action.safe and rule.makes:
        await _note_parts(invocation, rule, reply)
    if source != "platform" or not rule.lists or "X-Test-Mode" in reply.headers:
        return reply
    return await _cut(invocation, rule, reply)


async def _cut(invocation: Invocation, rule: Rule, reply: Reply) -> Reply:
    service, org, size = invocation.service, invocation.caller.org.id, len(reply.content)
    try:
        lists = await threads.run(Lists, rule, reply.content, size=size)
    except (Elsewhere, msgspec.DecodeError):
        logger.warning("A list of %s is not where its rule says", invocation.action.slug)
        raise UpstreamFailed(code="upstream_bad_answer") from None
    found = await _looked_up(service.slug, list(lists.ids))

    def keeps(item: Item) -> bool:
        held = [found.get(text, owners.NOBODY) for _, text in item.ids]
        if any(org not in owned_by for owned_by in held if owned_by):
            return False
        return any(held) or not any(map(service.ownership.private, rule.lists.values()))

    paged = invocation.action.pages is not None
    content = await threads.run(lists.cut, keeps, paged=paged, size=size)
    if content is None:
        return reply
    told = dict(reply.headers)
    if "ETag" in told:
        told["ETag"] = tag_of(content)
    return replace(reply, content=content, headers=told)


async def _note_parts(invocation: Invocation, rule: Rule, reply: Reply) -> None:
    """Record what an org's own thing brought forth, once it is told of; the answer goes on."""
    service, action = invocation.service, invocation.action
    org = invocation.caller.org.id
    given = mentions.of_call(service.ownership, action, invocation.call).ids

    def is_own(text: str) -> bool:
        return org in (owners.memory.owners(service.slug, text) or ())

    if not given or not all(map(is_own, given)):
        return
    data = await threads.run(_data, reply.content, size=len(reply.content))
    things = _new(service.ownership, places.parts(data, rule, is_own), given)
    new = [thing for thing in things if not is_own(thing[1])]
    if not new:
        return
    try:
        await database.run(owners.claimed, org, service.slug, new)
    except (DatabaseError, InterfaceError):
        logger.warning("What a read of %s told could not be recorded", action.slug)
