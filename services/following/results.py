"""Where a job's results lie: the URLs in the vendor's answer, asked for anew when it is old."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec
from django.db import DatabaseError, InterfaceError
from django.utils import timezone

from jobs import database, tracking
from jobs.models import Job
from services import catalogue, upstream
from services.action import Call
from services.errors import Conflict, NotFound
from services.following import polling

logger = logging.getLogger("ai_proxy")
GOOD = timedelta(minutes=3)  # that a URL is taken for good without asking; vendors' live longer
MAX_ITEM = 999
# Kinds of results, and the names that vendors have for them.
KINDS: Mapping[str, tuple[str, ...]] = {
    "video": ("video_url", "url"),
    "captioned": ("captioned_video_url", "video_url_caption"),
    "audio": ("audio_url",),
    "caption": ("caption_url", "subtitle_url", "srt_caption_url", "vtt_caption_url"),
    "thumbnail": ("thumbnail_url", "image_url", "preview_image_url"),
    "gif": ("gif_url",),
}
# Work whose result lies behind an action of the vendor, with its key: that action, its parameter
# for one of several, and the field of the status answer that lists these.
BEHIND: Mapping[str, tuple[str, str, str]] = {
    "elevenlabs:create-dubbing": ("get-dubbed-audio", "language_code", "target_languages"),
}
_looks: dict[tuple[int, uuid.UUID], asyncio.Task[Any]] = {}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of a job's results: the kind, or the main one; which of several alike."""

    kind: str = ""
    item: int = 0


def is_behind(job: Job) -> bool:
    """Whether the result is read by an action of the vendor, and not at a URL."""
    return f"{job.service}:{job.action}" in BEHIND


async def opened(job: Job, wanted: Wanted, part: Mapping[str, str]) -> upstream.Answer:
    """The bytes of such a result; `part` are the headers of a range. Raises as `locate` does."""
    _require_result(job)
    action, name, field = BEHIND[f"{job.service}:{job.action}"]
    data = job.result if job.seen_at else await _looked(job)
    several = data.get(field) if isinstance(data, dict) else None
    if wanted.kind not in ("", "audio", "video") or not isinstance(several, list):
        raise NotFound("The job has no such result.", code="no_result")
    if wanted.item >= len(several):
        raise NotFound("The job has no such result.", code="no_result")
    given = {**job.parameters["path_params"], name: several[wanted.item]}
    reply = await polling.invoke(job, action, Call(path_params=given, headers=part))
    assert reply.stream is not None
    return reply.stream


async def locate(job: Job, wanted: Wanted, *, renew: bool = False) -> tuple[str, bool]:
    """The URL of a result, and whether the vendor was asked for it just now.

    Raises Conflict while there is none yet, NotFound where there is none of this kind, and what a
    look at the vendor raises.
    """
    _require_result(job)
    age = timezone.now() - job.seen_at if job.seen_at else None
    asked = renew or age is None or age > GOOD
    data = await _looked(job) if asked else job.result
    rule = _rule(job)
    urls = list(_urls(data, rule, wanted.kind))
    if wanted.item >= len(urls):
        raise NotFound("The job has no such result.", code="no_result")
    return urls[wanted.item], asked


def _require_result(job: Job) -> None:
    """Raise Conflict while the job has none, and when it never will."""
    if job.status in (Job.Status.PENDING, Job.Status.RUNNING):
        raise Conflict("The job has not ended yet.", code="job_not_ended")
    if job.status == Job.Status.FAILED:
        raise Conflict("The job failed: it has no result.", code="job_failed")


def _rule(job: Job) -> str:
    """The path of the main result in the answer. Raises NotFound for work of no vendor."""
    service = catalogue.known(job.service)
    action = service.by_slug.get(job.action) if service else None
    if job.kind != Job.Kind.VENDOR or action is None or action.job is None:
        raise NotFound("The job has no such result.", code="no_result")
    return action.job.result or ""


async def _looked(job: Job) -> Any:
    """What the vendor answers about the job now; those who ask at once share one look."""
    key = (id(asyncio.get_running_loop()), job.id)
    task = _looks.get(key)
    if task is None:
        task = _looks[key] = asyncio.ensure_future(_look(job))
        task.add_done_callback(lambda done: _ended(key, done))
    return await asyncio.shield(task)


def _ended(key: tuple[int, uuid.UUID], task: asyncio.Task[Any]) -> None:
    _looks.pop(key, None)
    if not task.cancelled():
        task.exception()  # heard, even if all who waited have gone


async def _look(job: Job) -> Any:
    _rule(job)
    seen = await polling.ask(job)
    if seen.status != Job.Status.SUCCEEDED:
        raise Conflict("The vendor has no result of the job now.", code="job_not_ended")
    try:
        await database.run(tracking.observe, job.id, seen, "poll")
    except (DatabaseError, InterfaceError, Job.DoesNotExist):
        logger.warning("What was seen of job %s could not be noted", job.id)
    return msgspec.json.decode(seen.answer)["data"]


def _urls(data: Any, main: str, kind: str) -> Iterator[str]:
    """The URLs of a kind; of the main result, the first kind that there is."""
    if kind:
        yield from _of_kind(data, main, kind)
        return
    found = list(_addresses(_at(data, main.removeprefix("data.").split(".")))) if main else []
    for other in KINDS:
        found = found or list(_of_kind(data, main, other))
    yield from found


def _of_kind(data: Any, main: str, kind: str) -> Iterator[str]:
    """From the answer itself; where the result is a list of things, from each of them."""
    holders = [data]
    if "[]" in main:
        holders = list(_at(data, [main.removeprefix("data.").partition(".")[0]]))
    for holder in holders:
        names = KINDS[kind] if isinstance(holder, dict) else ()
        found = (next(_addresses(iter([holder.get(name)])), None) for name in names)
        if url := next((url for url in found if url), None):
            yield url


def _at(value: Any, path: list[str]) -> Iterator[Any]:
    """What stands at a dotted path, in which `name[]` goes through all of a list."""
    if not path:
        yield value
    elif isinstance(value, dict):
        name, several = path[0].removesuffix("[]"), path[0].endswith("[]")
        inner = value.get(name)
        for one in inner if several and isinstance(inner, list) else [inner]:
            yield from _at(one, path[1:])


def _addresses(values: Iterator[Any]) -> Iterator[str]:
    """Those that are URLs, also in lists, and in objects under `url`."""
    for value in values:
        if isinstance(value, list):
            yield from _addresses(iter(value))
        elif isinstance(value, dict):
            yield from _addresses(iter([value.get("url")]))
        elif isinstance(value, str) and value.startswith(("https://", "http://")):
            yield value
