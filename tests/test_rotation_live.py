"""Rotating the key while calls and changes go on, in processes that are killed half way."""

import itertools
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests

from credentials.crypto import new_key
from tests.live import ROOT, Service, database
from tests.upstream import Upstream

FIRST = "in-use-vendor-secret-0001"


class Deployment:
    """A database with many secrets, and the ring that each process is given."""

    def __init__(self, url: str, **settings: str) -> None:
        self.keys = {kid: new_key(kid) for kid in ("k1", "k2")}
        self.service = Service(url, **settings)
        self.ring("k1")
        self.service.manage("migrate")

    def ring(self, *kids: str) -> None:
        """What CREDENTIAL_KEYS is for the processes that start from now on."""
        self.service.env["CREDENTIAL_KEYS"] = ",".join(self.keys[kid] for kid in kids)

    def shell(self, script: str) -> str:
        return self.service.manage("shell", "--no-imports", "-c", script)

    def started(self, *words: str) -> subprocess.Popen[str]:
        command = [sys.executable, "manage.py", *words]
        return subprocess.Popen(
            command, cwd=ROOT, env=self.service.env, text=True, stdout=subprocess.PIPE
        )


FILL = """
from credentials import spares, vault
from credentials.models import Org
for number in range({count}):
    org = Org.objects.create(slug=f"org-{{number}}")
    row = vault.store(org=org, service="heygen", secret=f"in-use-secret-{{number:06}}")
    if number % 3 == 0:
        spares.stage(row, f"staged-secret-{{number:06}}")
"""
READ = """
from credentials import vault
from credentials.models import Credential, SpareSecret
wrong = 0
for kind, rows in (("in-use", Credential), ("staged", SpareSecret)):
    for row in rows.objects.all():
        org = row.org if kind == "in-use" else row.credential.org
        due = f"{kind}-secret-{int(org.slug[4:]):06}"
        wrong += vault.ring().open(row.sealed, row.row).reveal() != due
print(Credential.objects.count(), SpareSecret.objects.count(), wrong)
"""


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[Deployment]:
    with database(tmp_path) as url:
        yield Deployment(url)


def kill_after(process: subprocess.Popen[str], lines: int) -> int:
    """SIGKILL once it has said so many lines, a moment later; how many secrets it said it moved."""
    assert process.stdout
    said = list(itertools.islice(process.stdout, lines))
    time.sleep(random.uniform(0, 0.01))
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    return int(said[-1].split()[0]) if said else 0


@pytest.mark.slow
def test_killed_rotation_goes_on_where_it_was(deployment: Deployment) -> None:
    deployment.shell(FILL.format(count=300))
    deployment.ring("k2", "k1")
    left = [400]
    for lines in (1, 3, 1, 6, 2):
        process = deployment.started("credentials_rotate", "--batch", "10")
        moved = kill_after(process, lines)
        said = deployment.service.manage("credentials_rotate", "--dry-run")
        left.append(int(said.split()[0]))
        assert 0 < moved <= left[-2] - left[-1] < left[-2]  # what it said it moved stays moved
        deployment.service.manage("credentials_verify")
    assert left[-1] > 0  # the kills came half way
    deployment.service.manage("credentials_rotate", "--to", "k2")
    deployment.service.manage("credentials_rotate", "--retire", "k1")
    deployment.ring("k2")
    assert deployment.shell(READ) == "300 100 0"
    deployment.service.manage("audit_verify")


CHANGE = """
from credentials import spares, vault
from credentials.models import Org
org = Org.objects.get(slug="org-0")
for number in range(60):
    row = vault.store(org=org, service="heygen", secret=f"changed-secret-{number:06}")
    spares.stage(row, f"staged-secret-{number:06}")
    spares.promote(row)
    row = spares.rollback(row)
    opened = vault.ring().open(row.sealed, row.row).reveal()
    assert opened == f"changed-secret-{number:06}", number
print("changed")
"""
ROTATE = """
import itertools, time
from django.conf import settings
from credentials import rotation
one, other = settings.CREDENTIAL_KEYS.split(",")
for first, second in itertools.cycle([(one, other), (other, one)]):
    settings.CREDENTIAL_KEYS = f"{first},{second}"
    print(sum(batch.done for batch in rotation.rotate(size=7)), flush=True)
    time.sleep(0.02)
"""


@pytest.mark.slow
def test_changes_during_rotation_are_kept(deployment: Deployment) -> None:
    deployment.shell(FILL.format(count=30))
    deployment.ring("k2", "k1")
    rotating = deployment.started("shell", "--no-imports", "-c", ROTATE)
    assert rotating.stdout
    assert rotating.stdout.readline() == "40\n"
    assert deployment.shell(CHANGE) == "changed"
    rotating.send_signal(signal.SIGKILL)
    rounds = [int(line) for line in rotating.communicate()[0].split()]
    assert len(rounds) >= 2
    deployment.service.manage("credentials_verify")
    last = (
        "from credentials.models import Credential; from credentials import vault; "
        "row = Credential.objects.get(org__slug='org-0'); "
        "print(vault.ring().open(row.sealed, row.row).reveal())"
    )
    assert deployment.shell(last) == "changed-secret-000059"


def hammer(url: str, key: str, seen: list[Any], stop: threading.Event) -> None:
    """About fifty calls a second, each with an answer of its own."""

    def call(number: int) -> Any:
        answer = requests.post(
            f"{url}/api/ai-proxy/orgs/acme/services/heygen/list-avatars/",
            json={"query": {"q": number}},
            headers={"Authorization": f"Api-Key {key}"},
            timeout=20,
        )
        return answer.status_code if answer.ok else answer.text

    with ThreadPoolExecutor(8) as pool:
        futures = []
        for number in itertools.count():
            if stop.wait(0.02):
                break
            futures.append(pool.submit(call, number))
        seen += [future.result() for future in futures]


@pytest.mark.slow
def test_no_call_fails_during_rotation(tmp_path: Path, vendor: Upstream) -> None:
    vendor.answers({"error": None, "data": {"avatars": []}})
    urls = dict.fromkeys(("HEYGEN_BASE_URL", "HEYGEN_UPLOAD_BASE_URL"), vendor.url)
    with database(tmp_path) as url:
        deployment = Deployment(url, **urls)
        service = deployment.service
        service.manage("create_org", "acme")
        service.manage("set_credential", "acme", "heygen", stdin=FIRST)
        key = service.manage("issue_key", "acme")
        deployment.shell(FILL.format(count=60))
        deployment.ring("k2", "k1")
        seen: list[Any] = []
        stop = threading.Event()
        with service.serving(workers=2):
            caller = threading.Thread(target=hammer, args=(service.url, key, seen, stop))
            caller.start()
            for first, second in (("k2", "k1"), ("k1", "k2"), ("k2", "k1")):
                deployment.ring(first, second)
                service.manage("credentials_rotate", "--to", first, "--batch", "5")
                service.manage("credentials_verify")
            stop.set()
            caller.join()
        service.manage("credentials_rotate", "--retire", "k1")
    assert set(seen) == {200}
    assert len(seen) > 100
    sent = {tuple(request.header("x-api-key")) for request in vendor.requests}
    assert sent == {(FIRST,)}
