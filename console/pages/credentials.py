"""A credential's life: verified, its next secret staged, promoted, rolled back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from console.forms import StageForm
from console.pages.render import confirmed, home_of, need
from console.security.sudo import sudo_required
from credentials import spares
from credentials.errors import NoSpare
from credentials.models import Credential, SpareSecret
from services.errors import Busy
from services.verify import Verdict, verify

_DOUBTS = {True: "", None: " It has not been verified.", False: " The vendor refused it."}
Move = Callable[[Credential], object]


def tell(request: HttpRequest, stored: Credential | SpareSecret) -> None:
    """Ask the vendor whether a secret works, and say what it said."""
    verdict = tried(request, stored)
    if verdict is None:
        return
    if verdict.ok:
        messages.success(request, f"{stored}: verified, the vendor accepted it.")
    else:
        messages.warning(
            request, f"{stored}: saved, but not verified. The vendor said: {verdict.said}"
        )


def tried(request: HttpRequest, stored: Credential | SpareSecret) -> Verdict | None:
    """What the vendor says; None, and a message, when it is asked too often already."""
    try:
        return verify(stored)
    except Busy:
        messages.warning(request, f"{stored}: not tried, others of the org are just being tried.")
        return None


def _asked(request: HttpRequest, pk: UUID) -> Credential:
    need(request, "credentials.change_credential")
    found: Credential = get_object_or_404(Credential.objects.select_related("org"), pk=pk)
    return found


@require_POST
def check(request: HttpRequest, pk: UUID, role: str = "") -> HttpResponse:
    """Verify the secret in use, or one of the spare ones."""
    credential = _asked(request, pk)
    stored: Credential | SpareSecret = credential
    if role:
        stored = get_object_or_404(SpareSecret, credential=credential, role=role)
    verdict = tried(request, stored)
    if verdict is not None and verdict.ok:
        messages.success(request, f"{stored}: the vendor accepted it.")
    elif verdict is not None:
        messages.error(request, f"{stored}: {verdict.said}")
    return HttpResponseRedirect(home_of(credential))


@sudo_required
@require_POST
def stage(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep the next secret beside the one in use, and try it."""
    credential = _asked(request, pk)
    form = StageForm(request.POST)
    if form.is_valid():
        tell(request, spares.stage(credential, form.cleaned_data["secret"]))
    else:
        messages.error(request, " ".join(str(error) for error in form.errors["secret"]))
    return HttpResponseRedirect(home_of(credential))


@sudo_required
def promote(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Use the staged secret from now on."""
    credential = _asked(request, pk)
    waiting = get_object_or_404(SpareSecret, credential=credential, role="next")
    return confirmed(
        request,
        lambda: _moved(
            request,
            credential,
            _confirmed(request, spares.promote),
            "promoted; the old one is kept",
        ),
        title="Promote the staged secret",
        text=f"Calls use …{waiting.last_four} instead of …{credential.last_four}, within a second "
        "and without an interruption; the old one is kept for rollback."
        f"{_DOUBTS[waiting.check_ok]}",
        label="Promote",
        back=home_of(credential),
        danger=not waiting.check_ok,
        version=waiting.version,
    )


@sudo_required
def rollback(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Use the secret before again."""
    credential = _asked(request, pk)
    kept = get_object_or_404(SpareSecret, credential=credential, role="previous")
    return confirmed(
        request,
        lambda: _moved(request, credential, _confirmed(request, spares.rollback), "rolled back"),
        title="Roll back to the previous secret",
        text=f"Calls use …{kept.last_four} again instead of …{credential.last_four}, within a "
        f"second; the one in use now is kept as the previous one.{_DOUBTS[kept.check_ok]}",
        label="Roll back",
        back=home_of(credential),
        danger=kept.check_ok is False,
        version=kept.version,
    )


@sudo_required
def discard(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Forget the staged secret."""
    credential = _asked(request, pk)
    return confirmed(
        request,
        lambda: _moved(request, credential, spares.discard, "rid of its staged secret"),
        title="Discard the staged secret",
        text="The staged secret is deleted; calls are not touched.",
        label="Discard",
        back=home_of(credential),
    )


def _confirmed(request: HttpRequest, move: Callable[..., object]) -> Move:
    """The move of the secret that was asked about, and of no other that took its place since."""
    given = request.POST.get("version", "")
    return partial(move, version=int(given)) if given.isdecimal() else move


def _moved(request: HttpRequest, credential: Credential, move: Move, done: str) -> str:
    try:
        move(credential)
        messages.success(request, f"{credential.org or 'platform'} / {credential.service}: {done}.")
    except NoSpare as exc:
        messages.error(request, str(exc))
    return home_of(credential)
