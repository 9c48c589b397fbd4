"""What can be set about a sandbox, from the environment, the command line or the control plane."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace

DEFAULT_KEY = "sandbox-heygen-key"
ELEVENLABS_KEY = "sandbox-elevenlabs-key"
LIVEAVATAR_KEY = "sandbox-liveavatar-key"


@dataclass(frozen=True, slots=True)
class Config:
    """`legacy` and `v3` say which API generation answers; the rest is in seconds or plain counts.

    The secret only signs ids of videos that nobody paid for, so a fixed one is harmless, and lets
    a restarted sandbox still know the ids it gave out.
    """

    keys: tuple[str, ...] = (DEFAULT_KEY,)
    render_seconds: float = 6.0
    latency: float = 0.0
    rate_limit: int | None = None  # calls per second and key
    credits: int = 1000
    legacy: bool = True
    v3: bool = True
    retired_status: int = 410
    secret: bytes = b"heygen-sandbox"
    characters: int = 100_000  # of speech, of each account
    concurrent: int | None = None  # calls of one account that make sound at a time
    chunk_seconds: float = 0.05  # between two pieces of a stream, each about a second of sound

    def keys_of(self, own: str) -> tuple[str, ...]:
        """The keys of another vendor's stand-in: its own, and the further ones."""
        return (own, *(key for key in self.keys if key != DEFAULT_KEY))


def from_env(environ: Mapping[str, str] = os.environ) -> Config:
    """The defaults, changed by SANDBOX_* variables. Raises ValueError for one that is no number."""
    keys = tuple(key for key in environ.get("SANDBOX_KEYS", "").split(",") if key)
    limit = environ.get("SANDBOX_RATE_LIMIT")
    return Config(
        keys=(DEFAULT_KEY, *keys),
        render_seconds=float(environ.get("SANDBOX_RENDER_SECONDS", "6")),
        latency=float(environ.get("SANDBOX_LATENCY", "0")),
        rate_limit=int(limit) if limit else None,
        credits=int(environ.get("SANDBOX_CREDITS", "1000")),
        legacy=environ.get("SANDBOX_LEGACY", "1") != "0",
        v3=environ.get("SANDBOX_V3", "1") != "0",
        retired_status=int(environ.get("SANDBOX_RETIRED_STATUS", "410")),
    )


def changed(config: Config, wanted: Mapping[str, object]) -> Config:
    """The configuration with some fields changed. Raises ValueError naming the first bad one."""
    for name, value in wanted.items():
        if name not in _ACCEPTS:
            raise ValueError(f"{name} cannot be set; one of {', '.join(sorted(_ACCEPTS))} can")
        if type(value) not in _ACCEPTS[name] or (_is_negative(value)):
            raise ValueError(f"{name} does not accept {value!r}")
    return replace(config, **wanted)  # type: ignore[arg-type]  # checked just above


_ACCEPTS: dict[str, tuple[type, ...]] = {
    "render_seconds": (int, float),
    "latency": (int, float),
    "rate_limit": (int, type(None)),
    "credits": (int,),
    "legacy": (bool,),
    "v3": (bool,),
    "retired_status": (int,),
    "characters": (int,),
    "concurrent": (int, type(None)),
    "chunk_seconds": (int, float),
}


def _is_negative(value: object) -> bool:
    return isinstance(value, int | float) and value < 0
