"""Rows that the directory holds copies of: every change is recorded and seen by every worker."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

from django.db import models, transaction
from django.db.models.signals import pre_delete

from credentials.models.audit import AuditEvent, AuditHead, storable

Values = Mapping[str, Any]


class Revision(models.Model):
    """One row whose token changes with every change that the directory must see."""

    token = models.UUIDField(default=uuid.uuid4)

    def __str__(self) -> str:
        return str(self.token)

    @classmethod
    def bump(cls) -> None:
        """Say that something changed; becomes visible with the caller's own transaction."""
        cls.objects.update_or_create(pk=1, defaults={"token": uuid.uuid4()})

    @classmethod
    def current(cls) -> uuid.UUID | None:
        return cls.objects.filter(pk=1).values_list("token", flat=True).first()


@contextmanager
def changing() -> Iterator[None]:
    """A transaction that changes watched rows; one at a time, so that no two wait for each other.

    Holds the audit record's head from the start and bumps the revision at the end.
    """
    with transaction.atomic():
        AuditHead.hold()
        yield
        Revision.bump()


class WatchedQuerySet(models.QuerySet[Any]):
    """Bulk changes are changes too."""

    def update(self, **values: Any) -> int:
        with changing():
            rows = self.model._base_manager.order_by()
            chosen = self.order_by().values_list("pk", flat=True)
            before = {row.pk: row.values() for row in rows.filter(pk__in=list(chosen))}
            count = super().update(**values)
            for row in rows.filter(pk__in=before):
                row.note("changed", before=before[row.pk])
        return count

    update.alters_data = True  # type: ignore[attr-defined]  # no template may call it

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        if kwargs.get("ignore_conflicts") or kwargs.get("update_conflicts"):
            raise ValueError("Nobody could tell which rows were created.")
        with changing():
            made = super().bulk_create(objs, *args, **kwargs)
            for row in made:
                row.note("created")
        return made

    def delete(self) -> tuple[int, dict[str, int]]:
        with changing():
            return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]  # managers have none


class Watched(models.Model):
    """Every change of such a row leaves an audit event and a new revision in its transaction."""

    audited_as: ClassVar[str]  # the first word of its events
    hidden: ClassVar[tuple[str, ...]] = ()  # fields of which only a change is recorded
    unrecorded: ClassVar[tuple[str, ...]] = ()  # fields of which nothing is

    objects = WatchedQuerySet.as_manager()

    class Meta:
        abstract = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        pre_delete.connect(_deleted, sender=cls)  # also of rows that go with another one

    def save(self, *args: Any, event: str = "", **kwargs: Any) -> None:
        """Save and record; `event` names what was done when "created" or "changed" says less."""
        rows = type(self)._base_manager
        with changing():
            old = rows.filter(pk=self.pk).first()
            super().save(*args, **kwargs)
            now = rows.get(pk=self.pk)  # as it is stored, which may be less than is set here
            if old is None:
                now.note(event or "created")
            else:
                now.note(event or "changed", before=old.values(), always=bool(event))

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with changing():
            return super().delete(*args, **kwargs)

    @property
    def audit_org(self) -> str:
        """The slug of the org whose business this row is; empty for everybody's."""
        org = getattr(self, "org", None)
        return org.slug if org else ""

    def values(self) -> dict[str, Any]:
        """Its fields as an event tells them."""
        return {
            field.attname: storable(getattr(self, field.attname))
            for field in self._meta.concrete_fields
            if field.attname not in self.unrecorded
        }

    def note(self, event: str, *, before: Values | None = None, always: bool = False) -> None:
        """Append the event to the audit record; a change of nothing is none."""
        after = self.values()
        if before is None:
            detail = {name: value for name, value in after.items() if name not in self.hidden}
        else:
            detail = {
                name: "replaced" if name in self.hidden else [before[name], value]
                for name, value in after.items()
                if before[name] != value
            }
            if not detail and not always:
                return
        AuditEvent.append(
            f"{self.audited_as}.{event}", org=self.audit_org, target=str(self), detail=detail
        )


def _deleted(sender: type[Watched], instance: Watched, **kwargs: Any) -> None:
    instance.note("deleted")
