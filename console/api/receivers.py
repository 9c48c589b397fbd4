"""How a credential's vendor reports to this service: registered, rotated, by hand, or not at all.

A vendor is asked inside no transaction.
"""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from console.api import webhook_shapes as shapes
from console.api.credentials import Credentials
from console.api.describing import documented
from console.api.managed import one
from credentials.models import Credential
from jobs.models import Receiver
from services.errors import Conflict, NotFound
from services.webhooks import registering, tokens
from services.webhooks.registering import NotPossible

_RECEIVER = {200: shapes.ReceiverSerializer}


class ReceiverDetail(Credentials):
    @documented("Read a receiver", _RECEIVER, refusals=(404,))
    def get(self, request: Request, org: str, service: str) -> Response:
        """Whether the vendor reports what happens, and when it did last."""
        return one(shapes.ReceiverSerializer, _receiver(self.row(service)))

    @documented("Register a receiver", _RECEIVER, refusals=(404, 409))
    def post(self, request: Request, org: str, service: str) -> Response:
        """Register it with the vendor; one that is registered gets another secret.

        409 when that is not possible; it is tried again later by itself.
        """
        credential = self.row(service)
        try:
            with self.acting():
                made = registering.register(credential, renew=True)
        except NotPossible as exc:
            raise Conflict(str(exc), code="not_registered") from None
        return one(shapes.ReceiverSerializer, made)

    @documented(
        "Set a receiver",
        _RECEIVER,
        takes=shapes.ReceiverSecretSerializer,
        beside=("url",),
        refusals=(404, 409),
    )
    def put(self, request: Request, org: str, service: str) -> Response:
        """Look after the vendor's endpoint by hand: take its address here, give its secret here.

        Without a secret there is a new address; the one before works no more.
        """
        credential = self.row(service)
        try:
            with self.acting():
                made, token = registering.by_hand(credential, self.given.get("secret"))
        except NotPossible as exc:
            raise Conflict(str(exc), code="not_registered") from None
        url = (tokens.url(token) or f"{tokens.PATH}{token}/") if token else None
        return one(shapes.ReceiverSerializer, made, url=url)

    @documented("Remove a receiver", {200: None}, refusals=(404,))
    def delete(self, request: Request, org: str, service: str) -> Response:
        """Take no events any more; the endpoint at the vendor is deleted if that is possible."""
        credential = self.row(service)
        with self.acting():
            registering.remove(credential)
        return Response({"data": None})


def _receiver(credential: Credential) -> Receiver:
    found = Receiver.objects.select_related("credential").filter(credential=credential).first()
    if found is None:
        raise NotFound("The vendor does not report here.", code="no_receiver")
    return found
