"""`manage.py create_org SLUG`"""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from credentials.models import Org


class Command(BaseCommand):
    help = "Create an org."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--name", default="")
        parser.add_argument("--origin", action="append", default=[], help="a browser origin")

    def handle(self, *args: Any, slug: str, name: str, origin: list[str], **options: Any) -> None:
        org = Org(slug=slug, name=name, origins=origin)
        try:
            org.full_clean()
        except ValidationError as exc:
            raise CommandError("; ".join(exc.messages)) from exc
        org.save()
        self.stdout.write(f"Created org {slug}.")
