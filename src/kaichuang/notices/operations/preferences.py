"""Save how somebody wants to be told."""

from __future__ import annotations

from datetime import time

from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require, signed_in
from kaichuang.notices.models import Preference
from kaichuang.places.models import Programme


def save_preference(
    *,
    actor: Actor,
    programme: Programme | None,
    mail: str,
    quiet_from: time,
    quiet_until: time,
    digest_at: time,
) -> Preference:
    """The actor's own preference for one programme, or without one for all others."""
    require(signed_in(actor, None))
    if actor.user_id is None:
        raise ValueError("the system has no preferences")
    values = {"mail": mail, "quiet_from": quiet_from, "quiet_until": quiet_until, "digest_at": digest_at}
    preference, _created = Preference.objects.update_or_create(
        user_id=actor.user_id, programme=programme, defaults=values
    )
    return preference
