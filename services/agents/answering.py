"""A reply as the result of a tool: JSON in parts, small files as they are, large ones by link."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from mcp_types import (
    AudioContent,
    BlobResourceContents,
    CallToolResult,
    ContentBlock,
    EmbeddedResource,
    ImageContent,
    ResourceLink,
    TextContent,
)

from services import threads, upstream
from services.agents import parcels, projecting
from services.agents.projecting import Wish
from services.exchange import Reply
from services.following.door import Visit

_PASSED = {"X-Test-Mode": "test_mode", "Idempotent-Replayed": "replayed", "X-Recorded": "recorded"}


def result(said: Mapping[str, Any], *more: ContentBlock, is_error: bool = False) -> CallToolResult:
    """A result whose text and structure say the same."""
    text = TextContent(text=projecting.written(said))
    return CallToolResult(content=[text, *more], structured_content=dict(said), is_error=is_error)


async def told(visit: Visit, reply: Reply, wish: Wish) -> CallToolResult:
    """What an agent reads of an answer. A stream is read to its end, or refused as too long."""
    if reply.stream is not None:
        return await _bytes(visit, reply, reply.stream)
    return await threads.run(_json, reply, wish, size=len(reply.content))


def _json(reply: Reply, wish: Wish) -> CallToolResult:
    whole = projecting.read(reply.content) if reply.content else {"data": None}
    data = whole["data"] if isinstance(whole, dict) and set(whole) == {"data"} else whole
    part = projecting.project(data, wish)
    return result({"data": part.value} | ({"cut": part.cut} if part.cut else {}) | _facts(reply))


def _facts(reply: Reply) -> dict[str, Any]:
    """What the answer's headers say and a model needs."""
    headers = reply.headers
    facts: dict[str, Any] = {name: headers[key] for key, name in _PASSED.items() if key in headers}
    if job := headers.get("X-Job-Id"):
        facts["job"] = {
            "id": job,
            "next": f"The work goes on: call wait_for_job with job_id {job}.",
        }
    if notes := headers.get("X-Contract-Notes"):
        facts["notes"] = notes
    return facts


async def _bytes(visit: Visit, reply: Reply, stream: upstream.Answer) -> CallToolResult:
    kind = reply.headers.get("content-type", "application/octet-stream").partition(";")[0].strip()
    async with stream:
        content = await stream.body(settings.MAX_FILE_BYTES)
    if len(content) <= settings.MCP_MAX_FILE:
        return file(content, kind, _facts(reply))
    where = await parcels.kept(visit, content, kind)
    said = {"data": {"content_type": kind, "bytes": len(content), **where}, **_facts(reply)}
    return result(said, ResourceLink(uri=where["url"], name=kind, mime_type=kind))


def file(content: bytes, kind: str, facts: Mapping[str, Any]) -> CallToolResult:
    """A small file inside the result."""
    said = {"data": {"content_type": kind, "bytes": len(content)}, **facts}
    if kind.startswith("text/") or kind == "application/json":
        text = content.decode(errors="replace")
        return result(said, TextContent(text=text))
    return result(said, _block(base64.b64encode(content).decode(), kind))


def _block(data: str, kind: str) -> ContentBlock:
    if kind.startswith("audio/"):
        return AudioContent(data=data, mime_type=kind)
    if kind.startswith("image/"):
        return ImageContent(data=data, mime_type=kind)
    blob = BlobResourceContents(uri="ai-proxy://answer", mime_type=kind, blob=data)
    return EmbeddedResource(resource=blob)
