"""Every setting, read once from the environment or `.env`; the README's table explains them.

A secret may also come from a file: `NAME_FILE` names it.
"""

from pathlib import Path
from typing import Any

import environ

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
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
HTTPS_ONLY = env.bool("HTTPS_ONLY", default=True)
TRUST_PROXY_HEADERS = env.bool("TRUST_PROXY_HEADERS", default=False)
HOST = env.str("HOST", default="127.0.0.1")
PORT = env.int("PORT", default=8000)
WORKERS = env.int("WORKERS", default=2)
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")

# Vendors.
HEYGEN_BASE_URL = env.str("HEYGEN_BASE_URL", default="https://api.heygen.com")
HEYGEN_UPLOAD_BASE_URL = env.str("HEYGEN_UPLOAD_BASE_URL", default="https://upload.heygen.com")
ELEVENLABS_BASE_URL = env.str("ELEVENLABS_BASE_URL", default="https://api.elevenlabs.io")
LIVEAVATAR_BASE_URL = env.str("LIVEAVATAR_BASE_URL", default="https://api.liveavatar.com")
HEYGEN_GENERATION = env.str("HEYGEN_GENERATION", default="v3")
ALLOW_INSECURE_UPSTREAMS = env.bool("ALLOW_INSECURE_UPSTREAMS", default=False)

# Limits, in bytes except the depth.
MAX_JSON_BYTES = env.int("MAX_JSON_BYTES", default=8 * 1024 * 1024)
MAX_JSON_DEPTH = env.int("MAX_JSON_DEPTH", default=64)
MAX_FILE_BYTES = env.int("MAX_FILE_BYTES", default=32 * 1024 * 1024)
MAX_MULTIPART_BYTES = env.int("MAX_MULTIPART_BYTES", default=200 * 1024 * 1024)
MAX_ANSWER_BYTES = env.int("MAX_ANSWER_BYTES", default=50 * 1024 * 1024)
THREAD_BYTES = 256 * 1024  # JSON longer than this is parsed off the event loop

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
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# Django.
ROOT_URLCONF = "proxy_project.urls"
ASGI_APPLICATION = "proxy_project.asgi.application"
APPEND_SLASH = False
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "credentials",
    "services",
]
MIDDLEWARE = [
    "proxy_project.middleware.ApiMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
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
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("MinimumLengthValidator", "CommonPasswordValidator", "NumericPasswordValidator")
]
# A new API key is shown once, by a message: in a cookie it never reaches the database.
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 8 * 60 * 60

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["credentials.auth.ApiKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "EXCEPTION_HANDLER": "services.views.handle_exception",
    "UNAUTHENTICATED_USER": None,
}

# Transport security; off only for a service on plain HTTP, such as `make run`.
SECURE_SSL_REDIRECT = HTTPS_ONLY
SESSION_COOKIE_SECURE = HTTPS_ONLY
CSRF_COOKIE_SECURE = HTTPS_ONLY
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS_ONLY else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS_ONLY
SECURE_HSTS_PRELOAD = HTTPS_ONLY
if TRUST_PROXY_HEADERS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    # Django's own request log repeats every 4xx, with the path a caller chose.
    "loggers": {"django.request": {"level": "CRITICAL"}},
}
