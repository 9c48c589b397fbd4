"""Settings: listed where people look, read from files, and refused when unsafe."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks

from credentials.crypto import new_key

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
EXAMPLE = (ROOT / ".env.example").read_text()
SECRETS = {
    "SECRET_KEY": "k" * 50,
    "API_KEY_PEPPER": "p" * 50,
    "CREDENTIAL_KEYS": "k1:" + "A" * 43,
}


def names_read() -> set[str]:
    """The settings that settings.py reads; ENV_FILE says where they stand, so it is none itself."""
    tree = ast.parse((ROOT / "proxy_project" / "settings.py").read_text())
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {
        node.args[0].value
        for node in calls
        if isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "env"
        and isinstance(node.args[0], ast.Constant)
    } - {"ENV_FILE"}


def rows() -> dict[str, str]:
    """The settings table of the README: name and default as written."""
    return dict(re.findall(r"^\| `([A-Z][A-Z0-9_]+)` \| (.*?) \|", README, re.MULTILINE))


def lines() -> dict[str, str]:
    return dict(re.findall(r"^(?:# )?([A-Z][A-Z0-9_]+)=(.*)$", EXAMPLE, re.MULTILINE))


def test_settings_are_listed_everywhere():
    assert len(names_read()) > 20
    assert names_read() == set(rows()) == set(lines())
    for text, found in ((EXAMPLE, lines()), (README, rows())):
        for name in found:
            pattern = rf"^(# )?(\| `{name}` \||{name}=)"
            assert len(re.findall(pattern, text, re.MULTILINE)) == 1


def clean(env: dict[str, str]) -> dict[str, str]:
    """This environment for a process that reads no other setting."""
    keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {"ENV_FILE": os.devnull} | keep | env


def values(env: dict[str, str]) -> dict[str, str]:
    """All settings that this environment gives; the console's look is read from none."""
    script = (
        "import json; from proxy_project import settings as s;"
        "names = [name for name in dir(s) if name.isupper() and name != 'UNFOLD'];"
        "print(json.dumps({name: repr(getattr(s, name)) for name in names}))"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, env=clean(env), cwd=ROOT, capture_output=True, check=True)
    return json.loads(done.stdout)


def test_shown_defaults_are_the_defaults():
    said = {name: shown.strip("`") for name, shown in rows().items() if shown.startswith("`")}
    written = {name: text for name, text in lines().items() if name not in SECRETS}
    for name in ("DATABASE_URL", "REDIS_URL", "PUBLIC_URL"):
        del written[name]  # an example each, not the default
    assert set(said) == set(written)
    assert values({}) == values(said) == values(written)


def manage(env: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(
        command, env=clean(env), cwd=ROOT, capture_output=True, text=True, timeout=30
    )


def test_secrets_are_read_from_files(tmp_path):
    env = {"ALLOWED_HOSTS": "proxy.example.com"}
    for name in SECRETS:
        (tmp_path / name).write_text(
            f"{new_key() if name == 'CREDENTIAL_KEYS' else os.urandom(32).hex()}\n"
        )
        env |= {f"{name}_FILE": str(tmp_path / name), name: "ignored"}
    done = manage(env, "check", "--deploy", "--fail-level", "WARNING")
    assert (done.returncode, done.stderr) == (0, "")
    (tmp_path / "API_KEY_PEPPER").write_text("too-short-to-be-safe\n")
    done = manage(env, "check")
    assert done.returncode == 1
    assert "proxy.E002" in done.stderr
    assert "too-short-to-be-safe" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("change", "ids"),
    [
        ({"SECRET_KEY": "", "API_KEY_PEPPER": ""}, ["proxy.E001", "proxy.E002"]),
        ({"HEYGEN_BASE_URL": "https://169.254.169.254"}, ["proxy.E010"]),
    ],
)
def test_unsafe_setting_stops_the_server(change, ids):
    done = manage(SECRETS | change, "serve")
    assert done.returncode == 1
    assert [name for name in ids if name not in done.stderr] == []
    assert "Traceback" not in done.stderr


def found(settings: Any, change: dict[str, Any]) -> list[str]:
    """The ids of the project's own checks that these settings fail."""
    for name, value in (SECRETS | {"ALLOW_INSECURE_UPSTREAMS": False} | change).items():
        setattr(settings, name, value)
    messages = [message for message in run_checks() if str(message.id).startswith("proxy.")]
    for message in messages:
        assert message.hint
        for value in change.values():
            assert len(str(value)) < 12 or str(value) not in str(message)
    return sorted(message.id for message in messages)


PUBLIC = {
    "HEYGEN_BASE_URL": "https://api.heygen.com",
    "HEYGEN_UPLOAD_BASE_URL": "https://upload.heygen.com",
    "ELEVENLABS_BASE_URL": "https://api.elevenlabs.io",
    "LIVEAVATAR_BASE_URL": "https://api.liveavatar.com",
}
SAME = "s" * 40
UNSAFE = [
    ({}, []),
    ({"SECRET_KEY": ""}, ["proxy.E001"]),
    ({"SECRET_KEY": "s" * 31}, ["proxy.E001"]),
    ({"SECRET_KEY": "s" * 32}, []),
    ({"API_KEY_PEPPER": ""}, ["proxy.E002"]),
    ({"API_KEY_PEPPER": " , ,"}, ["proxy.E002"]),
    ({"API_KEY_PEPPER": "p" * 31}, ["proxy.E002"]),
    ({"API_KEY_PEPPER": "p" * 31 + " "}, ["proxy.E002"]),
    ({"API_KEY_PEPPER": "p" * 40 + ",short"}, ["proxy.E002"]),
    ({"API_KEY_PEPPER": "p" * 40 + "," + "q" * 40}, []),
    ({"SECRET_KEY": SAME, "API_KEY_PEPPER": SAME}, ["proxy.E003"]),
    ({"SECRET_KEY": SAME, "API_KEY_PEPPER": "p" * 40 + ", " + SAME}, ["proxy.E003"]),
    ({"CREDENTIAL_KEYS": ""}, ["proxy.W001"]),
    ({"CREDENTIAL_KEYS": "A" * 43}, ["proxy.E004"]),
    ({"CREDENTIAL_KEYS": "k1:" + "A" * 42}, ["proxy.E004"]),
    ({"CREDENTIAL_KEYS": f"k1:{'A' * 43},k1:{'A' * 43}"}, ["proxy.E004"]),
    ({"CREDENTIAL_KEYS": f"k2:{'A' * 43},k1:{'A' * 43}"}, []),
    ({"HEYGEN_GENERATION": "auto"}, []),
    ({"HEYGEN_GENERATION": "v2"}, ["proxy.E011"]),
    ({"HEYGEN_GENERATION": "V3"}, ["proxy.E011"]),
    ({"HEYGEN_GENERATION": ""}, ["proxy.E011"]),
    ({"TASKS_BACKEND": "celery"}, ["proxy.E015"]),
    ({"TASKS_BACKEND": "rq", "REDIS_URL": ""}, ["proxy.E015"]),
    ({"TASKS_BACKEND": "rq", "REDIS_URL": "redis://localhost"}, []),
    ({"JOB_HOURS": 8761.0}, ["proxy.E013"]),
    ({"REALTIME_IDLE_SECONDS": 29}, ["proxy.E013"]),
    ({"REALTIME_IDLE_SECONDS": 3601}, ["proxy.E013"]),
    ({"REALTIME_MAX_SECONDS": 29}, ["proxy.E013"]),
    ({"JOB_FRESH_SECONDS": 0.0, "RATE_LINK": 0}, []),
    ({"POLL_RATE": 0.0}, ["proxy.E013"]),
    ({"POLL_RATE": float("nan")}, ["proxy.E013"]),
    *(({name: "http://api.example.com"}, ["proxy.E010"]) for name in PUBLIC),
]


@pytest.mark.parametrize(("change", "ids"), UNSAFE, ids=range(len(UNSAFE)))
def test_unsafe_settings_are_named(settings, change, ids):
    assert found(settings, PUBLIC | change) == ids


SAFE_URLS = (
    "https://api.heygen.com",
    "https://api.heygen.com/",
    "https://API.heygen.com:8443/base/path",
    "https://xn--bcher-kva.example",
    "https://93.184.216.34",
    "https://[::ffff:93.184.216.34]",
    "https://[2606:2800:220:1:248:1893:25c8:1946]",
    "https://[64:ff9b::5db8:d822]",
)
HOSTILE_URLS = (
    "", "api.heygen.com", "//api.heygen.com", "https://", "https:///v1", "https:api.heygen.com",
    "ftp://api.heygen.com", "file:///etc/passwd", "javascript:alert(1)",
    "http://api.heygen.com", "HTTP://api.heygen.com",
    "https://169.254.169.254", "https://169.254.169.254:80/latest/meta-data",
    "https://metadata.google.internal", "https://metadata.google.internal.",
    "https://127.0.0.1", "https://127.0.0.1.", "https://127.1", "https://0.0.0.0", "https://0",
    "https://api.heygen.com.",
    "https://localhost", "https://localhost.", "https://LOCALHOST", "https://a.localhost",
    "https://intranet", "https://printer.local", "https://db.internal",
    "https://10.0.0.1", "https://172.16.0.1", "https://172.31.255.255", "https://192.168.1.1",
    "https://100.64.0.1", "https://[::1]", "https://[::]", "https://[fe80::1]",
    "https://[fc00::1]", "https://[::ffff:169.254.169.254]", "https://[::ffff:a9fe:a9fe]",
    "https://[::ffff:127.0.0.1]", "https://[fe80::1%25eth0]",
    "https://224.0.0.1", "https://240.0.0.1", "https://255.255.255.255", "https://198.18.0.1",
    "https://192.0.0.192", "https://192.88.99.1", "https://168.63.129.16", "https://[ff02::1]",
    "https://[fec0::1]", "https://[fd00:ec2::254]", "https://[2001::1]", "https://[2002:7f00:1::]",
    "https://[64:ff9b::a9fe:a9fe]", "https://[64:ff9b:1::1]", "https://[::127.0.0.1]",
    "https://2130706433", "https://2852039166", "https://0x7f000001", "https://0177.0.0.1",
    "https://017700000001", "https://0x7f.0x0.0x0.0x1", "https://127.0.0.0x1",
    "https://127.0.0%2e1", "https://127%2e0.0.1", "https://1.2.3.4.5", "https://256.256.256.256",
    "https://user@api.heygen.com", "https://user:word@api.heygen.com", "https://@api.heygen.com",
    "https://api.heygen.com@169.254.169.254", "https://169.254.169.254#@api.heygen.com",
    "https://169.254.169.254\\@api.heygen.com", "https://127.0.0.1\\.heygen.com",
    "https://api.heygen.com?x=1", "https://api.heygen.com?", "https://api.heygen.com#",
    "https://api.heygen.com/v1?key=", "https://api.heygen.com/%2e%2e/",
    "https://b\xfccher.example", "https://\uff4cocalhost", "https://\u24d2om.example",
    "https://127\u3002 0.0.1", "https://api.heygen.com\u200b",
    "https://api.heygen.com:0", "https://api.heygen.com:99999", "https://api.heygen.com:x",
    "https://api.heygen.com\n", " https://api.heygen.com", "https://api.hey\tgen.com",
    "https://api.heygen.com/\0", "https://[", "https://[::1", "https://exa mple.com",
    "https://-", "https://..", "https://.com", "https://a..com",
)  # fmt: skip


def test_hostile_addresses_are_refused(settings):
    results = {url: found(settings, PUBLIC | {"HEYGEN_BASE_URL": url}) for url in HOSTILE_URLS}
    assert {url: ids for url, ids in results.items() if ids != ["proxy.E010"]} == {}
    safe = {url: found(settings, PUBLIC | {"HEYGEN_BASE_URL": url}) for url in SAFE_URLS}
    assert {url: ids for url, ids in safe.items() if ids} == {}


def test_sandbox_may_be_local(settings):
    local = {"ALLOW_INSECURE_UPSTREAMS": True}
    for url in ("http://127.0.0.1:8001", "http://sandbox:8001", "https://localhost"):
        assert found(settings, PUBLIC | local | {"HEYGEN_BASE_URL": url}) == []
    for url in ("", "ftp://127.0.0.1", "http://user@127.0.0.1", "http://127.0.0.1?x"):
        assert found(settings, PUBLIC | local | {"HEYGEN_BASE_URL": url}) == ["proxy.E010"]


def test_log_level_may_be_lower_case():
    done = manage(SECRETS | {"LOG_LEVEL": "debug"}, "check")
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
