"""The root of all routes; what only people and their tools use is loaded when it is asked for."""

from django.urls import URLResolver, include, path, re_path
from django.urls.resolvers import RoutePattern
from django.views.generic import RedirectView

from proxy_project import health


def later(prefix: str, module: str) -> URLResolver:
    """`include` that imports the module with the first request under the prefix."""
    return URLResolver(RoutePattern(prefix), module)


handler500 = "proxy_project.away.failed"
urlpatterns = [
    path("", RedirectView.as_view(url="/admin/")),
    re_path(r"^health/live/?\Z", health.live),
    re_path(r"^health/ready/?\Z", health.ready),
    path("", include("services.urls")),
    later("approve/", "console.public"),
    later("admin/", "console.urls"),
    later("api/ai-proxy/orgs/", "console.api.urls"),
]
