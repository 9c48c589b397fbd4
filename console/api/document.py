"""The management API's own description, for every key of the org."""

from __future__ import annotations

from django.http import HttpResponse
from rest_framework.request import Request

from console.api import schema
from console.api.describing import describes_itself
from console.api.managed import Managed
from services.admission import Need


class Document(Managed):
    need: Need = "read"

    @describes_itself
    def get(self, request: Request, org: str) -> HttpResponse:
        """The description of the management API; every key of the org reads it."""
        return HttpResponse(schema.document(), "application/json")
