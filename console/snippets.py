"""One call as text to copy: curl, JavaScript and Python. Pure."""

from __future__ import annotations

import json
import pprint
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlencode

PLACEHOLDER = "YOUR_API_KEY"


@dataclass(frozen=True, slots=True)
class File:
    """One file of a call: the part's name, the file's, and its type."""

    field: str
    name: str
    kind: str = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Sample:
    """A call to write down; `key` is the API key's text where it may be shown."""

    base_url: str
    org: str
    service: str
    action: str
    envelope: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[File, ...] = ()
    request: Literal["none", "json", "multipart", "binary"] = "json"
    is_json: bool = True  # what is answered
    key: str = field(default=PLACEHOLDER, repr=False)

    @property
    def url(self) -> str:
        root = f"{self.base_url}/api/ai-proxy/orgs/{self.org}/services/{self.service}"
        query = f"?{urlencode(self._pairs(), doseq=True)}" if self.request == "binary" else ""
        return f"{root}/{self.action}/{query}"

    def _pairs(self) -> list[tuple[str, Any]]:
        """The parameters as a call with raw bytes takes them: in the query string."""
        return [
            (f"{place}.{name}", value)
            for place in ("path_params", "query")
            for name, value in self.envelope.get(place, {}).items()
        ]

    @property
    def parts(self) -> dict[str, str]:
        """The envelope's fields as a multipart call takes them: JSON texts."""
        return {name: _json(value) for name, value in self.envelope.items() if value}


def every(sample: Sample) -> dict[str, str]:
    """All of them, by language."""
    return {"curl": curl(sample), "javascript": javascript(sample), "python": python(sample)}


def curl(sample: Sample) -> str:
    """For a POSIX shell."""
    quoted = shlex.quote(sample.url)
    if sample.request == "binary" and sample.url.endswith("?"):
        quoted = shlex.quote(sample.url[:-1])
    words = [f"curl -X POST {quoted}", '-H "Authorization: Api-Key $API_KEY"']
    words += _curl_body(sample)
    if not sample.is_json:
        words.append("--output answer.bin")
    return f"API_KEY={shlex.quote(sample.key)}\n" + " \\\n  ".join(words)


def _curl_body(sample: Sample) -> list[str]:
    if sample.request == "binary":
        file = _first(sample)
        return [
            f"-H {shlex.quote(f'Content-Type: {file.kind}')}",
            f"--data-binary {shlex.quote(f'@{file.name}')}",
        ]
    if sample.files:
        fields = [f"-F {shlex.quote(f'{name}={text}')}" for name, text in sample.parts.items()]
        files = [
            f"-F {shlex.quote(f'{file.field}=@{file.name};type={file.kind}')}"
            for file in sample.files
        ]
        return fields + files
    if not sample.envelope:
        return []
    return ["-H 'Content-Type: application/json'", f"-d {shlex.quote(_pretty(sample.envelope))}"]


def javascript(sample: Sample) -> str:
    """For a browser page, or Node 18 and newer with `await` at the top of a module."""
    lines = [f"const API_KEY = {_json(sample.key)};", ""]
    headers = "    Authorization: `Api-Key ${API_KEY}`,\n"
    if sample.request == "binary":
        lines += ["// `file` is a File or Blob, for instance of an <input type=file>"]
        headers += f"    'Content-Type': {_json(_first(sample).kind)},\n"
        body = "  body: file,\n"
    elif sample.files:
        lines += ["const form = new FormData();"]
        lines += [f"form.append({_json(k)}, {_json(text)});" for k, text in sample.parts.items()]
        lines += [f"form.append({_json(f.field)}, file, {_json(f.name)});" for f in sample.files]
        body = "  body: form,\n"
    elif sample.envelope:
        headers += "    'Content-Type': 'application/json',\n"
        body = f"  body: JSON.stringify({_indented(_pretty(sample.envelope), 2)}),\n"
    else:
        body = ""
    lines += [
        f"const response = await fetch({_json(sample.url.removesuffix('?'))}, {{",
        "  method: 'POST',",
        f"  headers: {{\n{headers}  }},",
        *([body.rstrip("\n")] if body else []),
        "});",
        *_javascript_answer(sample),
    ]
    return "\n".join(lines)


def _javascript_answer(sample: Sample) -> list[str]:
    if not sample.is_json:
        return [
            "if (!response.ok) throw new Error((await response.json()).detail);",
            "const url = URL.createObjectURL(await response.blob());",
        ]
    return [
        "const result = await response.json();",
        "if (!response.ok) throw new Error(result.detail);",
        "console.log(result.data);",
    ]


def python(sample: Sample) -> str:
    """For Python 3 with requests."""
    lines = ["import requests", "", f"API_KEY = {sample.key!r}", ""]
    options = ['    headers={"Authorization": f"Api-Key {API_KEY}"},']
    if sample.request == "binary":
        file = _first(sample)
        options[0] = options[0][:-2] + f', "Content-Type": {_text(file.kind)}' + "},"
        options.append(f"    data=open({_text(file.name)}, 'rb'),")
    elif sample.files:
        if sample.parts:
            options.append(f"    data={_indented(_literal(sample.parts), 4)},")
        given = [
            f"        ({_text(f.field)}, ({_text(f.name)}, open({_text(f.name)}, 'rb'), "
            f"{_text(f.kind)})),"
            for f in sample.files
        ]
        options += ["    files=[", *given, "    ],"]
    elif sample.envelope:
        options.append(f"    json={_indented(_literal(sample.envelope), 4)},")
    lines += [
        "response = requests.post(",
        f"    {_text(sample.url.removesuffix('?'))},",
        *options,
        "    timeout=120,",
        ")",
        "if not response.ok:",
        '    raise SystemExit(response.json()["detail"])',
    ]
    lines += (
        ['print(response.json()["data"])']
        if sample.is_json
        else ["with open('answer.bin', 'wb') as file:", "    file.write(response.content)"]
    )
    return "\n".join(lines)


def managing(base_url: str, org: str, key: str = PLACEHOLDER) -> dict[str, str]:
    """How a key with manage access lists the org's keys."""
    url = f"{base_url}/api/ai-proxy/orgs/{org}/api-keys/"
    return {
        "curl": f"API_KEY={shlex.quote(key)}\n"
        f'curl {shlex.quote(url)} \\\n  -H "Authorization: Api-Key $API_KEY"',
        "javascript": f"const API_KEY = {_json(key)};\n\n"
        f"const response = await fetch({_json(url)}, {{\n"
        "  headers: { Authorization: `Api-Key ${API_KEY}` },\n});\n"
        "const result = await response.json();\n"
        "if (!response.ok) throw new Error(result.detail);\nconsole.log(result.data);",
        "python": f"import requests\n\nAPI_KEY = {key!r}\n\n"
        f"response = requests.get(\n    {_text(url)},\n"
        '    headers={"Authorization": f"Api-Key {API_KEY}"},\n    timeout=30,\n)\n'
        'if not response.ok:\n    raise SystemExit(response.json()["detail"])\n'
        'print(response.json()["data"])',
    }


def _first(sample: Sample) -> File:
    return sample.files[0] if sample.files else File("file", "FILE")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _text(value: str) -> str:
    return repr(value)


def _literal(value: Mapping[str, Any]) -> str:
    return pprint.pformat(dict(value), sort_dicts=False, width=88)


def _indented(text: str, width: int) -> str:
    """Every line but the first moved to the right."""
    return text.replace("\n", "\n" + " " * width)
