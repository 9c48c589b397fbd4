"""Writes the clients' generated files; with `--check` says which are out of date."""

from __future__ import annotations

import os
import sys
from pathlib import Path

CLIENTS = Path(__file__).resolve().parent.parent


def generated() -> dict[Path, str]:
    """Every generated file and its text; needs Django to be set up."""
    from clients.generator import python, typescript

    return {
        CLIENTS / "js/src/actions.d.ts": typescript.types(),
        CLIENTS / "js/src/table.js": typescript.table(),
        CLIENTS / "python/ai_proxy/actions.pyi": python.types(),
        CLIENTS / "python/ai_proxy/table.py": python.table(),
    }


def stale() -> list[Path]:
    """The files that do not say what the catalogue says."""
    return [
        path for path, text in generated().items() if not path.exists() or path.read_text() != text
    ]


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "proxy_project.settings")
    import django

    django.setup(set_prefix=False)
    old = stale()
    for path in old:
        sys.stdout.write(f"{path.relative_to(CLIENTS)}\n")
    if "--check" in sys.argv:
        return 1 if old else 0
    for path, text in generated().items():
        path.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
