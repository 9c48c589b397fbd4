#!/usr/bin/env python
"""Django's command line."""

import os
import pwd
import sys

from django.core.management import execute_from_command_line

from credentials.actor import Actor, acting

SERVING = ("serve", "runserver", "test")  # what is changed there is somebody else's doing


def main(words: list[str]) -> None:
    """Run a command; what it changes is recorded as its caller's doing."""
    name = words[1] if len(words) > 1 else ""
    if name in SERVING:
        return execute_from_command_line(words)
    with acting(Actor("command", f"{_user()}: manage.py {name}")):
        execute_from_command_line(words)


def _user() -> str:
    """Who started this process, as the system knows it; a container may know a number only."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "proxy_project.settings")
    main(sys.argv)
