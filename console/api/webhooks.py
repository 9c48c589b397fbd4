"""What an org is told without asking: its endpoints, their secrets, and what became of messages.

An endpoint is told of every service, so its key must manage all of them.
"""

from __future__ import annotations

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from console.api import webhook_shapes as shapes
from console.api.describing import documented, listing
from console.api.managed import Managed, one
from jobs import deliveries, outbox
from jobs.models import Delivery, Endpoint
from services.catalogue import SERVICES
from services.errors import Conflict, Forbidden
from services.webhooks import endpoints
from services.webhooks.endpoints import TooMany

_WEBHOOK = {200: shapes.WebhookSerializer}
_DELIVERY = {200: shapes.DeliverySerializer}


class _Webhooks(Managed):
    def rows(self) -> QuerySet[Endpoint]:
        """The org's endpoints. Raises Forbidden for a key that manages some services only."""
        if len(self.managed()) < len(SERVICES):
            raise Forbidden(code="out_of_scope")
        return Endpoint.objects.filter(org_id=self.caller.org.id)

    def row(self, webhook: str) -> Endpoint:
        return self.rows().select_related("org").get(pk=webhook)


class WebhookList(_Webhooks):
    @listing("List webhooks", shapes.WebhookSerializer)
    def get(self, request: Request, org: str) -> Response:
        return self.page(self.rows(), ("created_at", "id"), shapes.WebhookSerializer)

    @documented(
        "Add a webhook",
        {201: shapes.WebhookSerializer},
        takes=shapes.NewWebhookSerializer,
        beside=("secret",),
        refusals=(409,),
    )
    def post(self, request: Request, org: str) -> Response:
        """Have an endpoint told what becomes of the org's jobs (Standard Webhooks 1.0)."""
        self.rows()
        try:
            with self.change() as owner:
                made, secret = endpoints.create(owner, **self.given)
        except TooMany as exc:
            raise Conflict(exc.messages[0], code="too_many_webhooks") from None
        return one(shapes.WebhookSerializer, made, status=201, secret=secret)


class WebhookDetail(_Webhooks):
    @documented("Read a webhook", _WEBHOOK, refusals=(404,))
    def get(self, request: Request, org: str, webhook: str) -> Response:
        return one(shapes.WebhookSerializer, self.row(webhook))

    @documented(
        "Change a webhook", _WEBHOOK, takes=shapes.WebhookChangeSerializer, refusals=(404, 409)
    )
    def patch(self, request: Request, org: str, webhook: str) -> Response:
        """Change fields; one that was disabled is told again, of what still waits too."""
        with self.change():
            found = self.row(webhook)
            endpoints.change(found, **self.given)
        return one(shapes.WebhookSerializer, found)

    @documented("Delete a webhook", {200: None}, refusals=(404,))
    def delete(self, request: Request, org: str, webhook: str) -> Response:
        """Forget the endpoint and what it was told."""
        with self.change():
            self.row(webhook).delete()
        return Response({"data": None})


class WebhookRotate(_Webhooks):
    @documented("Rotate a webhook secret", _WEBHOOK, beside=("secret",), refusals=(404,))
    def post(self, request: Request, org: str, webhook: str) -> Response:
        """Sign with a new secret; for a day, messages carry a signature with the old one too."""
        with self.change():
            found = self.row(webhook)
            secret = endpoints.rotate(found)
        return one(shapes.WebhookSerializer, found, secret=secret)


class WebhookTest(_Webhooks):
    @documented("Test a webhook", {202: shapes.DeliverySerializer}, refusals=(404, 409))
    def post(self, request: Request, org: str, webhook: str) -> Response:
        """Tell it a `webhook.test`; the deliveries say what it answered."""
        with self.change():
            found = _enabled(self.row(webhook))
            delivery = outbox.test(found)
        return one(shapes.DeliverySerializer, delivery, status=202)


class DeliveryList(_Webhooks):
    @listing("List deliveries", shapes.DeliverySerializer, refusals=(404,))
    def get(self, request: Request, org: str, webhook: str) -> Response:
        """What it was told in the last thirty days, the newest first, and what it answered."""
        rows = Delivery.objects.filter(endpoint=self.row(webhook)).select_related("message")
        return self.page(rows, ("-created_at", "-id"), shapes.DeliverySerializer)


class Redeliver(_Webhooks):
    @documented("Redeliver a message", {202: shapes.DeliverySerializer}, refusals=(404, 409))
    def post(self, request: Request, org: str, webhook: str, delivery: str) -> Response:
        """Tell it once more, with the same `webhook-id`, and from the start of the schedule."""
        with self.change():
            found = _enabled(self.row(webhook)).deliveries.get(pk=delivery)
            deliveries.again(found)
        found.refresh_from_db()
        return one(shapes.DeliverySerializer, found, status=202)


def _enabled(endpoint: Endpoint) -> Endpoint:
    if not endpoint.is_enabled:
        raise Conflict("The webhook is disabled.", code="webhook_disabled")
    return endpoint
