"""Whom a notice or a piece of work is for, as plain data; resolved to people when needed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from kaichuang.accounts.models import User
from kaichuang.parties.models import Membership, Party, RoleGrant
from kaichuang.parties.models.membership import MembershipKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """One of: a user; a party (those who act for it); a role, a unit, or a role within a unit of a programme."""

    user_id: int | None = None
    party_id: int | None = None
    role: str = ""
    unit_id: int | None = None
    programme_id: int | None = None

    @classmethod
    def of_user(cls, user_id: int) -> Audience:
        return cls(user_id=user_id)

    @classmethod
    def of_party(cls, party_id: int) -> Audience:
        return cls(party_id=party_id)

    @classmethod
    def of_role(cls, role: str, *, programme_id: int, unit_id: int | None = None) -> Audience:
        return cls(role=str(role), programme_id=programme_id, unit_id=unit_id)

    @classmethod
    def of_unit(cls, unit_id: int, *, programme_id: int) -> Audience:
        return cls(unit_id=unit_id, programme_id=programme_id)

    def __str__(self) -> str:
        parts = {
            "user": self.user_id,
            "party": self.party_id,
            "role": self.role,
            "unit": self.unit_id,
            "programme": self.programme_id,
        }
        return " ".join(f"{name}:{value}" for name, value in parts.items() if value)

    def users(self, today: date) -> QuerySet[User]:
        """The people, with a login that works, on `today`."""
        people = User.objects.filter(is_active=True)
        if self.user_id is not None:
            return people.filter(pk=self.user_id)
        if self.party_id is not None:
            members = _acting_for([self.party_id], today)
            return people.filter(Q(pk__in=members.values("user")) | Q(party=self.party_id))
        grants = RoleGrant.objects.filter(_open_on(today), programme=self.programme_id)
        if self.role:
            grants = grants.filter(role=self.role)
        if self.unit_id is not None:
            grants = grants.filter(unit=self.unit_id)
        return people.filter(pk__in=grants.values("user"))


def _open_on(today: date) -> Q:
    return Q(since__lte=today) & (Q(until=None) | Q(until__gte=today))


def _acting_for(parties: Collection[int], today: date) -> QuerySet[Membership]:
    open_now = Membership.objects.filter(_open_on(today), party__in=parties)
    return open_now.exclude(kind=MembershipKind.VIEWER)


def people_of(audiences: Iterable[Audience], today: date) -> list[User]:
    """Everybody in any of the audiences, each once."""
    wanted = list(audiences)
    resolved = people_of_each(wanted, today)
    found: dict[int, User] = {}
    for audience in wanted:
        found.update((user.pk, user) for user in resolved[audience])
    return list(found.values())


def people_of_each(audiences: Iterable[Audience], today: date) -> dict[Audience, list[User]]:
    """The people of each audience; those of many parties are looked up together."""
    wanted = set(audiences)
    parties = {audience.party_id: audience for audience in wanted if audience.party_id is not None}
    if len(parties) > 1:
        found = _people_of_parties(parties, today)
        resolved = {audience: found[party] for party, audience in parties.items()}
    else:
        resolved = {}
    return resolved | {one: list(one.users(today)) for one in wanted if one not in resolved}


def _people_of_parties(parties: Collection[int], today: date) -> dict[int, list[User]]:
    own = Party.objects.filter(pk__in=parties, user__isnull=False).values_list("pk", "user")
    pairs = {*_acting_for(parties, today).values_list("party", "user"), *own}
    users = User.objects.filter(is_active=True).in_bulk([user for _party, user in pairs])
    found: dict[int, list[User]] = {party: [] for party in parties}
    for party, user in sorted(pairs):
        if user in users:
            found[party].append(users[user])
    return found
