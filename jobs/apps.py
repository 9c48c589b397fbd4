"""The app's place in Django."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "jobs"
    verbose_name = "Ledger"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from credentials.rotation import PLACES
        from jobs.models import SEALED

        PLACES.extend(SEALED)
