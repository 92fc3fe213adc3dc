"""Grant and revoke roles in a programme."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from kaichuang.accounts.models import User
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, refuse_if
from kaichuang.parties.models import Role, RoleGrant, Unit
from kaichuang.parties.permissions import may_grant_roles
from kaichuang.places.models import Programme


@transaction.atomic
def grant_role(
    *,
    user: User,
    programme: Programme,
    role: str,
    since: date,
    actor: Actor,
    now: datetime,
    unit: Unit | None = None,
    until: date | None = None,
) -> RoleGrant:
    """The user holds `role` from `since` to `until` (inclusive; open when None), as a member of `unit`."""
    locked = Programme.objects.select_for_update(of=("self",), no_key=True).get(pk=programme.pk)
    require(may_grant_roles(actor, locked))
    refuse_if(_problems(user, locked, role, since, until, unit))
    grant = RoleGrant.objects.create(
        user=user, programme=locked, role=role, unit=unit, since=since, until=until
    )
    payload = {
        "user": user.pk,
        "username": user.username,
        "role": role,
        "unit": unit.name if unit else "",
        "since": str(since),
        "until": str(until or ""),
    }
    record(actor=actor, now=now, action="grant_role", subject=grant, scope=locked.slug, payload=payload)
    return grant


@transaction.atomic
def revoke_role(*, grant: RoleGrant, actor: Actor, now: datetime, today: date, reason: str) -> RoleGrant:
    """The role ends at once: yesterday was its last day. One administrator must remain."""
    programme = Programme.objects.select_for_update(of=("self",), no_key=True).get(pk=grant.programme_id)
    require(may_grant_roles(actor, programme))
    current = RoleGrant.objects.get(pk=grant.pk)
    problems: list[Problem] = []
    if not reason.strip():
        problems.append(Problem("reason_required", _("请填写撤销角色的理由。"), field="reason"))
    if current.until is not None and current.until < today:
        problems.append(Problem("ended", _("该角色已于%(day)s到期。") % {"day": current.until}))
    if current.role == Role.ADMINISTRATOR and not _other_administrator(current, today):
        problems.append(Problem("last_administrator", _("这是本项目唯一的管理员。请先授予另一位管理员。")))
    refuse_if(problems)
    payload = {"user": current.user_id, "role": current.role}
    record(
        actor=actor,
        now=now,
        action="revoke_role",
        subject=current,
        scope=programme.slug,
        reason=reason,
        payload=payload,
    )
    if current.since >= today:  # it never came into force on an earlier day
        current.delete()
    else:
        current.until = today - timedelta(days=1)
        current.save(update_fields=["until"])
    return current


def _problems(
    user: User, programme: Programme, role: str, since: date, until: date | None, unit: Unit | None
) -> list[Problem]:
    problems: list[Problem] = []
    if role not in Role.values:
        problems.append(Problem("role_invalid", _("请选择角色。"), field="role"))
    if until is not None and until < since:
        problems.append(Problem("until_before_since", _("截止日期不能早于起始日期。"), field="until"))
    if unit is not None and unit.programme_id != programme.pk:
        problems.append(Problem("foreign_unit", _("该单位不属于本项目。"), field="unit"))
    held = RoleGrant.objects.filter(user=user, programme=programme, role=role)
    overlapping = [
        grant
        for grant in held
        if (until is None or grant.since <= until) and (grant.until is None or grant.until >= since)
    ]
    if overlapping:
        message = _("该用户在%(since)s至%(until)s已有此角色，请先撤销或错开日期。") % {
            "since": overlapping[0].since,
            "until": overlapping[0].until or _("长期"),
        }
        problems.append(Problem("role_held", message))
    return problems


def _other_administrator(grant: RoleGrant, today: date) -> bool:
    others = RoleGrant.objects.filter(programme_id=grant.programme_id, role=Role.ADMINISTRATOR, until=None)
    return others.filter(since__lte=today).exclude(pk=grant.pk).exists()
