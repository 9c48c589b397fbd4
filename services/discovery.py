"""What can be called, as discovery shows it; made from the catalogue alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings

from credentials.directory import Policy
from services.action import Action, Param
from services.invocation import chosen
from services.service import Service

Shown = Callable[[str, str], bool]  # (service, action)


def everything(service: str, action: str) -> bool:
    """What a key is shown: all there is, whatever it may call."""
    return True


def summary(service: Service, policy: Policy, shown: Shown = everything) -> dict[str, Any]:
    """One row of the list of services."""
    return {
        "slug": service.slug,
        "display_name": service.display_name,
        "service_type": service.service_type,
        "is_enabled": policy.is_enabled,
        "supports_async_jobs": service.supports_async_jobs,
        "supports_streaming": service.supports_streaming,
        "credential_name": service.slug,
        "endpoint_count": sum(shown(service.slug, one.slug) for one in service.actions),
    }


def detail(service: Service, policy: Policy, shown: Shown = everything) -> dict[str, Any]:
    """Everything about one service."""
    return {
        **summary(service, policy, shown),
        "base_url": getattr(settings, service.base_urls["api"]).rstrip("/"),
        "auth_mode": "header",
        "default_timeout_seconds": int(service.deadlines.total),
        "credential_policy": credential_policy(policy),
        "credential_schema": {"key": "string"},
        "endpoints": [
            endpoint(service, action, policy)
            for action in service.actions
            if shown(service.slug, action.slug)
        ],
    }


def credential_policy(policy: Policy) -> dict[str, Any]:
    """The fields that decide which credential an org's calls use."""
    return {
        "allow_tenant_key": policy.allow_tenant_key,
        "allow_platform_key": policy.allow_platform_key,
        "default_source": policy.default_source,
        "fallback_to_platform_key": policy.fallback_to_platform_key,
    }


def endpoint(service: Service, action: Action, policy: Policy) -> dict[str, Any]:
    """One action, with the names that existing clients read first."""
    schemas = service.schemas.get(action.slug, {})
    return {
        "slug": action.slug,
        "path_template": action.path,
        "http_method": action.method,
        "request_mode": action.request_mode,
        "response_mode": action.response,
        "supports_streaming": action.response == "stream",
        "callback_mode": "poll" if action.job else "none",
        "is_enabled": policy.is_enabled and action.slug not in policy.disabled_actions,
        "title": action.title,
        "group": action.group,
        "parameters": _parameters(action),
        "body_schema": schemas.get("body"),
        "response_fields": schemas.get("response"),
        "job": _job(action),
        "paginated": action.pages is not None,
        "billable": action.billable,
        "idempotency": _idempotency(service, action, policy),
        "destructive": action.destructive,
        "timeout_seconds": int(service.limits(action).total),
        "cache_seconds": action.ttl,
        "deprecation": _deprecation(service, action),
        "notes": schemas.get("note"),
    }


def _idempotency(service: Service, action: Action, policy: Policy) -> str:
    """Who keeps to an `Idempotency-Key`: the vendor too, this service alone, or none for reads.

    Where the new API answers only once the old one is gone, what is certain until then.
    """
    if action.safe:
        return "none"
    renewed = chosen(service, policy) == "v3"
    return "vendor" if service.honours(action, renewed=renewed) else "here"


def _parameters(action: Action) -> list[dict[str, Any]]:
    path = [
        {"name": name, "in": "path", "type": "string", "required": True}
        for name in action.path_params
    ]
    return path + [_parameter(param) for param in action.query]


def _parameter(param: Param) -> dict[str, Any]:
    shown = {"name": param.name, "in": "query", "type": param.type, "required": param.required}
    extra = {
        "default": param.default,
        "enum": list(param.enum) or None,
        "minimum": param.minimum,
        "maximum": param.maximum,
        "format": param.format,
    }
    return shown | {name: value for name, value in extra.items() if value is not None}


def _job(action: Action) -> dict[str, Any] | None:
    if action.job is None:
        return None
    return {
        "status_action": action.job.status_action,
        "id_field": action.job.id,
        "status_field": action.job.status,
        "pending": list(action.job.pending),
        "done": list(action.job.done),
        "failed": list(action.job.failed),
        "result_field": action.job.result,
    }


def _deprecation(service: Service, action: Action) -> dict[str, Any] | None:
    sunset = service.sunset(action)
    if sunset is None:
        return None
    return {
        "sunset": sunset.removed,
        "successor": action.successor,
        "successor_external": action.external,
    }
