"""`manage.py credentials_verify`"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from credentials import rotation, vault
from credentials.crypto import KeyRingError


class Command(BaseCommand):
    help = "Open every stored secret, show none, and name those that do not open."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            vault.ring()
        except KeyRingError as exc:
            raise CommandError(str(exc)) from exc
        for kid, count in sorted(rotation.in_use().items()):
            self.stdout.write(f"{kid or 'no key'}: {count}")
        broken = rotation.unreadable()
        for name in broken:
            self.stderr.write(f"unreadable: {name}")
        if broken:
            raise CommandError(f"{len(broken)} secrets do not open.")
        self.stdout.write("Every secret opens.")
