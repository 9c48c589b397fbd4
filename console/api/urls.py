"""The management API's routes under an org, beside those of the services; as plain as those."""

from django.urls import re_path
from rest_framework.views import APIView

from console.api import (
    api_keys,
    approvals,
    audit,
    credentials,
    document,
    policies,
    receivers,
    webhooks,
)
from services.action import SLUG

_ORG = rf"^(?P<org>{SLUG})"
_CREDENTIAL = rf"credentials/(?P<service>{SLUG})"
_ID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_WEBHOOK = rf"webhooks/(?P<webhook>{_ID})"
_APPROVAL = rf"approvals/(?P<approval>{_ID})"
_KEY = r"api-keys/(?P<key>[0-9A-Za-z]{8})"
_ROUTES: tuple[tuple[str, type[APIView]], ...] = (
    ("credentials", credentials.CredentialList),
    (_CREDENTIAL, credentials.CredentialDetail),
    (rf"{_CREDENTIAL}/verify", credentials.CredentialVerify),
    (rf"{_CREDENTIAL}/promote", credentials.Promote),
    (rf"{_CREDENTIAL}/rollback", credentials.Rollback),
    (rf"{_CREDENTIAL}/next", credentials.NextSecret),
    (rf"{_CREDENTIAL}/next/verify", credentials.NextVerify),
    (rf"{_CREDENTIAL}/webhook", receivers.ReceiverDetail),
    ("webhooks", webhooks.WebhookList),
    (_WEBHOOK, webhooks.WebhookDetail),
    (rf"{_WEBHOOK}/rotate", webhooks.WebhookRotate),
    (rf"{_WEBHOOK}/test", webhooks.WebhookTest),
    (rf"{_WEBHOOK}/deliveries", webhooks.DeliveryList),
    (rf"{_WEBHOOK}/deliveries/(?P<delivery>{_ID})/redeliver", webhooks.Redeliver),
    ("api-keys", api_keys.ApiKeyList),
    (_KEY, api_keys.ApiKeyDetail),
    (rf"{_KEY}/roll", api_keys.ApiKeyRoll),
    ("policy", policies.PolicyList),
    (rf"policy/(?P<service>{SLUG})", policies.PolicyDetail),
    ("approvals", approvals.ApprovalList),
    (rf"{_APPROVAL}/request", approvals.ApprovalRequest),
    (rf"{_APPROVAL}/decision", approvals.Decision),
    (rf"{_APPROVAL}/link", approvals.DecisionLink),
    ("audit", audit.EventList),
)

urlpatterns = [
    *(re_path(rf"{_ORG}/{route}/?\Z", view.as_view()) for route, view in _ROUTES),
    re_path(rf"{_ORG}/openapi\.json\Z", document.Document.as_view()),
]
