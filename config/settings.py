"""Settings, all from the environment (.env.example explains each); production without its secrets does not start."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
import sentry_sdk
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config.logs import LOGGING as LOGGING  # noqa: PLC0414 -- Django reads it here
from config.openapi import SPECTACULAR_SETTINGS as SPECTACULAR_SETTINGS  # noqa: PLC0414 -- drf-spectacular reads it here

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()  # type: ignore[no-untyped-call]
if (BASE_DIR / ".env").is_file():
    environ.Env.read_env(BASE_DIR / ".env")

# --- what must be said
DEBUG = env.bool("DEBUG", False)


def secret(name: str, stand_in: str) -> str:
    """A secret from the environment, or in development a worthless stand-in."""
    value: str = env.str(name, stand_in if DEBUG else "")
    if not value:
        msg = f"{name} is not set: see .env.example."
        raise ImproperlyConfigured(msg)
    return value


SECRET_KEY = secret("SECRET_KEY", "development-only-" + "x" * 40)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
FIELD_KEYS = secret("FIELD_KEYS", "dev:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=").split(",")
PUBLIC_URL = env.str("PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
HTTPS = PUBLIC_URL.startswith("https://")

# --- apps: a line may use any app below its own (docs/adr/0001-layers.md)
INSTALLED_APPS = [
    "config.apps.AdminConfig",
    "demo",
    "reports",
    "integrations",
    "campaigns",
    "pipeline",
    "appointments",
    "messaging",
    "templates_app",
    "crm",
    "accounts",
    "core",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
    "django_celery_beat",
    "pghistory",
    "pgtrigger",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.forms",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "core.middleware.client_address",
    "csp.middleware.CSPMiddleware",
    "core.middleware.response_headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.middleware.slashless_api",
    "core.api.problems.middleware",
    "core.live.middleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "accounts.middleware.token_user",
    "accounts.middleware.LoginRequired",
    "accounts.middleware.preferences",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.htmx.middleware",
    "axes.middleware.AxesMiddleware",
    "accounts.middleware.brokerage",
    "core.api.idempotency.middleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"
REACTIONS = "config.reactions.REACTIONS"
ENGINE_PAUSE = env.float("ENGINE_PAUSE_SECONDS", 2.0)
# Who sends holds a lease that outlasts the longest call. A try whose end nobody knows is absent when the provider has
# not shown it for SEND_SETTLE, and unconfirmed when nobody has called back for SEND_ECHO. Tests make all of it shorter.
SEND_LEASE = timedelta(seconds=env.float("SEND_LEASE_SECONDS", 15))
SEND_SETTLE = timedelta(seconds=env.float("SEND_SETTLE_SECONDS", 120))
SEND_ECHO = timedelta(seconds=env.float("SEND_ECHO_SECONDS", 600))
SEND_PACE = env.float("SEND_PACE", 1.0)  # of the pauses between tries
SEND_KEEP = timedelta(days=env.int("SEND_KEEP_DAYS", 90))  # what providers told, and each try; a week at least
ENGINE_LOOPS = "config.loops.LOOPS"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "template_partials.templatetags.partials",
                "core.templatetags.ui",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context.navigation",
            ],
        },
    }
]

# --- data: one connection alias; migrations swap in the owner's credentials (core.roles)
DATABASES: dict[str, Any] = {"default": env.db("DATABASE_URL", "postgres://corredor_app@/corredor", engine="core.db")}
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", "-c statement_timeout=30000")
_owner = env.db("DATABASE_OWNER_URL", "", engine="core.db") if env.str("DATABASE_OWNER_URL", "") else {}
DB_OWNER = {key: _owner[key] for key in ("USER", "PASSWORD") if key in _owner}
DB_APP_ROLE, DB_APP_PASSWORD = DATABASES["default"]["USER"], DATABASES["default"]["PASSWORD"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_cache",
        "OPTIONS": {"MAX_ENTRIES": 200_000},  # culling would forget throttles
    }
}

# --- people
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "accounts.backends.SignIn"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # people join by invitation, which proves the address
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Corredor] "
ACCOUNT_FORMS = {
    "login": "accounts.forms_login.LoginForm",
    "reset_password": "accounts.forms_login.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms_login.NewPasswordForm",
    "change_password": "accounts.forms_login.ChangePasswordForm",
    "reauthenticate": "accounts.forms_login.ReauthenticateForm",
}
# By network, and by account over all networks; axes (below) counts the pair. Short windows lock nobody out for good.
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "30/5m/ip,40/h/key"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_TOTP_ISSUER = "Corredor"
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "add_webauthn": "accounts.forms_login.AddPasskeyForm",
    "edit_webauthn": "accounts.forms_login.EditPasskeyForm",
}
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
USERSESSIONS_TRACK_ACTIVITY = False
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # the pair: a stranger cannot lock somebody out of their account
AXES_USERNAME_CALLABLE = "accounts.throttle.username"
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
AXES_HTTP_RESPONSE_CODE = 429
AXES_ENABLE_ADMIN = False
SESSION_COOKIE_AGE = 7 * 24 * 3600
EMAIL_CONFIG = env.email("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Corredor <no-reply@localhost>")

# --- languages and time
LANGUAGE_CODE = "es"
LANGUAGES = [("es", _("Español")), ("en", _("Inglés")), ("pt", _("Portugués"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = USE_TZ = USE_THOUSAND_SEPARATOR = True
FORMAT_MODULE_PATH = ["config.formats"]
TIME_ZONE = "America/Santiago"

# --- background work: PostgreSQL is the truth, Celery a wake-up (docs/adr/0003-background.md)
REDIS_URL = env.str("REDIS_URL", "redis://127.0.0.1:6379/0").replace("redis+socket://", "unix://", 1)
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)  # the two libraries spell sockets differently
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "unacked_restore_interval": 2,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 0.5,  # a request that starts something does not wait for a broker that is away
    "socket_timeout": 2,  # nor for one that takes the connection and says nothing
    "max_retries": 0,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SERIALIZER = "json"
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
DJANGO_STRUCTLOG_CELERY_ENABLED = True

# --- the API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api_authentication.TokenAuthentication",
        "accounts.api_authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.api_permissions.BrokerMember"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.api.parsers.StrictJSON"],
    "DEFAULT_METADATA_CLASS": None,  # the OpenAPI document says what OPTIONS would
    "URL_FORMAT_OVERRIDE": None,
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "core.api.pagination.Newest",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["core.api.throttles.PerCaller"],
    "DEFAULT_THROTTLE_RATES": {"caller": env.str("API_RATE", "600/min")},
    "EXCEPTION_HANDLER": "core.api.problems.handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}

# --- the web
STATIC_URL = "/static/"
STATIC_ROOT = env.str("STATIC_ROOT", str(BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "static"]
_static = "whitenoise.storage.CompressedManifestStaticFilesStorage"
if DEBUG:
    _static = "django.contrib.staticfiles.storage.StaticFilesStorage"
elif not env.bool("STATIC_COMPRESS", True):  # on one's own machine, start-up time matters more than bytes
    _static = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _static},
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ["/api/v1/docs"],  # Swagger's page sets its own, looser one
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
        "report-uri": "/csp-report/",
    },
}
LIVE_RECHECK = env.float("LIVE_RECHECK", 20.0)  # seconds between two looks at who may still listen to /live/
LIVE_HEARTBEAT = env.float("LIVE_HEARTBEAT", 15.0)  # seconds of silence after which a comment keeps it open
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 63_072_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
BEHIND_PROXY = env.bool("BEHIND_PROXY", HTTPS)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$"]
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = ("__Host-sid", "__Host-csrf") if HTTPS else ("sid", "csrftoken")
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "core.views_errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
CAPTCHA = env.str("CAPTCHA", "crm.captcha.NoCaptcha")  # on public forms; the class that asks
IMPORT_MAX_BYTES = 50 * 1024 * 1024
WEBHOOKS_ANYWHERE = env.bool("WEBHOOKS_ANYWHERE", DEBUG)  # http, any port, one's own machine: never on a server
# the first brokerage's own accounts, made with it (messaging.founding); others connect theirs on their page
TWILIO_ACCOUNT_SID = env.str("TWILIO_ACCOUNT_SID", "")
TWILIO_AUTH_TOKEN = env.str("TWILIO_AUTH_TOKEN", "")
TWILIO_WHATSAPP_NUMBER = env.str("TWILIO_WHATSAPP_NUMBER", "")
TELEGRAM_BOT_TOKEN = env.str("TELEGRAM_BOT_TOKEN", "")
# stand-ins for the providers, for tests: honoured only where addresses may be anything
TWILIO_BASE_URL = env.str("TWILIO_BASE_URL", "").rstrip("/") if WEBHOOKS_ANYWHERE else ""
MAIL_API_BASE_URL = env.str("MAIL_API_BASE_URL", "").rstrip("/") if WEBHOOKS_ANYWHERE else ""
_telegram = env.str("TELEGRAM_BASE_URL", "").rstrip("/") if WEBHOOKS_ANYWHERE else ""
TELEGRAM_BASE_URL = _telegram or "https://api.telegram.org"
if env.str("SENTRY_DSN", ""):
    sentry_sdk.init(dsn=env.str("SENTRY_DSN"), send_default_pii=False)
