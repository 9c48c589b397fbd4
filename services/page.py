"""The page on which the OpenAPI documents are read; it holds nothing until a key opens one."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse

from services.errors import MethodNotAllowed, NotFound

_FOLDER = Path(__file__).parent / "describing" / "page"
_FILES = {
    "": ("index.html", "text/html; charset=utf-8"),
    "docs.js": ("docs.js", "text/javascript; charset=utf-8"),
    "docs.css": ("docs.css", "text/css; charset=utf-8"),
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def show(request: HttpRequest, name: str | None = None) -> HttpResponse:
    """The page, its script or its looks. Raises NotFound, MethodNotAllowed."""
    if request.method not in ("GET", "HEAD"):
        raise MethodNotAllowed(request.method or "", "GET, HEAD")
    if (name or "") not in _FILES:
        raise NotFound
    file, kind = _FILES[name or ""]
    headers = {
        "Content-Security-Policy": _POLICY,
        "Cache-Control": "no-cache",
        "Referrer-Policy": "no-referrer",
    }
    return HttpResponse(_content(file), content_type=kind, headers=headers)


@lru_cache
def _content(file: str) -> bytes:
    return (_FOLDER / file).read_bytes()
