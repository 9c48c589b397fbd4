"""System checks on who may use the console."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register


@register(deploy=True)
def second_factor_is_required(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """In production a stolen password is not enough."""
    if settings.ADMIN_REQUIRE_OTP:
        return []
    hint = "Leave ADMIN_REQUIRE_OTP out, or set it to true."
    told = "ADMIN_REQUIRE_OTP is false: the console opens with a password alone."
    return [Warning(told, hint=hint, id="proxy.W020")]


@register(deploy=True)
def clients_are_told_apart(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Behind a load balancer, guesses are counted by the client's address, not by its own."""
    if settings.TRUSTED_PROXIES or not settings.TRUST_PROXY_HEADERS:
        return []
    hint = "Set TRUSTED_PROXIES to how many of your proxies append to X-Forwarded-For."
    told = "TRUST_PROXY_HEADERS is on and TRUSTED_PROXIES is 0: all clients share one address."
    return [Warning(told, hint=hint, id="proxy.W021")]


@register()
def sessions_end(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An idle session ends after a time that a person can work with."""
    if settings.ADMIN_IDLE_SECONDS >= 60:
        return []
    hint = "Give it in seconds; 1800 is half an hour."
    return [Error("ADMIN_IDLE_SECONDS is below 60.", hint=hint, id="proxy.E020")]
