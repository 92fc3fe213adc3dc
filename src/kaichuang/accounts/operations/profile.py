"""What users say about themselves."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kaichuang.accounts.models import User
from kaichuang.accounts.queries.language import normal_language
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor


def change_profile(*, user: User, actor: Actor, now: datetime, name: str, language: str) -> User:
    """Change one's own name and language; journalled, since names stand under decisions."""
    with transaction.atomic():
        row = User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
        before = row.name
        row.name = name.strip()
        row.language = normal_language(language)
        row.save(update_fields=["name", "language"])
        if row.name != before:
            record(
                actor=actor, now=now, action="rename", subject=row, payload={"from": before, "to": row.name}
            )
    return row


def choose_language(*, user: User, language: str) -> str:
    """Remember the language of the interface; returns the one that was understood."""
    chosen = normal_language(language)
    User.objects.filter(pk=user.pk).exclude(language=chosen).update(language=chosen)
    return chosen
