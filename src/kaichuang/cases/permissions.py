"""Who may do what with cases."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from kaichuang.cases.models import Case
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import ALLOWED, Permit, any_role, denied
from kaichuang.packs.schema.workflows import Move
from kaichuang.parties.models.role import STAFF, Role

READERS = frozenset({Role.ADMINISTRATOR, Role.LEADER, Role.OFFICER, Role.CLERK, Role.FINANCE, Role.AUDITOR})
"""Roles that read every case of their programme."""

may_keep_matters = any_role(Role.ADMINISTRATOR, Role.OFFICER, Role.LEADER)
"""Who opens rounds and edits matters."""

may_work = any_role(Role.OFFICER, Role.LEADER, Role.FINANCE)
"""Who notes and compares."""

may_ban = any_role(Role.LEADER, Role.ADMINISTRATOR)


def may_begin(actor: Actor, subject: Any) -> Permit:
    """Begin an application: whoever acts for a party."""
    if actor.is_system or actor.party_id is not None:
        return ALLOWED
    if actor.is_public:
        return denied(_("请先登录，再以企业或个人身份申报。"), code="login_required")
    return denied(_("请先选择您代表的企业、团队或个人，再申报。"), code="party_required")


def may_edit(actor: Actor, case: Case) -> Permit:
    """Write the application: those who act for the applicant."""
    if actor.is_system or (actor.party_id is not None and actor.party_id == case.party_id):
        return ALLOWED
    return denied(_("只有申请人可以填写这份申请。"))


def may_read(actor: Actor, case: Case) -> Permit:
    """Read a case: the applicant and its programme's staff; drafts are the applicant's own."""
    if actor.is_system or (actor.party_id is not None and actor.party_id == case.party_id):
        return ALLOWED
    if actor.programme_id == case.programme_id and actor.has(*READERS) and case.submitted_at is not None:
        return ALLOWED
    return denied(_("您不能查看这份办件。"))


def may_move(move: Move, actor: Actor, case: Case) -> Permit:
    """Whether the actor is one of those whom the table names, at the desk where the case lies."""
    if actor.is_system:
        return ALLOWED
    if "applicant" in move.by and actor.party_id is not None and actor.party_id == case.party_id:
        return ALLOWED
    roles = set(move.by) & set(STAFF)
    if not roles:
        return denied(_("这一步由申请人办理。") if "applicant" in move.by else _("这一步由系统自动办理。"))
    if actor.programme_id != case.programme_id or not actor.has(*roles):
        return denied(
            _("这一步由%(who)s办理。") % {"who": "、".join(str(Role(role).label) for role in sorted(roles))}
        )
    if actor.unit_id is not None and case.desk_id is not None and actor.unit_id != case.desk_id:
        return denied(_("该件不在您的单位办理。"), code="other_desk")
    if actor.party_id is not None and actor.party_id == case.party_id:
        return denied(_("您代表申请人，应当回避。"), code="own_case")
    return ALLOWED
