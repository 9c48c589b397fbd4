"""Every URL of the console, found in its routes and filled with the ids of what there is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.urls import URLPattern, URLResolver, get_resolver

from services.catalogue import SERVICES


def patterns(found: Any = None, before: str = "/") -> Iterator[str]:
    """Every route under /admin/, with its parameters still in it."""
    for each in (found or get_resolver()).url_patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLResolver) and route.startswith("/admin/"):
            yield from patterns(each, route)
        elif isinstance(each, URLPattern) and route.startswith("/admin/"):
            yield route


def filled(route: str) -> Iterator[str]:
    """A route's URLs: with the ids of all rows, of the catalogue's services and actions."""
    names = re.findall(r"<(?:\w+:)?(\w+)>", route)
    if not names:
        yield route if not route.startswith("/admin/(?P") else "/admin/nothing/"
    elif "action" in names and "object_id" not in names:
        for service in SERVICES:
            action = next(iter(service.actions))
            yield fill(route, service=service.slug, action=getattr(action, "slug", action))
    else:
        for pk in ids(route):
            yield fill(route, object_id=pk, pk=pk, id=pk, service="heygen", role="next")


def fill(route: str, **values: Any) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(values.get(found[1], "x")), route)


def ids(route: str) -> list[Any]:
    for model in admin.site._registry:
        if route.startswith(f"/admin/{model._meta.app_label}/{model._meta.model_name}/"):
            return list(model._base_manager.values_list("pk", flat=True))
    return ["x"]
