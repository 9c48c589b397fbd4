"""Creates the obvious proxy's database and prints a key: `python -m benchmarks.obvious.prepare`.

The upstream's secret comes on standard input.
"""

from __future__ import annotations

import secrets
import sys

import django
from django.core.management import call_command
from django.db import connection

from benchmarks.obvious import settings


def main() -> None:
    django.setup()
    call_command("migrate", run_syncdb=True, verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode=WAL")  # stays with the file
    sys.stdout.write(_rows(sys.stdin.read().strip()) + "\n")


def _rows(secret: str) -> str:
    """Models can be imported only once Django is set up."""
    from benchmarks.obvious.models import Action, ApiKey, Credential, Org, Service, digest

    org = Org.objects.create(slug="bench")
    service = Service.objects.create(
        slug="heygen", base_url=settings.UPSTREAM, auth_header="X-Api-Key"
    )
    paths = {"video-status": "/v1/video_status.get", "list-avatars": "/v2/avatars"}
    for slug, path in paths.items():
        Action.objects.create(service=service, slug=slug, method="GET", path_template=path)
    credential = Credential(org=org, service=service)
    credential.seal(secret)
    credential.save()
    key = secrets.token_urlsafe(32)
    ApiKey.objects.create(org=org, digest=digest(key))
    return key


if __name__ == "__main__":
    main()
