"""Who may tell the store something, who may read what, and who does what with reports."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kaichuang.facts.models import Feed, ImportRun, Report
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import ALLOWED, Permit, denied
from kaichuang.parties.models import MembershipKind, Role
from kaichuang.parties.permissions import is_self, member_as
from kaichuang.places.models import Programme

TELLERS = (Role.OFFICER, Role.STATISTICIAN, Role.ADMINISTRATOR)
READERS = (*TELLERS, Role.LEADER, Role.FINANCE, Role.AUDITOR, Role.INSPECTOR)


def may_observe(actor: Actor, programme: Programme) -> Permit:
    """Officers, statisticians and administrators of the programme, and the system on behalf of a report or a case."""
    if actor.is_system or (actor.programme_id == programme.pk and actor.has(*TELLERS)):
        return ALLOWED
    return denied(_("只有本项目的业务经办、统计员或管理员可以录入数据。"))


def may_read_all(actor: Actor, programme: Programme) -> Permit:
    """Public servants of the programme; parties read only what is known about themselves."""
    if actor.is_system or (actor.programme_id == programme.pk and actor.has(*READERS)):
        return ALLOWED
    return denied(_("您只能查看本主体的数据。"))


def may_collect(actor: Actor, programme_id: int) -> Permit:
    """Those who collect reports in a programme: they open periods, list respondents, import tables."""
    if actor.is_system or (actor.programme_id == programme_id and actor.has(*TELLERS)):
        return ALLOWED
    if actor.is_public:
        return denied(_("请先登录。"), code="login_required")
    return denied(_("只有本项目的业务经办、统计员或管理员可以组织填报和导入数据。"), code="role_required")


def may_fill(actor: Actor, report: Report) -> Permit:
    """Owners and editors of the party that reports."""
    if actor.is_system:
        return ALLOWED
    if is_self(actor, report.party) or member_as(
        actor, report.party, MembershipKind.OWNER, MembershipKind.EDITOR
    ):
        return ALLOWED
    return denied(_("只有填报单位的负责人或经办人可以填报。"))


def may_sign(actor: Actor, report: Report) -> Permit:
    """Owners of the party: they answer for the figures."""
    if actor.is_system:
        return ALLOWED
    if is_self(actor, report.party) or member_as(actor, report.party, MembershipKind.OWNER):
        return ALLOWED
    return denied(_("报表须由填报单位负责人签署。"))


def may_review(actor: Actor, report: Report) -> Permit:
    """Statisticians, officers and administrators of the programme, never of their own party's report."""
    permit = may_collect(actor, report.programme_id)
    if not permit or actor.is_system:
        return permit
    if may_fill(actor, report):
        return denied(_("不能审核本单位的报表，请由其他人员审核。"), code="own_report")
    return ALLOWED


def may_run_import(actor: Actor, run: ImportRun | Feed) -> Permit:
    return may_collect(actor, run.programme_id)
