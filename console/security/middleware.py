"""What holds for every page of the console: whose doing it is, how long, and the second factor."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from console.security import lockout, people, sessions
from console.security.models import Authenticator

BUSY = timedelta(seconds=10)
_POLICY = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), clipboard-write=(self)"


class ConsoleMiddleware:
    """Names the actor, ends old sessions, and lets nobody pass whose second factor is due."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith("/admin/"):
            return self._get_response(request)
        response = self._in_turn(request) if _with_password(request) else self._answer(request)
        response.headers.setdefault("Permissions-Policy", _POLICY)
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    def _in_turn(self, request: HttpRequest) -> HttpResponse:
        with lockout.turn(request) as mine:
            return self._answer(request) if mine else lockout.refused(request, BUSY)

    def _answer(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not user.is_authenticated:
            return self._get_response(request)
        with people.as_user(request, user.get_username()):
            if reason := sessions.ended(request):
                return _end(request, reason)
            sessions.use(request)
            due = _due(request, user)
            return _redirect(due, request) if due else self._get_response(request)


def _with_password(request: HttpRequest) -> bool:
    return request.method == "POST" and request.path_info in {
        reverse("admin:login"),
        reverse("security:sudo"),
    }


def _end(request: HttpRequest, reason: str) -> HttpResponse:
    request.session_ended = reason  # type: ignore[attr-defined]
    logout(request)
    messages.info(request, f"{reason} Please log in again.")
    return _redirect("admin:login", request)


def _due(request: HttpRequest, user: Any) -> str:
    """The page where this person has to go first; empty when all is well."""
    if not user.is_staff or user.is_verified() or request.path_info in _always():
        return ""
    if Authenticator.of(user) is not None:
        return "security:verify"
    if not settings.ADMIN_REQUIRE_OTP or request.path_info in _enrolling():
        return ""
    return "security:enrol"


def _always() -> set[str]:
    return {reverse("security:verify"), reverse("admin:logout"), reverse("admin:jsi18n")}


def _enrolling() -> set[str]:
    return {reverse("security:enrol"), reverse("security:sudo")}


def _redirect(name: str, request: HttpRequest) -> HttpResponse:
    target = request.get_full_path() if request.method == "GET" else ""
    query = f"?{urlencode({'next': target})}" if target else ""
    return HttpResponseRedirect(f"{reverse(name)}{query}")
