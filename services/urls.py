"""The service's routes. Slugs are matched as they are: no folding, no decoding, no redirect."""

from django.urls import re_path

from services import approvals, documents, page, views
from services.action import SLUG
from services.agents import parcels
from services.agents import views as agents
from services.batches import views as batches
from services.following import links, media
from services.following import views as following
from services.webhooks import receiving

_ORG = rf"^api/ai-proxy/orgs/(?P<org>{SLUG})"
_SERVICE = rf"{_ORG}/services/(?P<service>{SLUG})"
_JOB = rf"{_ORG}/jobs/(?P<job>[\w-]{{1,64}})"
_APPROVAL = rf"{_ORG}/approvals/(?P<approval>[0-9a-f-]{{36}})"

urlpatterns = [
    re_path(r"^api/ai-proxy/webhooks/(?P<token>[\w-]{1,100})/?\Z", receiving.receive),
    re_path(r"^api/ai-proxy/docs(?:/(?P<name>[a-z.]{0,20}))?\Z", page.show, name="docs"),
    re_path(rf"{_SERVICE}/credential/?\Z", views.Explanation.as_view(), name="explanation"),
    re_path(rf"{_SERVICE}/openapi\.json\Z", documents.document, name="openapi"),
    re_path(rf"{_SERVICE}/definition/?\Z", documents.plain, name="definition"),
    re_path(rf"{_SERVICE}/tools/?\Z", documents.tools, name="tools"),
    re_path(rf"{_SERVICE}/tools/(?:(?P=service)_)?(?P<action>{SLUG})/?\Z", views.use, name="tool"),
    re_path(rf"{_SERVICE}/(?P<action>{SLUG})/batch/?\Z", batches.submit, name="batch"),
    re_path(rf"{_ORG}/jobs/(?P<job>[0-9a-f-]{{36}})/items/?\Z", batches.items, name="items"),
    re_path(rf"{_SERVICE}/(?P<action>{SLUG})/?\Z", views.invoke, name="invoke"),
    re_path(rf"{_SERVICE}/?\Z", views.ServiceDetail.as_view(), name="service"),
    re_path(rf"{_ORG}/services/?\Z", views.ServiceList.as_view(), name="services"),
    re_path(rf"{_ORG}/jobs/?\Z", following.jobs, name="jobs"),
    re_path(rf"{_JOB}/?\Z", following.job, name="job"),
    re_path(rf"{_JOB}/events/?\Z", following.events, name="events"),
    re_path(rf"{_JOB}/media/?\Z", media.media, name="media"),
    re_path(rf"{_JOB}/links/?\Z", links.links, name="links"),
    re_path(r"^api/ai-proxy/media/(?P<token>[\w-]{40,100})\Z", links.public, name="public"),
    re_path(rf"{_APPROVAL}/?\Z", approvals.approval, name="approval"),
    re_path(rf"{_APPROVAL}/call/?\Z", approvals.call, name="approved_call"),
    re_path(r"^api/ai-proxy/parcels/(?P<token>[\w:=.-]{40,200})\Z", parcels.parcel, name="parcel"),
    re_path(rf"^mcp/orgs/(?P<org>{SLUG})/?\Z", agents.endpoint, name="mcp"),
    re_path(rf"{_ORG}/test-media/(?P<video>test-[0-9a-f]{{32}})\.mp4\Z", views.test_media),
]
