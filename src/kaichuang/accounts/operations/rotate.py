"""Encrypt the secrets of second factors anew, after a data key has been put in front of the old one."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.db import transaction

from kaichuang.kit import secrets

_SECRET_FIELDS = ("secret", "seed")
"""Where allauth keeps the encrypted secret: of TOTP, and of recovery codes."""


def rotate_secrets() -> int:
    """Decrypt with whatever key fits, encrypt with the newest; returns how many second factors were rewritten."""
    count = 0
    with transaction.atomic():
        for authenticator in Authenticator.objects.select_for_update(of=("self",)).order_by("pk"):
            names = [name for name in _SECRET_FIELDS if authenticator.data.get(name)]
            for name in names:
                authenticator.data[name] = secrets.encrypt(secrets.decrypt(authenticator.data[name]))
            if names:
                authenticator.save(update_fields=["data"])
                count += 1
    return count
