"""Who guesses passwords is locked out: django-axes' counting, with two limits and no secrets.

Five failures for a name from one address lock that name there for a quarter of an hour; elsewhere
its owner still signs in, so nobody can lock others out. Fifty failures from one address, over
whatever names, lock the address.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import admin
from django.db.models import Max, Sum
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import salted_hmac

from console.security import people

SPRAY = 50  # failures from one address, over all names
_PATIENCE = 10.0  # seconds to wait for one's turn
_WAITERS = 8  # requests that may wait for a turn; each of them keeps a thread


class _Turn:
    """A place for one, and room for those who wait for it."""

    def __init__(self) -> None:
        self.room = threading.Semaphore(1 + _WAITERS)
        self.lock = threading.Lock()


_TURNS = [_Turn() for _ in range(64)]


@contextmanager
def turn(request: HttpRequest) -> Iterator[bool]:
    """One password at a time from an address: many at once would all be tried before any counts.

    False when the others before it took too long, and at once when too many wait already.
    """
    place = _TURNS[hash(people.address(request)) % len(_TURNS)]
    if not place.room.acquire(blocking=False):
        yield False
        return
    try:
        with _held(place.lock) as mine:
            yield mine
    finally:
        place.room.release()


@contextmanager
def _held(lock: threading.Lock) -> Iterator[bool]:
    mine = lock.acquire(timeout=_PATIENCE)
    try:
        yield mine
    finally:
        if mine:
            lock.release()


class Handler(AxesDatabaseHandler):
    """Counts as axes does, adds the limit on an address, and records what was refused."""

    def is_locked(self, request: HttpRequest, credentials: Any = None) -> bool:
        return super().is_locked(request, credentials) or _from(request) >= SPRAY

    def user_login_failed(
        self, sender: Any, credentials: Any, request: Any = None, **kwargs: Any
    ) -> None:
        if request is None:
            return
        locked_before = request.axes_locked_out
        super().user_login_failed(sender, credentials, request, **kwargs)
        if locked_before:
            return  # counted and recorded when it was locked
        failures, total = request.axes_failures_since_start, _from(request)
        name = people.known(str(credentials.get("username", "")))
        people.note(request, "admin.login_failed", name, failures=failures)
        if request.axes_locked_out or total >= SPRAY:
            request.axes_locked_out, request.axes_credentials = True, credentials
            locked = {"minutes": _minutes(settings.AXES_COOLOFF_TIME)}
            whole = {"names": "all"} if total >= SPRAY else {}
            people.note(request, "admin.locked_out", name, failures=failures, **locked, **whole)


@receiver(pre_save, sender=AccessAttempt)
def keep_no_form(instance: AccessAttempt, **kwargs: Any) -> None:
    """Whatever else was in the form, nobody needs it, and it may be a secret."""
    instance.get_data = instance.post_data = ""


def client(request: HttpRequest) -> str | None:
    """The address that failures count against; an IPv6 network as its first address."""
    return people.address(request).partition("/")[0] or None


def counted_name(request: HttpRequest, credentials: Any) -> str:
    """The name that failures count against; one that nobody has is kept as a digest only."""
    typed = str((credentials or {}).get("username") or "")
    name = people.known(typed)
    if name is not people.UNKNOWN:
        return name
    return f"unknown:{salted_hmac('console.security.lockout', typed).hexdigest()[:20]}"


def forgive(request: HttpRequest, credentials: Any) -> None:
    """Forget the failures before a right password, as a login does."""
    AxesProxyHandler.update_request(request)
    Handler().reset_user_attempts(request, credentials)


def logged(*args: Any) -> str:
    """What axes' log lines say of a client: which name and address is in the audit record."""
    return "a client"


def answer(
    request: HttpRequest, response: HttpResponse | None = None, credentials: Any = None
) -> HttpResponse:
    """The page of somebody locked out; says for how long, and not whether the name exists."""
    return refused(request, _wait(request, credentials))


def refused(request: HttpRequest, wait: timedelta) -> HttpResponse:
    """429, and when to come back."""
    context = admin.site.each_context(request) | {
        "title": "Too many attempts",
        "minutes": _minutes(wait),
    }
    page = render(request, "console/security/locked.html", context, status=429)
    page.headers["Retry-After"] = str(max(1, round(wait.total_seconds())))
    page.headers["Cache-Control"] = "no-store"
    return page


def _recent(request: Any) -> Any:
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    return AccessAttempt.objects.filter(ip_address=request.axes_ip_address, attempt_time__gte=since)


def _from(request: Any) -> int:
    """Failures from the request's address, over all names."""
    return _recent(request).aggregate(total=Sum("failures_since_start"))["total"] or 0


def _wait(request: Any, credentials: Any) -> timedelta:
    """How long until the last failure that counts is forgotten."""
    rows = _recent(request)
    own = rows.filter(username=counted_name(request, credentials))
    last = (own if own.exists() else rows).aggregate(last=Max("attempt_time"))["last"]
    wait: timedelta = settings.AXES_COOLOFF_TIME
    return wait if last is None else max(last + wait - timezone.now(), timedelta(seconds=1))


def _minutes(span: timedelta) -> int:
    return max(1, -(-round(span.total_seconds()) // 60))
