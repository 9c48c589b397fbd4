"""The catalogue as TypeScript: `actions.d.ts`, and the table that the client reads at run time."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from clients.generator.names import camel, pascal
from clients.generator.operations import Operation, needed, operations

_HEAD = "// Written by `python -m clients.generator` from the catalogue; do not edit.\n"
_PLAIN = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_WORDS = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean"}
_WORDS |= {"null": "null", "object": "Record<string, unknown>"}


def types() -> str:
    """The text of `actions.d.ts`."""
    named: list[str] = []
    groups: list[str] = []
    for service, all_of in operations():
        methods = "".join(_method(operation, named) for operation in all_of)
        groups.append(f"export interface {pascal(service.slug)}Actions {{\n{methods}}}\n")
    members = "".join(
        f"  {service.slug}: {pascal(service.slug)}Actions;\n" for service, _ in operations()
    )
    names = "Answer, CallOptions, FileAnswer, FileLike"
    start = f"{_HEAD}import type {{ {names} }} from './client.d.ts';\n"
    every = f"/** Every service, by its slug. */\nexport interface Services {{\n{members}}}\n"
    return "\n".join([start, *groups, every, *named])


def table() -> str:
    """The text of `table.js`."""
    rows = {
        service.slug: {operation.action.slug: operation.flags for operation in all_of}
        for service, all_of in operations()
    }
    said = (
        "// r: free read, g: other read, w: write; m: form, b: raw bytes; f: answers with a file.\n"
    )
    return f"{_HEAD}{said}export const table = {_object(rows)};\n"


def _object(value: Any, indent: str = "") -> str:
    if isinstance(value, str):
        return f"'{value}'"
    lines = (
        f"{indent}  {_key(key)}: {_object(one, indent + '  ')},\n" for key, one in value.items()
    )
    return "{\n" + "".join(lines) + indent + "}"


def _key(name: str) -> str:
    return name if _PLAIN.fullmatch(name) else f"'{name}'"


def _method(operation: Operation, named: list[str]) -> str:
    fields = list(_fields(operation, named))
    may_be_left = all("?" in name for name, _ in fields)
    inside = "; ".join(f"{name}: {kind}" for name, kind in fields)
    call = f"CallOptions & {{ {inside} }}" if fields else "CallOptions"
    mark = "?" if may_be_left else ""
    answer = f"Promise<{_answer(operation)}>"
    return f"{_comment(operation)}  {camel(operation.action.slug)}(call{mark}: {call}): {answer};\n"


def _comment(operation: Operation) -> str:
    lines = list(operation.lines)
    if operation.ends:
        lines.append(f"{'' if operation.kept else '@deprecated '}{operation.ends}")
    if len(lines) == 1:
        return f"  /** {lines[0]} */\n"
    return "  /**\n" + "".join(f"   * {line}\n" for line in lines) + "   */\n"


def _answer(operation: Operation) -> str:
    if operation.action.response != "json":
        return "FileAnswer"
    known = " | ".join(f"'{name}'" for name in operation.answer)
    return f"Answer<{known}>" if known else "Answer"


def _fields(operation: Operation, named: list[str]) -> Iterator[tuple[str, str]]:
    """The call's own members and their types; larger ones get a name."""
    action = operation.action
    base = pascal(operation.service.slug, action.slug)
    if operation.path:
        yield "path_params", _line(operation.path)
    if operation.query:
        yield _optional("query", operation.query), _line(operation.query)
    if operation.body:
        named.append(f"export type {base}Body = {_type(operation.body)};\n")
        yield _optional("body", operation.body), f"{base}Body"
    elif action.request == "json":
        yield "body?", "unknown"
    if operation.files:
        yield _optional("files", operation.files), _line(operation.files)
    elif action.request == "binary":
        yield "file", "FileLike"


def _line(schema: Mapping[str, Any]) -> str:
    return re.sub(r";?\n *", lambda end: "; " if ";" in end[0] else " ", _type(schema)).replace(
        "; }", " }"
    )


def _optional(name: str, schema: Mapping[str, Any]) -> str:
    return name if needed(schema) else f"{name}?"


def _type(schema: Mapping[str, Any], indent: str = "") -> str:
    if "oneOf" in schema:
        return " | ".join(dict.fromkeys(_type(one, indent) for one in schema["oneOf"]))
    if "enum" in schema:
        return " | ".join(_literal(value) for value in schema["enum"])
    told = schema.get("type", [])
    kinds = [told] if isinstance(told, str) else told
    return " | ".join(dict.fromkeys(_kind(kind, schema, indent) for kind in kinds)) or "unknown"


def _literal(value: Any) -> str:
    return f"'{value}'" if isinstance(value, str) else json.dumps(value)


def _kind(kind: str, schema: Mapping[str, Any], indent: str) -> str:
    if schema.get("format") == "binary":
        return "FileLike"
    if kind == "array":
        return f"Array<{_type(schema.get('items', {}), indent)}>"
    if kind != "object":
        return _WORDS[kind]
    more = schema.get("additionalProperties")
    others = f"Record<string, {_type(more, indent)}>" if isinstance(more, dict) else ""
    own = _members(schema, indent)
    return " & ".join(part for part in (own, others) if part) or _WORDS["object"]


def _members(schema: Mapping[str, Any], indent: str) -> str:
    required = schema.get("required", ())
    inner = indent + "  "
    lines = [
        f"{inner}{_key(name)}{'' if name in required else '?'}: {_type(one, inner)};\n"
        for name, one in schema.get("properties", {}).items()
    ]
    return "{\n" + "".join(lines) + indent + "}" if lines else ""
