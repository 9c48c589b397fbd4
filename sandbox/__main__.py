"""Serve the sandbox: python -m sandbox."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import socket
import sys
from dataclasses import replace
from typing import NoReturn

from granian.constants import Interfaces
from granian.server.embed import Server

from sandbox.app import create_app
from sandbox.config import Config, from_env


def main() -> int:
    options = _parser(from_env()).parse_args()
    config = replace(
        options.config,
        keys=tuple(dict.fromkeys((*options.config.keys, *options.key))),
        render_seconds=options.render_seconds,
        latency=options.latency,
        legacy=options.legacy,
        v3=options.v3,
    )
    if not _is_free(options.host, options.port):
        print(f"{options.host}:{options.port} is in use", file=sys.stderr)
        return 1
    print(f"Sandbox on http://{options.host}:{options.port}", flush=True)
    asyncio.run(_serve(config, options.host, options.port))


def _parser(config: Config) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("sandbox", description="A stand-in for the vendors' APIs.")
    parser.set_defaults(config=config)
    port = int(os.environ.get("SANDBOX_PORT", "8001"))
    host = os.environ.get("SANDBOX_HOST", "127.0.0.1")
    parser.add_argument("--host", default=host)
    parser.add_argument("--port", type=int, default=port)
    parser.add_argument("--render-seconds", type=float, default=config.render_seconds)
    parser.add_argument("--latency", type=float, default=config.latency, help="seconds per call")
    parser.add_argument("--key", action="append", default=[], help="a further key to accept")
    parser.add_argument("--no-legacy", dest="legacy", action="store_false", default=config.legacy)
    parser.add_argument("--no-v3", dest="v3", action="store_false", default=config.v3)
    return parser


def _is_free(host: str, port: int) -> bool:
    # Asked beforehand, because the server's own attempt would end in a panic of its native thread.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


async def _serve(config: Config, host: str, port: int) -> NoReturn:
    # One process and one loop, because the state is in this process's memory.
    server = Server(
        create_app(config),
        host,
        port,
        interface=Interfaces.ASGINL,
        backlog=1024,
        websockets=False,
        log_enabled=False,
    )
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, server.stop)
    await server.serve()
    # The server's native threads outlive it and can abort the process while Python winds down.
    # Nothing here needs winding down, so the process ends at once.
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
