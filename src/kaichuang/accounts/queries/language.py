"""Languages of the interface."""

from __future__ import annotations

from django.conf import settings


def normal_language(code: str | None) -> str:
    """One of `settings.LANGUAGES`, whatever a browser or an old row says; Simplified Chinese if nothing fits."""
    wanted = (code or "").lower()
    known = [language for language, _ in settings.LANGUAGES]
    return next(
        (language for language in known if wanted == language or wanted.startswith(language + "-")),
        settings.LANGUAGE_CODE,
    )
