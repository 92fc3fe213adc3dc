"""Who may do what with parties, memberships, roles and relations."""

from __future__ import annotations

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import ALLOWED, Permit, any_role, denied
from kaichuang.parties.models import Membership, MembershipKind, Party, Role
from kaichuang.places.models import Programme
from kaichuang.places.permissions import role_in_programme
from kaichuang.places.queries.divisions import is_within

REGISTRARS = (Role.ADMINISTRATOR, Role.OFFICER)
"""They keep the register of parties of their place."""

may_keep_register = any_role(*REGISTRARS)
"""Officers and administrators of the current programme."""

may_grant_roles = role_in_programme(Role.ADMINISTRATOR)
"""Administrators of the programme in which the role is held."""

may_ask_conflicts = any_role(
    Role.ADMINISTRATOR, Role.LEADER, Role.OFFICER, Role.FINANCE, Role.AUDITOR, Role.INSPECTOR
)
"""Public servants who assign reviewers and decide cases: the answer names relations between persons."""


def in_care(actor: Actor, party: Party) -> bool:
    """Whether the party belongs to the actor's programme: registered there, or seated in its place."""
    if actor.programme_id is None:
        return False
    if party.registered_in_id == actor.programme_id:
        return True
    place = Programme.objects.filter(pk=actor.programme_id).values_list("place_id", flat=True).first()
    return place is not None and party.division_id is not None and is_within(party.division_id, place)


def open_on(day: date) -> Q:
    """Rows with `since` and `until` that hold on `day`."""
    return Q(since__lte=day) & (Q(until=None) | Q(until__gte=day))


def member_as(actor: Actor, party: Party, *kinds: str, on: date | None = None) -> bool:
    """Whether the actor's user is a member of the party in one of `kinds` (on a day; else still)."""
    if actor.user_id is None:
        return False
    held = open_on(on) if on is not None else Q(until=None)
    return Membership.objects.filter(held, user_id=actor.user_id, party=party, kind__in=kinds).exists()


def is_self(actor: Actor, party: Party) -> bool:
    """Whether the party is the actor's own person."""
    return actor.user_id is not None and party.user_id == actor.user_id


def may_register_organisation(actor: Actor, subject: object) -> Permit:
    """Everybody with a login: they become its owner."""
    if actor.is_public:
        return denied(_("请先登录。"), code="login_required")
    return ALLOWED


def may_edit_party(actor: Actor, party: Party) -> Permit:
    """Its owners and editors, the person itself, and the registrars of its place."""
    if actor.is_system or is_self(actor, party):
        return ALLOWED
    if actor.is_public:
        return denied(_("请先登录。"), code="login_required")
    if member_as(actor, party, MembershipKind.OWNER, MembershipKind.EDITOR):
        return ALLOWED
    if actor.has(*REGISTRARS) and in_care(actor, party):
        return ALLOWED
    return denied(_("只有该主体的负责人、经办人或当地业务部门可以修改。"))


def may_manage_members(actor: Actor, party: Party) -> Permit:
    """Its owners; the person itself; the registrars of its place, who help when no owner is left."""
    if actor.is_system or is_self(actor, party) or member_as(actor, party, MembershipKind.OWNER):
        return ALLOWED
    if actor.has(*REGISTRARS) and in_care(actor, party):
        return ALLOWED
    return denied(_("只有该主体的负责人可以管理成员。"))


def may_close_party(actor: Actor, party: Party) -> Permit:
    """Its owners and the registrars of its place."""
    return may_manage_members(actor, party)


def may_reveal(actor: Actor, party: Party) -> Permit:
    """The person itself, owners of the party, and public servants with a case to handle in its place."""
    if actor.is_system or is_self(actor, party) or member_as(actor, party, MembershipKind.OWNER):
        return ALLOWED
    if actor.has(*REGISTRARS, Role.FINANCE, Role.AUDITOR) and in_care(actor, party):
        return ALLOWED
    return denied(_("您无权查看该主体的完整个人信息。"))


def may_record_relation(actor: Actor, parties: tuple[Party, Party]) -> Permit:
    """Registrars of the place of either party; owners and editors of either, for what they declare themselves."""
    permits = [may_edit_party(actor, party) for party in parties]
    return next((permit for permit in permits if permit), permits[0])
