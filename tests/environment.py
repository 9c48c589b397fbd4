"""The environment of the tests, set before Django reads its settings; loaded as a pytest plugin.

`DATABASE_URL` and `REDIS_URL` of the caller stay, so the same suite runs on PostgreSQL.
"""

import os
import re

os.environ["ENV_FILE"] = os.devnull
if (redis := os.environ.get("REDIS_URL")) and (worker := os.environ.get("PYTEST_XDIST_WORKER")):
    # Processes of one run that shared a Redis would count as machines that share their limits.
    base, number = re.fullmatch(r"(.*/)(\d+)", redis).groups()
    os.environ["REDIS_URL"] = f"{base}{int(number) + 1 + int(worker[2:])}"
os.environ.update(
    {
        "SECRET_KEY": "tests-secret-key-" + "s" * 32,
        "API_KEY_PEPPER": "tests-pepper-" + "p" * 32,
        "CREDENTIAL_KEYS": "k1:" + "A" * 43,
        "ALLOWED_HOSTS": "testserver,127.0.0.1,localhost",
        "HTTPS_ONLY": "false",
        "ALLOW_INSECURE_UPSTREAMS": "true",
        "HEYGEN_GENERATION": "legacy",
        "CACHE_BYTES": "0",  # nearly every test asks the vendor again; test_cache.py keeps
        "RATE_ORG": "1000000",
        "RATE_BROWSER_KEY": "1000000",
        "RATE_SERVER_KEY": "1000000",
        "RATE_FAILED_AUTH": "1000000",
    }
)
for name in ("HEYGEN_BASE_URL", "HEYGEN_UPLOAD_BASE_URL", "ELEVENLABS_BASE_URL"):
    os.environ[name] = "http://127.0.0.1:9"  # discard: a test that needs a vendor says so
os.environ["LIVEAVATAR_BASE_URL"] = "http://127.0.0.1:9"
