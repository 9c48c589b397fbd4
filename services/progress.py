"""How a job is doing, from the answer of its status action. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from jobs.models import Job
from jobs.tracking import Seen
from services import answers
from services.action import Action
from services.service import Service

Status = Job.Status
# Words that vendors use beyond those that an action names, old clients' words among them.
_WAITING = frozenset(("waiting", "pending", "queued", "pending_consent", "waiting_for_input"))
_DONE = frozenset(("complete", "completed", "success", "succeeded", "done", "ready", "dubbed"))
_FAILED = frozenset(("failed", "failure", "error", "cancelled", "canceled", "rejected", "deleted"))
_CODES = ("failure_code", "error_code", "code")
_MESSAGES = (
    "failure_message", "error", "error_msg", "error_message", "error_detail", "message", "msg",
)  # fmt: skip


def read(service: Service, started_by: Action, answer: bytes) -> Seen:
    """What `{"data": ...}` of the status action says of a job that `started_by` started.

    Raises ValueError for an answer that says nothing of it.
    """
    rule = started_by.job
    data = _data(answer)
    if rule is None or rule.status is None:
        raise ValueError("The action's work cannot be followed.")
    word = data.get(rule.status.removeprefix("data."))
    if not isinstance(word, str) or not word:
        raise ValueError("The answer holds no status.")
    status = _status(word.lower(), rule.pending, rule.done, rule.failed)
    return Seen(
        status=status,
        upstream_status=word,
        progress=100 if status == Status.SUCCEEDED else _progress(data),
        result=data,
        error=_error(data, word) if status == Status.FAILED else None,
        answer=answer.decode(),
    )


def _data(answer: bytes) -> Mapping[str, Any]:
    try:
        whole = msgspec.json.decode(answer)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise ValueError("The answer is not JSON.") from None
    data = whole.get("data") if isinstance(whole, dict) else None
    if not isinstance(data, dict):
        raise ValueError("The answer is no object.")
    return data


def _status(
    word: str, pending: tuple[str, ...], done: tuple[str, ...], failed: tuple[str, ...]
) -> Job.Status:
    """A word that nobody knows is of work under way: it is asked about again."""
    if word in done or (word in _DONE and word not in pending):
        return Status.SUCCEEDED
    if word in failed or (word in _FAILED and word not in pending):
        return Status.FAILED
    return Status.PENDING if word in _WAITING else Status.RUNNING


def _progress(data: Mapping[str, Any]) -> int | None:
    """Percent, where the vendor tells: a share of 1 or of 100, or how many items are finished."""
    told = data.get("progress")
    if isinstance(told, float) and 0 <= told <= 1:
        return int(told * 100)
    if isinstance(told, int | float) and not isinstance(told, bool) and 0 <= told <= 100:
        return int(told)
    counts, total = data.get("counts_by_status"), data.get("total_items")
    if isinstance(counts, dict) and isinstance(total, int) and total > 0:
        ended = [counts.get(word, 0) for word in ("completed", "failed")]
        known = [count for count in ended if isinstance(count, int)]
        return min(100, max(0, sum(known)) * 100 // total)
    return None


def _error(data: Mapping[str, Any], word: str) -> dict[str, str | None]:
    """Why it failed: the vendor's code where it has one, and a text that is never empty."""
    error = data.get("error")
    holders = [data, error] if isinstance(error, dict) else [data]
    codes = [holder[name] for holder in holders for name in _CODES if holder.get(name)]
    known = next((str(code) for code in codes if isinstance(code, str | int)), None)
    texts = (answers.message(data.get(name)) for name in _MESSAGES)
    text = next((text for text in texts if text), None)
    fallback = f"The work failed ({known})." if known else f"The work failed: {word}."
    return {"code": known, "message": text or fallback}
