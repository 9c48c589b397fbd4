"""An org's credentials: secrets go in, are tried, staged, promoted and rolled back; none comes out.

A vendor is asked after the change is made and never inside its transaction.
"""

from __future__ import annotations

from contextlib import suppress

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from console.api import inputs, outputs
from console.api.describing import documented, listing
from console.api.managed import Managed, one
from credentials import spares, vault
from credentials.errors import NoSpare
from credentials.models import Credential, SpareSecret
from services.errors import Busy, Conflict, NotFound
from services.verify import Verdict, verify
from services.webhooks import registering

_CHANGED = {200: outputs.CredentialSerializer}
_TRIED = ("verified", "said")


class Credentials(Managed):
    """What the views of one credential have in common."""

    def rows(self) -> QuerySet[Credential]:
        """The credentials that this key may manage."""
        slugs = [service.slug for service in self.managed()]
        found: QuerySet[Credential] = Credential.objects.filter(
            org_id=self.caller.org.id, service__in=slugs
        )
        return found.prefetch_related("spares")

    def row(self, slug: str) -> Credential:
        """The org's credential for a service. Raises NotFound, Forbidden."""
        service = self.service(slug).slug
        if found := self.rows().filter(service=service).first():
            return found
        raise NotFound(f"There is no credential for '{service}'.", code="no_credential")

    def shown(self, slug: str, *, status: int = 200) -> Response:
        return one(outputs.CredentialSerializer, self.row(slug), status=status)

    def tried(
        self, stored: Credential | SpareSecret, *, wanted: bool = True, status: int = 200
    ) -> Response:
        """The credential after its vendor was asked, if that was wanted, and what it said."""
        verdict: Verdict | None = None
        if wanted:
            with self.acting(), suppress(Busy):  # what was changed is changed; nobody was asked
                verdict = verify(stored)
        credential = stored.credential if isinstance(stored, SpareSecret) else stored
        return one(
            outputs.CredentialSerializer,
            self.row(credential.service),
            status=status,
            verified=verdict.ok if verdict else None,
            said=verdict.said if verdict else "",
        )


class CredentialList(Credentials):
    @listing("List credentials", outputs.CredentialSerializer)
    def get(self, request: Request, org: str) -> Response:
        return self.page(self.rows(), ("service",), outputs.CredentialSerializer)

    @documented(
        "Add a credential",
        {201: outputs.CredentialSerializer},
        takes=inputs.NewCredentialSerializer,
        query=inputs.Trial,
        beside=_TRIED,
        refusals=(404, 409),
    )
    def post(self, request: Request, org: str) -> Response:
        """Store a secret for a service that has none; 409 where it has one."""
        given = self.given
        service = self.service(given["service"]).slug
        with self.change() as owner:
            if self.rows().filter(service=service).exists():
                raise Conflict(f"There is a credential for '{service}'.", code="already_there")
            stored = vault.store(org=owner, service=service, secret=given["key"])
            _plan(stored, given)
        return self.tried(stored, wanted=self.asked["verify"], status=201)


class CredentialDetail(Credentials):
    @documented("Read a credential", _CHANGED, refusals=(404,))
    def get(self, request: Request, org: str, service: str) -> Response:
        return self.shown(service)

    @documented(
        "Set a credential",
        {200: outputs.CredentialSerializer, 201: outputs.CredentialSerializer},
        takes=inputs.SecretChangeSerializer,
        query=inputs.Trial,
        beside=_TRIED,
        refusals=(404,),
    )
    def put(self, request: Request, org: str, service: str) -> Response:
        """Store a secret; the one in use before is kept for rollback."""
        given = self.given
        slug = self.service(service).slug
        with self.change() as owner:
            status = 200 if self.rows().filter(service=slug).exists() else 201
            stored = vault.store(org=owner, service=slug, secret=given["key"])
            _plan(stored, given)
        return self.tried(stored, wanted=self.asked["verify"], status=status)

    @documented("Delete a credential", {200: None}, refusals=(404,))
    def delete(self, request: Request, org: str, service: str) -> Response:
        """Forget all of its secrets; calls that need it fail from then on."""
        with self.change():
            found = self.row(service)
            withdraw = registering.withdrawal(found)
            found.delete()
        withdraw()
        return Response({"data": None})


class CredentialVerify(Credentials):
    @documented("Verify a credential", _CHANGED, beside=_TRIED, refusals=(404,))
    def post(self, request: Request, org: str, service: str) -> Response:
        """Ask the vendor whether the secret in use works."""
        return self.tried(self.row(service))


class Promote(Credentials):
    @documented("Promote the staged secret", _CHANGED, refusals=(404, 409))
    def post(self, request: Request, org: str, service: str) -> Response:
        """Use the staged secret; the one in use before is kept for rollback."""
        with self.change():
            spares.promote(self.row(service))
        return self.shown(service)


class Rollback(Credentials):
    @documented("Roll back a credential", _CHANGED, refusals=(404, 409))
    def post(self, request: Request, org: str, service: str) -> Response:
        """Use the previous secret again; the one in use takes its place."""
        with self.change():
            spares.rollback(self.row(service))
        return self.shown(service)


class NextSecret(Credentials):
    @documented(
        "Stage a secret",
        _CHANGED,
        takes=inputs.NewSecretSerializer,
        query=inputs.Trial,
        beside=_TRIED,
        refusals=(404,),
    )
    def put(self, request: Request, org: str, service: str) -> Response:
        """Keep a secret beside the one in use, which calls go on with until it is promoted."""
        with self.change():
            waiting = spares.stage(self.row(service), self.given["key"])
        return self.tried(waiting, wanted=self.asked["verify"])

    @documented("Discard the staged secret", _CHANGED, refusals=(404, 409))
    def delete(self, request: Request, org: str, service: str) -> Response:
        with self.change():
            spares.discard(self.row(service))
        return self.shown(service)


class NextVerify(Credentials):
    @documented("Verify the staged secret", _CHANGED, beside=_TRIED, refusals=(404, 409))
    def post(self, request: Request, org: str, service: str) -> Response:
        """Ask the vendor whether the staged secret works."""
        waiting = spares.staged(self.row(service))
        if waiting is None:
            raise NoSpare("There is no such staged secret.")
        return self.tried(waiting)


def _plan(stored: Credential, given: dict[str, object]) -> None:
    if "concurrency" in given:
        stored.concurrency = given["concurrency"]  # type: ignore[assignment]
        stored.save(update_fields=["concurrency"])
