"""How an org may use its services: what holds, who decided it, and what its keys may narrow."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from console import words
from console.api import bounds, inputs, outputs
from console.api.bounds import Standing
from console.api.describing import documented, listing
from console.api.managed import Managed, listed, one
from credentials.directory import Policy
from credentials.models import Org
from services import paging
from services.errors import Forbidden

_POLICY = {200: outputs.ServicePolicySerializer}
_BOUNDS = (
    "is_enabled", "disabled_actions", "allow_tenant_key", "allow_platform_key", "paid_per_day",
    "approve_above",
)  # fmt: skip


class PolicyList(Managed):
    @listing("List policies", outputs.ServicePolicySerializer)
    def get(self, request: Request, org: str) -> Response:
        """What holds for each service that this key may manage."""
        owner = Org.objects.get(pk=self.caller.org.id)
        slugs = [service.slug for service in self.managed()]
        found, cursor = paging.names(slugs, self.wish())
        shown = [_shown(slug, bounds.standing(owner, slug)) for slug in found]
        return listed(outputs.ServicePolicySerializer(shown, many=True).data, cursor)


class PolicyDetail(Managed):
    @documented("Read a policy", _POLICY, refusals=(404,))
    def get(self, request: Request, org: str, service: str) -> Response:
        return self._answer(Org.objects.get(pk=self.caller.org.id), service)

    @documented("Set a policy", _POLICY, takes=inputs.PolicySerializer, refusals=(404, 409))
    def put(self, request: Request, org: str, service: str) -> Response:
        """Set the org's policy; what is not given is as the staff set it.

        A key narrows what the staff allows, and takes back what keys narrowed.
        """
        return self._write(service, anew=True)

    @documented("Change a policy", _POLICY, takes=inputs.PolicySerializer, refusals=(404, 409))
    def patch(self, request: Request, org: str, service: str) -> Response:
        """Change fields of the org's policy, within what the staff allows."""
        return self._write(service, anew=False)

    @documented("Delete a policy", _POLICY, refusals=(404,))
    def delete(self, request: Request, org: str, service: str) -> Response:
        """Go back to what holds for every org; 403 where the staff decided for this one."""
        slug = self.service(service).slug
        with self.change() as owner:
            own = bounds.standing(owner, slug).own
            if own and not own.set_by_org:
                raise Forbidden("The staff decided this for the org.", code="beyond_policy")
            if own:
                own.delete()
        return self._answer(owner, slug)

    def _write(self, slug: str, *, anew: bool) -> Response:
        service = self.service(slug)
        with self.change() as owner:
            now = bounds.standing(owner, service.slug)
            row = now.start(owner, service.slug, anew=anew)
            bounds.change(row, self.given, now, service)
            row.save()
        return self._answer(owner, service.slug)

    def _answer(self, owner: Org, slug: str) -> Response:
        service = self.service(slug).slug
        standing = bounds.standing(owner, service)
        return one(outputs.ServicePolicySerializer, _shown(service, standing))


def _shown(service: str, standing: Standing) -> dict[str, Any]:
    bound = _fields(standing.bounds)
    return {
        "service": service,
        "decided_by": standing.decided_by,
        "in_words": " ".join(words.policy(standing.policy)),
        "policy": _fields(standing.policy),
        "bounds": {name: bound[name] for name in _BOUNDS},
    }


def _fields(policy: Policy) -> dict[str, Any]:
    fields = asdict(policy)
    return fields | {"disabled_actions": sorted(fields["disabled_actions"])}
