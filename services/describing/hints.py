"""What there is to know of an action before it is called: what it does, costs, starts. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from services.action import Action
from services.describing import shapes
from services.service import Service


@dataclass(frozen=True, slots=True)
class Poll:
    """How to ask whether a job is done. Places are dotted paths into this service's answers."""

    action: str
    place: str  # of the id in the status call: `path_params` or `query`
    name: str
    id: str  # where the id stands in the answer that started it, or `request.NAME` of its body
    status: str
    done: tuple[str, ...]
    failed: tuple[str, ...]
    result: str


@dataclass(frozen=True, slots=True)
class Hints:
    """`bills` is None where nobody knows; `sunset` in unix seconds."""

    reads: bool
    destroys: bool
    idempotent: bool  # the same call again changes nothing more
    bills: bool | None
    starts_job: bool
    poll: Poll | None
    deprecated: bool
    sunset: int | None
    instead: str  # the tool that follows an old one
    files: tuple[str, ...]  # the parts of its form that are bytes, or `file` for raw ones
    json_only: bool  # whether JSON alone makes a call of it
    answers: str  # json, binary, passthrough or stream
    cursor: str  # the query's name for the next page
    page_size: str


def hints(service: Service, action: Action) -> Hints:
    """All of them."""
    sunset, needed = service.sunset(action), shapes.files(service, action)
    pages = action.pages
    return Hints(
        reads=action.safe,
        destroys=action.destructive,
        idempotent=action.safe or action.method in ("DELETE", "PUT"),
        bills=_bills(service, action),
        starts_job=action.job is not None,
        poll=poll(service, action),
        deprecated=sunset is not None,
        sunset=sunset.removed if sunset else None,
        instead=_instead(service, action),
        files=tuple(file["name"] for file in needed),
        json_only=not any(file["required"] for file in needed),
        answers=action.response,
        cursor=pages.cursor if pages else "",
        page_size=(pages.size or "") if pages else "",
    )


def tool_name(service: str, action: str) -> str:
    """`heygen_v3-create-video`: unique among all services, of `[a-zA-Z0-9_-]{1,64}`."""
    return f"{service}_{action}"


def _instead(service: Service, action: Action) -> str:
    vendor, _, slug = (action.successor or action.external or "").partition(":")
    if not slug:
        return tool_name(service.slug, vendor) if vendor else ""
    return "" if slug.startswith("event:") else tool_name(vendor, slug)


def _bills(service: Service, action: Action) -> bool | None:
    """Known to cost something, known to be free, or neither; on whichever API answers it."""
    if action.billable:
        return True
    return None if service.paid(action) else False


def poll(service: Service, action: Action) -> Poll | None:
    """How its job is asked after, if it starts one whose id is told."""
    job = action.job
    status = service.by_slug.get(job.status_action) if job else None
    if job is None or job.id is None or status is None:
        return None
    place, name = _slot(status)
    if not name:
        return None
    return Poll(
        action=status.slug,
        place=place,
        name=name,
        id=job.id if job.id.startswith("request.") else answered(job.id),
        status=answered(job.status or ""),
        done=job.done,
        failed=job.failed,
        result=answered(job.result or ""),
    )


def _slot(status: Action) -> tuple[str, str]:
    """Where the id of a job stands in the call that asks about it."""
    if status.path_params:
        return "path_params", status.path_params[-1]
    return "query", status.required_query[0] if status.required_query else ""


def answered(path: str) -> str:
    """A path into the vendor's JSON, as a path into ours: all is under `data`."""
    if not path or path == "data" or path.startswith("data."):
        return path
    return f"data.{path}"
