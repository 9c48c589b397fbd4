"""The answer to a request that failed: 503 while the database is away, else Django's own 500."""

from __future__ import annotations

import sys
import time

from django.db import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    NotSupportedError,
    ProgrammingError,
)
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.defaults import server_error

from services import respond
from services.errors import Unavailable

_AWAY = (DatabaseError, InterfaceError)
# Of what was asked, not of the database: asking again does not help.
_ASKED = (DataError, IntegrityError, NotSupportedError, ProgrammingError)
_PLAYGROUND = "/admin/playground/"
_PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Unavailable</title></head>
<body><h1>Unavailable</h1><p>{detail} Please try again in a moment.</p></body>
</html>
"""


def failed(request: HttpRequest) -> HttpResponseBase:
    """`handler500`, while the exception is being handled; it must not need the database."""
    fault = sys.exc_info()[1]
    if not isinstance(fault, _AWAY) or isinstance(fault, _ASKED):
        return server_error(request)
    exc = Unavailable(code="directory_unavailable")
    return _json(request, exc) if _by_script(request) else _page(exc)


def _by_script(request: HttpRequest) -> bool:
    """Whether the playground's page asks, and not a person for the page."""
    path = request.path_info
    return path.startswith(_PLAYGROUND) and path != _PLAYGROUND


def _json(request: HttpRequest, exc: Unavailable) -> HttpResponseBase:
    request_id = respond.request_id(request)
    response = respond.error(exc, request_id)
    respond.finish(response, request_id, time.perf_counter())
    return response


def _page(exc: Unavailable) -> HttpResponse:
    headers = exc.headers | {"Cache-Control": "no-store"}
    return HttpResponse(_PAGE.format(detail=exc.detail), status=exc.status, headers=headers)
