"""The start page: every org and how it is doing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from console import figures
from console.pages.render import org_url
from credentials.models import ApiKey, Credential, Org
from services.catalogue import known

PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class Row:
    """One org at a glance."""

    org: Org
    url: str
    credentials: list[dict[str, Any]]
    keys: int
    calls: int
    errors: int


def context(request: HttpRequest, given: dict[str, Any]) -> dict[str, Any]:
    """What the start page shows beside what every page does."""
    if not _may(request.user, "credentials.view_org"):
        return {**given, "title": "Home", "rows": None}
    wanted = request.GET.get("q", "").strip()[:100]
    orgs = Org.objects.all()
    if wanted:
        orgs = orgs.filter(Q(slug__icontains=wanted) | Q(name__icontains=wanted))
    shown = Paginator(orgs, PER_PAGE).get_page(request.GET.get("p"))
    rows = _rows(shown)
    return {
        **given,
        "title": "Home",
        "rows": rows,
        "page": shown,
        "wanted": wanted,
        "is_new": not wanted and not shown.object_list and shown.number == 1,
        "may_add": _may(request.user, "credentials.add_org"),
        "may_play": _may(request.user, "console.use_playground"),
    }


def _may(user: AbstractBaseUser | AnonymousUser, permission: str) -> bool:
    return bool(user.has_perm(permission))  # type: ignore[union-attr]


def _rows(shown: Page[Org]) -> list[Row]:
    orgs = list(shown.object_list)
    credentials = Credential.objects.filter(org__in=orgs).order_by("service")
    now = timezone.now()
    live = ApiKey.objects.filter(org__in=orgs, revoked_at=None).filter(
        Q(expires_at=None) | Q(expires_at__gt=now)
    )
    keys = Counter(live.order_by().values_list("org_id", flat=True))
    rows = []
    for org in orgs:
        calls, errors = figures.day(org.pk)
        held = [_credential(item) for item in credentials if item.org_id == org.pk]
        rows.append(Row(org, org_url(org), held, keys[org.pk], calls, errors))
    return rows


def _credential(row: Credential) -> dict[str, Any]:
    service = known(row.service)
    return {"name": service.display_name if service else row.service, "ok": row.check_ok}
