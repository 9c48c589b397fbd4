"""One call with everything that is known about it, and which way it takes to the vendor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings

from credentials.auth import Caller
from credentials.directory import Policy
from services.action import Action, Call, Untouched
from services.cache.asked import ANYTHING, Asked
from services.errors import Gone
from services.service import Service, Translation


@dataclass(frozen=True, slots=True)
class Invocation:
    """One call with everything that is known about it."""

    caller: Caller
    service: Service
    action: Action
    call: Call
    media: Callable[[str], str]  # id of a rehearsal -> URL of its video
    key: str = field(repr=False)  # the caller's own, to keep out of what the vendor echoes
    asked: Asked = ANYTHING  # of the cache
    dry: bool = False  # only say what would be sent
    request_id: str = ""
    approval: str = ""  # the id of a person's approval of this very call
    staff: bool = False  # a person makes the call
    untouched: Untouched | None = None  # what is sent, where the caller is a vendor's own client

    @property
    def scope(self) -> str:
        """Within which the caller's own names for calls are told apart: the org, or a ticket.

        What a person approved is one call, whoever of the org carries it out.
        """
        org, ticket = self.caller.org, self.caller.ticket
        return f"{org.id}.{ticket.id}" if ticket and not self.approval else str(org.id)

    @property
    def named(self) -> tuple[str, ...]:
        """All within which a caller's `Idempotency-Key` is told apart from equal ones."""
        door: tuple[str, ...] = ()
        if self.untouched:  # which answers in another form, and a session what is its own
            session = (text for name, text in self.untouched.headers if name == "authorization")
            door = ("passthrough", *session)
        return (self.scope, self.service.slug, self.action.slug, *door)


def renewed(invocation: Invocation) -> bool:
    """Whether an old action is answered by the vendor's new API from the start.

    Raises Gone for one that the new API has nothing for.
    """
    if not _is_old(invocation) or invocation.untouched is not None:
        return False
    chosen, slug = generation(invocation), invocation.service.slug
    if chosen == "v3" or (chosen == "auto" and slug in invocation.caller.org.retired):
        translation(invocation)
        return True
    return False


def moves_on(invocation: Invocation) -> bool:
    """Whether an old action takes the new API when the vendor says that its own is gone."""
    return _is_old(invocation) and generation(invocation) == "auto"


def _is_old(invocation: Invocation) -> bool:
    slug, service = invocation.action.slug, invocation.service
    return slug in service.translations or slug in service.ended


def translation(invocation: Invocation) -> Translation:
    """An old action in terms of the new API. Raises Gone when there are none."""
    service, slug = invocation.service, invocation.action.slug
    if slug in service.translations:
        return service.translations[slug]
    ended = service.ended[slug]
    vendor, _, action = ended.instead.rpartition(":")
    place = f" of service '{vendor}'" if vendor else ""
    raise Gone(
        f"Action '{slug}' has no counterpart in {service.display_name}'s v3 API: {ended.why}. "
        f"The nearest is action '{action}'{place}.",
        service=vendor or service.slug,
        instead=action,
    )


def paid(invocation: Invocation) -> bool:
    """Whether this call may cost something, as far as is known."""
    service, action = invocation.service, invocation.action
    if action.billable is not False:
        return True
    return service.paid(action) and generation(invocation) != "legacy"


def generation(invocation: Invocation) -> str:
    """Which of the vendor's APIs answers its old actions: `v3`, `legacy` or `auto`."""
    service = invocation.service
    if invocation.untouched is not None:
        return "legacy"
    return chosen(service, invocation.caller.org.policy(service.slug))


def chosen(service: Service, policy: Policy) -> str:
    """Which of the vendor's APIs a policy lets answer its old actions."""
    setting = service.generation_setting
    return policy.upstream_generation or (getattr(settings, setting) if setting else "legacy")


def unused(invocation: Invocation) -> tuple[str, ...]:
    """What the call asked for and the vendor does not have."""
    if "idempotency-key" not in invocation.call.headers:
        return ()
    action, service = invocation.action, invocation.service
    if action.safe:
        return ("headers.Idempotency-Key: not used, since a read can be repeated",)
    if not service.honours(action, renewed=generation(invocation) != "legacy"):
        return ("headers.Idempotency-Key: kept here, since the vendor has none for this action",)
    return ()
