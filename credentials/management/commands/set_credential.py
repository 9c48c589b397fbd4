"""`manage.py set_credential ORG SERVICE` and `manage.py set_credential --platform SERVICE`"""

import sys
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from credentials import vault
from credentials.crypto import SealedError
from credentials.models import Org, valid_slug


class Command(BaseCommand):
    help = "Set the secret of an org (or the platform) for a service; read from standard input."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "names", nargs="+", metavar="ORG SERVICE", help="with --platform: SERVICE"
        )
        parser.add_argument("--platform", action="store_true", help="for the platform, not an org")

    def handle(self, *args: Any, names: list[str], platform: bool, **options: Any) -> None:
        org, service = self._target(names, platform=platform)
        try:
            valid_slug(service)
            credential = vault.store(org=org, service=service, secret=sys.stdin.read())
        except (vault.UnusableSecret, SealedError) as exc:
            raise CommandError(str(exc)) from exc
        except ValidationError as exc:
            raise CommandError("; ".join(exc.messages)) from exc
        self.stdout.write(f"Stored {credential}.")

    def _target(self, names: list[str], *, platform: bool) -> tuple[Org | None, str]:
        if len(names) != (1 if platform else 2):
            raise CommandError("Give ORG SERVICE, or --platform SERVICE.")
        if platform:
            return None, names[0]
        try:
            return Org.objects.get(slug=names[0]), names[1]
        except Org.DoesNotExist:
            raise CommandError(f"There is no org {names[0]}.") from None
