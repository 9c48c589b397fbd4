"""What switches calls off, and on again, does so on every worker within a second."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.conftest import BASE_URLS
from tests.live import Service, database
from tests.upstream import Upstream

PROMISE = 1.0  # seconds from the change to its effect
ACTION = "get-remaining-quota"

# What is changed; the value that stops calls; the one that lets them pass; what stopped calls get.
SWITCHES = {
    "org": ("Org.objects", "is_active", False, True, (401, "invalid_api_key")),
    "service for an org": ("OWN", "is_enabled", False, True, (404, "service_not_found")),
    "service for all": ("ALL", "is_enabled", False, True, (404, "service_not_found")),
    "action for an org": ("OWN", "disabled_actions", [ACTION], [], (404, "action_not_found")),
    "action for all": ("ALL", "disabled_actions", [ACTION], [], (404, "action_not_found")),
    "key's access": ("ApiKey.objects", "access", ["manage"], ["read"], (403, "out_of_scope")),
    "key's networks": (
        "ApiKey.objects", "networks", ["192.0.2.0/24"], ["127.0.0.0/8"],
        (403, "network_not_allowed"),
    ),
}  # fmt: skip
SCRIPT = """
import time
from credentials.models import ApiKey, Org, ServicePolicy
for org in (None, Org.objects.get(slug="acme")):
    ServicePolicy.objects.create(org=org, service="heygen")
OWN = ServicePolicy.objects.exclude(org=None)
ALL = ServicePolicy.objects.filter(org=None)
time.sleep(1.5)
for rows, name, off, on in {changes}:
    for value in (off, on):
        began = time.time()
        eval(rows).all().update(**{{name: value}})
        print(began, time.time(), flush=True)
        time.sleep(1.7)
"""


@dataclass
class Seen:
    """Calls of one thread after the other: when each began and what came of it."""

    url: str
    key: str
    calls: list[tuple[float, int, str]] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def hammer(self) -> None:
        """Call on new connections, so that every worker gets its share."""
        headers = {"Authorization": f"Api-Key {self.key}"}
        while not self.stop.is_set():
            began = time.time()
            response = requests.post(self.url, headers=headers, timeout=20)
            self.calls.append((began, response.status_code, response.json().get("code", "")))
            time.sleep(0.02)

    def between(self, start: float, end: float) -> list[tuple[int, str]]:
        return [(status, code) for began, status, code in self.calls if start < began < end]


@pytest.fixture
def watched(tmp_path: Path, vendor: Upstream) -> Iterator[Any]:
    """Four workers, and who calls them all the time."""
    with database(tmp_path) as url:
        service = Service(url, **dict.fromkeys(BASE_URLS, vendor.url))
        service.manage("migrate")
        service.manage("create_org", "acme")
        service.manage("set_credential", "acme", "heygen", stdin="sk-live-heygen-secret-0001")
        key = service.manage("issue_key", "acme")
        seen = Seen(f"{service.url}/api/ai-proxy/orgs/acme/services/heygen/{ACTION}/", key)
        with service.serving(workers=4):
            threads = [threading.Thread(target=seen.hammer) for _ in range(4)]
            for thread in threads:
                thread.start()
            yield service, seen
            seen.stop.set()
            for thread in threads:
                thread.join()


@pytest.mark.slow
def test_every_switch_works_within_a_second(watched: Any) -> None:
    service, seen = watched
    changes = [row[:4] for row in SWITCHES.values()]
    told = service.manage("shell", "--no-imports", "-c", SCRIPT.format(changes=changes))
    times = [tuple(map(float, line.split())) for line in told.splitlines()]
    starts = [done + PROMISE for _, done in times]
    ends = [*(began for began, _ in times[1:]), times[-1][1] + 1.5]
    wrong = {}
    for number, name in enumerate(SWITCHES):
        refusal = SWITCHES[name][4]
        for place, due in ((2 * number, refusal), (2 * number + 1, (200, ""))):
            found = seen.between(starts[place], ends[place])
            assert len(found) > 10
            if set(found) != {due}:
                wrong[name, due] = set(found)
    assert wrong == {}
