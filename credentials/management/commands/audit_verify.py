"""`manage.py audit_verify [--expect SEQ:HASH]`"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from credentials import audit


class Command(BaseCommand):
    help = "Check that the audit record is whole; prints its head, to be noted somewhere else."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--expect", type=audit.Mark.parse, metavar="SEQ:HASH", help="a head noted before"
        )

    def handle(self, *args: Any, expect: audit.Mark | None, **options: Any) -> None:
        head = audit.head()
        if fault := audit.verify(expect, until=head):
            raise CommandError(str(fault))
        self.stdout.write(str(head))
