"""A random history of paid calls under kills and cuts, held against the vendor's own ledger.

`HISTORY_OPERATIONS` says how many operations (300), `HISTORY_SEED` which ones (1).
"""

from __future__ import annotations

import logging
import os
import time
from pathlib import Path

import pytest

from tests.history import Stage, check, played, truth
from tests.live import database

logger = logging.getLogger(__name__)
OPERATIONS = int(os.environ.get("HISTORY_OPERATIONS", "300"))
SEED = int(os.environ.get("HISTORY_SEED", "1"))
CALLERS = 8


@pytest.mark.slow
def test_history_charges_once_and_loses_nothing(tmp_path: Path) -> None:
    started = time.monotonic()
    # About as many deaths in a long history as in a short one: each costs a worker's start.
    probability, pause, workers = (0.004, 1.5, 2) if OPERATIONS < 1000 else (0.002, 5.0, 3)
    with database(tmp_path) as url:
        stage = Stage(tmp_path, url, workers=workers, probability=probability)
        with stage.set():
            history = played(stage, OPERATIONS, SEED, callers=CALLERS, pause=pause)
            report = check(history, truth(stage))
    seconds = time.monotonic() - started
    logger.warning("%d operations in %.0f s: %s", OPERATIONS, seconds, dict(sorted(report.items())))
    assert report["charges"] > OPERATIONS / 5
    assert report["replayed"] > OPERATIONS / 20
