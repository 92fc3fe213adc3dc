"""Change a programme's name, calendar, superior or openness."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.places.models import Programme
from kaichuang.places.operations.create_programme import refuse_invalid
from kaichuang.places.permissions import may_manage_programme

_CHANGEABLE = ("name", "calendar", "superior", "is_public")


@transaction.atomic
def update_programme(*, programme: Programme, actor: Actor, now: datetime, **changes: Any) -> Programme:
    """Change any of name, calendar, superior, is_public; slug and place stay what they were founded with."""
    unknown = set(changes) - set(_CHANGEABLE)
    if unknown:
        raise TypeError(f"not changeable: {sorted(unknown)}")
    locked = Programme.objects.select_for_update(of=("self",)).get(pk=programme.pk)
    require(may_manage_programme(actor, locked))
    before = {name: str(getattr(locked, name)) for name in changes}
    for name, value in changes.items():
        setattr(locked, name, value)
    refuse_invalid(locked)
    locked.save(update_fields=list(changes))
    payload = {"before": before, "after": {name: str(getattr(locked, name)) for name in changes}}
    record(actor=actor, now=now, action="update", subject=locked, scope=locked.slug, payload=payload)
    return locked
