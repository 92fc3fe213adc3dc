"""What facts hang into the shell: navigation and what waits."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kaichuang.facts.enums import WITH_PARTY, ReportState
from kaichuang.facts.models import Report
from kaichuang.facts.permissions import READERS, TELLERS
from kaichuang.kit.actor import Actor
from kaichuang.parties.models import STAFF
from kaichuang.ui import navigation
from kaichuang.ui.navigation import Area


def is_private(actor: Actor) -> bool:
    """Whoever is no public servant of the programme comes for an organisation or for themselves."""
    return not actor.has(*STAFF)


def to_review(actor: Actor) -> int:
    return Report.objects.filter(programme=actor.programme_id, state=ReportState.SUBMITTED).count()


def to_fill(actor: Actor) -> int:
    """For the party one acts for."""
    if actor.party_id is None:
        return 0
    return Report.objects.filter(
        programme=actor.programme_id, party=actor.party_id, state__in=WITH_PARTY
    ).count()


def hang() -> None:
    """Called once at start-up."""
    section = _("数据")
    navigation.register(
        label=_("数据项目录"),
        url_name="facts:definitions",
        area=Area.DATA,
        icon="database",
        text=_("政策条件、报表和统计共用的数据项。"),
        order=60,
    )
    navigation.register(
        label=_("填报情况"),
        url_name="facts:overview",
        area=Area.WORKSPACE,
        icon="report",
        section=section,
        order=30,
        roles=READERS,
        badge=to_review,
    )
    navigation.register(
        label=_("数据导入"),
        url_name="facts:imports",
        area=Area.WORKSPACE,
        icon="file-import",
        section=section,
        order=31,
        roles=TELLERS,
    )
    navigation.register(
        label=_("我的报表"),
        url_name="facts:reports",
        area=Area.WORKSPACE,
        icon="report",
        section=_("我的"),
        order=56,
        audience=is_private,
        badge=to_fill,
    )
    navigation.register(
        label=_("本单位数据"),
        url_name="facts:mine",
        area=Area.WORKSPACE,
        icon="database",
        section=_("我的"),
        order=57,
        audience=is_private,
    )
