"""The obvious proxy's one route."""

from django.urls import path

from benchmarks.obvious.views import Invoke

urlpatterns = [
    path("api/ai-proxy/orgs/<slug:org>/services/<slug:service>/<slug:action>/", Invoke.as_view()),
]
