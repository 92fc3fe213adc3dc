"""Who may tell the store something, and who may read what."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import ALLOWED, Permit, denied
from kaichuang.parties.models import Role
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
