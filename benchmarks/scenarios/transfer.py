"""Large files: what the service holds of them on their way, and whether they arrive whole."""

from __future__ import annotations

import hashlib
import http.client
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from benchmarks import candidates, content, ours
from benchmarks.candidates import Candidate
from benchmarks.section import Plan, Section, Table
from benchmarks.service import Service
from benchmarks.usage import Peak

MIB = 1024 * 1024
UPLOAD, DOWNLOAD = 64 * MIB, 256 * MIB
SMALL = 8 * 1024
GROWTH_LIMIT = 16.0  # MiB
SECONDS = 120.0  # before a transfer is given up
Move = Callable[[Service, int], bool]  # whether that many bytes arrived whole


@dataclass(frozen=True, slots=True)
class Transfer:
    name: str
    size: int
    seconds: float
    before: float  # MiB resident
    peak: float
    whole: bool  # SHA-256 equal at both ends


def run(plan: Plan) -> Section:
    """One upload and one download, after small ones that warm everything up."""
    start = partial(ours.start, generation="legacy", MAX_FILE_BYTES=str(2 * UPLOAD))
    chosen = [Candidate(candidates.V1.name, start, needed=True)]
    with candidates.started(chosen, plan.folder, plan.upstream, say=plan.say) as (running, _):
        [one] = running.values()
        plan.say("transfers")
        for _ in range(8):  # every worker has seen one
            _upload(one, SMALL)
            _download(one, SMALL)
        found = [
            _watched(one, "upload, raw bytes", UPLOAD, _upload),
            _watched(one, "download", DOWNLOAD, _download),
        ]
    section = _section(found)
    for each in found:
        _hold(section, each)
    return section


def _watched(one: Service, name: str, size: int, move: Move) -> Transfer:
    with Peak(one.pid) as peak:
        began = time.perf_counter()
        whole = move(one, size)
        seconds = time.perf_counter() - began
    return Transfer(name, size, seconds, peak.start.rss, peak.rss, whole)


def _upload(one: Service, size: int) -> bool:
    """HeyGen's `upload-asset`; the stand-in answers with the digest of what it received."""
    headers = {"Content-Type": "image/png", "Content-Length": str(size)}
    sent = hashlib.sha256()
    with _connection(one) as connection:
        path = "/api/ai-proxy/orgs/bench-0/services/heygen/upload-asset/"
        connection.request("POST", path, _digested(size, sent), headers | _key(one))
        response = connection.getresponse()
        answer = response.read()
    receipt = json.loads(answer).get("data") or {}
    return response.status == 200 and receipt.get("sha256") == sent.hexdigest()


def _digested(size: int, into: hashlib._Hash) -> Iterator[bytes]:
    for block in content.blocks(size):
        into.update(block)
        yield block


def _download(one: Service, size: int) -> bool:
    """ElevenLabs's `get-history-audio`; the stand-in makes as many bytes as the id says."""
    envelope = json.dumps({"path_params": {"history_item_id": str(size)}})
    received = hashlib.sha256()
    with _connection(one) as connection:
        path = "/api/ai-proxy/orgs/bench-0/services/elevenlabs/get-history-audio/"
        headers = {"Content-Type": "application/json"} | _key(one)
        connection.request("POST", path, envelope, headers)
        response = connection.getresponse()
        while piece := response.read(content.BLOCK):
            received.update(piece)
    return response.status == 200 and received.hexdigest() == content.digest(size)


@contextmanager
def _connection(one: Service) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection("127.0.0.1", one.port, timeout=SECONDS)
    try:
        yield connection
    finally:
        connection.close()


def _key(one: Service) -> dict[str, str]:
    return {"Authorization": f"Api-Key {one.keys[0]}"}


def _section(found: list[Transfer]) -> Section:
    rows = [
        [
            each.name,
            f"{each.size // MIB}",
            f"{each.before:.0f}",
            f"{each.peak:.0f}",
            f"{each.peak - each.before:.1f}",
            f"{each.size / MIB / each.seconds:.0f}",
            "yes" if each.whole else "no",
        ]
        for each in found
    ]
    titles = (
        "transfer",
        "size, MiB",
        "RSS before, MiB",
        "highest RSS, MiB",
        "growth, MiB",
        "MiB/s",
    )
    return Section(
        title="Large files",
        how="One transfer at a time, made and digested as it flows, with client and stand-in on "
        "the same machine. Memory is that of the whole process tree, looked at 50 times a second.",
        tables=[Table((*titles, "SHA-256 equal"), rows)],
        figures={each.name: {"growth": round(each.peak - each.before, 1)} for each in found},
    )


def _hold(section: Section, each: Transfer) -> None:
    growth = each.peak - each.before
    section.hold(each.whole, f"transfer: the {each.name} did not arrive whole.")
    section.hold(
        growth < GROWTH_LIMIT,
        f"transfer: memory grew by {growth:.1f} MiB in the {each.name}, the limit is "
        f"{GROWTH_LIMIT:.0f} MiB.",
    )
