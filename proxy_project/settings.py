"""Every setting, read once from the environment or `.env`; the README's table explains them.

A secret may also come from a file: `NAME_FILE` names it.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from csp import constants as csp

from console.site import UNFOLD as UNFOLD  # the console's look and sidebar

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.FileAwareEnv()
environ.Env.read_env(env.str("ENV_FILE", default=str(BASE_DIR / ".env")))

# Secrets. None has a default that would be accepted: see credentials/checks.py.
# A file's last line break is not part of its secret.
SECRET_KEY = env.str("SECRET_KEY", default="").strip()
CREDENTIAL_KEYS = env.str("CREDENTIAL_KEYS", default="").strip()
API_KEY_PEPPER = env.str("API_KEY_PEPPER", default="").strip()

# Where it runs.
DEBUG = env.bool("DEBUG", default=False)
PUBLIC_URL = env.str("PUBLIC_URL", default="")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
HTTPS_ONLY = env.bool("HTTPS_ONLY", default=True)
TRUST_PROXY_HEADERS = env.bool("TRUST_PROXY_HEADERS", default=False)
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
HOST = env.str("HOST", default="127.0.0.1")
PORT = env.int("PORT", default=8000)
WORKERS = env.int("WORKERS", default=2)
DRAIN_SECONDS = env.float("DRAIN_SECONDS", default=5.0)
KEEP_ALIVE_SECONDS = env.float("KEEP_ALIVE_SECONDS", default=10.0)
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO").upper()

# Who uses the console.
ADMIN_REQUIRE_OTP = env.bool("ADMIN_REQUIRE_OTP", default=HTTPS_ONLY)
ADMIN_IDLE_SECONDS = env.int("ADMIN_IDLE_SECONDS", default=30 * 60)

# Vendors.
HEYGEN_BASE_URL = env.str("HEYGEN_BASE_URL", default="https://api.heygen.com")
HEYGEN_UPLOAD_BASE_URL = env.str("HEYGEN_UPLOAD_BASE_URL", default="https://upload.heygen.com")
ELEVENLABS_BASE_URL = env.str("ELEVENLABS_BASE_URL", default="https://api.elevenlabs.io")
LIVEAVATAR_BASE_URL = env.str("LIVEAVATAR_BASE_URL", default="https://api.liveavatar.com")
HEYGEN_GENERATION = env.str("HEYGEN_GENERATION", default="v3")
ALLOW_INSECURE_UPSTREAMS = env.bool("ALLOW_INSECURE_UPSTREAMS", default=False)

# Limits, in bytes except the depth; RATE_... in calls a minute, 0 for none.
MAX_JSON_BYTES = env.int("MAX_JSON_BYTES", default=8 * 1024 * 1024)
MAX_JSON_DEPTH = env.int("MAX_JSON_DEPTH", default=64)
MAX_FILE_BYTES = env.int("MAX_FILE_BYTES", default=32 * 1024 * 1024)
MAX_ASSET_BYTES = env.int("MAX_ASSET_BYTES", default=512 * 1024 * 1024)
MAX_MULTIPART_BYTES = env.int("MAX_MULTIPART_BYTES", default=200 * 1024 * 1024)
MAX_ANSWER_BYTES = env.int("MAX_ANSWER_BYTES", default=50 * 1024 * 1024)
MAX_MEDIA_BYTES = env.int("MAX_MEDIA_BYTES", default=4 * 1024 * 1024 * 1024)
MAX_IN_FLIGHT = env.int("MAX_IN_FLIGHT", default=1024)
MAX_IN_FLIGHT_ORG = env.int("MAX_IN_FLIGHT_ORG", default=256)
RATE_ORG = env.int("RATE_ORG", default=600)
RATE_BROWSER_KEY = env.int("RATE_BROWSER_KEY", default=120)
RATE_SERVER_KEY = env.int("RATE_SERVER_KEY", default=300)
RATE_END_USER = env.int("RATE_END_USER", default=60)  # of browser tickets
RATE_FAILED_AUTH = env.int("RATE_FAILED_AUTH", default=20)
RATE_LINK = env.int("RATE_LINK", default=300)

# Work beside answering calls. TASKS_BACKEND: `database`, or `rq` for Redis (REDIS_URL).
TASKS_BACKEND = env.str("TASKS_BACKEND", default="database")
WORK_THREADS = env.int("WORK_THREADS", default=4)
POLL_RATE = env.float("POLL_RATE", default=5.0)
JOB_DAYS = env.int("JOB_DAYS", default=30)

# Jobs.
JOB_HOURS = env.float("JOB_HOURS", default=24.0)
JOB_FRESH_SECONDS = env.float("JOB_FRESH_SECONDS", default=2.0)

# Storage.
DATABASES: dict[str, dict[str, Any]] = {
    "default": env.db("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'var' / 'db.sqlite3'}")
}
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 5,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 3)
REDIS_URL = env.str("REDIS_URL", default="")
CACHE_BYTES = env.int("CACHE_BYTES", default=32 * 1024 * 1024)
CACHE_STALE_SECONDS = env.int("CACHE_STALE_SECONDS", default=3600)
USAGE_DAYS = env.int("USAGE_DAYS", default=90)
IDEMPOTENCY_HOURS = env.int("IDEMPOTENCY_HOURS", default=24)

# Engines of background tasks: services/engine.py runs their workers.
_ENGINES = {"database": "django_tasks_db.DatabaseBackend", "rq": "django_tasks_rq.RQBackend"}
_QUEUES = ["ai-proxy-quick", "ai-proxy-looks", "ai-proxy-telling", "ai-proxy-slow"]
TASKS = {
    "default": {
        "BACKEND": _ENGINES.get(TASKS_BACKEND, _ENGINES["database"]),
        "QUEUES": _QUEUES,
    }
}
# As JSON: a pickle would let whoever writes to Redis run code here.
_RQ = {"DEFAULT_TIMEOUT": 700, "DEFAULT_RESULT_TTL": 60, "SERIALIZER": "json"}
RQ_QUEUES = {name: {"URL": REDIS_URL or "redis://", **_RQ} for name in _QUEUES}

# Django.
ROOT_URLCONF = "proxy_project.urls"
ASGI_APPLICATION = "proxy_project.asgi.application"
APPEND_SLASH = False
LOGIN_URL = LOGIN_REDIRECT_URL = "admin:index"
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "console",  # before unfold, some of whose templates it replaces
    "unfold",
    "django.contrib.admin.apps.SimpleAdminConfig",  # console.urls looks for what it shows
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "axes",
    "django_otp",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "credentials",
    "jobs",
    "services",
    "console.security",
    *(["django_rq"] if TASKS_BACKEND == "rq" else []),
]
MIDDLEWARE = [
    "proxy_project.middleware.ApiMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "console.security.middleware.ConsoleMiddleware",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
WHITENOISE_USE_FINDERS = True
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"django.contrib.auth.password_validation.{name}Validator", "OPTIONS": options}
    for name, options in (
        ("MinimumLength", {"min_length": 12}),
        ("CommonPassword", {}),
        ("NumericPassword", {}),
        ("UserAttributeSimilarity", {}),
    )
]
# No message holds a secret (a new key is in the answer itself), and none reaches the database.
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
# In the database alone: a cache of a worker's own would know a session that has ended, and Django's
# in Redis unpickles whatever somebody wrote there.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 8 * 60 * 60  # of the cookie; console/security/sessions.py ends what it names
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]

# The console's sign-in: console/security/ counts failures in django-axes' table.
AXES_HANDLER = "console.security.lockout.Handler"
AXES_LOCKOUT_CALLABLE = "console.security.lockout.answer"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_CLIENT_IP_CALLABLE = "console.security.lockout.client"
AXES_USERNAME_CALLABLE = "console.security.lockout.counted_name"
AXES_CLIENT_STR_CALLABLE = "console.security.lockout.logged"
AXES_DISABLE_ACCESS_LOG = True  # who signed in is in the audit record
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# What the console's pages may load. The look's scripts compile expressions of their pages
# (unsafe-eval) and set styles; see docs/decisions/0013-console-security.md.
_PLAIN = ["http:"] if ALLOW_INSECURE_UPSTREAMS else []  # the sandbox's pictures
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ["/api/"],  # whose answers have a policy of their own
    "DIRECTIVES": {
        "default-src": [csp.SELF],
        "script-src": [csp.SELF, csp.NONCE, csp.UNSAFE_EVAL],
        "style-src": [csp.SELF, csp.UNSAFE_INLINE],
        "img-src": [csp.SELF, "data:", "blob:", "https:", *_PLAIN],
        "media-src": ["*", "data:", "blob:"],  # finished videos lie on the vendors' hosts
        "object-src": [csp.NONE],
        "base-uri": [csp.NONE],
        "form-action": [csp.SELF],
        "frame-ancestors": [csp.NONE],
    },
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["credentials.auth.ApiKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "EXCEPTION_HANDLER": "services.views.handle_exception",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": None,
}
# The management API's OpenAPI document; console/api/schema.py makes the rest of it.
SPECTACULAR_SETTINGS = {
    "OAS_VERSION": "3.1.0",
    "TITLE": "AI proxy: management API",
    "VERSION": "1",
    "PREPROCESSING_HOOKS": ["console.api.schema.only_management"],
    "POSTPROCESSING_HOOKS": ["console.api.schema.finished"],
    "ENABLE_DJANGO_DEPLOY_CHECK": False,  # tests/test_management_schema.py is stricter
}

# Transport security; off only for a service on plain HTTP, such as `make run`.
SECURE_SSL_REDIRECT = HTTPS_ONLY
SECURE_REDIRECT_EXEMPT = [r"^health/"]  # probes come from inside, in plain HTTP
SESSION_COOKIE_SECURE = HTTPS_ONLY
SESSION_COOKIE_NAME = "__Host-sessionid" if HTTPS_ONLY else "sessionid"  # no subdomain can set it
CSRF_COOKIE_SECURE = HTTPS_ONLY
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS_ONLY else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS_ONLY
SECURE_HSTS_PRELOAD = HTTPS_ONLY
if TRUST_PROXY_HEADERS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "proxy_project.logs.LineFormatter",
            "fmt": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    # Django's own request log repeats every 4xx, with the path a caller chose.
    # What axes says of every login is in the audit record.
    # The tasks' engines have a line for each task.
    "loggers": {
        "django.request": {"level": "CRITICAL"},
        "axes": {"level": "WARNING"},
        "django_tasks": {"level": "WARNING"},
        "django_tasks_db": {"level": "WARNING"},
        "rq": {"level": "WARNING"},
    },
}
