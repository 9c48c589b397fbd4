"""A caller of the management API that holds every answer to the published document."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

import jsonschema_rs
from django.test import Client

from tests.factories import Account, make_account

EVERYTHING = ["read", "invoke", "manage"]
ROOT = "/api/ai-proxy/orgs"


class Manager:
    """Sends JSON to paths below an org and gives the answer as it came, once it was checked."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.client = Client(raise_request_exception=False)

    def __call__(
        self, method: str, path: str, body: Any = None, *, org: str = "", **headers: str
    ) -> Any:
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body)
        given = {"Authorization": self.account.authorization} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        kind = given.pop("Content-Type", "application/json")
        url = f"{ROOT}/{org or self.account.org.slug}/{path}"
        answer = self.client.generic(method, url, raw, content_type=kind, headers=given)
        check(method, f"{ROOT}/{{org}}/{path}", answer)
        return answer

    def data(self, method: str, path: str, body: Any = None) -> Any:
        """What is under `data` of a good answer."""
        answer = self(method, path, body)
        assert answer.status_code < 300, answer.content
        return answer.json()["data"]

    def walk(self, path: str) -> Any:
        """Every page of a list, at most twenty."""
        sign, cursor, pages = "&" if "?" in path else "?", "", []
        while len(pages) < 20:
            answer = self("GET", f"{path}{sign}cursor={cursor}" if cursor else path).json()
            assert answer["has_more"] == (answer["next_cursor"] is not None)
            pages.append(answer["data"])
            cursor = answer["next_cursor"]
            if not cursor:
                return pages
        raise AssertionError("There is no end to it.")

    def refused(self, method: str, path: str, body: Any = None, **options: Any) -> tuple[int, str]:
        """The status and code of a refusal."""
        answer = self(method, path, body, **options)
        assert answer.status_code >= 400, answer.content
        return answer.status_code, answer.json()["code"]


def make_manager(slug: str = "acme", **fields: Any) -> Manager:
    return Manager(make_account(slug, **{"access": EVERYTHING} | fields))


def document() -> Any:
    from console.api.schema import document as made

    return json.loads(made())


@lru_cache(maxsize=1)
def strict() -> Any:
    """The document, with every object's fields being all that there are."""
    made = document()
    for shape in made["components"]["schemas"].values():
        shape.setdefault("additionalProperties", False)
    return made


def check(method: str, path: str, answer: Any) -> None:
    """Hold an answer to what the document says of its status."""
    described = operation(method, path)
    if described is None:
        return
    said = described["responses"]
    wanted = said.get(str(answer.status_code)) or said["default"]
    assert str(answer.status_code) in said or answer.status_code in (405, 408, 500)
    shape = wanted["content"]["application/json"]["schema"]
    whole = {**shape, "components": strict()["components"]}
    jsonschema_rs.validator_for(whole).validate(answer.json())


def operation(method: str, path: str) -> Any:
    plain = path.partition("?")[0].rstrip("/")
    for template, operations in strict()["paths"].items():
        parts = re.split(r"\{\w+\}", template.rstrip("/"))
        pattern = "[^/]+".join(re.escape(part) for part in parts)
        if re.fullmatch(pattern, plain.replace("{org}", "org")):
            return operations.get(method.lower())
    return None
