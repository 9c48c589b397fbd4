"""The container files say what the Makefile and the commands say."""

from __future__ import annotations

import re
from typing import Any

import yaml
from django.core.management import get_commands

from tests.live import ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()


def test_compose_has_every_part() -> None:
    assert set(COMPOSE["services"]) == {"postgres", "redis", "migrate", "web", "worker"}
    for name in ("web", "worker", "migrate"):
        part = COMPOSE["services"][name]
        program, script, command = part["command"]
        assert (program, script) == ("python", "manage.py")
        assert command in get_commands()
        assert part["environment"]["REDIS_URL"].startswith("redis://redis:")
        assert "@postgres:5432/" in part["environment"]["DATABASE_URL"]


def test_compose_holds_no_secret() -> None:
    named = {
        name: value
        for part in COMPOSE["services"].values()
        for name, value in part.get("environment", {}).items()
        if re.search(r"PASSWORD|SECRET|PEPPER|KEY", name)
    }
    assert named == {"POSTGRES_PASSWORD": "${POSTGRES_PASSWORD:?set POSTGRES_PASSWORD in .env}"}


def test_image_installs_as_makefile_does() -> None:
    [target] = re.findall(r"^RUN make (\S+)$", DOCKERFILE, re.MULTILINE)
    assert f"\n{target}: requirements.lock" in MAKEFILE


def test_image_copies_what_exists() -> None:
    copied = [
        name
        for line in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
        for name in line.split()
    ]
    assert [name for name in copied if not (ROOT / name).exists()] == []
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {
        "tests",
        "benchmarks",
        "clients",
    }
    assert packages <= set(copied)


def test_image_runs_no_root_and_serves() -> None:
    assert DOCKERFILE.rstrip().endswith('CMD ["python", "manage.py", "serve"]')
    assert "\nUSER app\n" in DOCKERFILE
