"""The app's place in Django."""

from django.apps import AppConfig


class SecurityConfig(AppConfig):
    name = "console.security"
    label = "console_security"
    verbose_name = "Sign-in"

    def ready(self) -> None:
        from console.security import checks, events, lockout  # noqa: F401  they register themselves
        from console.security.models import Authenticator
        from credentials import rotation

        rotation.PLACES.append(Authenticator)
