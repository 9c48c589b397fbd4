"""The clients' checked-in types and tables say what the catalogue says."""

from __future__ import annotations

import re

from ai_proxy.table import TABLE

from clients.generator import __main__ as generator
from clients.generator.names import camel
from services.catalogue import SERVICES
from tests.live import ROOT


def test_checked_in_files_are_current() -> None:
    assert generator.stale() == [], "run python -m clients.generator"


def test_every_action_is_typed() -> None:
    typed = (ROOT / "clients/js/src/actions.d.ts").read_text()
    stub = (ROOT / "clients/python/ai_proxy/actions.pyi").read_text()
    for service in SERVICES:
        slugs = [action.slug for action in service.actions]
        assert list(TABLE[service.slug]) == slugs
        for slug in slugs:
            # The JavaScript client makes the method's name from the slug alone.
            assert re.sub(r"(?<!^)([A-Z])", lambda one: f"-{one[1].lower()}", camel(slug)) == slug
            assert f"  {camel(slug)}(call" in typed
            assert f"    def {slug.replace('-', '_')}(" in stub


def test_flags_tell_what_may_be_repeated() -> None:
    for service in SERVICES:
        for action in service.actions:
            flags = TABLE[service.slug][action.slug]
            assert (flags[0] == "w") is not action.safe
            assert (flags[0] == "r") is action.repeatable
            assert ("f" in flags) is (action.response != "json")
