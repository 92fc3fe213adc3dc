"""For whom a user may act."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from kaichuang.accounts.models import User
from kaichuang.parties.models import Membership


def parties_of(user: User, today: date) -> list[Membership]:
    """The memberships open on `today`, with their parties, by name."""
    return list(
        Membership.objects.filter(Q(until=None) | Q(until__gte=today), user=user, since__lte=today)
        .select_related("party")
        .order_by("party__sort_key", "party_id")
    )
