"""For whom a user may act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from kaichuang.accounts.models import User
from kaichuang.parties.models import Membership, Party


@dataclass(frozen=True, slots=True)
class Choice:
    """A party, and as what the user may act for it, in words."""

    party: Party
    note: str


def parties_of(user: User, today: date) -> list[Choice]:
    """The user's own person first, then the parties that admitted the user and are open on `today`, by name."""
    person = Party.objects.filter(user=user, closed_on=None).first()
    members = (
        Membership.objects.filter(Q(until=None) | Q(until__gte=today), user=user, since__lte=today)
        .filter(party__closed_on=None)
        .select_related("party")
        .order_by("party__sort_key", "party_id")
    )
    own = [Choice(person, _("本人"))] if person is not None else []
    return own + [
        Choice(member.party, f"{member.party.get_kind_display()} · {member.get_kind_display()}")
        for member in members
    ]
