"""Nothing of its own is stored: only what the staff may be permitted beyond tables."""

from django.db import models


class Playground(models.Model):
    """Carries the permission to send calls from the playground."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions = (("use_playground", "Can send calls as any org from the playground"),)
