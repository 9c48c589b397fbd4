"""Programs from PyPI that the comparison needs, each in a virtual environment of its own."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.processes import ROOT, BenchmarkError, finish

FOLDER = ROOT / "var" / "bench"
INSTALL_SECONDS = 300.0


def binaries(name: str, *requirements: str) -> Path:
    """The folder of an environment's programs, made on demand. Raises BenchmarkError."""
    home = FOLDER / name
    stamp = home / "installed.txt"
    wanted = "\n".join(requirements)
    if not stamp.exists() or stamp.read_text() != wanted:
        shutil.rmtree(home, ignore_errors=True)
        home.parent.mkdir(parents=True, exist_ok=True)
        finish([sys.executable, "-m", "venv", str(home)], env={}, seconds=INSTALL_SECONDS)
        _install(home, requirements)
        stamp.write_text(wanted)
    return home / "bin"


def _install(home: Path, requirements: tuple[str, ...]) -> None:
    command = [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    try:
        finish([*command, *requirements], env={}, seconds=INSTALL_SECONDS)
    except BenchmarkError as exc:
        reasons = [line for line in str(exc).splitlines() if line.startswith("ERROR")]
        why = reasons[-1] if reasons else str(exc).splitlines()[0]
        raise BenchmarkError(f"{requirements[0]} cannot be installed: {why[:200]}") from exc


def program(name: str) -> str:
    """Where an installed program is; the places of system programs are looked at too."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if found is None:
        raise BenchmarkError(f"{name} is not installed")
    return found


def version(command: list[str]) -> str:
    """What a program says its version is, in one line; empty when it does not say."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    except OSError:
        return ""
    lines = (done.stdout + done.stderr).strip().splitlines()
    return lines[0] if lines else ""
