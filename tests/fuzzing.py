"""Calls made up from an OpenAPI document, and what of the answers the document does not say."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@dataclass
class Fuzz:
    """One document of a running service; `failures` are what broke it, each told once."""

    document: dict[str, Any]
    url: str
    headers: dict[str, str]
    seed: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    failures: dict[str, str] = field(default_factory=dict)
    untold: set[tuple[str, GenerationMode]] = field(default_factory=set)  # cannot be made up

    def __post_init__(self) -> None:
        self.schema = schemathesis.openapi.from_dict(self.document)
        self.operations = [found.ok() for found in self.schema.get_all_operations()]
        self.session = requests.Session()
        self.random = random.Random(self.seed)

    @property
    def cases(self) -> int:
        return sum(self.statuses.values())

    def run(self, seconds: float) -> None:
        """Ask by every operation's example, then in rounds until the time is over.

        To make a call up takes a fifth of a second and more, so the order is another each time.
        """
        until = time.monotonic() + seconds
        for operation in self.operations:
            for case in examples(operation):
                self.ask(case)
        order = [(each, GenerationMode.POSITIVE) for each in self.operations]
        order += [(each, GenerationMode.NEGATIVE) for each in self.operations if can_be_wrong(each)]
        self.random.shuffle(order)
        while time.monotonic() < until:
            for operation, mode in order:
                if time.monotonic() > until:
                    return
                if (operation.label, mode) not in self.untold:
                    self._make_up(operation, mode, self.random.getrandbits(32))

    def _make_up(self, operation: Any, mode: GenerationMode, number: int) -> None:
        @seed(number)
        @settings(
            max_examples=1,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(operation.as_strategy(generation_mode=mode))
        def asked(case: Case) -> None:
            self.ask(case)

        try:
            asked()
        except Unsatisfiable:
            self.untold.add((operation.label, mode))

    def ask(self, case: Case) -> None:
        """Make the call and hold its answer to the document."""
        answer = case.call(
            base_url=self.url, session=self.session, headers=self.headers, timeout=60
        )
        self.statuses[answer.status_code] += 1
        if answer.status_code == 500:
            self._note(case, "500", answer.text)
        try:
            case.validate_response(answer, checks=CHECKS)
        except FailureGroup as group:
            for failure in group.exceptions:
                self._note(case, type(failure).__name__, str(failure))

    def _note(self, case: Case, what: str, about: str) -> None:
        self.failures.setdefault(f"{case.operation.label}: {what}", about[:2000])


def can_be_wrong(operation: Any) -> bool:
    """Whether a call may break the schema; that none can, the generator finds in ten seconds.

    A header is text already, so it breaks only what is asked of it besides.
    """
    asked = (set(each.definition.get("schema", {})) - {"type"} for each in operation.headers)
    return bool(len(operation.query) or len(operation.body) or any(asked))


def examples(operation: Any) -> Iterator[Case]:
    """The calls that the document itself shows."""
    content = operation.definition.raw.get("requestBody", {}).get("content", {})
    for kind, told in content.items():
        if "example" in told:
            yield operation.Case(body=told["example"], media_type=kind)
