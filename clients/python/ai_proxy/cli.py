"""The command line: JSON to standard output, everything else to standard error."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from .answers import FileAnswer
from .client import Client
from .errors import JobFailed, ProxyError
from .progress import Bar

OK, REFUSED, USAGE, JOB_FAILED, UNREACHED, INTERRUPTED = 0, 1, 2, 3, 4, 130
_HELP = """\
environment:
  AI_PROXY_URL       where the service is, such as https://proxy.example.com
  AI_PROXY_ORG       the org's slug
  AI_PROXY_KEY       an API key, or
  AI_PROXY_KEY_FILE  a file that holds one

exit codes: 0 done, 1 the call was refused or failed, 2 wrong usage, 3 the job did not succeed,
4 no answer in time or no connection, 130 interrupted
"""


def main(argv: list[str] | None = None) -> int:
    """Run one command; the exit code."""
    parser = _parser()
    args = parser.parse_args(argv)
    missing = [name for name in ("AI_PROXY_URL", "AI_PROXY_ORG") if not os.environ.get(name)]
    if not (os.environ.get("AI_PROXY_KEY") or os.environ.get("AI_PROXY_KEY_FILE")):
        missing.append("AI_PROXY_KEY")
    if missing:
        parser.error(f"not set: {', '.join(missing)}")
    try:
        with Client.from_env() as client:
            args.run(client, args)
    except JobFailed as error:
        return _failed(error, JOB_FAILED)
    except ProxyError as error:
        return _failed(error, REFUSED if error.status else UNREACHED)
    except (OSError, ValueError) as error:  # of files and JSON that were named
        return _failed(error, USAGE)
    except KeyboardInterrupt:
        return INTERRUPTED
    return OK


def _failed(error: Exception, code: int) -> int:
    sys.stderr.write(f"ai-proxy: {error}\n")
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ai-proxy",
        description="Calls AI vendors through the AI proxy.",
        epilog=_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _list(commands.add_parser("list", help="services, a service's actions, or one action"))
    _call(commands.add_parser("call", help="call an action"))
    _upload(commands.add_parser("upload", help="upload a file and print the asset"))
    _wait(commands.add_parser("wait", help="wait for a job's end and print it"))
    _download(commands.add_parser("download", help="fetch a job's result and print its place"))
    _jobs(commands.add_parser("jobs", help="list jobs, newest first, one a line"))
    return parser


def _list(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("service", nargs="?")
    parser.add_argument("action", nargs="?")
    parser.set_defaults(run=_run_list)


def _run_list(client: Client, args: argparse.Namespace) -> None:
    if args.service is None:
        return _say(client.services())
    actions = client.service(args.service)["endpoints"]
    if args.action is None:
        names = ("slug", "title", "http_method", "path_template", "billable")
        return _say([{name: one[name] for name in names} for one in actions])
    found = [one for one in actions if one["slug"] == args.action]
    if not found:
        raise ValueError(f"{args.service} has no action {args.action}")
    _say(found[0])


def _call(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("service")
    parser.add_argument("action")
    parser.add_argument("--body", help="JSON, @FILE, or @- for standard input", metavar="JSON")
    pair = {"action": "append", "default": [], "metavar": "NAME=VALUE"}
    parser.add_argument("--path", help="a path parameter", **pair)  # type: ignore[arg-type]
    parser.add_argument("--query", help="a query parameter; again for a list", **pair)  # type: ignore[arg-type]
    parser.add_argument("--file", help="the body's raw bytes", type=Path)
    parser.add_argument("--part", help="a form's file: NAME=FILE", **pair)  # type: ignore[arg-type]
    parser.add_argument("--idempotency-key", metavar="KEY", help="else a new one for this call")
    parser.add_argument("--dry-run", action="store_true", help="show what would be sent")
    parser.add_argument("--wait", action="store_true", help="until its job has ended; print that")
    parser.add_argument("-o", "--output", type=Path, help="where to write an answered file")
    parser.set_defaults(run=_run_call)


def _run_call(client: Client, args: argparse.Namespace) -> None:
    with Bar("upload" if args.file or args.part else None) as bar:
        answer = client.invoke(
            args.service,
            args.action,
            path_params={name: values[-1] for name, values in _pairs(args.path).items()} or None,
            query={n: v if len(v) > 1 else v[0] for n, v in _pairs(args.query).items()} or None,
            body=None if args.body is None else json.loads(_text(args.body)),
            file=args.file,
            files={n: [Path(one) for one in v] for n, v in _pairs(args.part).items()} or None,
            idempotency_key=args.idempotency_key,
            dry_run=args.dry_run,
            on_progress=bar,
        )
    if answer.notes:
        sys.stderr.write(f"ai-proxy: note: {answer.notes}\n")
    if isinstance(answer, FileAnswer):
        return _save(answer, args.output)
    if args.wait and answer.job:
        return _say(answer.job.wait(progress=True))
    if answer.job:
        sys.stderr.write(f"ai-proxy: job {answer.job.id}\n")
    _say({"data": answer.data, **answer.page})


def _pairs(given: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for text in given:
        name, mark, value = text.partition("=")
        if not (name and mark):
            raise ValueError(f"NAME=VALUE is wanted, not {text!r}")
        found.setdefault(name, []).append(value)
    return found


def _text(given: str) -> str:
    if not given.startswith("@"):
        return given
    return sys.stdin.read() if given == "@-" else Path(given[1:]).read_text()


def _save(answer: FileAnswer, path: Path | None) -> None:
    if path is None:
        if sys.stdout.isatty():
            raise ValueError("the answer is a file: name one with --output, or redirect")
        for piece in answer.pieces():
            sys.stdout.buffer.write(piece)
        return
    with open(path, "wb") as file:
        for piece in answer.pieces():
            file.write(piece)
    _say({"file": str(path), "content_type": answer.headers.get("Content-Type")})


def _upload(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path)
    parser.add_argument("--idempotency-key", metavar="KEY", help="else a new one for this call")
    parser.set_defaults(run=_run_upload)


def _run_upload(client: Client, args: argparse.Namespace) -> None:
    with Bar("upload") as bar:
        asset = client.upload(args.file, idempotency_key=args.idempotency_key, on_progress=bar)
    _say(asset)


def _wait(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("job")
    parser.add_argument("--timeout", type=float, metavar="SECONDS")
    parser.set_defaults(run=_run_wait)


def _run_wait(client: Client, args: argparse.Namespace) -> None:
    _say(client.job(args.job).wait(args.timeout, progress=True))


def _download(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("job")
    parser.add_argument("-o", "--output", type=Path, help="a file or a folder")
    parser.add_argument("--kind", help="video, captioned, audio, caption, thumbnail or gif")
    parser.add_argument("--item", type=int, help="which of several results, from 0")
    parser.set_defaults(run=_run_download)


def _run_download(client: Client, args: argparse.Namespace) -> None:
    with Bar("download") as bar:
        path = client.job(args.job).download(
            args.output, kind=args.kind, item=args.item, on_progress=bar
        )
    _say({"file": str(path), "bytes": path.stat().st_size})


def _jobs(parser: argparse.ArgumentParser) -> None:
    for name in ("service", "action", "status", "kind"):
        parser.add_argument(f"--{name}")
    parser.add_argument("--limit", type=int, default=50, help="at most so many; 50 unless told")
    parser.set_defaults(run=_run_jobs)


def _run_jobs(client: Client, args: argparse.Namespace) -> None:
    names = ("service", "action", "status", "kind")
    filters: dict[str, Any] = {name: value for name in names if (value := getattr(args, name))}
    for _, job in zip(range(args.limit), client.jobs(limit=min(200, args.limit), **filters)):
        sys.stdout.write(f"{json.dumps(job.data)}\n")


def _say(value: Any) -> None:
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    sys.exit(main())
