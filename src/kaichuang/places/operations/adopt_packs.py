"""Say which policy packs a programme runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.places.models import Programme
from kaichuang.places.permissions import may_manage_programme


@transaction.atomic
def adopt_packs(*, programme: Programme, packs: Sequence[str], actor: Actor, now: datetime) -> Programme:
    """The programme runs exactly `packs` (ids) from now on; nothing is written when it already does."""
    locked = Programme.objects.select_for_update(of=("self",)).get(pk=programme.pk)
    require(may_manage_programme(actor, locked))
    before, after = locked.packs, list(dict.fromkeys(packs))
    if before != after:
        locked.packs = after
        locked.save(update_fields=["packs"])
        payload = {"before": before, "after": after}
        record(actor=actor, now=now, action="adopt_packs", subject=locked, scope=locked.slug, payload=payload)
    return locked
