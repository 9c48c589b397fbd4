"""`manage.py remove_second_factor USERNAME`: for somebody whose phone and codes are lost."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from console.security import factor


class Command(BaseCommand):
    help = "Removes a person's second factor from the console."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        user = get_user_model().objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError("Nobody has that name.")
        if not factor.remove(user):
            raise CommandError("There is no second factor to remove.")
        self.stdout.write("Removed. The next login asks for the password alone, or sets one up.")
