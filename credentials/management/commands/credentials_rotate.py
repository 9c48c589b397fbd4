"""`manage.py credentials_rotate` and `manage.py credentials_rotate --retire KID`"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from credentials import rotation, vault
from credentials.crypto import KeyRingError

MAX_BATCH = 10_000  # ids in one query


class Command(BaseCommand):
    help = (
        "Bring every stored secret under the first key of CREDENTIAL_KEYS, without opening one. "
        "May be stopped at any time and run again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", metavar="KID", help="the key that is meant; must be the first")
        parser.add_argument("--dry-run", action="store_true", help="say how many, change nothing")
        parser.add_argument("--batch", type=int, default=500, help="rows in one transaction")
        parser.add_argument(
            "--retire", metavar="KID", help="only say whether this key may be taken out"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        current = self._current(options["to"])
        if not 1 <= options["batch"] <= MAX_BATCH:
            raise CommandError(f"--batch is 1 to {MAX_BATCH}.")
        if options["retire"]:
            self._retire(options["retire"], current)
        elif options["dry_run"]:
            self.stdout.write(f"{rotation.left(current)} secrets would move to {current}.")
        else:
            self._rotate(current, options["batch"])

    def _current(self, wanted: str | None) -> str:
        try:
            ring = vault.ring()
        except KeyRingError as exc:
            raise CommandError(str(exc)) from exc
        if not ring:
            raise CommandError("CREDENTIAL_KEYS is empty.")
        if wanted not in (None, ring.current):
            raise CommandError(f"{wanted} is not the first key of CREDENTIAL_KEYS.")
        return ring.current

    def _retire(self, kid: str, current: str) -> None:
        users = rotation.in_use()[kid]
        if users:
            raise CommandError(f"{kid} still seals {users} secrets.")
        if kid == current:
            raise CommandError(f"{kid} seals new secrets: put another key first.")
        if kid not in vault.ring():
            raise CommandError(f"{kid} is not in CREDENTIAL_KEYS.")
        self.stdout.write(f"{kid} seals nothing: it may be taken out of CREDENTIAL_KEYS.")

    def _rotate(self, kid: str, size: int) -> None:
        done, broken = 0, set()
        try:
            for batch in rotation.rotate(size=size):
                done += batch.done
                broken |= set(batch.unreadable)
                self.stdout.write(f"{done} secrets moved to {kid}")
                self.stdout.flush()  # who watches sees how far it is
        except rotation.RotationFault as exc:
            raise CommandError(f"{exc} did not read back; its batch is undone.") from exc
        for name in sorted(broken):
            self.stderr.write(f"unreadable: {name}")
        if left := rotation.left(kid):
            raise CommandError(f"{left} secrets are not under {kid}; run it again.")
        self.stdout.write(f"Every secret is under {kid}.")
