"""All settings, from the environment; ``var/env`` (made by ``make``) holds the defaults of this machine."""

import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from kombu import Queue

from sdgcities import environment
from sdgcities.environment import env, flag, secret

BASE_DIR = environment.BASE_DIR
VAR = environment.VAR

SECRET_KEY = secret("SECRET_KEY", needed=True)
JOURNAL_KEY = env("JOURNAL_KEY") or SECRET_KEY
SIGNING_KEYS = {"journal": secret("JOURNAL_SIGNING_KEY", needed=False)}  # by purpose; the worker alone needs them
DEBUG = flag("DEBUG")
DEMONSTRATION = flag("DEMONSTRATION")
PUBLIC_URL = env("PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
SECURE = PUBLIC_URL.startswith("https://")
BEHIND_PROXY = flag("BEHIND_PROXY")  # one proxy of ours, which says by header whom it speaks for
_public_host = urlsplit(PUBLIC_URL).hostname or "localhost"
_this_machine = [] if SECURE else ["127.0.0.1", "localhost", "[::1]"]  # links in letters would lead there
ALLOWED_HOSTS = [_public_host, *_this_machine, *env("ALLOWED_HOSTS").split()]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

# --- the house

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",  # the page of one's passkeys speaks in it
    "django.contrib.admin",
    "guardian",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_htmx",
    "django_tables2",
    "django_filters",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "sdgcities",
    "tracks",
    "certification",
    "monitoring",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "sdgcities.http.without_nul",
    "sdgcities.http.not_too_large",
    "sdgcities.http.readable",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "sdgcities.http.not_kept",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
    "sdgcities.failing.Speaking",
    "sdgcities.once.Once",
]

ROOT_URLCONF = "sdgcities.urls"
WSGI_APPLICATION = "sdgcities.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "sdgcities.context.site",
            ],
        },
    },
]

# --- two databases


def _database(url: str) -> dict[str, Any]:
    """Read DATABASE_URL (postgres://user:password@host:port/name?option=…, or sqlite:///path); empty means var/db.sqlite3.

    On PostgreSQL the journal's table lives in a schema of its own, which is looked through after ``public``.
    """
    parts = urlsplit(url)
    if parts.scheme in {"postgres", "postgresql"}:
        name, options = unquote(parts.path.lstrip("/")), dict(parse_qsl(parts.query))
        options["options"] = f"-c search_path=public,journal {options.get('options', '')}".strip()
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": name,
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": options,
        }
    if parts.scheme not in {"", "sqlite"}:
        message = "DATABASE_URL must begin with postgres:// or sqlite:///."
        raise ImproperlyConfigured(message)
    path = unquote(parts.path.removeprefix("/")) if parts.scheme else ""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": BASE_DIR / path if path else VAR / "db.sqlite3",
        # IMMEDIATE is the lock that FOR UPDATE is elsewhere; WAL lets readers read meanwhile.
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        },
        "TEST": {"NAME": VAR / "test.sqlite3"},  # a memory database cannot race
    }


# Who owns the tables is not who works with them: `migrate` alone speaks as the owner, where one is given (make_roles).
MIGRATE_DATABASE_URL = env("MIGRATE_DATABASE_URL")
_as_owner = sys.argv[1:2] == ["migrate"] and MIGRATE_DATABASE_URL
DATABASES = {"default": _database(MIGRATE_DATABASE_URL if _as_owner else env("DATABASE_URL"))}

# --- work to be done later

REDIS_URL = env("REDIS_URL")
LEASE_SECONDS = int(env("LEASE_SECONDS", "60"))
TICK_SECONDS = int(env("TICK_SECONDS", "10"))
CELERY_BROKER_URL = REDIS_URL or "memory://"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 3,
    "socket_timeout": 10,
}
CELERY_TASK_QUEUES = [Queue("clock"), Queue("celery")]  # the clock does not stand in line behind hundreds of bells
CELERY_TASK_ROUTES = {"sdgcities.tick": {"queue": "clock"}}
CELERY_BEAT_SCHEDULE = {"tick": {"task": "sdgcities.tick", "schedule": float(TICK_SECONDS)}}
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "celerybeat-schedule")

# What is counted for a minute, such as failed tokens: shared by all processes where there is Redis.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# --- who comes in

AUTH_USER_MODEL = "sdgcities.User"
ANONYMOUS_USER_NAME = None  # else guardian's migration makes a user
GUARDIAN_MONKEY_PATCH_USER = False
SILENCED_SYSTEM_CHECKS = [
    "guardian.W001",  # rights on objects are read by sdgcities.access alone, never through user.has_perm
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk"
LOGOUT_REDIRECT_URL = "home"

ACCOUNT_ADAPTER = "sdgcities.signing.Adapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # who has no account gets no letter from a stranger's hand
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 1  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "sdgcities.signing.name_tried"
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
AXES_VERBOSE = False

# --- what browsers are told

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "sdgcities.failing.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^health/$"]  # asked by the machine next door, which speaks no TLS
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SESSION_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = False
LANGUAGE_COOKIE_SECURE = SECURE
LANGUAGE_COOKIE_SAMESITE = "Lax"

# --- languages and time

LANGUAGE_CODE = "en"
LANGUAGES = [
    ("ar", _("Arabic")),
    ("zh-hans", _("Chinese")),
    ("en", _("English")),
    ("fr", _("French")),
    ("ru", _("Russian")),
    ("es", _("Spanish")),
]
LOCALE_PATHS = [BASE_DIR / "sdgcities" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- files

MEDIA_ROOT = Path(env("MEDIA_ROOT", str(VAR / "media")))
STATIC_URL = "/static/"
STATIC_ROOT = Path(env("STATIC_ROOT", str(VAR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
_collected = (STATIC_ROOT / "staticfiles.json").exists() or sys.argv[1:2] == ["collectstatic"]
WHITENOISE_USE_FINDERS = not _collected  # a machine that never collected serves what lies in the source
WHITENOISE_AUTOREFRESH = not _collected
STORAGES = {
    "default": {"BACKEND": "sdgcities.storage.ContentStore"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if _collected
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 12_000_000  # a text of ten million letters comes back in its form, with a sentence
SHELF_BYTES = int(env("SHELF_BYTES", "5000000000"))  # what one city's evidence may take on our disks
SHELF_FILES_A_DAY = int(env("SHELF_FILES_A_DAY", "300"))
LARGEST_REQUEST = 200_000_000  # a file above 50 MB gets its sentence beside it; above this a page says so

# --- mail

EMAIL_BACKEND = env("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
EMAIL_HOST = env("EMAIL_HOST", "localhost")
EMAIL_PORT = int(env("EMAIL_PORT", "25"))
EMAIL_HOST_USER = env("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = flag("EMAIL_USE_TLS")
EMAIL_TIMEOUT = 30  # seconds: a server that hangs would hold its worker for good
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", f"SDG Cities <no-reply@{_public_host}>")

# --- REST

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "sdgcities.api.signing.TokenAuthentication",
        "sdgcities.api.signing.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "sdgcities.api.schema.Schema",
    "EXCEPTION_HANDLER": "sdgcities.problems.handler",
    "NUM_PROXIES": 0,  # the gate has told whose address it is, also behind our proxy
    "URL_FORMAT_OVERRIDE": None,  # the form of an answer is negotiated by Accept alone
}
KNOX_TOKEN_MODEL = "sdgcities.Token"  # noqa: S105 - the name of a model
# Knox's own migrations would make a table beside ours, which nothing reads and no flush empties.
MIGRATION_MODULES = {"knox": None}
SPECTACULAR_SETTINGS = {
    "TITLE": "SDG Cities",
    "DESCRIPTION": "What the pages of SDG Cities show, for programs: cities, standards, applications, reports, "
    "certificates and the public register. Reading only. Certification recognises milestones; nothing here can be "
    "sorted, filtered or compared by a score.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "SORT_OPERATION_PARAMETERS": False,
    "POSTPROCESSING_HOOKS": [],
    "TAGS": [
        {"name": "about", "description": "Where everything begins, and the kinds of problems."},
        {"name": "standards", "description": "What cities are certified against: open to everyone."},
        {"name": "register", "description": "The public register of certificates: open to everyone."},
        {"name": "cities", "description": "Cities in the register, and those a person works with."},
        {"name": "applications", "description": "Cases a person may open, with what was handed in and found."},
        {"name": "reports", "description": "Stage reports, as far as the pages show them to a person."},
        {"name": "certificates", "description": "Certificates of the cases a person may open."},
    ],
}

# --- what is said about running

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", "WARNING")},
}
