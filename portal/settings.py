"""Django's settings: values only, from the environment where an installation may differ.

docs/architecture.md lists the environment variables.
"""

from datetime import timedelta

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from portal import rest, servers
from portal.env import (
    env_bool,
    env_choice,
    env_int,
    env_keys,
    env_list,
    env_pairs,
    env_path,
    env_secret,
    env_str,
    workers_for_this_machine,
)
from portal.servers.homes import BASE_DIR

# Where things are. PORTAL_FILES is private: no URL leads to it, views check the right and stream.
PORTAL_DATA = env_path("PORTAL_DATA", BASE_DIR / "var")
PORTAL_FILES = PORTAL_DATA / "files"

EMBEDDED = servers.embedded_database()
HTTPS = env_bool("PORTAL_HTTPS", default=not EMBEDDED)
DEBUG = env_bool("PORTAL_DEBUG", default=False)
SECRET_KEY = servers.secret_key() if EMBEDDED else env_secret("PORTAL_SECRET_KEY")
# What earlier keys signed still holds: receipts above all.
SECRET_KEY_FALLBACKS = env_list("PORTAL_OLD_SECRET_KEYS")
# Seal identity numbers and secrets in the database; the first seals, all of them open.
PORTAL_DATA_KEYS = [servers.data_key()] if EMBEDDED else env_keys("PORTAL_DATA_KEYS")
ALLOWED_HOSTS = env_list("PORTAL_HOSTS", ["127.0.0.1", "localhost", "[::1]"] if EMBEDDED else [])
CSRF_TRUSTED_ORIGINS = env_list("PORTAL_ORIGINS")

# One word answers every picture code: for tests and the demo's own check, never in earnest.
PORTAL_TEST_CAPTCHA = env_str("PORTAL_TEST_CAPTCHA")
if PORTAL_TEST_CAPTCHA and not EMBEDDED:
    raise ImproperlyConfigured(
        "PORTAL_TEST_CAPTCHA is set together with DATABASE_URL: it would open the sign-in to "
        "anyone, so it works on the embedded servers only. Unset one of the two."
    )

INSTALLED_APPS = [
    "portal",
    "accounts",
    "tracing",
    "accounts.staff.apps.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "axes",
    "captcha",
    "csp",
    "django_htmx",
    "heroicons",
    "import_export",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "portal.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # Before anything that asks for whom the site is: a supervisor calls it by any name.
    "portal.middleware.HealthMiddleware",
    # Before everything that is for browsers: sessions, forms, who is signed in.
    "portal.interface_middleware.InterfaceMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "portal.middleware.ReadableTextMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.signing_in.middleware.SignInMiddleware",
    "accounts.signing_in.middleware.NoStoreMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["portal.templatetags.session"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.pages.shell.shell",
            ],
        },
    },
]

FORM_RENDERER = "portal.pages.form_renderer.WholeTexts"

# Whose site this is: the lines of the footer, in this order; an empty one is not shown.
PORTAL_FOOTER = {
    "主办单位": env_str("PORTAL_OWNER"),
    "联系电话": env_str("PORTAL_TELEPHONE"),
    "地址": env_str("PORTAL_ADDRESS"),
    "ICP备案号": env_str("PORTAL_ICP"),
    "公安备案号": env_str("PORTAL_POLICE_RECORD"),
    "网站标识码": env_str("PORTAL_SITE_CODE"),
}

# Data
DATABASES = {"default": servers.database_settings()}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": servers.redis_url(1),
        "OPTIONS": {"socket_timeout": 5, "socket_connect_timeout": 5},
    },
}
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": PORTAL_FILES},
    },
    "staticfiles": {"BACKEND": "portal.static_files.StaticFiles"},
}
MEDIA_ROOT = PORTAL_FILES
FILE_UPLOAD_HANDLERS = [
    "tracing.uploads.upload_handlers.LimitedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "tracing.uploads.upload_handlers.ArrivingUpload",
]
# What a request may bring beside files, which the handlers above count: the longest text of all
# forms is a list of 1,000 codes, and the most fields the 100 ticked rows of a list. Django reads
# no more, so that nothing ever works on megabytes that somebody pasted or sent on purpose.
DATA_UPLOAD_MAX_MEMORY_SIZE = 512 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 10
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
STATIC_URL = "/static/"
STATIC_ROOT = PORTAL_DATA / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REST_FRAMEWORK, SPECTACULAR_SETTINGS = rest.REST_FRAMEWORK, rest.SPECTACULAR_SETTINGS
# What one key may do (tracing/api/rates.py); generous to software, not to what runs wild.
PORTAL_API_CALLS_A_MINUTE = env_int("PORTAL_API_CALLS_A_MINUTE", 1_200, least=1)
PORTAL_API_ROWS_A_MINUTE = env_int("PORTAL_API_ROWS_A_MINUTE", 1_000_000, least=1)
PORTAL_API_ROWS_AN_HOUR = env_int("PORTAL_API_ROWS_AN_HOUR", 20_000_000, least=1)

# Accounts
AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "accounts.backends.AccountBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"accounts.signing_in.passwords.{name}"}
    for name in ("LengthValidator", "GuessedValidator", "OwnWordsValidator")
]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/login/"
CAPTCHA_CHALLENGE_FUNCT = "portal.pages.captcha.challenge"
# Who approves the 资质认证 of a unit: staff, or nobody, as in the demo.
PORTAL_APPROVALS = env_choice("PORTAL_APPROVALS", ("staff", "automatic"), "staff")
# Where SMS go: a file in PORTAL_DATA, standard error, or a provider by HTTP
# (accounts/signing_in/sms_sending.py).
PORTAL_SMS = env_choice("PORTAL_SMS", ("file", "console", "http"), "file" if EMBEDDED else "http")
PORTAL_SMS_URL = env_str("PORTAL_SMS_URL")
PORTAL_SMS_TOKEN = env_str("PORTAL_SMS_TOKEN")
if PORTAL_SMS == "http" and not PORTAL_SMS_URL.startswith(("https://", "http://")):
    raise ImproperlyConfigured(
        "PORTAL_SMS_URL is not set to an address that begins with https:// or http://: the one of "
        "the SMS provider is expected, because SMS go by HTTP (PORTAL_SMS). Set PORTAL_SMS_URL, or "
        "PORTAL_SMS to file or console."
    )
# All SMS of a local day together; beyond it nothing is sent, and the log says so as an error.
PORTAL_SMS_DAILY = env_int("PORTAL_SMS_DAILY", 10_000, least=1)
# Whether unit accounts and agents prove a browser by SMS before they sign in there the first time.
PORTAL_SIGN_IN_SMS = env_choice(
    "PORTAL_SIGN_IN_SMS", ("off", "new-device"), "off" if EMBEDDED else "new-device"
)
# A session ends after this long without a sign of its user, with the browser, and after a working
# day at the latest.
PORTAL_IDLE = timedelta(minutes=env_int("PORTAL_IDLE_MINUTES", 30, least=3, most=600))
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = 10 * 60 * 60
# With this prefix browsers take a cookie from this very host alone, and by HTTPS alone.
PORTAL_COOKIE_PREFIX = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME = f"{PORTAL_COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{PORTAL_COOKIE_PREFIX}csrftoken"
# Else messages would be kept in a cookie, and outlive the session.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# How many proxies of ours stand in front: that many last entries of X-Forwarded-For are believed.
PORTAL_PROXIES = env_int("PORTAL_PROXIES", 0, most=9)
# Failures lock one account at one address, whatever the account was called
# (accounts/signing_in/lockout.py).
AXES_FAILURE_LIMIT = env_int("PORTAL_SIGN_IN_FAILURES", 5, least=1)
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_USERNAME_CALLABLE = "accounts.signing_in.lockout.locked_name"
AXES_CLIENT_IP_CALLABLE = "accounts.core.origin.client_address"
AXES_LOCKOUT_CALLABLE = "accounts.signing_in.lockout.locked_out"
# Sign-ins stand in the operation log.
AXES_DISABLE_ACCESS_LOG = True
# Its list of failures would show mobile numbers.
AXES_ENABLE_ADMIN = False

# Safety in the browser: nothing inline, nothing from another host.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    },
}
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
# The health pages are asked for by the machine itself, without a proxy in between.
# Calls of the interface are refused in words instead (portal/interface_middleware.py).
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^api/v1(/|$)"]
if PORTAL_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Language and time
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# Checks of records: "fault=off|warn|error", separated by commas, where an installation must differ
# from the catalogue (docs/records.md lists the faults).
PORTAL_CHECK_LEVELS = env_pairs("PORTAL_CHECK_LEVELS")

# A unit that does not own a code sees the nodes of others only once somebody else's upload names
# it as sender or receiver. True shows them as soon as it has uploaded the code itself.
PORTAL_TRACE_UNCORROBORATED = env_bool("PORTAL_TRACE_UNCORROBORATED", default=False)

# Whether webhooks may lead to addresses of this machine and of private networks, and to http.
PORTAL_WEBHOOK_PRIVATE = env_bool("PORTAL_WEBHOOK_PRIVATE", default=False)

# Background work; queues and times are in portal/celery.py. The first two are also promises of how
# many processes work on a queue, from which the turns are made (tracing/jobs/turns.py).
PORTAL_IMPORT_WORKERS = env_int(
    "PORTAL_IMPORT_WORKERS", workers_for_this_machine(), least=1, most=64
)
PORTAL_EXPORT_WORKERS = env_int("PORTAL_EXPORT_WORKERS", 1, least=1, most=64)
# MiB of memory that one process of a worker may use, its reader of workbooks not counted.
PORTAL_WORKER_MEMORY = env_int("PORTAL_WORKER_MEMORY", 1024, least=256)
CELERY_BROKER_URL = servers.broker_url()
CELERY_TASK_ALWAYS_EAGER = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "request_id": {"()": "portal.logs.RequestIdFilter"},
        "refusal": {"()": "portal.logs.RefusalFilter"},
    },
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "filters": ["request_id", "refusal"],
            "formatter": "line",
        },
    },
    "root": {"handlers": ["stderr"], "level": env_str("PORTAL_LOG_LEVEL", "INFO")},
    "loggers": {
        "django": {"propagate": True, "handlers": [], "level": "INFO"},
        # Sign-ins stand in the operation log; locks and failures are warnings.
        "axes": {"level": "WARNING"},
    },
}
