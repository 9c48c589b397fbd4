"""What the admins of all rows have in common."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminTextareaWidget

from console.fields import ListField
from console.security.sudo import ask, is_fresh, sudo_required


class GuardedAdmin(ModelAdmin):
    """Takes lists as lines, and no filter in the URL by which a hidden column could be guessed."""

    formfield_overrides = {  # noqa: RUF012
        models.JSONField: {
            "form_class": ListField,
            "widget": UnfoldAdminTextareaWidget({"rows": 3}),
        }
    }

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any
    ) -> Any:
        """One button: what is saved is shown where it belongs."""
        only = {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().render_change_form(request, {**context, **only}, *args, **options)

    @sudo_required
    def delete_view(self, *args: Any, **options: Any) -> Any:
        return super().delete_view(*args, **options)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """What is done to many rows at once asks for the password like any change."""
        if request.method == "POST" and not is_fresh(request):
            return ask(request)
        return super().changelist_view(request, extra_context)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        hidden = lookup.startswith(("sealed", "digest"))
        return not hidden and super().lookup_allowed(lookup, value, request)
