"""The ASGI application that `manage.py serve` runs."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "proxy_project.settings")
django.setup(set_prefix=False)

from proxy_project.handler import LeanHandler  # noqa: E402  Django must be set up first

application = LeanHandler()
