"""Answering an old action through the vendor's new API: a plan's steps, page by page."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from services import threads
from services.action import Call
from services.errors import UpstreamFailed, UpstreamTimeout
from services.exchange import Keys, Reply, fetch
from services.outgoing import build
from services.service import Plan, Service, Step, Translation

MAX_PAGES = 100  # of one list that is walked for the caller


@dataclass(slots=True)
class Walk:
    """One call on its way through the new API; `notes` tells of lists that were cut short."""

    service: Service
    call: Call
    keys: Keys
    scope: str  # the org's uuid
    notes: list[str] = field(default_factory=list)
    started: float = field(default_factory=time.perf_counter)
    size: int = 0  # bytes of all pages so far

    async def answer(self, plan: Plan, translation: Translation) -> Reply:
        """The documented answer. Raises the ProxyError of the first step that fails."""
        values = await self._values(plan.steps)
        seconds = time.perf_counter() - self.started
        content = await threads.run(_encoded, translation, values, size=self.size)
        return Reply(200, content, {}, None, seconds, (*plan.notes, *self.notes))

    async def _values(self, steps: tuple[Step, ...]) -> list[Any]:
        if len(steps) == 1:
            return [await self._value(steps[0])]
        tasks = [asyncio.ensure_future(self._value(step)) for step in steps]
        try:
            return await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()

    async def _value(self, step: Step) -> Any:
        """What a step gives: the payload, or the whole list of a paged one."""
        if not step.paged:
            return (await self._page(step))["data"]
        items: list[Any] = []
        for _ in range(MAX_PAGES):
            try:
                page = await self._page(step)
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
            step = replace(step, query={**step.query, "token": token})
        self.notes.append(f"{step.action}: stopped after {len(items)} items, there are more")
        return items

    async def _page(self, step: Step) -> dict[str, Any]:
        call = Call(
            path_params=step.path_params,
            query=step.query,
            headers=self.call.headers,
            body=step.body,
            raw=b"" if step.body is None else json.dumps(step.body).encode(),
        )
        action = self.service.by_slug[step.action]
        # Cancelling does not end the client's request, but its deadline does.
        facts = {"scope": self.scope, "timeout": max(0.001, self._left())}
        request = await threads.run(build, self.service, action, call, size=len(call.raw), **facts)
        reply = await fetch(self.service, action, request, self.keys)
        size = len(reply.content)
        self.size += size
        try:
            page: dict[str, Any] = await threads.run(msgspec.json.decode, reply.content, size=size)
        except (msgspec.DecodeError, RecursionError):
            raise UpstreamFailed(code="upstream_bad_answer", retryable=action.safe) from None
        return page

    def _left(self) -> float:
        """Seconds until the whole call must be answered."""
        return self.service.timeout - (time.perf_counter() - self.started)


def _encoded(translation: Translation, values: list[Any]) -> bytes:
    return msgspec.json.encode({"data": translation.answer(tuple(values))})
