"""Settings of django-allauth, star-imported by `kaichuang.settings`."""

from __future__ import annotations

from typing import Any

from kaichuang.runtime import config

_SECURE = config.text("KAICHUANG_BASE_URL").startswith("https://")

CACHES = {
    "default": {
        # Shared by all processes: rate limits and used one-time codes must hold across them.
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "django_cache",
        # With Django's 300 a flood of guesses would wash the counters of earlier guesses out.
        "OPTIONS": {"MAX_ENTRIES": 50_000, "CULL_FREQUENCY": 10},
    }
}

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "kaichuang.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "kaichuang.accounts.web.forms.NameForm"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no mail to strangers on request of strangers
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_CONFIRM_EMAIL_ON_GET = False  # mail scanners follow links
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_USERNAME_MIN_LENGTH = 3
ACCOUNT_USERNAME_BLACKLIST = ["admin", "administrator", "root", "system", "kaichuang"]
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if _SECURE else "http"

ALLAUTH_TRUSTED_PROXY_COUNT = config.number("KAICHUANG_PROXY_COUNT")

MFA_ADAPTER = "kaichuang.accounts.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
# A passkey login stands for both factors, so the authenticator must have verified the person.
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _SECURE
# Codes are remembered as used for one period; a tolerance would outlive that memory.
MFA_TOTP_TOLERANCE = 0
MFA_TOTP_ISSUER = "开创"

USERSESSIONS_ADAPTER = "allauth.usersessions.adapter.DefaultUserSessionsAdapter"
USERSESSIONS_TRACK_ACTIVITY = True

SOCIALACCOUNT_ADAPTER = "kaichuang.accounts.adapters.SocialAccountAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_AUTO_SIGNUP = True
SOCIALACCOUNT_EMAIL_REQUIRED = False  # many government accounts have a telephone number only
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
# A foreign account is linked by its owner, signed in here, and never because an e-mail address is the same.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = False
SOCIALACCOUNT_PROVIDERS: dict[str, dict[str, Any]] = {}

OIDC_PROVIDER_ID = "gov-sso"
OIDC_STRONG_VALUES = frozenset(config.words("KAICHUANG_OIDC_STRONG"))
"""Values of `acr` or `amr` in the ID token that mean: the single sign-on has asked for a second factor."""

if config.text("KAICHUANG_OIDC_SERVER"):
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": OIDC_PROVIDER_ID,
                "name": config.text("KAICHUANG_OIDC_NAME"),
                "client_id": config.text("KAICHUANG_OIDC_CLIENT_ID"),
                "secret": config.text("KAICHUANG_OIDC_SECRET"),
                "settings": {
                    "server_url": config.text("KAICHUANG_OIDC_SERVER"),
                    "token_auth_method": "client_secret_basic",
                    "oauth_pkce_enabled": True,
                },
            }
        ],
    }
