"""Every service that can be called, and how to find one of its actions."""

from __future__ import annotations

from credentials.directory import Policy
from services import elevenlabs, heygen, liveavatar
from services.action import Action, hidden
from services.errors import NotFound
from services.service import Service

SERVICES: tuple[Service, ...] = (heygen.SERVICE, elevenlabs.SERVICE, liveavatar.SERVICE)
_BY_SLUG = {service.slug: service for service in SERVICES}


def known(slug: str) -> Service | None:
    """The service of this name, whatever any policy says of it."""
    return _BY_SLUG.get(slug)


def find_service(slug: str, policy: Policy) -> Service:
    """The service, if it exists and the policy leaves it enabled. Raises NotFound."""
    service = known(slug)
    if service is None or not policy.is_enabled:
        raise NotFound(
            f"External proxy service '{hidden(slug)}' not found or disabled.",
            code="service_not_found",
        )
    return service


def find_action(service: Service, slug: str, policy: Policy) -> Action:
    """The action, if it exists and the policy leaves it enabled. Raises NotFound."""
    action = service.by_slug.get(slug)
    if action is None or slug in policy.disabled_actions:
        raise NotFound(
            f"Action '{hidden(slug)}' not found or disabled for external proxy service "
            f"'{service.slug}'.",
            code="action_not_found",
        )
    return action
