"""A user chooses the language of the pages."""

from __future__ import annotations

from kaichuang.accounts.models import User


def choose_language(*, user: User, language: str) -> None:
    """Remember `language` (a code of settings.LANGUAGES) for every device on which the user signs in."""
    if user.language != language:
        user.language = language
        user.save(update_fields=["language"])
