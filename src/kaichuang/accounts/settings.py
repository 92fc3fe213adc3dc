"""Settings of django-allauth, star-imported by `kaichuang.settings`."""

from __future__ import annotations

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
