"""`make run` in a copy of the project, as a newcomer has it: no `.env`, no database."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.live import ROOT, free_port, running

OURS = ("DATABASE_URL", "REDIS_URL", "ENV_FILE", "SECRET_KEY", "API_KEY_PEPPER", "CREDENTIAL_KEYS")


def clone(folder: Path) -> Path:
    """The project's files without anything that was made by running it; its environment linked."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    for name in listed.splitlines():
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    return folder


class Demo:
    """One newcomer's checkout."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = clone(folder)
        self.port, self.sandbox_port = free_port(), free_port()
        inherited = {
            name: value
            for name, value in os.environ.items()
            if name not in OURS and not name.endswith("_URL") and name != "HEYGEN_GENERATION"
        }
        ports = {"PORT": str(self.port), "SANDBOX_PORT": str(self.sandbox_port)}
        for name in ("ALLOWED_HOSTS", "HTTPS_ONLY", "ALLOW_INSECURE_UPSTREAMS"):
            inherited.pop(name, None)
        self.env = inherited | ports | {"SANDBOX_RENDER_SECONDS": "1"} | settings

    @contextmanager
    def run(self) -> Iterator[dict[str, str]]:
        """`make run` until the block ends; the contents of `var/demo.json`."""
        with running(["make", "run"], self.port, self.env, self.folder):
            yield json.loads((self.folder / "var" / "demo.json").read_text())

    def node(self, script: Path, demo: dict[str, str]) -> Any:
        """The last line that a Node script prints, as JSON."""
        env = self.env | {"BASE_URL": demo["base_url"], "API_KEY": demo["api_key"]}
        done = subprocess.run(
            ["node", script], env=env, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])
