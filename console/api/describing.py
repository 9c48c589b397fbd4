"""Saying what a view takes and answers, once: it is held to it, and the document tells it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, TypeVar

from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    inline_serializer,
)
from rest_framework import serializers

from console.api import examples, inputs, outputs

View = TypeVar("View", bound=Callable[..., Any])
Shape = type[serializers.Serializer[Any]] | None
_ALWAYS = (400, 401, 403, 429, 503)
_OF_BODIES = {"post": (413, 415), "put": (413, 415), "patch": (413, 415)}
_REFUSALS = {
    400: "A field, a parameter or the JSON is not usable; `errors` names each field.",
    401: "No key, or not a valid one.",
    403: "Another org's key, no `manage` access, an origin or network that is not the key's, or "
    "more than the key, or the staff, allows.",
    404: "There is none, for this org at least.",
    409: "Not possible as things stand.",
    413: "The body is longer than 64 KiB.",
    415: "The body is not JSON in UTF-8.",
    429: "The calls of this minute are used up.",
    503: "The database is away, or the service is sealed.",
}
_PATH = {
    "org": "The org's slug; the key must be one of its own.",
    "service": "A service's slug, such as `heygen`.",
    "key": "An API key's id.",
    "webhook": "A webhook's id.",
    "delivery": "A delivery's id.",
    "approval": "An approval's id.",
}
_BESIDE: dict[str, serializers.Field[Any, Any, Any, Any]] = {
    "verified": serializers.BooleanField(
        allow_null=True, help_text="Whether the vendor took the secret; null: it was not asked."
    ),
    "said": serializers.CharField(help_text="What the vendor said."),
    "key": serializers.CharField(help_text="The key's text; it is not shown again."),
    "secret": serializers.CharField(help_text="What signs; it is not shown again."),
    "link": serializers.CharField(help_text="The link; it is not shown again."),
    "url": serializers.CharField(
        allow_null=True,
        help_text="The address to give to the vendor, which is not shown again; null: as before.",
    ),
}
_NAMES = {
    (): "Answer",
    ("verified", "said"): "TrialAnswer",
    ("key",): "OnceAnswer",
    ("secret",): "OnceAnswer",
    ("url",): "OnceAnswer",
    ("link",): "OnceAnswer",
}
_NULL = {"type": "object", "properties": {"data": {"type": "null"}}, "required": ["data"]}


def documented(
    summary: str,
    answers: Mapping[int, Shape],
    *,
    takes: Shape = None,
    query: Shape = None,
    beside: tuple[str, ...] = (),
    refusals: tuple[int, ...] = (),
) -> Callable[[View], View]:
    """Say what a view's method takes, which it is then held to, and answers; and its docstring."""
    said: dict[Any, Any] = {code: _answer(shape, beside) for code, shape in answers.items()}
    return _described(
        summary,
        said,
        refusals,
        takes=takes,
        query=query,
        shown=_examples(answers, takes, beside),
    )


def listing(
    summary: str, shape: Any, query: Shape = inputs.Paged, refusals: tuple[int, ...] = ()
) -> Callable[[View], View]:
    """`documented` for a list in pages."""
    value = {"data": [examples.OF[_name(shape)]], "has_more": False, "next_cursor": None}
    shown = [OpenApiExample(_name(shape), value, response_only=True, status_codes=[200])]
    return _described(summary, {200: _page(shape)}, refusals, query=query, shown=shown)


def _described(
    summary: str,
    answers: dict[Any, Any],
    refusals: tuple[int, ...] = (),
    *,
    takes: Shape = None,
    query: Shape = None,
    shown: list[OpenApiExample],
) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        setattr(view, "shapes", (query or inputs.Nothing, takes or inputs.Nothing))  # noqa: B010
        names = [name for name in inspect.signature(view).parameters if name in _PATH]
        codes = sorted({*_ALWAYS, *refusals, *_OF_BODIES.get(view.__name__, ())})
        refused = {code: _refusal(code) for code in codes} | {"default": _refusal(0)}
        path = [OpenApiParameter(name, str, "path", description=_PATH[name]) for name in names]
        return extend_schema(
            operation_id=summary.lower().replace(" ", "_"),
            summary=summary,
            description=inspect.getdoc(view) or "",
            tags=[view.__module__.rpartition(".")[2]],
            parameters=[*path, *([query] if query else [])],
            request=takes,
            responses=answers | refused,
            examples=shown,
        )(view)

    return decorate


def describes_itself(view: View) -> View:
    """`documented` for the document."""
    shape = {"type": "object", "required": ["openapi", "paths"]}
    return _described("Read this document", {200: shape}, shown=[])(view)


@lru_cache
def _answer(shape: Shape, beside: tuple[str, ...]) -> Any:
    if shape is None:
        return _NULL
    fields = {"data": shape(), **{name: _BESIDE[name] for name in beside}}
    return inline_serializer(_name(shape) + _NAMES[beside], fields)


@lru_cache
def _page(shape: Any) -> Any:
    return inline_serializer(
        f"{_name(shape)}Page",
        {
            "data": shape(many=True),
            "has_more": serializers.BooleanField(),
            "next_cursor": serializers.CharField(allow_null=True),
        },
    )


def _refusal(code: int) -> OpenApiResponse:
    about = _REFUSALS.get(code, "Any other failure has this shape too.")
    return OpenApiResponse(outputs.ErrorSerializer, about)


def _examples(
    answers: Mapping[int, Shape], takes: Shape, beside: tuple[str, ...]
) -> list[OpenApiExample]:
    found = []
    if takes:
        found.append(OpenApiExample(_name(takes), examples.OF[_name(takes)], request_only=True))
    for code, shape in answers.items():
        told = {"data": shape and examples.OF[_name(shape)]}
        told |= {name: examples.OF[name] for name in beside}
        name = _name(shape) if shape else "Nothing"
        found.append(OpenApiExample(name, told, response_only=True, status_codes=[code]))
    return found


def _name(shape: type[Any]) -> str:
    return shape.__name__.removesuffix("Serializer")
