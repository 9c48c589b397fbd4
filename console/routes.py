"""The console's own pages, beside those of the admin's models."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.urls import URLPattern, path

from console.pages import (
    approvals,
    audit,
    credentials,
    keys,
    ledger,
    org,
    playground,
    policies,
    webhooks,
)

View = Callable[..., Any]


def guarded(view: View) -> View:
    """For the staff alone; others are led to the login."""
    return wraps(view)(admin.site.admin_view(view))


def site() -> list[URLPattern]:
    """Under /admin/."""
    return [
        path("audit/", guarded(audit.show), name="audit"),
        path("jobs/", guarded(ledger.jobs), name="jobs"),
        path("jobs/<uuid:pk>/", guarded(ledger.job), name="job"),
        path("approvals/", guarded(approvals.listed), name="approvals"),
        path("approvals/<uuid:pk>/", guarded(approvals.show), name="approval"),
        path("attempts/", guarded(ledger.attempts), name="attempts"),
        path("playground/", guarded(playground.show), name="playground"),
        path(
            "playground/send/<slug:org>/<slug:service>/<slug:action>/",
            guarded(playground.send),
            name="playground_send",
        ),
        path("playground/snippets/", guarded(playground.write), name="playground_snippets"),
        path(
            "playground/<slug:service>/<slug:action>/",
            guarded(playground.describe),
            name="playground_action",
        ),
    ]


def of_orgs() -> list[URLPattern]:
    """Under an org's admin."""
    return [
        path("<uuid:object_id>/switch/", guarded(org.suspend), name="org_switch"),
        path("<uuid:object_id>/webhooks/", guarded(webhooks.show), name="org_webhooks"),
        path("<uuid:object_id>/webhooks/add/", guarded(webhooks.add), name="webhook_add"),
        *(
            path(
                f"<uuid:object_id>/webhooks/<uuid:pk>/{view.__name__}/",
                guarded(view),
                name=f"webhook_{view.__name__}",
            )
            for view in (
                webhooks.rotate,
                webhooks.switch,
                webhooks.delete,
                webhooks.test,
                webhooks.redeliver,
            )
        ),
        path(
            "<uuid:object_id>/<slug:service>/switch/",
            guarded(policies.switch_service),
            name="org_switch_service",
        ),
        path(
            "<uuid:object_id>/<slug:service>/action/",
            guarded(policies.switch_action),
            name="org_switch_action",
        ),
    ]


def of_keys() -> list[URLPattern]:
    """Under an API key's admin."""
    return [
        path("<str:object_id>/roll/", guarded(keys.roll_key), name="key_roll"),
        path("<str:object_id>/revoke/", guarded(keys.revoke), name="key_revoke"),
    ]


def of_credentials() -> list[URLPattern]:
    """Under a credential's admin."""
    return [
        path("<uuid:pk>/verify/", guarded(credentials.check), name="credential_verify"),
        path("<uuid:pk>/verify/<slug:role>/", guarded(credentials.check), name="spare_verify"),
        path("<uuid:pk>/stage/", guarded(credentials.stage), name="credential_stage"),
        path("<uuid:pk>/promote/", guarded(credentials.promote), name="credential_promote"),
        path("<uuid:pk>/rollback/", guarded(credentials.rollback), name="credential_rollback"),
        path("<uuid:pk>/discard/", guarded(credentials.discard), name="credential_discard"),
        path("<uuid:pk>/webhook/", guarded(webhooks.register), name="receiver_register"),
        path("<uuid:pk>/webhook/by-hand/", guarded(webhooks.by_hand), name="receiver_by_hand"),
        path("<uuid:pk>/webhook/remove/", guarded(webhooks.remove), name="receiver_remove"),
    ]
