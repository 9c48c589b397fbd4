"""Sets this project up through its own commands: `python -m benchmarks.prepare`.

It reads `{org: {service: secret}}` as JSON on standard input and writes the orgs' keys as a list.
One process does it all, because eleven orgs one command at a time would take half a minute.
"""

from __future__ import annotations

import io
import json
import sys

import django
from django.core.management import call_command


def main() -> None:
    wanted: dict[str, dict[str, str]] = json.load(sys.stdin)
    django.setup()
    call_command("migrate", verbosity=0)
    json.dump([_org(name, secrets) for name, secrets in wanted.items()], sys.stdout)


def _org(name: str, secrets: dict[str, str]) -> str:
    call_command("create_org", name, stdout=io.StringIO())
    for service, secret in secrets.items():
        sys.stdin = io.StringIO(secret)
        call_command("set_credential", name, service, stdout=io.StringIO())
    key = io.StringIO()
    call_command("issue_key", name, stdout=key)
    return key.getvalue().strip()


if __name__ == "__main__":
    main()
