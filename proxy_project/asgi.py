"""The ASGI application that `manage.py serve` runs."""

import gc
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "proxy_project.settings")
django.setup(set_prefix=False)

from django.core.signals import request_finished  # noqa: E402  Django must be set up first
from django.db import connections  # noqa: E402

from proxy_project.handler import LeanHandler  # noqa: E402


def give_back(**_: object) -> None:
    """A stock request had a thread of its own: what it connected with is of no use to another."""
    for held in connections.all(initialized_only=True):
        if not held.in_atomic_block:
            held.close()


request_finished.connect(give_back)
application = LeanHandler()

# What start-up made stays for good: the collector need not look at it again and again.
gc.collect()
gc.freeze()
