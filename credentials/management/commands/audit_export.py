"""`manage.py audit_export [--since TIME] [--org ORG]`"""

from datetime import UTC, datetime
from typing import Any

import msgspec
from django.core.management.base import BaseCommand, CommandParser

from credentials import audit


class Command(BaseCommand):
    help = "Print the audit record, oldest first, one event a line, in JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", type=_moment, help="ISO 8601 time, UTC if it says none")
        parser.add_argument("--org", default="", help="of this org alone")

    def handle(self, *args: Any, since: datetime | None, org: str, **options: Any) -> None:
        for event in audit.events(since=since, org=org):
            self.stdout.write(msgspec.json.encode(event).decode())


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
