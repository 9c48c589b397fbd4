"""The password once more, before a secret changes: `@sudo_required` on the views that do it.

Put it on every view that stores, stages, promotes or rolls back a credential, issues, rolls or
revokes a key, or lets an org use the platform's key. It works on functions and on methods (any
positional argument may be the request). A GET of a form asks first and comes back to the form. A
POST that comes too late is not replayed, since its body holds secrets: nothing is done, and the
page it was sent from is shown again with a message that says so.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

FRESH = 15 * 60  # seconds that a password counts; logging in is giving it
LATE = "Your password is needed again after 15 minutes. Nothing was changed: please send it again."
_GIVEN = "security.password_at"


def give(request: HttpRequest) -> None:
    """Note that this session's user has just given the password."""
    request.session[_GIVEN] = int(time.time())


def is_fresh(request: HttpRequest) -> bool:
    """Whether the password was given in this session within the last quarter of an hour."""
    age: float = time.time() - request.session.get(_GIVEN, 0)
    return 0 <= age < FRESH or -5 < age < 0  # another machine's clock may be a little ahead


def sudo_required(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let a view be used only shortly after the password; else ask for it and come back."""

    @wraps(view)
    def asked(*args: Any, **kwargs: Any) -> Any:
        request = next(value for value in args if isinstance(value, HttpRequest))
        return view(*args, **kwargs) if is_fresh(request) else ask(request)

    return asked


def ask(request: HttpRequest) -> HttpResponse:
    """Lead to the password page, and from there back to where the request came from."""
    target = request.get_full_path()
    if request.method not in ("GET", "HEAD"):
        messages.warning(request, LATE)
        target = _sender(request)
    return HttpResponseRedirect(f"{reverse('security:sudo')}?{urlencode({'next': target})}")


def back(request: HttpRequest) -> str:
    """The console's page that `next` names; the start page for anything else."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    home = reverse("admin:index")
    own = url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return target if own and urlsplit(target).path.startswith(home) else home


def _sender(request: HttpRequest) -> str:
    """The page whose form was sent: what a browser says, when it is ours, else the form's URL."""
    referer = urlsplit(request.headers.get("Referer", ""))
    if referer.netloc == request.get_host() and referer.path:
        return referer._replace(scheme="", netloc="").geturl()
    return request.path
