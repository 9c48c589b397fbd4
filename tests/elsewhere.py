"""A page of somebody else's, at another origin, whose backend makes tickets with the org's key."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from ai_proxy import Client


class Site(SimpleHTTPRequestHandler):
    """An empty page, the files of a folder, and `POST /ticket`."""

    demo: dict[str, str]
    made: list[Any]

    def do_GET(self) -> None:
        if self.path != "/":
            return super().do_GET()
        self._say(b"<!doctype html><title>Elsewhere</title>", "text/html")

    def do_POST(self) -> None:
        wanted = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.made.append(wanted)
        demo = self.demo
        with Client(demo["base_url"], demo["org"], demo["api_key"]) as client:
            origin = f"http://localhost:{self.server.server_address[1]}"  # type: ignore[attr-defined]
            ticket = client.create_ticket(origin, ["heygen:*"], expires_in=60, **wanted)
        self._say(json.dumps(ticket).encode(), "application/json")

    def _say(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def site(folder: Path, demo: dict[str, str]) -> Iterator[tuple[str, list[Any]]]:
    """Its address, and what tickets were asked for."""
    made: list[Any] = []
    kind = type("Made", (Site,), {"demo": demo, "made": made})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(kind, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_address[1]}/", made
    finally:
        server.shutdown()
        server.server_close()
