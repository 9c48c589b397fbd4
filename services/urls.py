"""The service's routes. Slugs are matched as they are: no folding, no decoding, no redirect."""

from django.urls import re_path

from services import views
from services.action import SLUG

_ORG = rf"^api/ai-proxy/orgs/(?P<org>{SLUG})"
_SERVICE = rf"{_ORG}/services/(?P<service>{SLUG})"

urlpatterns = [
    re_path(rf"{_SERVICE}/(?P<action>{SLUG})/?\Z", views.invoke, name="invoke"),
    re_path(rf"{_SERVICE}/?\Z", views.ServiceDetail.as_view(), name="service"),
    re_path(rf"{_ORG}/services/?\Z", views.ServiceList.as_view(), name="services"),
    re_path(rf"{_ORG}/test-media/(?P<video>test-[0-9a-f]{{32}})\.mp4\Z", views.test_media),
]
