"""Who did what in an org, as its own keys may read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any

from django.db.models import Q, QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from console.api import inputs, outputs
from console.api.describing import listing
from console.api.managed import Managed, listed
from credentials.models import ApiKey, AuditEvent, Org
from services import paging, refusals

# Changes of an org's own rows tell their fields; of the rest, what cannot be another org's.
_ROWS = ("org.", "api_key.", "credential.", "spare_secret.", "policy.", "retirement.")
_OF_A_SERVICE = ("credential.", "spare_secret.", "policy.")
_TOLD = frozenset(("reason", "count", "first", "last", "service", "action", "version", "said"))


class EventList(Managed):
    @listing("List audit events", outputs.EventSerializer, query=inputs.EventQuery)
    def get(self, request: Request, org: str) -> Response:
        """What was done in this org, by whom and from where, the newest first.

        A key limited by scopes reads of those credentials and policies that it manages.
        """
        found = paging.page(_chosen(self._readable(), self.asked), ("-seq",), self.wish())
        for event in found.rows:
            if not event.event.startswith(_ROWS):
                event.detail = {key: value for key, value in event.detail.items() if key in _TOLD}
        self._hide_foreign(found.rows)
        return listed(outputs.EventSerializer(found.rows, many=True).data, found.cursor)

    def _readable(self) -> QuerySet[AuditEvent]:
        """Those of this org, not of one that had its slug before; a scoped key's services' only."""
        org = Org.objects.get(pk=self.caller.org.id)
        rows = AuditEvent.objects.filter(org=org.slug, at__gte=org.created_at)
        if not self.caller.key.scopes:
            return rows
        shown = ~_any("event__startswith", _OF_A_SERVICE)
        for service in self.managed():
            name = f"{org.slug} / {service.slug}"  # as their targets begin
            shown |= Q(target=name) | Q(target__startswith=f"{name} ")
        return rows.filter(shown)

    def _hide_foreign(self, events: Sequence[AuditEvent]) -> None:
        """Leave out whose key was refused on this org's URLs, and where, when it was another's."""
        refused = [event for event in events if event.event == refusals.EVENT]
        named = {event.target for event in refused}
        own = ApiKey.objects.filter(org_id=self.caller.org.id, pk__in=named)
        known = set(own.values_list("pk", flat=True))
        for event in refused:
            if event.target not in known:
                event.address = "" if event.target else event.address
                event.target, event.actor = "", "unknown"


def _any(lookup: str, values: Sequence[str]) -> Q:
    return reduce(Q.__or__, (Q(**{lookup: value}) for value in values))


def _chosen(rows: QuerySet[AuditEvent], asked: Mapping[str, Any]) -> QuerySet[AuditEvent]:
    if event := asked.get("event"):
        rows = rows.filter(Q(event=event) | Q(event__startswith=f"{event}."))
    if since := asked.get("since"):
        rows = rows.filter(at__gte=since)
    if until := asked.get("until"):
        rows = rows.filter(at__lt=until)
    return rows
