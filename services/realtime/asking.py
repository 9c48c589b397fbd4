"""What a caller asks of a realtime session: fields, held to what each task takes. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services import strict
from services.action import shown
from services.errors import BadRequest

QUALITIES = ("low", "medium", "high")
SPEAKING = ("repeat", "talk")
# Each task, and the fields it takes beside the options; `!` marks those it cannot do without.
TASKS: Mapping[str, tuple[str, ...]] = {
    "create_session": (),
    "start_session": ("session_id!", "sdp"),
    "submit_ice_candidate": ("session_id!", "candidate!"),
    "repeat": ("session_id", "text", "end_of_text"),
    "talk": ("session_id", "text", "end_of_text"),
    "interrupt": ("session_id!",),
    "keep_alive": ("session_id!",),
    "close_session": ("session_id!",),
}
_OPTIONS: Mapping[str, tuple[type, int]] = {
    "avatar_name": (str, 128),
    "voice_id": (str, 128),
    "quality": (str, 6),
    "reuse_session": (bool, 0),
    "input_stream": (bool, 0),
    "conversation": (str, 128),
}
_FIELDS: Mapping[str, tuple[type, int]] = {
    **_OPTIONS,
    "task_type": (str, 40),
    "session_id": (str, 255),
    "text": (str, 100_000),
    "end_of_text": (bool, 0),
    "sdp": (dict, 0),
    "candidate": (dict, 0),
}
_WORDS = {str: "text", bool: "true or false", dict: "an object"}
DEPTH = 8


@dataclass(frozen=True, slots=True)
class Wish:
    """One task and its options, as far as they were given."""

    task: str
    session_id: str = ""
    text: str = ""
    end_of_text: bool = False
    sdp: Mapping[str, Any] | None = None
    candidate: Mapping[str, Any] | None = None
    avatar_name: str = ""
    voice_id: str = ""
    quality: str = "medium"
    reuse_session: bool = False
    input_stream: bool = False
    conversation: str = ""

    @property
    def place(self) -> str:
        """What a session is reused for: the same conversation with the same looks and voice."""
        what = [self.conversation, self.avatar_name, self.voice_id, self.quality]
        return hashlib.sha256(json.dumps(what).encode()).hexdigest() if self.reuse_session else ""


def read(raw: bytes) -> Wish:
    """The wish that a JSON body holds. Raises BadRequest, naming the field."""
    fields = strict.loads(raw or b"null", what="The request body", depth=DEPTH)
    if not isinstance(fields, dict):
        raise BadRequest("The request body must be a JSON object.", code="bad_task")
    options = fields.pop("options", {})
    if not isinstance(options, dict):
        raise BadRequest("options: must be an object.", code="bad_task")
    for name in options:
        if name not in _OPTIONS:
            known = ", ".join(_OPTIONS)
            raise BadRequest(
                f"Unknown field: options.{shown(name)}. Options are {known}.", code="unknown_field"
            )
        if name in fields:
            raise BadRequest(f"{name}: stands in options too.", code="bad_task")
    return wish(fields | options)


def streamed(query: Mapping[str, str]) -> Wish:
    """The wish of a request whose body is the text itself: its fields stand in the query."""
    fields: dict[str, Any] = {name: value for name, value in query.items() if name in _FIELDS}
    for name in ("reuse_session",):
        if name in fields:
            fields[name] = _flag(name, fields[name])
    found = wish(fields | {"input_stream": True})
    if found.task not in SPEAKING:
        raise BadRequest("task_type: a body of text is for repeat and talk.", code="bad_task")
    return found


def _flag(name: str, text: str) -> bool:
    if text not in ("true", "false"):
        raise BadRequest(f"{name}: must be true or false.", code="bad_query_param")
    return text == "true"


def wish(fields: Mapping[str, Any]) -> Wish:
    """The wish that these fields make. Raises BadRequest."""
    for name, value in fields.items():
        _check(name, value)
    task = str(fields.get("task_type", ""))
    if task not in TASKS:
        raise BadRequest(f"task_type: must be one of {', '.join(TASKS)}.", code="bad_task")
    takes = {name.rstrip("!"): name.endswith("!") for name in TASKS[task]}
    for name in fields:
        if name not in takes and name not in _OPTIONS and name != "task_type":
            raise BadRequest(f"{name}: task {task} does not take it.", code="unknown_field")
    for name, needed in takes.items():
        if needed and not fields.get(name):
            raise BadRequest(f"{name}: task {task} needs it.", code="bad_task")
    if fields.get("quality", "medium") not in QUALITIES:
        raise BadRequest(f"quality: must be one of {', '.join(QUALITIES)}.", code="bad_task")
    made = Wish(task=task, **{name: value for name, value in fields.items() if name != "task_type"})
    if task in SPEAKING:
        _check_speech(made)
    return made


def _check(name: str, value: object) -> None:
    if name not in _FIELDS:
        raise BadRequest(
            f"Unknown field: {shown(name)}. Known are {', '.join(_FIELDS)} and options.",
            code="unknown_field",
        )
    kind, longest = _FIELDS[name]
    if not isinstance(value, kind):
        raise BadRequest(f"{name}: must be {_WORDS[kind]}.", code="bad_task")
    if isinstance(value, str) and len(value) > longest:
        raise BadRequest(f"{name}: has more than {longest} characters.", code="bad_task")


def _check_speech(made: Wish) -> None:
    if not (made.session_id or made.reuse_session):
        raise BadRequest(
            "session_id: is needed unless reuse_session says which one.", code="bad_task"
        )
    if not made.input_stream and not made.text.strip():
        raise BadRequest(f"text: task {made.task} needs it.", code="bad_task")
    if made.end_of_text and not made.input_stream:
        raise BadRequest("end_of_text: goes with input_stream.", code="bad_task")
