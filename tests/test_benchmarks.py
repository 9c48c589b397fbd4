"""The comparison's own machinery: what it counts, and that it runs from end to end."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import __main__ as command
from benchmarks import content, generator, measure, report, usage
from benchmarks.load import Job, Load, Target, percentile
from benchmarks.processes import BenchmarkError, free_port, running
from benchmarks.section import Section, Table, cell
from benchmarks.upstream import FAR, FAR_SECONDS, SECRET, STATUS_PATH
from tests.live import ROOT

KEY = {"X-Api-Key": SECRET}
BURN = "x = 0\nwhile x < 6_000_000: x += 1"


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = free_port()
    server = [sys.executable, "-m", "benchmarks.upstream", str(port)]
    log = tmp_path_factory.mktemp("bench") / "log"
    with running(server, env={}, log=log, port=port):
        yield f"http://127.0.0.1:{port}"


@pytest.mark.parametrize(
    ("percent", "value"), [(0, 1), (1, 1), (50, 50), (51, 51), (99, 99), (100, 100)]
)
def test_percentile_is_nearest_rank(percent: int, value: int) -> None:
    assert percentile([float(one) for one in range(1, 101)], percent) == value


def test_percentile_of_few_is_one_of_them() -> None:
    assert [percentile([1.0, 2.0, 9.0], one) for one in (50, 99)] == [2.0, 9.0]
    assert percentile([], 99) == 0.0


def test_wrk_account_leaves_out_errors() -> None:
    output = "Running 5s test\n  4 threads\nRESULT 1000 5000000 10 3700 7700\n"
    assert generator.parsed(output) == Load(calls=990, errors=10, seconds=5.0, p50=3.7, p99=7.7)


def test_wrk_without_account_is_error() -> None:
    with pytest.raises(BenchmarkError, match="unable to connect"):
        generator.parsed("unable to connect to 127.0.0.1:9")


def test_bundled_generator_counts_answers_by_kind(stand_in: str) -> None:
    right = Target("GET", f"{stand_in}{STATUS_PATH}v1", KEY)
    wrong = replace(right, headers={"X-Api-Key": "no"})
    good, bad, mixed = generator.side_by_side(
        Job([right], 2, 0.3), Job([wrong], 2, 0.3), Job([right, wrong], 2, 0.3)
    )
    assert (good.calls > 0, good.errors) == (True, 0)
    assert (bad.calls, bad.errors > 0) == (0, True)
    assert mixed.calls > 0
    assert mixed.errors > 0


def test_refused_connections_are_errors() -> None:
    [load] = generator.side_by_side(
        Job([Target("GET", f"http://127.0.0.1:{free_port()}/")], 3, 0.2)
    )
    assert (load.calls, load.errors) == (0, 3)


def test_latency_is_what_upstream_takes(stand_in: str) -> None:
    far = Target("GET", f"{stand_in}/v2/avatars", {"X-Api-Key": FAR})
    slow = Target("GET", f"{stand_in}{STATUS_PATH}slow-1", KEY)
    one, other = generator.side_by_side(Job([far], 1, 0.3), Job([slow], 50, 0.5, ramp=0.2))
    assert 1000 * FAR_SECONDS <= one.p50 < 600
    assert (other.calls, other.errors) == (50, 0)
    assert 1000 <= other.p50 < 2500


def test_pause_spaces_calls(stand_in: str) -> None:
    quick = Target("GET", f"{stand_in}{STATUS_PATH}v1", KEY)
    [load] = generator.side_by_side(Job([quick], 2, 0.5, pause=0.1))
    assert 2 <= load.calls <= 10


@pytest.mark.parametrize("size", [0, 1, content.BLOCK - 1, content.BLOCK, 3 * content.BLOCK + 5])
def test_content_has_its_size_and_digest(size: int) -> None:
    whole = b"".join(content.blocks(size))
    assert len(whole) == size
    assert content.digest(size) == hashlib.sha256(whole).hexdigest()
    assert len(set(content.blocks(size))) == len(list(content.blocks(size)))


def test_processor_time_counts_ended_children() -> None:
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {BURN!r}])"
    script = f"{child}; print(flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        process.stdout.readline()
        used = usage.cpu_seconds(process.pid)
        process.communicate()
    assert used > 0.1


def test_peak_sees_what_is_gone_again() -> None:
    script = (
        "import sys, time\nfor line in sys.stdin:\n"
        "  held = bytearray(64 << 20); time.sleep(0.5)\n"
        "  del held; time.sleep(0.3); print(flush=True)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin
        assert process.stdout
        with usage.Peak(process.pid) as peak:
            process.stdin.write(b"\n")
            process.stdin.flush()
            process.stdout.readline()
        after = usage.memory(process.pid).rss
        process.communicate()
    assert peak.rss - peak.start.rss > 60
    assert peak.rss - after > 60


@pytest.mark.parametrize(
    ("values", "shown"),
    [([3.0, 1.0, 2.0], "2 (1-3)"), ([2.0, 2.1], "2"), ([None, 4.0], "4"), ([None], "unknown")],
)
def test_cell_shows_median_and_range(values: list[float | None], shown: str) -> None:
    assert cell(values) == shown


def test_ratios_go_round_by_round() -> None:
    one = measure.Round(rate=1, cpu=100, p50=1, p99=1, alone=1, rss=1, pss=None, errors=2)
    over, under = [replace(one, cpu=900), one], [one, replace(one, cpu=50)]
    assert measure.ratios(over, under) == [9.0, 2.0]
    assert measure.failed(over) == 4


def test_report_names_what_was_missed(capsys: pytest.CaptureFixture[str]) -> None:
    section = Section("Title", "How.", [Table(("service", "figure"), [["ours", "1"]])])
    section.hold(True, "never said")
    text = report.markdown([section], machine={"Machine": "this"}, picture=False)
    assert "| service | figure |\n| --- | --: |\n| ours | 1 |\n" in text
    assert "## Targets missed\n\nNone." in text
    assert command._verdict({"one": section}) == 0
    section.hold(False, "ours: too slow.")
    text = report.markdown([section], machine={}, picture=False)
    assert "## Targets missed\n\n- ours: too slow.\n" in text
    assert command._verdict({"one": section}) == 1
    assert capsys.readouterr().err == "Missed: ours: too slow.\n"


def test_unknown_scenario_is_refused() -> None:
    done = _bench("--only", "status,nothing")
    assert done.returncode == 2
    assert "there is no scenario nothing" in done.stderr


def test_servers_end_with_killed_benchmark(tmp_path: Path) -> None:
    port = free_port()
    script = (
        "import sys, time\nfrom pathlib import Path\nfrom benchmarks.processes import running\n"
        f"command = [sys.executable, '-m', 'benchmarks.upstream', '{port}']\n"
        f"log = Path({str(tmp_path / 'log')!r})\n"
        f"with running(command, env={{}}, log=log, port={port}) as pid:\n"
        "    print(pid, flush=True)\n    time.sleep(60)\n"
    )
    killed = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE)
    with killed:
        assert killed.stdout
        server = Path(f"/proc/{int(killed.stdout.readline())}")
        killed.kill()
    until = time.monotonic() + 10
    while _runs(server) and time.monotonic() < until:
        time.sleep(0.05)
    assert not _runs(server)


def _runs(process: Path) -> bool:
    """Whether it is there and no zombie that nobody has waited for."""
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.slow
def test_status_runs_from_end_to_end(tmp_path: Path) -> None:
    options = ("--only", "status", "--rounds", "1", "--seconds", "1", "--connections", "4")
    done = _bench(*options, "--no-others", "--output", str(tmp_path), PATH="")
    assert done.returncode == 0, done.stderr
    figures = json.loads((tmp_path / "results.json").read_text())["status"]
    assert set(figures) == {"ours, HeyGen v1", "ours, HeyGen v3", "obvious", "direct"}
    text = (tmp_path / "results.md").read_text()
    assert "load from the bundled generator" in text
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    assert [(row[0], row[-1]) for row in rows[2:]] == [
        (name, "0") for name in ("ours, HeyGen v1", "ours, HeyGen v3", "obvious")
    ]
    assert all(figures[row[0]]["cpu"] > 0 and figures[row[0]]["rate"] > 0 for row in rows[2:])


@pytest.mark.slow
def test_transfers_arrive_whole(tmp_path: Path) -> None:
    done = _bench("--only", "transfer", "--no-others", "--output", str(tmp_path))
    assert done.returncode == 0, done.stderr
    rows = [
        line for line in done.stdout.splitlines() if "load, raw" in line or "| download" in line
    ]
    assert [row.rstrip("| ").rpartition(" ")[2] for row in rows] == ["yes", "yes"]


def _bench(*options: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "benchmarks", *options],
        cwd=ROOT,
        env=env or None,
        capture_output=True,
        text=True,
        timeout=120,
    )
