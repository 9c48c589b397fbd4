"""The people who may use the console, and their groups; changing them asks for the password."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.hashers import is_password_usable
from django.contrib.auth.models import Group, User
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.forms import (
    AdminPasswordChangeForm,
    UnfoldReadOnlyPasswordHashWidget,
    UserChangeForm,
    UserCreationForm,
)

from console.security import factor
from console.security.sudo import ask, is_fresh, sudo_required
from credentials.models import AuditEvent, AuditHead

admin.site.unregister(User)
admin.site.unregister(Group)

_FACTS = ("username", "name", "is_active", "is_staff", "is_superuser")
_POWERS = ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")


class Unshown(UnfoldReadOnlyPasswordHashWidget):
    """Whether there is a password; Django's own shows the beginning of its digest."""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        usable = bool(value) and is_password_usable(value)
        return context | {"summary": [{"label": "Set." if usable else "None."}]}


class PersonForm(UserChangeForm):
    """A person's fields, without anything of the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "password" in self.fields:
            self.fields["password"].widget = Unshown()


def told(row: Any) -> dict[str, Any]:
    """Who a person or group is and may what, as the database has it now; others by name."""
    kept = type(row).objects.get(pk=row.pk)
    shown = {name: getattr(kept, name) for name in _FACTS if hasattr(kept, name)}
    if isinstance(kept, User):
        shown["groups"] = sorted(group.name for group in kept.groups.all())
    given = kept.user_permissions if isinstance(kept, User) else kept.permissions
    codes = given.values_list("content_type__app_label", "codename")
    return shown | {"permissions": sorted(".".join(code) for code in codes)}


def changed(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """[old, new] of what differs; None stands for a row that is not there, and nothing is as it."""
    pairs = {name: [old.get(name), new.get(name)] for name in old | new}
    return {name: [was, now] for name, (was, now) in pairs.items() if was != now and (was or now)}


class Recorded(ModelAdmin):
    """Each change asks for the password before its form, and is in the audit record after it."""

    word: str

    changeform_view = sudo_required(ModelAdmin.changeform_view)
    delete_view = sudo_required(ModelAdmin.delete_view)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        if request.method == "POST" and not is_fresh(request):
            return ask(request)
        return super().changelist_view(request, extra_context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            AuditHead.hold()
            obj.told_before = told(obj)
        super().save_model(request, obj, form, change)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self._record("created", obj, changed({}, told(obj)))
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        now = told(obj)
        detail = changed(getattr(obj, "told_before", now), now)
        self._record("changed", obj, {"change": message} | detail)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        for row in queryset:
            self._record("deleted", row, changed(told(row), {}))
        return super().log_deletions(request, queryset)

    def _record(self, done: str, obj: Any, detail: dict[str, Any]) -> None:
        AuditEvent.append(f"{self.word}.{done}", target=str(obj), detail=detail)


@admin.register(User)
class UserAdmin(DjangoUserAdmin, Recorded):
    """Who may log in. Only a superuser gives powers, or touches another member of the staff."""

    word = "user"
    form = PersonForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "is_active", "is_staff", "is_superuser", "last_login")
    actions = ("remove_second_factor",)
    user_change_password = sudo_required(DjangoUserAdmin.user_change_password)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        # Under another's old name, one's later events would look like that person's.
        named = () if obj is None else ("username",)
        fixed = (*super().get_readonly_fields(request, obj), *named)
        return fixed if request.user.is_superuser else (*fixed, *_POWERS)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and _may(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and _may(request, obj)

    @admin.action(description="Remove the second factor", permissions=["change"])
    def remove_second_factor(self, request: HttpRequest, queryset: Any) -> None:
        removed = sum(factor.remove(user) for user in queryset if _may(request, user))
        self.message_user(request, f"Removed the second factor of {removed} people.")


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, Recorded):
    """Permissions that several people have; a member who may change them may everything."""

    word = "group"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser


def _may(request: HttpRequest, person: Any) -> bool:
    if request.user.is_superuser or person is None or person == request.user:
        return True
    return not (person.is_staff or person.is_superuser)
