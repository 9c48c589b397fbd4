"""Kills the process at a chosen point of a call; served workers load it where a test asks.

`KILL_PLAN` names a file. While it is there, it says at which points, and how probably:
`asked=0.01,answered=1`. The points are `reserved` (claimed, nothing sent), `sent` (noted as sent,
no byte out), `asked` (the vendor works on it) and `answered` (its answer is here, not yet in the
ledger). With `once` in it the first to die takes the file away. A log beside it says who died.
"""

from __future__ import annotations

import functools
import importlib.abc
import importlib.util
import os
import random
import signal
import sys
import threading
from typing import Any

PLAN = os.environ.get("KILL_PLAN", "")
DELAY = 0.02  # seconds after which a request is with the vendor


def die(point: str) -> None:
    with open(f"{PLAN}.log", "a") as log:
        log.write(f"{point}\n")
    os.kill(os.getpid(), signal.SIGKILL)


def drawn(point: str) -> bool:
    try:
        with open(PLAN) as plan:
            words = plan.read().split(",")
        for word in words:
            name, _, probability = word.partition("=")
            if name == point and random.random() < float(probability):
                if "once" in words:
                    os.unlink(PLAN)
                return True
    except FileNotFoundError:
        pass
    return False


def attempts(module: Any) -> None:
    reserve, sent, done = module.reserve, module.sent, module.done

    @functools.wraps(reserve)
    def reserving(*given: Any, **named: Any) -> Any:
        found = reserve(*given, **named)
        if isinstance(found, module.Held) and drawn("reserved"):
            die("reserved")
        return found

    @functools.wraps(sent)
    def sending(*given: Any, **named: Any) -> Any:
        mine = sent(*given, **named)
        if drawn("sent"):
            die("sent")
        return mine

    @functools.wraps(done)
    def ending(*given: Any, **named: Any) -> Any:
        if drawn("answered"):
            die("answered")
        return done(*given, **named)

    module.reserve, module.sent, module.done = reserving, sending, ending


def upstream(module: Any) -> None:
    send = module.send

    @functools.wraps(send)
    async def asking(request: Any, **named: Any) -> Any:
        if request.method == "POST" and drawn("asked"):
            threading.Timer(DELAY, die, ["asked"]).start()
        return await send(request, **named)

    module.send = asking


PATCHES = {"jobs.attempts": attempts, "services.upstream": upstream}


class Finder(importlib.abc.MetaPathFinder):
    """Patches a module when it has been imported."""

    def find_spec(self, name: str, path: Any, target: Any = None) -> Any:
        if name not in PATCHES:
            return None
        sys.meta_path.remove(self)
        try:
            spec = importlib.util.find_spec(name)
        finally:
            sys.meta_path.insert(0, self)
        assert spec is not None
        loader: Any = spec.loader
        execute = loader.exec_module

        def executed(module: Any) -> None:
            execute(module)
            PATCHES[name](module)

        loader.exec_module = executed
        return spec


if PLAN:
    sys.meta_path.insert(0, Finder())
