"""Demo lists of Ninghai: one that has ended, one that is open with an objection being checked, one draft."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kaichuang.clock.problems import CalendarMissing
from kaichuang.clock.queries.calendars import calendar_of
from kaichuang.clock.queries.today import business_date
from kaichuang.kit.actor import Actor, ActorKind
from kaichuang.parties.demo import FIRMS
from kaichuang.parties.models import Party, Role, RoleGrant, Unit
from kaichuang.places.models import Programme
from kaichuang.publicity.columns import ColumnSpec, LineSpec
from kaichuang.publicity.models import Announcement
from kaichuang.publicity.operations import (
    accept_objection,
    announce,
    close_due,
    decide_objection,
    lodge_objection,
    open_announcement,
)

_PLACE = "ninghai"
_CONTACT = "宁海县科学技术局综合科，电话 0574-00000000（演示）。也可在本页网上提出。"
_AWARD = (
    ColumnSpec("party", "申请主体", "Applicant"),
    ColumnSpec("person", "负责人", "Person in charge", kind="masked", mask="name"),
    ColumnSpec("measure", "支持事项", "Support"),
    ColumnSpec("amount", "拟支持金额", "Amount", kind="money"),
)
_RECOGNITION = (
    ColumnSpec("space", "众创空间", "Makerspace"),
    ColumnSpec("party", "运营单位", "Operator"),
    ColumnSpec("level", "拟认定级别", "Level"),
)


def load(*, now: datetime, progress: Callable[[str], None] = lambda text: None) -> None:
    """For Ninghai; what is there stays as it is. Without a calendar for these days, only drafts."""
    programme = Programme.objects.filter(slug=_PLACE).first()
    if not settings.DEMO or programme is None or Announcement.objects.filter(programme=programme).exists():
        return
    progress(programme.name)
    today = business_date(programme, now)
    try:
        calendar = calendar_of(programme)
        before, lately = calendar.add(today, -12), calendar.add(today, -2)
    except CalendarMissing:
        before = lately = today
    with transaction.atomic():
        _ended(programme, _at(before))
        _running(programme, _at(lately))
        _draft(programme, now)
    close_due(now=now)


def _at(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(9, 30)))


def _officer(programme: Programme) -> Actor:
    """The demo's officer, in whose name it happens; the system where there is none."""
    grant = RoleGrant.objects.filter(programme=programme, role=Role.OFFICER).order_by("-pk").first()
    if grant is None:
        return Actor.system("demo", programme_id=programme.pk)

    return Actor(
        kind=ActorKind.USER,
        user_id=grant.user_id,
        name=grant.user.name,
        programme_id=programme.pk,
        unit_id=grant.unit_id,
        roles=frozenset({Role.OFFICER}),
    )


def _unit(programme: Programme) -> Unit:
    name = f"{programme.place.name}科学技术局"
    return Unit.objects.get_or_create(programme=programme, name=name)[0]


def _firm(programme: Programme, key: str) -> Party | None:
    firm = next(firm for firm in FIRMS if firm.key == key)
    name = firm.name.format(place=programme.place.short_name)
    return Party.objects.filter(registered_in=programme, name=name).first()


def _award(party: Party | None, name: str, person: str, measure: str, fen: int) -> LineSpec:
    cells = {"party": party.name if party else name, "person": person, "measure": measure, "amount": fen}
    return LineSpec(subject=party, party=party, cells=cells, amount_fen=fen)


def _ended(programme: Programme, now: datetime) -> None:
    """A recognition: one objection was upheld, the rest is through."""
    officer = _officer(programme)
    space = _firm(programme, "space")
    names = ("星火众创空间", "海湾创客工场", "梅林创业咖啡", "桃源电商创业园")
    lines = [
        LineSpec(
            subject=space if index == 0 else None,
            party=space if index == 0 else None,
            cells={
                "space": name,
                "party": space.name if space and index == 0 else f"宁海{name[:2]}创业服务有限公司（演示）",
                "level": "县级",
            },
        )
        for index, name in enumerate(names)
    ]
    row = announce(
        programme=programme,
        kind="recognition",
        title="关于拟认定县级众创空间的公示（演示）",
        text="经申报、现场核查和评审，现将拟认定的县级众创空间名单予以公示。",
        columns=_RECOGNITION,
        lines=lines,
        days=5,
        clause="NH 三(四)",
        unit=_unit(programme),
        contact=_CONTACT,
        actor=officer,
        now=now,
    )
    row = open_announcement(announcement=row, actor=officer, now=now)
    objection = lodge_objection(
        announcement=row,
        line=row.lines.get(position=4),
        text="该园区实际入驻的创业团队只有3家，与申报材料所列12家不符，请现场核查。",
        name="周文博",
        phone="19900009901",
        actor=Actor.public(programme_id=programme.pk),
        now=now + timedelta(hours=26),
    )
    later = now + timedelta(days=1, hours=4)
    accepted = accept_objection(objection=objection, actor=officer, now=later)
    decide_objection(
        objection=accepted,
        upheld=True,
        reason="经现场核查，实际入驻创业团队3家，未达到认定条件，不予认定。",
        clause="NH 三(四)",
        actor=officer,
        now=later + timedelta(hours=2),
    )


def _running(programme: Programme, now: datetime) -> None:
    """Awards: one line is being checked, one objection waits."""
    officer = _officer(programme)
    startup, service = _firm(programme, "startup"), _firm(programme, "service")
    lines = [
        _award(startup, "", "王晓东", "研发仪器设备购置补助", 186_500_00),
        _award(_firm(programme, "space"), "", "李雨晴", "众创空间运营补助", 200_000_00),
        _award(service, "", "张建国", "创业服务补助", 48_000_00),
        _award(None, "宁海乐创文具设计工作室（演示）", "刘思远", "创业场租补助", 12_000_00),
        _award(None, "宁海海风渔业科技有限公司（演示）", "陈丽华", "研发仪器设备购置补助", 73_250_50),
        _award(None, "宁海山里红农业科技有限公司（演示）", "杨志强", "研发仪器设备购置补助", 31_400_00),
    ]
    row = announce(
        programme=programme,
        kind="award",
        title="关于众创空间和创业企业扶持资金拟安排情况的公示（演示）",
        text="根据县双创扶持政策，经申报、审核，现将扶持资金拟安排情况予以公示。",
        columns=_AWARD,
        lines=lines,
        days=7,
        clause="NH 三(二)",
        unit=_unit(programme),
        contact=_CONTACT,
        actor=officer,
        now=now,
    )
    row = open_announcement(announcement=row, actor=officer, now=now)
    checked = lodge_objection(
        announcement=row,
        line=row.lines.get(position=5),
        text="该公司申报的水质检测仪发票，去年已在另一个项目中申领过补助，请核对发票号码。",
        name="吴海涛",
        phone="19900009902",
        actor=Actor.public(programme_id=programme.pk),
        now=now + timedelta(hours=3),
    )
    accept_objection(objection=checked, actor=officer, now=now + timedelta(hours=5))
    lodge_objection(
        announcement=row,
        line=row.lines.get(position=4),
        text="该工作室登记的经营地址目前已无人办公，是否符合场租补助条件请核实。",
        identity_kind="organisation",
        name="宁海桃源商会（演示）",
        email="office@demo.example",
        actor=Actor.public(programme_id=programme.pk),
        now=now + timedelta(hours=6),
    )


def _draft(programme: Programme, now: datetime) -> None:
    """A sanction list that waits for a second pair of eyes."""
    announce(
        programme=programme,
        kind="sanction",
        title="关于取消一家企业扶持资格的公示（演示）",
        text="该企业提供虚假入驻证明，拟取消三年内申报扶持资金的资格。",
        columns=(ColumnSpec("party", "企业", "Company"), ColumnSpec("fact", "事由", "Reason")),
        lines=[
            LineSpec(
                subject=None,
                cells={"party": "宁海空壳信息咨询有限公司（演示）", "fact": "提供虚假入驻证明"},
            )
        ],
        days=7,
        clause="NH 三(四)",
        unit=_unit(programme),
        contact=_CONTACT,
        actor=Actor.system("demo", programme_id=programme.pk),
        now=now,
    )
