"""The catalogue as Python: `actions.pyi` for type checkers, and the table read at run time."""

from __future__ import annotations

import json
import keyword
from collections.abc import Iterator, Mapping
from typing import Any

from clients.generator.names import pascal, snake
from clients.generator.operations import Operation, needed, operations

_HEAD = '"""{}; written by `python -m clients.generator` from the catalogue."""\n'
_WORDS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
_IMPORTS = """
from collections.abc import Sequence
from typing import Any, Literal, TypedDict, Union

from typing_extensions import NotRequired

from .answers import Answer, FileAnswer
from .files import FileLike, Progress

"""
_OPTIONS = (
    "headers: dict[str, str] | None = None",
    "idempotency_key: str | Literal[False] | None = None",
    "timeout: float | None = None",
    "on_progress: Progress | None = None",
)


def types() -> str:
    """The text of `actions.pyi`."""
    named: list[str] = []
    groups = []
    for service, all_of in operations():
        methods = "".join(_method(operation, named) for operation in all_of)
        groups.append(f"class {pascal(service.slug)}Actions:\n{methods}")
    return _HEAD.format("Every action, typed") + _IMPORTS + "\n".join([*named, *groups])


def table() -> str:
    """The text of `table.py`."""
    rows = "".join(
        f'    "{service.slug}": {{\n'
        + "".join(f'        "{one.action.slug}": "{one.flags}",\n' for one in all_of)
        + "    },\n"
        for service, all_of in operations()
    )
    said = (
        "# r: free read, g: other read, w: write; m: form, b: raw bytes; f: answers with a file.\n"
    )
    future = "\nfrom __future__ import annotations\n\n"
    head = _HEAD.format("Every action's flags") + future + said
    return f"{head}TABLE: dict[str, dict[str, str]] = {{\n{rows}}}\n"


def _method(operation: Operation, named: list[str]) -> str:
    arguments = list(_arguments(operation, named))
    arguments.sort(key=lambda one: one.endswith("= None"))
    given = "".join(f"        {one},\n" for one in (*arguments, *_OPTIONS))
    name = snake(operation.action.slug)
    lines = [*operation.lines, *([operation.ends] if operation.ends else [])]
    said = "\n        ".join(line.replace('"', "'") for line in lines)
    said += "\n        " if len(lines) > 1 else ""
    answer = "Answer" if operation.action.response == "json" else "FileAnswer"
    head = f"    def {name}(\n        self,\n        *,\n{given}    ) -> {answer}:\n"
    return f'{head}        """{said}"""\n'


def _arguments(operation: Operation, named: list[str]) -> Iterator[str]:
    base = pascal(operation.service.slug, operation.action.slug)
    given: dict[str, Mapping[str, Any] | None] = {
        "path_params": operation.path,
        "query": operation.query,
        "body": operation.body,
        "files": operation.files,
    }
    for name, schema in given.items():
        if schema is not None:
            kind = _type(schema, base + pascal(name), named)
            yield f"{name}: {kind}" + ("" if needed(schema) else " | None = None")
    if operation.body is None and operation.action.request == "json":
        yield "body: Any = None"
    if operation.action.request == "binary":
        yield "file: FileLike"


def _type(schema: Mapping[str, Any], name: str, named: list[str]) -> str:
    if "oneOf" in schema:
        every = enumerate(schema["oneOf"], 1)
        union = dict.fromkeys(_type(one, f"{name}{number}", named) for number, one in every)
        return f"Union[{', '.join(union)}]"
    if "enum" in schema:
        return f"Literal[{', '.join(_literal(value) for value in schema['enum'])}]"
    told = schema.get("type", [])
    kinds = [told] if isinstance(told, str) else told
    return " | ".join(dict.fromkeys(_kind(kind, schema, name, named) for kind in kinds)) or "Any"


def _literal(value: Any) -> str:
    return "None" if value is None else json.dumps(value)


def _kind(kind: str, schema: Mapping[str, Any], name: str, named: list[str]) -> str:
    if schema.get("format") == "binary":
        return "FileLike"
    if kind == "array":
        return f"Sequence[{_type(schema.get('items', {}), f'{name}Item', named)}]"
    if kind != "object":
        return _WORDS[kind]
    if schema.get("additionalProperties") or not schema.get("properties"):
        return "dict[str, Any]"  # a TypedDict has no further members
    return _record(schema, name, named)


def _record(schema: Mapping[str, Any], name: str, named: list[str]) -> str:
    """The name of the TypedDict that this became."""
    required = schema.get("required", ())
    members = {
        field: kind if field in required else f"NotRequired[{kind}]"
        for field, one in schema["properties"].items()
        for kind in [_type(one, name + pascal(field), named)]
    }
    if all(field.isidentifier() and not keyword.iskeyword(field) for field in members):
        lines = "".join(f"    {field}: {kind}\n" for field, kind in members.items())
        named.append(f"class {name}(TypedDict):\n{lines}")
    else:
        inside = ", ".join(f'"{field}": {kind}' for field, kind in members.items())
        named.append(f'{name} = TypedDict("{name}", {{{inside}}})\n')
    return name
