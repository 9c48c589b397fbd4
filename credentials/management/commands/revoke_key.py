"""`manage.py revoke_key KEY_ID`"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from credentials.models import ApiKey


class Command(BaseCommand):
    help = "Revoke an API key by its id (the eight characters after the underscore)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("key_id")

    def handle(self, *args: Any, key_id: str, **options: Any) -> None:
        try:
            key = ApiKey.objects.get(pk=key_id)
        except ApiKey.DoesNotExist:
            raise CommandError(f"There is no key {key_id}.") from None
        key.revoke()
        self.stdout.write(f"Revoked {key}.")
