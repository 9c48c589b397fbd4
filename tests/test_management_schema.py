"""The management API's OpenAPI document: whole, valid, true to the answers (tests/managing.py)."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from typing import Any

import jsonschema_rs
import pytest
from django.core.management import call_command
from django.test import Client

from console.api import schema
from tests.factories import make_account
from tests.managing import ROOT, document, make_manager, strict

ORG = f"{ROOT}/acme/openapi.json"
OPERATIONS = [
    (path, method, operation)
    for path, operations in document().get("paths", {}).items()
    for method, operation in operations.items()
]
NAMES = [f"{method} {path}" for path, method, _ in OPERATIONS]


def whole(shape: Any) -> Any:
    return jsonschema_rs.validator_for({**shape, "components": strict()["components"]})


def test_generator_has_no_complaints() -> None:
    out = StringIO()
    options = {"validate": True, "fail_on_warn": True, "format": "openapi-json"}
    call_command("spectacular", stdout=out, **options)
    assert json.loads(out.getvalue()) == document()


@pytest.mark.parametrize("access", [["read"], ["invoke"], ["manage"]])
def test_every_key_of_the_org_reads_it(db: None, access: list[str]) -> None:
    account = make_account(access=access)
    answer = Client().get(ORG, headers={"Authorization": account.authorization})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    assert answer.json() == document()
    assert answer.json()["openapi"] == "3.1.0"


def test_others_do_not_read_it(db: None) -> None:
    api, other = make_manager(), make_manager("other")
    assert Client().get(ORG).status_code == 401
    assert other.refused("GET", "openapi.json", org="acme") == (403, "permission_denied")
    assert api.refused("POST", "openapi.json") == (405, "method_not_allowed")


def test_first_readers_at_once_get_it_whole() -> None:
    schema._document.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: schema.document(), range(8)))
    assert len(made) == 1


def test_only_management_is_described() -> None:
    parts = {path.partition("{org}/")[2].partition("/")[0] for path, _, _ in OPERATIONS}
    resources = {"credentials", "api-keys", "policy", "audit", "webhooks", "approvals"}
    assert parts == resources | {"openapi.json"}


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS, ids=NAMES)
def test_operation_is_described_whole(path: str, method: str, operation: Any) -> None:
    assert operation["security"] == [{"ApiKey": []}, {"Bearer": []}]
    assert operation["summary"]
    if path.endswith("openapi.json"):
        return
    responses = operation["responses"]
    assert {"401", "403", "429", "503", "default"} <= set(responses)
    assert ("requestBody" not in operation) or {"400", "413", "415"} <= set(responses)
    assert ("{" not in path.partition("{org}/")[2]) or "404" in responses
    for status, response in responses.items():
        content = response["content"]["application/json"]
        if status.startswith("2"):
            assert content["examples"]
        else:
            assert content["schema"] == {"$ref": "#/components/schemas/Error"}


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS, ids=NAMES)
def test_examples_fit_their_schemas(path: str, method: str, operation: Any) -> None:
    contents = [answer.get("content", {}) for answer in operation["responses"].values()]
    contents.append(operation.get("requestBody", {}).get("content", {}))
    for content in contents:
        told = content.get("application/json", {})
        for example in told.get("examples", {}).values():
            whole(told["schema"]).validate(example["value"])


def test_requests_are_strict_in_the_document_too() -> None:
    for _, _, operation in OPERATIONS:
        if "requestBody" in operation:
            shape = operation["requestBody"]["content"]["application/json"]["schema"]
            made = {**shape, "components": document()["components"]}
            assert not jsonschema_rs.validator_for(made).is_valid({"org": "other"})


def test_no_answer_has_a_field_for_a_vendors_secret() -> None:
    shown = strict()["components"]["schemas"]
    assert "key" not in shown["Credential"]["properties"]
    assert [name for name in shown if {"sealed", "digest"} & set(shown[name]["properties"])] == []
    holders = {name for name, shape in shown.items() if "key" in shape["properties"]}
    assert holders == {"ApiKeyOnceAnswer", "NewCredential", "NewSecret", "SecretChange"}
