"""The ASGI application that `manage.py serve` runs."""

import gc
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "proxy_project.settings")
django.setup(set_prefix=False)

from proxy_project.handler import LeanHandler  # noqa: E402  Django must be set up first

application = LeanHandler()

# What start-up made stays for good: the collector need not look at it again and again.
gc.collect()
gc.freeze()
