"""Who may do what with resources and bookings."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kaichuang.booking.models import Booking, Resource, Strike
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import ALLOWED, Permit, denied
from kaichuang.parties.models import Party, Role
from kaichuang.places.models import Programme


def _in_programme(actor: Actor, programme_id: int) -> bool:
    return actor.programme_id == programme_id


def may_keep(actor: Actor, resource: Resource) -> Permit:
    """The owner's operators, and officers and administrators of the programme: approve, override, declare outages."""
    if actor.is_system:
        return ALLOWED
    if _in_programme(actor, resource.programme_id):
        if actor.has(Role.OFFICER, Role.ADMINISTRATOR):
            return ALLOWED
        if actor.has(Role.OPERATOR) and actor.party_id == resource.owner_id:
            return ALLOWED
    return denied(_("只有管理单位的运营人员或业务经办可以进行此操作。"))


def may_book(actor: Actor, resource: Resource) -> Permit:
    """Whoever is signed in and acts for a party; keepers also on behalf of others."""
    if actor.is_public:
        return denied(_("请先登录后预约。"), code="login_required")
    if actor.party_id is None and not may_keep(actor, resource):
        return denied(_("请先选择您代表的主体（个人、团队或单位）。"), code="party_required")
    return ALLOWED


def may_change(actor: Actor, booking: Booking) -> Permit:
    """The party that booked, the user who did it, and the resource's keepers."""
    if actor.is_system or (actor.party_id is not None and actor.party_id == booking.party_id):
        return ALLOWED
    if actor.user_id is not None and actor.user_id == booking.booked_by_id:
        return ALLOWED
    return may_keep(actor, booking.resource) or denied(_("只有预约方或管理单位可以更改此预约。"))


def is_side_of_party(actor: Actor, booking: Booking) -> bool:
    """Whether the actor acts for the party that booked, and not as keeper; timed jobs act for nobody."""
    if actor.party_id is not None and actor.party_id == booking.party_id:
        return True
    booked = actor.user_id is not None and actor.user_id == booking.booked_by_id
    return booked and not may_keep(actor, booking.resource)


def may_decide(actor: Actor, booking: Booking) -> Permit:
    """The keepers of the resource booked."""
    return may_keep(actor, booking.resource)


def may_appeal(actor: Actor, strike: Strike) -> Permit:
    """The party that got the strike."""
    if actor.party_id is not None and actor.party_id == strike.party_id:
        return ALLOWED
    return denied(_("只有被记录的主体可以申诉。"))


def may_answer(actor: Actor, strike: Strike) -> Permit:
    """Officers and administrators of the programme; never the party itself."""
    if actor.party_id == strike.party_id:
        return denied(_("不能处理本主体的申诉。"))
    if actor.has(Role.OFFICER, Role.ADMINISTRATOR) and _in_programme(actor, strike.booking.programme_id):
        return ALLOWED
    return denied(_("只有业务经办可以处理申诉。"))


def system(actor: Actor, booking: object) -> Permit:
    """Timed jobs, or whoever the calling operation has checked already."""
    return ALLOWED if actor.is_system else denied(_("此操作由系统自动进行。"))


def may_add(actor: Actor, owner: Party) -> Permit:
    """New resources: operators for the party they act for, officers and administrators for any in the programme."""
    if actor.is_system or actor.has(Role.OFFICER, Role.ADMINISTRATOR):
        return ALLOWED
    if actor.has(Role.OPERATOR) and actor.party_id is not None and actor.party_id == owner.pk:
        return ALLOWED
    return denied(_("只有管理单位的运营人员或业务经办可以登记资源。"))


def may_rule(actor: Actor, programme: Programme) -> Permit:
    """Quotas of a kind and the ladder: officers and administrators of the programme."""
    if actor.is_system:
        return ALLOWED
    if actor.has(Role.OFFICER, Role.ADMINISTRATOR) and _in_programme(actor, programme.pk):
        return ALLOWED
    return denied(_("只有业务经办和管理员可以设置本项目的预约规则。"))
