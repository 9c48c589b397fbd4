"""The tools that are the service's own: jobs looked at, waited for, listed, and what they made."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from mcp_types import CallToolResult, ResourceLink, Tool, ToolAnnotations

from jobs import database
from jobs.models import Approval, Job
from services import approvals, bulkhead, errand, paging, threads
from services.agents import answering, projecting
from services.agents.wishes import Chosen
from services.errors import BadRequest, Forbidden
from services.following import links, media, showing
from services.following.door import Visit
from services.following.finding import find, history, visible
from services.following.hub import hub

MAX_WAIT = 60  # seconds of one wait
USUAL_WAIT = 30
BEAT = 5.0  # seconds between two words of progress
MAX_PAGE = 50
URI = "ai-proxy://jobs/"
_ORDER = ("-created_at", "-id")
_JOB: dict[str, Any] = {"type": "string", "description": "A job's id, as the call told it."}

Progress = Callable[[float, float | None, str | None], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One call of an own tool."""

    visit: Visit
    chosen: Chosen
    arguments: Mapping[str, Any]
    progress: Progress

    def text(self, name: str, usual: str = "") -> str:
        """Raises BadRequest."""
        value = self.arguments.get(name, usual)
        if not isinstance(value, str):
            raise BadRequest(f"{name}: must be a text.", code="schema_violation")
        return value

    def whole(self, name: str, usual: int, most: int) -> int:
        """Raises BadRequest."""
        value = self.arguments.get(name, usual)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
            raise BadRequest(
                f"{name}: must be a whole number from 0 to {most}.", code="schema_violation"
            )
        return value


async def _get(asked: Asked) -> CallToolResult:
    return await _shown(asked, await find(asked.visit.caller, asked.text("job_id")))


async def _wait(asked: Asked) -> CallToolResult:
    seconds = asked.whole("seconds", USUAL_WAIT, MAX_WAIT)
    job = await find(asked.visit.caller, asked.text("job_id"))
    if seconds and not job.ended:
        await _ended(asked, job, seconds)
        job = await find(asked.visit.caller, str(job.id))
    return await _shown(asked, job)


async def _ended(asked: Asked, job: Job, seconds: int) -> None:
    """Wait until the job has ended, at most so long, and say how it is doing."""
    leave = bulkhead.beside(asked.visit.caller.org.slug, "watch")
    until, last, told = time.monotonic() + seconds, job.last_event, 0.0
    try:
        while (left := until - time.monotonic()) > 0 and not hub.leaving():
            news = await hub.news(job.id, last, min(left, BEAT))
            if news is None or any(event.type in Job.TERMINAL for event in news):
                return
            last = news[-1].number if news else last
            told = await _say(asked, job, told)
    finally:
        leave()


async def _say(asked: Asked, job: Job, told: float) -> float:
    """A word of progress; it must always grow."""
    now = await find(asked.visit.caller, str(job.id))
    step = max(told + 0.01, float(now.progress or 0))
    await asked.progress(step, 100.0, f"{job.service} {job.action}: {now.get_status_display()}")
    return step


async def _shown(asked: Asked, job: Job) -> CallToolResult:
    """Everything about a job, as much of it as there is room for."""
    org = asked.visit.caller.org.slug
    told = msgspec.json.encode(showing.detail(job, org, await history(job)))
    wish = projecting.Wish(chars=asked.chosen.chars)
    part = await threads.run(_part, told, wish, size=len(told))
    said: dict[str, Any] = {"data": part.value} | ({"cut": part.cut} if part.cut else {})
    if not job.ended:
        said["next"] = f"It is not finished: call wait_for_job with job_id {job.id} again."
    elif job.status == Job.Status.SUCCEEDED and job.kind == Job.Kind.VENDOR:
        said["next"] = "get_job_media gives a link to what it made that anybody can open."
    return answering.result(said)


def _part(told: bytes, wish: projecting.Wish) -> projecting.Part:
    return projecting.project(projecting.read(told), wish)


async def _approval(asked: Asked) -> CallToolResult:
    """Wait for a person, then carry out what was approved."""
    seconds = asked.whole("seconds", USUAL_WAIT, MAX_WAIT)
    name, until, told = asked.text("approval_id"), time.monotonic() + seconds, 0.0
    while True:
        left = max(0.0, until - time.monotonic())
        found = await approvals.decided(asked.visit.caller, name, min(left, BEAT))
        if found.status != Approval.State.PENDING or left <= BEAT or hub.leaving():
            break
        told += 0.01
        await asked.progress(told, None, "waiting for a person")
    reply = await approvals.carry_out(errand.asking(asked.visit.request, asked.visit.caller), found)
    return await answering.told(asked.visit, reply, projecting.Wish(chars=asked.chosen.chars))


async def _list(asked: Asked) -> CallToolResult:
    wish = paging.Wish(
        f"mcp:{asked.visit.caller.org.id}",
        max(1, asked.whole("limit", 20, MAX_PAGE)),
        asked.text("cursor"),
    )
    named = {name: asked.text(name) for name in ("service", "action", "status")}
    found = await database.run(_page, asked.visit, named, wish)
    shown = [showing.summary(job, asked.visit.caller.org.slug) for job in found.rows]
    return answering.result({"data": shown, "next_cursor": found.cursor})


def _page(visit: Visit, named: Mapping[str, str], wish: paging.Wish) -> paging.Page[Job]:
    rows = visible(visit.caller).defer("answer")
    if named["status"] and named["status"] not in Job.Status.values:
        raise BadRequest(f"status: known are {', '.join(Job.Status.values)}.")
    return paging.page(rows.filter(**{k: v for k, v in named.items() if v}), _ORDER, wish)


async def _media(asked: Asked) -> CallToolResult:
    """A link for people without a key; as over HTTP, only keys that call may make one."""
    if "invoke" not in asked.visit.caller.key.access:
        raise Forbidden(code="out_of_scope")
    which = media.wanted({name: asked.arguments.get(name, usual) for name, usual in _WHICH})
    job = await find(asked.visit.caller, asked.text("job_id"))
    told = links.made(asked.visit.request, job, links.USUAL, which)
    link = ResourceLink(uri=told["url"], name=f"{job.service} {job.action}")
    return answering.result({"data": told}, link)


_WHICH = (("kind", ""), ("item", 0))


def _tool(
    name: str, title: str, about: str, more: Mapping[str, Any], *needed: str, reads: bool = True
) -> Tool:
    shape = {"type": "object", "properties": dict(more), "additionalProperties": False}
    return Tool(
        name=name,
        title=title,
        description=about,
        input_schema=shape | ({"required": list(needed)} if needed else {}),
        annotations=ToolAnnotations(
            title=title,
            read_only_hint=reads,
            destructive_hint=False,
            idempotent_hint=True,
            open_world_hint=False,
        ),
    )


Work = Callable[[Asked], Awaitable[CallToolResult]]
TOOLS: dict[str, tuple[Tool, Work]] = {
    tool.name: (tool, work)
    for tool, work in (
        (
            _tool(
                "wait_for_job",
                "Wait for a job",
                "Waits until a job has ended, at most so many seconds, and tells its status and "
                "result. Call it again while the job is not finished.",
                {
                    "job_id": _JOB,
                    "seconds": {"type": "integer", "minimum": 0, "maximum": MAX_WAIT},
                },
                "job_id",
            ),
            _wait,
        ),
        (
            _tool(
                "get_job",
                "Read a job",
                "A job's status, progress, result and history, without waiting.",
                {"job_id": _JOB},
                "job_id",
            ),
            _get,
        ),
        (
            _tool(
                "wait_for_approval",
                "Wait for approval",
                "Waits until a person has decided about a call, at most so many seconds. Once it "
                "is approved, carries it out, once, and tells its answer.",
                {
                    "approval_id": {"type": "string", "description": "As the call told it."},
                    "seconds": {"type": "integer", "minimum": 0, "maximum": MAX_WAIT},
                },
                "approval_id",
                reads=False,
            ),
            _approval,
        ),
        (
            _tool(
                "list_jobs",
                "List jobs",
                "The jobs that calls have started, the newest first.",
                {
                    "service": {"type": "string"},
                    "action": {"type": "string"},
                    "status": {"type": "string", "enum": list(Job.Status.values)},
                    "limit": {"type": "integer", "minimum": 1, "maximum": MAX_PAGE},
                    "cursor": {"type": "string", "description": "next_cursor of the last page."},
                },
            ),
            _list,
        ),
        (
            _tool(
                "get_job_media",
                "Link to a job's result",
                "A link to the video, audio or picture that a finished job made, which anybody "
                "can open for a day.",
                {
                    "job_id": _JOB,
                    "kind": {"type": "string", "description": "Such as video, audio, thumbnail."},
                    "item": {"type": "integer", "minimum": 0},
                },
                "job_id",
            ),
            _media,
        ),
    )
}
