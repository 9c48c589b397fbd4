"""Child processes that are bounded in time and gone when their block ends, however it ends."""

from __future__ import annotations

import ctypes
import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 30.0
STOP_SECONDS = 5.0
COMMAND_SECONDS = 60.0
_KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "SSL_CERT_FILE")
_KEPT_ALL = ("PIP_",)  # where packages come from
_LIBC = ctypes.CDLL(None)


class BenchmarkError(Exception):
    """The comparison cannot go on; the message says what went wrong, for the person running it."""


@contextmanager
def running(
    command: Sequence[str],
    *,
    env: Mapping[str, str],
    log: Path,
    port: int,
    seconds: float = START_SECONDS,
) -> Iterator[int]:
    """Start a server in its own process group and yield its process id once it answers HTTP."""
    with launched(command, env=env, log=log) as process:
        _wait_until_answering(process, port=port, log=log, seconds=seconds)
        yield process.pid


@contextmanager
def launched(
    command: Sequence[str], *, env: Mapping[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Start a server in its own process group; it may not answer yet."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment(env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )
    try:
        yield process
    finally:
        _stop(process)


def finish(
    command: Sequence[str],
    *,
    env: Mapping[str, str],
    stdin: str = "",
    seconds: float = COMMAND_SECONDS,
) -> str:
    """Run a command to its end and give its standard output; raises BenchmarkError if it fails."""
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(env),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        output, complaint = process.communicate(stdin, timeout=seconds)
    except subprocess.TimeoutExpired as exc:
        raise BenchmarkError(f"{_shown(command)} took over {seconds:.0f} seconds.") from exc
    finally:
        _stop(process)
    if process.returncode:
        raise BenchmarkError(f"{_shown(command)} failed:\n{(complaint or output)[-2000:]}")
    return output


def environment(extra: Mapping[str, str]) -> dict[str, str]:
    """What every child gets: nothing of the caller's own settings, so that runs are comparable."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in _KEPT or name.startswith(_KEPT_ALL)
    }
    return kept | {"PYTHONUNBUFFERED": "1", "PYTHONPATH": str(ROOT)} | dict(extra)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_answering(
    process: subprocess.Popen[bytes], *, port: int, log: Path, seconds: float
) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/")
            connection.getresponse().read()
            connection.close()
            return
        time.sleep(0.05)
    state = "ended" if process.poll() is not None else "did not answer"
    tail = log.read_text(errors="replace")[-2000:]
    raise BenchmarkError(f"{_shown(process.args)} {state}:\n{tail}")


def _stop(process: subprocess.Popen[bytes] | subprocess.Popen[str]) -> None:
    """End the whole group: politely, then for certain. Workers may outlive the group's leader."""
    try:
        _signal_group(process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
    finally:
        _signal_group(process.pid, signal.SIGKILL)
        process.wait(STOP_SECONDS)


def _end_with_parent() -> None:
    """Have the kernel end this process when the benchmark is killed: prctl(PR_SET_PDEATHSIG)."""
    _LIBC.prctl(1, signal.SIGTERM)


def _signal_group(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, number)


def _shown(command: object) -> str:
    """The program's name and its first two arguments, enough to know which one it was."""
    words = command if isinstance(command, list | tuple) else [command]
    return " ".join([Path(str(words[0])).name, *map(str, words[1:3])])
