"""`manage.py roll_key KEY_ID`, with `--for 24h` or `--until TIME`"""

import re
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from credentials.issue import roll
from credentials.management.commands.issue_key import moment
from credentials.models import ApiKey

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class Command(BaseCommand):
    help = (
        "Issue a key in the place of another, which works on for a while, or ends at once when "
        "no time is given; prints the new key, alone, once."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("key_id", help="the eight characters after the underscore")
        ends = parser.add_mutually_exclusive_group()
        ends.add_argument("--until", type=moment, help="ISO 8601 date or time, UTC if it says none")
        ends.add_argument("--for", type=_ahead, dest="until", help="such as 30m, 24h or 7d")

    def handle(
        self, *args: Any, key_id: str, until: datetime | None = None, **options: Any
    ) -> None:
        try:
            _, text = roll(ApiKey.objects.get(pk=key_id), until=until)
        except ApiKey.DoesNotExist:
            raise CommandError(f"There is no key {key_id}.") from None
        except ValidationError as exc:
            raise CommandError("; ".join(exc.messages)) from exc
        self.stdout.write(text)


def _ahead(text: str) -> datetime:
    found = re.fullmatch(r"([1-9][0-9]{0,3})([mhd])", text)
    if found is None:
        raise ValueError(text)
    return timezone.now() + timedelta(**{_UNITS[found[2]]: int(found[1])})
