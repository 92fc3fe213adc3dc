"""Django settings. What an installation may change comes from the environment; see docs/settings.md."""

from __future__ import annotations

from pathlib import Path

from csp.constants import NONCE, NONE, SELF

from kaichuang.runtime import config, home, secrets

PACKAGE = Path(__file__).resolve().parent
DEMO = config.mode() == "demo"

DEBUG = config.flag("KAICHUANG_DEBUG")
SECRET_KEY = secrets.secret_key()
DATA_KEYS = [key.hex() for key in secrets.data_keys()]
BASE_URL = config.text("KAICHUANG_BASE_URL").rstrip("/")
ALLOWED_HOSTS = config.words("KAICHUANG_ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = [BASE_URL]
HTTPS = BASE_URL.startswith("https://")
PROXY_COUNT = config.number("KAICHUANG_PROXY_COUNT")

CONTEXTS = (
    "ui",
    "journal",
    "accounts",
    "places",
    "clock",
    "parties",
    "files",
    "notices",
    "facts",
    "ledger",
    "booking",
    "experts",
    "publicity",
    "policy",
    "entitlement",
    "cases",
    "support",
    "portal",
)
"""Our own apps, lowest floor first; the order of migrations, demo data and urls."""

INSTALLED_APPS = [
    *(f"kaichuang.{context}" for context in reversed(CONTEXTS)),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "ninja",
    "pgtrigger",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "kaichuang.parties.web.middleware.ActorMiddleware",
    "kaichuang.accounts.web.middleware.StrongLoginMiddleware",
    "kaichuang.portal.web.middleware.ProblemMiddleware",
]

ROOT_URLCONF = "kaichuang.urls"
WSGI_APPLICATION = "kaichuang.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kaichuang.portal.web.context.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "kaichuang.ui.templatetags.ui",
            ],
        },
    }
]
FORM_RENDERER = "kaichuang.ui.forms.Renderer"
MESSAGE_TAGS = {10: "neutral", 20: "info", 25: "success", 30: "warning", 40: "danger"}
"""Levels of django.contrib.messages in the tones of the design system."""
CSRF_FAILURE_VIEW = "kaichuang.portal.web.errors.csrf_failure"

DATABASES = {"default": config.database_settings()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
NINJA_PAGINATION_MAX_LIMIT = 500

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "static/"
STATIC_ROOT = config.path("KAICHUANG_STATIC_ROOT") or home.home_dir() / "static"
MEDIA_ROOT = home.media_dir()
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        # The demo serves straight from the packages; production collects, compresses and hashes.
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEMO
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEMO
MAX_UPLOAD_BYTES = config.number("KAICHUANG_MAX_UPLOAD_MB") * 1024 * 1024

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        # Single sign-on leaves by a form that is redirected to its server.
        "form-action": [SELF, *filter(None, [config.text("KAICHUANG_OIDC_SERVER")])],
        "frame-ancestors": [NONE],
    }
}

# Mail has many names; they are made in one place from one address.
globals().update(config.mail_settings())

PROCRASTINATE_IMPORT_PATHS = [
    f"kaichuang.{context}.tasks" for context in CONTEXTS if (PACKAGE / context / "tasks.py").exists()
]

from kaichuang.accounts.settings import *  # noqa: E402, F403  # allauth's many names have their own page
