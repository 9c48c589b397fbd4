"""The sandbox as one ASGI application."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.routing import Mount, Route

from sandbox import control, files
from sandbox.catalogue import catalogue
from sandbox.config import Config
from sandbox.elevenlabs import front as elevenlabs
from sandbox.front import Front
from sandbox.liveavatar import front as liveavatar
from sandbox.state import Sandbox


def create_app(config: Config) -> Starlette:
    """A sandbox with state of its own, in memory: serve it from one process."""
    sandbox = Sandbox(config)
    routes = [
        *control.ROUTES,
        Route("/files/assets/{asset_id}", files.asset, methods=["GET"]),
        Route("/files/uploads/{asset_id}", files.upload, methods=["PUT"]),
        Route("/files/{name}", files.result, methods=["GET"]),
        Mount(elevenlabs.PREFIX, elevenlabs.Front(sandbox)),
        Mount(liveavatar.PREFIX, liveavatar.Front(sandbox)),
        Mount("/", Front(sandbox)),
    ]
    app = Starlette(routes=routes)
    app.state.sandbox = sandbox
    app.state.initial = config
    catalogue()  # made now, so that the first request does not wait for it
    return app
