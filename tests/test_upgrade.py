"""Workers of the version before, which know fewer fields, go on working on the new tables."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.db import connection
from django.utils import timezone

from credentials.models import ApiKey, Credential, ServicePolicy
from tests.factories import make_org


def insert(table: str, **fields: Any) -> None:
    """As the version before does: without the fields that it does not know."""
    names, marks = ", ".join(fields), ", ".join(["%s"] * len(fields))
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(fields.values()))  # noqa: S608


def identifier(value: uuid.UUID) -> str:
    return value.hex if connection.vendor == "sqlite" else str(value)


def test_old_workers_make_rows(db: None) -> None:
    org, now, empty = make_org(), timezone.now(), json.dumps([])
    owner = identifier(org.pk)
    insert(
        "credentials_apikey", id="abcdefgh", org_id=owner, name="old", kind="server",
        digest=b"d" * 32, last_four="0000", scopes=empty, origins=empty, created_at=now,
    )  # fmt: skip
    insert(
        "credentials_credential", id=identifier(uuid.uuid4()), org_id=owner, service="heygen",
        sealed="v1.k1.x.y", secret_version=1, last_four="0000", created_at=now, changed_at=now,
        check_result="",
    )  # fmt: skip
    insert(
        "credentials_servicepolicy", org_id=owner, service="heygen", is_enabled=True,
        disabled_actions=empty, allow_tenant_key=True, allow_platform_key=False,
        default_source="tenant", fallback_to_platform_key=False, upstream_generation="",
        test_mode="sandbox",
    )  # fmt: skip
    key, row, policy = ApiKey.objects.get(), Credential.objects.get(), ServicePolicy.objects.get()
    assert (key.access, key.networks, key.rate, key.created_by) == (["invoke"], [], None, "")
    assert (row.checked_by, row.check_ok, row.last_version) == ("", None, 0)
    assert policy.set_by_org is False
