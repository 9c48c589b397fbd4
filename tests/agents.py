"""Speaks to the MCP endpoint in process: one message, one answer."""

from __future__ import annotations

import json
from typing import Any

from tests.conftest import Caller

ACCEPT = "application/json, text/event-stream"
VERSION = "2025-11-25"


class Agent:
    """An agent that speaks JSON-RPC itself, so that it can also speak it badly."""

    def __init__(self, call: Caller, query: str = "") -> None:
        self.call = call
        self.url = f"/mcp/orgs/{call.account.org.slug}/{query}"

    def send(self, message: Any, **headers: str) -> Any:
        """The HTTP answer; bytes go as they are."""
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        given = {"Accept": ACCEPT, "MCP_Protocol_Version": VERSION} | headers
        return self.call.send(self.url, body, **given)

    def rpc(self, method: str, params: Any = None, **headers: str) -> Any:
        """The message that answers."""
        asked = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params or {}}
        answer = self.send(asked, **headers)
        assert answer.status_code in (200, 400), answer.content
        return answer.json()

    def __getitem__(self, method: str) -> Any:
        return self.rpc(method)["result"]

    def tool(self, name: str, **arguments: Any) -> Any:
        """The result of a tool."""
        told = self.rpc("tools/call", {"name": name, "arguments": arguments})
        assert "result" in told, told
        return told["result"]
