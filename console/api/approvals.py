"""Calls that wait for a person, for an org's own staff behind a key that manages."""

from __future__ import annotations

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from console import approving
from console.api import approval_shapes as shapes
from console.api.describing import documented, listing
from console.api.managed import Managed, one
from jobs import approving as ledger
from jobs.models import Approval
from services import spending
from services.errors import Conflict, Forbidden

_APPROVAL = {200: shapes.ApprovalSerializer}


class _Approvals(Managed):
    def rows(self) -> QuerySet[Approval]:
        """The org's, of the services that this key may manage."""
        slugs = [service.slug for service in self.managed()]
        return ledger.of_org(self.caller.org.id).filter(service__in=slugs)

    def row(self, approval: str) -> Approval:
        return self.rows().get(pk=approval)

    def others(self, approval: str) -> Approval:
        """One that waits, and that this key did not ask for itself. Raises Forbidden, Conflict."""
        found = self.row(approval)
        if found.key_id in (spending.purse(self.caller), self.caller.key.id):
            raise Forbidden("No key decides about its own calls.", code="own_approval")
        if found.status != Approval.State.PENDING:
            raise Conflict(f"It is {found.status}.", code="approval_decided")
        return found

    @property
    def name(self) -> str:
        return f"API key {self.caller.key.id}"


class ApprovalList(_Approvals):
    @listing("List approvals", shapes.ApprovalSerializer)
    def get(self, request: Request, org: str) -> Response:
        """The calls that wait for a person, or did, the newest first."""
        rows = self.rows().defer("sealed")
        return self.page(rows, ("-created_at", "-id"), shapes.ApprovalSerializer)


class ApprovalRequest(_Approvals):
    @documented(
        "Read what waits for approval", {200: shapes.ApprovalRequestSerializer}, refusals=(404,)
    )
    def get(self, request: Request, org: str, approval: str) -> Response:
        """An approval with the call that it is about."""
        return one(shapes.ApprovalRequestSerializer, self.row(approval))


class Decision(_Approvals):
    @documented(
        "Decide about a call", _APPROVAL, takes=shapes.DecisionSerializer, refusals=(404, 409)
    )
    def post(self, request: Request, org: str, approval: str) -> Response:
        """Approve or refuse, once. Who asked may then make exactly this call, once."""
        with self.change():
            found = self.others(approval)
            try:
                row = ledger.decide(found.pk, yes=self.given["approve"], by=self.name)
            except ledger.Decided:
                raise Conflict("It was decided before.", code="approval_decided") from None
        return one(shapes.ApprovalSerializer, row)


class DecisionLink(_Approvals):
    @documented(
        "Make a link to decide",
        {201: shapes.ApprovalSerializer},
        takes=shapes.ApprovalLinkSerializer,
        beside=("link",),
        refusals=(404, 409),
    )
    def post(self, request: Request, org: str, approval: str) -> Response:
        """Make a link by which a person decides, once, while the call waits.

        Whoever holds it may decide: it is for people, never for the agent.
        """
        by = f"{self.name} for {self.given['name']}"
        with self.change():
            found = self.others(approval)
            ledger.linked(found, by)
        link = approving.made(request._request, found, by)
        return one(shapes.ApprovalSerializer, found, status=201, link=link)
