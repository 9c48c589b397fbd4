"""Tools as the ecosystems of agents take them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import Any

import msgspec

from services.describing.shapes import Json
from services.describing.tools import Tool

HINTS = "ai-proxy/hints"  # under `_meta` of MCP's tools
_ENCODED: dict[tuple[str, str], msgspec.Raw] = {}


def openai(tool: Tool) -> Json:
    """A function tool of OpenAI's chat completions, which many others take too."""
    return {"type": "function", "function": _function(tool)}


def responses(tool: Tool) -> Json:
    """A function tool of OpenAI's responses; not strict, which needs every field filled in."""
    return {"type": "function", **_function(tool), "strict": False}


def anthropic(tool: Tool) -> Json:
    """A tool of Anthropic's messages."""
    return {"name": tool.name, "description": tool.description, "input_schema": tool.input}


def langchain(tool: Tool) -> Json:
    """A schema with title and description, as LangChain takes it."""
    return {"title": tool.name, "description": tool.description, **tool.input}


def mcp(tool: Tool) -> Json:
    """A tool of the Model Context Protocol, with its annotations."""
    known = tool.hints
    return {
        "name": tool.name,
        "title": tool.title,
        "description": tool.description,
        "inputSchema": tool.input,
        "annotations": {
            "title": tool.title,
            "readOnlyHint": known.reads,
            "destructiveHint": known.destroys,
            "idempotentHint": known.idempotent,
            "openWorldHint": True,
        },
        "_meta": {HINTS: hints(tool)},
    }


FORMATS: Mapping[str, Callable[[Tool], Json]] = {
    "openai": openai,
    "openai-responses": responses,
    "anthropic": anthropic,
    "mcp": mcp,
    "langchain": langchain,
}


def hints(tool: Tool) -> dict[str, Any]:
    """What there is to know beside: the same for every format."""
    told = asdict(tool.hints)
    beside = {"service": tool.service, "action": tool.action, "group": tool.group}
    return {**beside, "title": tool.title, **told}


def listed(tools: Iterable[Tool], format: str) -> bytes:
    """The tools in one format under `data`, their hints by name beside, as JSON.

    The ecosystems refuse fields in a tool that they do not know; so nothing is added there.
    """
    chosen = tuple(tools)
    return msgspec.json.encode(
        {
            "data": [_encoded(tool, format, FORMATS[format]) for tool in chosen],
            "hints": {tool.name: _encoded(tool, "", hints) for tool in chosen},
        }
    )


def _encoded(tool: Tool, format: str, form: Callable[[Tool], Json]) -> msgspec.Raw:
    """Made once: there are as many as the catalogue has actions, times the formats."""
    key = (format, tool.name)
    if key not in _ENCODED:
        _ENCODED[key] = msgspec.Raw(msgspec.json.encode(form(tool)))
    return _ENCODED[key]


def _function(tool: Tool) -> Json:
    return {"name": tool.name, "description": tool.description, "parameters": tool.input}
