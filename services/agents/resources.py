"""What jobs made as resources: `ai-proxy://jobs/ID` is the job, `.../media` its bytes if small."""

from __future__ import annotations

import base64
import json
from typing import Any

import msgspec
from django.conf import settings
from django.http.response import HttpResponseBase
from mcp_types import (
    BlobResourceContents,
    ListResourcesResult,
    ListResourceTemplatesResult,
    ReadResourceResult,
    Resource,
    ResourceTemplate,
    TextResourceContents,
)

from jobs import database
from jobs.models import Job
from services import paging
from services.agents.own import URI
from services.errors import NotFound
from services.following import links, media, showing
from services.following.door import Visit
from services.following.finding import find, history, visible
from services.following.results import Wanted

PAGE = 50
_ORDER = ("-created_at", "-id")
_JSON = "application/json"
TEMPLATES = ListResourceTemplatesResult(
    resource_templates=[
        ResourceTemplate(
            uri_template=f"{URI}{{id}}", name="job", title="A job and its result", mime_type=_JSON
        ),
        ResourceTemplate(
            uri_template=f"{URI}{{id}}/media",
            name="media",
            title="What a job made: its bytes, or a link where they are many",
        ),
    ]
)


async def listed(visit: Visit, cursor: str) -> ListResourcesResult:
    """Finished jobs, the newest first. Raises BadRequest for another list's cursor."""
    wish = paging.Wish(f"mcp-resources:{visit.caller.org.id}", PAGE, cursor)
    found = await database.run(_page, visit, wish)
    shown = [
        Resource(
            uri=f"{URI}{job.id}",
            name=f"{job.service} {job.action} {job.id}",
            description=f"Ended {showing.moment(job.ended_at)}",
            mime_type=_JSON,
        )
        for job in found.rows
    ]
    return ListResourcesResult(resources=shown, next_cursor=found.cursor)


def _page(visit: Visit, wish: paging.Wish) -> paging.Page[Job]:
    done = visible(visit.caller).filter(status=Job.Status.SUCCEEDED).defer("answer")
    return paging.page(done, _ORDER, wish)


async def read(visit: Visit, uri: str) -> ReadResourceResult:
    """What stands at the URI. Raises NotFound, and what a vendor's refusal stands for."""
    name, _, part = uri.removeprefix(URI).partition("/")
    if not uri.startswith(URI) or part not in ("", "media"):
        raise NotFound
    job = await find(visit.caller, name)
    if part == "media":
        return ReadResourceResult(contents=[await _media(visit, job, uri)])
    told = showing.detail(job, visit.caller.org.slug, await history(job))
    text = msgspec.json.encode(told).decode()
    return ReadResourceResult(contents=[TextResourceContents(uri=uri, mime_type=_JSON, text=text)])


async def _media(visit: Visit, job: Job, uri: str) -> TextResourceContents | BlobResourceContents:
    response = await media.deliver(visit.request, visit.caller.org.slug, job, Wanted())
    content = await _small(response)
    if content is None:
        told = links.made(visit.request, job, links.USUAL, Wanted())
        return TextResourceContents(uri=uri, mime_type=_JSON, text=json.dumps(told))
    kind = response.headers["Content-Type"]
    return BlobResourceContents(uri=uri, mime_type=kind, blob=base64.b64encode(content).decode())


async def _small(response: HttpResponseBase) -> bytes | None:
    """The bytes, if they are few."""
    given: Any = response
    try:
        if int(given.headers.get("content-length", "0")) > settings.MCP_MAX_FILE:
            return None
        parts, size = [], 0
        async for chunk in given:
            parts.append(chunk)
            size += len(chunk)
            if size > settings.MCP_MAX_FILE:
                return None
        return b"".join(parts)
    finally:
        await given.aclose()
