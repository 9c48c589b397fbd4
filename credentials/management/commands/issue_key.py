"""`manage.py issue_key ORG`"""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from credentials.issue import issue
from credentials.models import Org


class Command(BaseCommand):
    help = "Issue an API key; prints the key, alone, once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("org")
        parser.add_argument("--name", default="")
        parser.add_argument("--scope", action="append", default=[], help="SERVICE:ACTION pattern")
        parser.add_argument("--origin", action="append", default=[], help="a browser origin")
        parser.add_argument("--access", action="append", help="read, invoke or manage")
        parser.add_argument("--network", action="append", default=[], help="ADDRESS/LENGTH")
        parser.add_argument("--rate", type=int, help="calls a minute")
        parser.add_argument("--paid-per-day", type=int, help="paid calls a day")
        parser.add_argument("--approve-above", type=int, help="paid pieces of one call")
        parser.add_argument(
            "--expires", type=moment, help="ISO 8601 date or time, UTC if it says none"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            org = Org.objects.get(slug=options["org"])
            _, text = issue(
                org,
                name=options["name"],
                scopes=options["scope"],
                origins=options["origin"],
                access=options["access"] or ("invoke",),
                networks=options["network"],
                rate=options["rate"],
                paid_per_day=options["paid_per_day"],
                approve_above=options["approve_above"],
                expires_at=options["expires"],
            )
        except Org.DoesNotExist:
            raise CommandError(f"There is no org {options['org']}.") from None
        except ValidationError as exc:
            raise CommandError("; ".join(exc.messages)) from exc
        self.stdout.write(text)


def moment(text: str) -> datetime:
    """An ISO 8601 date or time, UTC if it says none. Raises ValueError."""
    day = parse_date(text)
    moment = datetime(day.year, day.month, day.day) if day else parse_datetime(text)  # noqa: DTZ001
    if moment is None:
        raise ValueError(text)
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment
