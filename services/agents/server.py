"""The official SDK's server: its handlers, and one stateless exchange with it.

Importing it costs memory and time, so `views` does when the first agent comes.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial, wraps
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel.server import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListResourcesResult,
    ListResourceTemplatesResult,
    ListToolsResult,
    PaginatedRequestParams,
    ReadResourceRequestParams,
    ReadResourceResult,
)

from services import paging, respond
from services.action import shown
from services.agents import calling, listing, own, resources
from services.agents.wishes import wished
from services.errors import ProxyError
from services.following.door import Visit

logger = logging.getLogger("ai_proxy")
for _loud in ("mcp.server.streamable_http_manager", "mcp.server.streamable_http"):
    logging.getLogger(_loud).setLevel(logging.WARNING)  # a line for each request says nothing

Context = ServerRequestContext[Any, Any]
Given = ParamSpec("Given")
Made = TypeVar("Made")
INSTRUCTIONS = (
    "Tools of AI vendors, called with the organisation's own accounts. Some cost credits: their "
    "descriptions say so. Long answers are cut: name _fields, or go on with _offset. A call whose "
    "result has a job goes on after its answer: wait_for_job tells when it is done, get_job_media "
    "links to what it made. A result with an approval waits for a person: wait_for_approval."
)


def _guarded(work: Callable[Given, Awaitable[Made]]) -> Callable[Given, Awaitable[Made]]:
    """Failures of handlers that are none of a tool become errors of the protocol, without words
    of the exception."""

    @wraps(work)
    async def guarded(*given: Given.args, **named: Given.kwargs) -> Made:
        try:
            return await work(*given, **named)
        except MCPError:
            raise
        except ProxyError as exc:
            raise MCPError(INVALID_PARAMS, exc.detail, {"code": exc.code}) from None
        except Exception:
            logger.exception("A message of an agent could not be handled")
            raise MCPError(INTERNAL_ERROR, ProxyError.detail) from None

    return guarded


def _visit(context: Context) -> Visit:
    assert context.request is not None
    visit: Visit = context.request.scope["visit"]
    return visit


def _long(context: Context) -> dict[str, Any] | None:
    """Arguments that `views` kept back, because they are long."""
    assert context.request is not None
    kept: dict[str, Any] | None = context.request.scope["arguments"]
    return kept


@_guarded
async def _list_tools(context: Context, asked: PaginatedRequestParams | None) -> ListToolsResult:
    visit = _visit(context)
    cursor = (asked and asked.cursor) or ""
    # First what every agent needs: some clients read one page.
    mine = [] if cursor else [own.TOOLS[name][0] for name in sorted(own.TOOLS)]
    # In a thread: the first list in a worker makes some two hundred tools.
    theirs = await asyncio.to_thread(listing.listed, visit.caller, wished(visit))
    every = {tool.name: tool for tool in theirs}
    wish = paging.Wish(f"tools:{visit.caller.org.id}", listing.PAGE - len(mine), cursor)
    names, further = paging.names(list(every), wish)
    found = [*mine, *(every[name] for name in names)]
    return ListToolsResult(tools=found, next_cursor=further)


@_guarded
async def _call_tool(context: Context, asked: CallToolRequestParams) -> CallToolResult:
    visit, long = _visit(context), _long(context)
    arguments = asked.arguments or {} if long is None else long
    chosen = wished(visit)
    mine, what = own.TOOLS.get(asked.name), listing.found(asked.name)
    if mine is None and what is None:
        raise MCPError(INVALID_PARAMS, f"Unknown tool: {shown(asked.name)}")
    try:
        if mine is not None:
            progress = context.session.report_progress
            return await mine[1](own.Asked(visit, chosen, arguments, progress))
        assert what is not None
        return await calling.called(visit, chosen, what, arguments, long=long is not None)
    except ProxyError as exc:
        return calling.failed(visit, exc)
    except Exception:
        request_id = respond.request_id(visit.request)
        logger.exception("The call %s of a tool failed in the proxy", request_id)
        return calling.failed(visit, ProxyError())


@_guarded
async def _list_resources(
    context: Context, asked: PaginatedRequestParams | None
) -> ListResourcesResult:
    return await resources.listed(_visit(context), (asked and asked.cursor) or "")


@_guarded
async def _list_templates(
    context: Context, asked: PaginatedRequestParams | None
) -> ListResourceTemplatesResult:
    return resources.TEMPLATES


@_guarded
async def _read_resource(context: Context, asked: ReadResourceRequestParams) -> ReadResourceResult:
    return await resources.read(_visit(context), str(asked.uri))


_SERVER: Server[Any] = Server(
    "ai-proxy",
    version="1",
    title="AI vendors' actions",
    instructions=INSTRUCTIONS,
    get_tool_input_schema=lambda name: None,
    on_list_tools=_list_tools,
    on_call_tool=_call_tool,
    on_list_resources=_list_resources,
    on_list_resource_templates=_list_templates,
    on_read_resource=_read_resource,
)


async def _exchange(scope: Any, receive: Any, send: Any, *, whole: bool) -> None:
    """One message and its answer; nothing of it outlives the exchange, so any worker does."""
    manager = StreamableHTTPSessionManager(
        _SERVER,
        json_response=whole,
        stateless=True,
        max_request_body_size=settings.MAX_JSON_BYTES,
    )
    async with manager.run():
        await manager.handle_request(scope, receive, send)


plain = partial(_exchange, whole=True)
streaming = partial(_exchange, whole=False)
