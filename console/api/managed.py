"""What the views of the management API have in common: who may, as whom, and how they answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar, cast

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import IntegrityError, InterfaceError, InternalError, OperationalError, transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from console.api import reading, rights
from console.api.inputs import Nothing
from credentials.actor import Actor, acting
from credentials.auth import Caller
from credentials.crypto import SealedError
from credentials.errors import NoSpare
from credentials.issue import TooManyKeys
from credentials.models import ApiKey, AuditHead, Org
from credentials.vault import UnusableSecret
from services import addresses, admission, catalogue, paging, usage
from services.admission import Need
from services.errors import (
    Conflict,
    Forbidden,
    InvalidFields,
    NotFound,
    ProxyError,
    Unauthenticated,
    Unavailable,
)
from services.service import Service
from services.views import JsonAlways

Row = TypeVar("Row", bound=Model)
Shape = type[Serializer[Any]]
_WITH_BODY = ("POST", "PUT", "PATCH")
_AWAY = (OperationalError, InterfaceError, InternalError)


class Managed(APIView):
    """A view for keys with `manage` access, which do what they do in their own name."""

    content_negotiation_class = JsonAlways
    need: Need = "manage"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.caller = cast(Caller, request.user)
        self.left = admission.admit(request, self.caller, self.need)
        usage.used(self.caller)
        self.read(request._request)

    def read(self, request: HttpRequest) -> None:
        """Take query and body as `describing.documented` says. Raises BadRequest and its like."""
        view = getattr(self, str(request.method).lower(), None)
        query, takes = getattr(view, "shapes", (Nothing, Nothing))
        self.asked = reading.query(request, query)
        self.given = reading.body(request, takes) if request.method in _WITH_BODY else {}

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        done = super().finalize_response(request, response, *args, **kwargs)
        if done.status_code < 400:
            for name, value in getattr(self, "left", {}).items():
                done.headers[name] = value
        return done

    def handle_exception(self, exc: Exception) -> Any:
        return super().handle_exception(translated(exc))

    @contextmanager
    def change(self) -> Iterator[Org]:
        """One transaction in the key's name, after all others. Raises Unauthenticated."""
        with transaction.atomic():
            AuditHead.hold()
            with self.acting():
                yield Org.objects.get(pk=self.caller.org.id)

    @contextmanager
    def acting(self) -> Iterator[None]:
        """In the key's name, if it is valid still: the directory may be a moment behind.

        Raises Unauthenticated; else a key could make itself a successor while it is being revoked.
        """
        key = ApiKey.objects.select_related("org").filter(pk=self.caller.key.id).first()
        if key is None or key.state != "active" or not key.org.is_active:
            raise Unauthenticated("Invalid API key.", code="invalid_api_key")
        address = addresses.exact(self.request.META, settings.TRUSTED_PROXIES)
        with acting(Actor("key", f"{key.id} {key.name}".strip(), str(address or ""))):
            yield

    def service(self, slug: str) -> Service:
        """A service that this key may manage. Raises NotFound, Forbidden."""
        found = catalogue.known(slug)
        if found is None:
            raise NotFound(f"There is no service '{slug}'.", code="service_not_found")
        if not rights.manages(self.caller.key.scopes, slug):
            raise Forbidden(code="out_of_scope")
        return found

    def managed(self) -> list[Service]:
        """The services that this key may manage, by slug."""
        own = self.caller.key.scopes
        found = [item for item in catalogue.SERVICES if rights.manages(own, item.slug)]
        return sorted(found, key=lambda item: item.slug)

    def wish(self) -> paging.Wish:
        """The page that the query asks for."""
        place = f"{type(self).__name__}:{self.caller.org.id}"
        return paging.Wish(place, self.asked["limit"], self.asked.get("cursor", ""))

    def page(self, rows: QuerySet[Row], by: tuple[str, ...], shape: Shape) -> Response:
        """One page of the rows as the answer."""
        found = paging.page(rows, by, self.wish())
        return listed(shape(found.rows, many=True).data, found.cursor)


def listed(shown: Any, cursor: str | None = None) -> Response:
    return Response({"data": shown, "has_more": cursor is not None, "next_cursor": cursor})


def one(shape: Shape, row: object, *, status: int = 200, **beside: object) -> Response:
    """An object as the answer; what is said about the request stands beside it."""
    return Response({"data": shape(row).data, **beside}, status=status)


def translated(exc: Exception) -> Exception:
    """The ProxyError that stands for what the functions below raise."""
    for kinds, error in _BORDER:
        if isinstance(exc, kinds):
            made = error(exc)
            made.__cause__ = exc
            return made
    return exc


def _invalid(exc: ValidationError) -> ProxyError:
    fields = exc.message_dict if hasattr(exc, "error_dict") else {"": exc.messages}
    return InvalidFields([{"field": name, "detail": said[0]} for name, said in fields.items()])


_BORDER: tuple[tuple[Any, Callable[[Any], ProxyError]], ...] = (
    (UnusableSecret, lambda exc: InvalidFields([{"field": "key", "detail": str(exc)}])),
    (TooManyKeys, lambda exc: Conflict(exc.messages[0], code="too_many_keys")),
    (ValidationError, _invalid),
    (SealedError, lambda _: Unavailable("The service is sealed.", code="sealed")),
    (ObjectDoesNotExist, lambda _: NotFound()),
    (NoSpare, lambda exc: Conflict(str(exc), code="no_such_secret")),
    (IntegrityError, lambda _: Conflict()),
    (_AWAY, lambda _: Unavailable(code="directory_unavailable")),
)
