"""How the console looks, and what its sidebar offers; read by the settings."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy

_NAME = "AI proxy"


def _may(permission: str) -> Any:
    return lambda request: request.user.has_perm(permission)


def _link(title: str, icon: str, name: str, permission: str = "") -> dict[str, Any]:
    item = {"title": title, "icon": icon, "link": reverse_lazy(name)}
    return item | ({"permission": _may(permission)} if permission else {})


def _style(request: HttpRequest) -> str:
    return static("console/console.css")


def _icon(request: HttpRequest) -> str:
    return static("console/icon.svg")


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": _NAME,
    "SITE_HEADER": _NAME,
    "SITE_SUBHEADER": "Keys, credentials, playground",
    "SITE_SYMBOL": "key",
    "SITE_URL": None,
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": False,
    "DASHBOARD_CALLBACK": "console.pages.home.context",
    "STYLES": [_style],
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": _icon}],
    "COLORS": {
        "primary": {
            "50": "oklch(97% .014 254.6)",
            "100": "oklch(93.2% .032 255.6)",
            "200": "oklch(88.2% .059 254.1)",
            "300": "oklch(80.9% .105 251.8)",
            "400": "oklch(70.7% .165 254.6)",
            "500": "oklch(62.3% .214 259.8)",
            "600": "oklch(54.6% .245 262.9)",
            "700": "oklch(48.8% .243 264.4)",
            "800": "oklch(42.4% .199 265.6)",
            "900": "oklch(37.9% .146 265.5)",
            "950": "oklch(28.2% .091 267.9)",
        }
    },
    "ACCOUNT": {
        "navigation": [
            {"title": "Change password", "link": reverse_lazy("security:password")},
            {"title": "Second factor", "link": reverse_lazy("security:factor")},
        ],
    },
    "SIDEBAR": {
        "show_search": False,
        "show_all_applications": False,
        "navigation": [
            {
                "items": [
                    _link("Home", "home", "admin:index"),
                    _link(
                        "Playground", "play_circle", "admin:playground", "console.use_playground"
                    ),
                    _link("API documents", "menu_book", "docs"),
                ],
            },
            {
                "title": "Set up",
                "items": [
                    _link(
                        "Orgs", "apartment", "admin:credentials_org_changelist",
                        "credentials.view_org",
                    ),
                    _link(
                        "API keys", "vpn_key", "admin:credentials_apikey_changelist",
                        "credentials.view_apikey",
                    ),
                    _link(
                        "Credentials", "lock", "admin:credentials_credential_changelist",
                        "credentials.view_credential",
                    ),
                    _link(
                        "Policies", "rule", "admin:credentials_servicepolicy_changelist",
                        "credentials.view_servicepolicy",
                    ),
                ],
            },
            {
                "title": "Look after",
                "items": [
                    _link("Jobs", "movie", "admin:jobs", "jobs.view_job"),
                    _link("Attempts", "payments", "admin:attempts", "jobs.view_attempt"),
                    _link("Approvals", "how_to_reg", "admin:approvals", "jobs.view_approval"),
                    _link("Audit", "history", "admin:audit", "credentials.view_auditevent"),
                    _link("Staff", "group", "admin:auth_user_changelist", "auth.view_user"),
                ],
            },
        ],
    },
}  # fmt: skip
