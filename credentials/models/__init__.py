"""Who may call, with which upstream secret, and who changed that when."""

from credentials.models.api_keys import ApiKey
from credentials.models.audit import AuditEvent, AuditHead
from credentials.models.orgs import Org
from credentials.models.policies import Retirement, ServicePolicy
from credentials.models.rules import (
    valid_slug,
    validate_access,
    validate_names,
    validate_networks,
    validate_origins,
    validate_scopes,
)
from credentials.models.secrets import Credential, SpareSecret
from credentials.models.sessions import SessionToken
from credentials.models.watched import Revision, Watched

__all__ = [
    "ApiKey",
    "AuditEvent",
    "AuditHead",
    "Credential",
    "Org",
    "Retirement",
    "Revision",
    "ServicePolicy",
    "SessionToken",
    "SpareSecret",
    "Watched",
    "valid_slug",
    "validate_access",
    "validate_names",
    "validate_networks",
    "validate_origins",
    "validate_scopes",
]
