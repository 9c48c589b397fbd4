"""Answering an old action through the vendor's new API: a plan's steps, page by page."""

from __future__ import annotations

import asyncio
import json
import math
import time
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
from django.conf import settings

from services import threads
from services.action import Call, UpstreamRequest
from services.errors import UpstreamFailed, UpstreamTimeout
from services.exchange import Keys, Reply, fetch
from services.outgoing import build
from services.service import Plan, Service, Step, Translation
from services.steps import files, filled, from_values, in_turn

MAX_PAGES = 100  # of one list that is walked for the caller


@dataclass(slots=True)
class Walk:
    """One call on its way through the new API; `notes` tells of lists that were cut short."""

    service: Service
    call: Call
    keys: Keys
    scope: str  # the org's uuid
    within: float  # seconds for the whole answer
    notes: list[str] = field(default_factory=list)
    started: float = field(default_factory=time.perf_counter)  # the call, by perf_counter
    size: int = 0  # bytes of all pages so far

    async def answer(self, plan: Plan, translation: Translation) -> Reply:
        """The documented answer. Raises the ProxyError of the first step that fails."""
        values = await self._values(plan.steps)
        seconds = time.perf_counter() - self.started
        content = await threads.run(_encoded, translation, (*values, *plan.facts), size=self.size)
        return Reply(200, content, {}, None, seconds, (*plan.notes, *self.notes))

    async def _values(self, steps: tuple[Step, ...]) -> list[Any]:
        if len(steps) == 1:
            return [await self._value(steps[0], 0)]
        if in_turn(steps):
            return await self._one_by_one(steps)
        numbered = enumerate(steps)
        tasks = [asyncio.ensure_future(self._value(step, number)) for number, step in numbered]
        try:
            return await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()

    async def _one_by_one(self, steps: tuple[Step, ...]) -> list[Any]:
        values: list[Any] = []
        for number, step in enumerate(steps):
            values.append(await self._value(filled(step, from_values(values)), number))
        return values

    async def _value(self, step: Step, number: int) -> Any:
        """What a step gives: the payload, the page around it, or the whole list of a paged one."""
        if not step.paged:
            page = await self._page(step, number)
            return page if step.whole else page["data"]
        items: list[Any] = []
        for _ in range(MAX_PAGES):
            try:
                page = await self._page(step, number)
            except UpstreamTimeout:
                if not items:
                    raise
                break
            token = page.get("next_token")
            if not isinstance(page["data"], list) or not isinstance(token, str | None):
                raise UpstreamFailed(code="upstream_bad_answer", retryable=True)
            items += page["data"]
            if not token or page.get("has_more") is False:
                return items
            if self.size > settings.MAX_ANSWER_BYTES:
                break
            step = replace(step, query={**step.query, "token": token})
        self.notes.append(f"{step.action}: stopped after {len(items)} items, there are more")
        return items

    async def _page(self, step: Step, number: int) -> dict[str, Any]:
        action, size = self.service.by_slug[step.action], len(self.call.raw)
        request = await threads.run(self._built, step, number, self._left(), size=size)
        reply = await fetch(self.service, action, request, self.keys)
        size = len(reply.content)
        self.size += size
        try:
            page: dict[str, Any] = await threads.run(msgspec.json.decode, reply.content, size=size)
        except (msgspec.DecodeError, RecursionError):
            raise UpstreamFailed(code="upstream_bad_answer", retryable=action.safe) from None
        return page

    def _built(self, step: Step, number: int, within: float) -> UpstreamRequest:
        call = called(step, self.call, number)
        action = self.service.by_slug[step.action]
        return build(self.service, action, call, scope=self.scope, within=within)

    def _left(self) -> float:
        """Seconds until the whole call must be answered, in tenths. Raises UpstreamTimeout."""
        left = self.within - (time.perf_counter() - self.started)
        if left <= 0:
            raise UpstreamTimeout(retryable=True)  # what is sent now could cost, and be lost
        return math.ceil(left * 10) / 10


def called(step: Step, call: Call, number: int = 0) -> Call:
    """The call of the new API that a step of this call is; no two steps have the same key."""
    headers = dict(call.headers)
    if number and "idempotency-key" in headers:
        headers["idempotency-key"] += f"#{number}"  # which no caller's key has in it
    return Call(
        path_params=step.path_params,
        query=step.query,
        headers=headers,
        wait=call.wait,
        once=f"{call.once}#{number}" if call.once else "",
        body=step.body,
        raw=b"" if step.body is None else json.dumps(step.body).encode(),
        uploads=files(step, call),
    )


def _encoded(translation: Translation, values: tuple[Any, ...]) -> bytes:
    return msgspec.json.encode({"data": translation.answer(values)})
