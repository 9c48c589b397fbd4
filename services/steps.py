"""Steps of a plan that need what earlier ones gave, and files on their way through. Pure."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from services.action import Call, Upload
from services.errors import UpstreamFailed
from services.service import Earlier, Step

Found = Callable[[Earlier], Any]


def in_turn(steps: Sequence[Step]) -> bool:
    """Whether a step waits for what an earlier one gives."""
    waiting: list[Earlier] = []

    def note(part: Earlier) -> None:
        waiting.append(part)

    for step in steps:
        filled(step, note)
    return bool(waiting)


def filled(step: Step, found: Found) -> Step:
    """The step with what `found` gives in every place that waits for it."""
    return replace(
        step,
        path_params=_filled(step.path_params, found),
        query=_filled(step.query, found),
        body=_filled(step.body, found),
    )


def from_values(values: Sequence[Any]) -> Found:
    """What the earlier steps gave. Raises UpstreamFailed for what they did not."""

    def found(part: Earlier) -> Any:
        value = values[part.step]
        for name in part.path.split("."):
            value = value.get(name) if isinstance(value, dict) else None
        if not isinstance(value, str | int) or isinstance(value, bool) or value == "":
            raise UpstreamFailed(code="upstream_bad_answer")
        return value

    return found


def told(part: Earlier) -> str:
    """Words for what is not known before the call is carried out."""
    return f"<{part.path} of step {part.step + 1}>"


def files(step: Step, call: Call) -> tuple[Upload, ...]:
    """The call's one file as the part that the step sends; it is handed on, not read."""
    if not step.file:
        return ()
    (upload,) = call.uploads
    name = upload.filename or f"upload{mimetypes.guess_extension(upload.content_type or '') or ''}"
    return (replace(upload, field=step.file, filename=name),)


def _filled(value: Any, found: Found) -> Any:
    if isinstance(value, Earlier):
        return found(value)
    if isinstance(value, dict):
        return {name: _filled(part, found) for name, part in value.items()}
    return [_filled(part, found) for part in value] if isinstance(value, list) else value
