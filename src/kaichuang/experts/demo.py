"""Demo experts of one place with a panel in every stage, invented; the same in every installation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from stdnum.cn import uscc

from kaichuang.accounts.demo import PASSWORD
from kaichuang.accounts.models import User
from kaichuang.clock.queries import business_date
from kaichuang.experts.drawing import draw_order
from kaichuang.experts.models import Expert, Item, Panel, Score, Seat
from kaichuang.experts.operations import (
    ItemSpec,
    PanelRules,
    accept,
    admit_expert,
    announce,
    close_panel,
    draw,
    open_panel,
    propose_expert,
    recuse,
    save_score,
    submit_scores,
)
from kaichuang.experts.queries.pool import eligible_for
from kaichuang.kit.actor import Actor, ActorKind
from kaichuang.kit.money import FEN_PER_WAN
from kaichuang.parties.models import Party, PartyKind, Relation, RelationKind, Role
from kaichuang.parties.operations import record_relation
from kaichuang.places.models import Programme

PLACE = "ninghai"
DEMO_LOGIN = "expert"
"""The account of the demo's own expert (`expert-ninghai`); eleven more have no published login name of their own."""


class Person(NamedTuple):
    """An expert of the demo; `employer` is a key of `parties.demo.FIRMS`' organisations by its body of the name."""

    name: str
    title: str
    specialities: tuple[str, ...]
    employer: str = ""


PEOPLE = (
    Person("郑文涛", "教授级高级工程师", ("machinery", "materials")),
    Person("钱雨桐", "副教授", ("it", "incubation")),
    Person("冯立新", "高级会计师", ("finance", "management", "incubation")),
    Person("沈嘉怡", "投资总监", ("investment", "incubation"), "启明创业投资"),
    Person("韩东升", "高级农艺师", ("agriculture", "incubation")),
    Person("唐若溪", "律师", ("law", "incubation")),
    Person("曹俊峰", "研究员", ("biomed", "materials", "incubation")),
    Person("许静文", "高级经济师", ("commerce", "culture", "incubation")),
    Person("邓浩然", "孵化器总经理", ("incubation", "management")),
    Person("彭思齐", "高级工程师", ("energy", "it", "incubation")),
    Person("蒋玉兰", "副研究员", ("culture", "tourism", "incubation")),
)
"""The investor's employer holds a part of one applicant, and the demo's own expert is kin of its director."""

APPLICANTS = (
    ("宁海云岭机器人有限公司", "面向模具行业的轻型协作机器人", True),
    ("宁海海鲜汇电子商务有限公司", "滩涂海产品冷链直播电商平台", False),
    ("宁海青禾生物科技有限公司", "低温活性益生菌饲料添加剂", True),
    ("宁海拾光文化创意有限公司", "十里红妆非遗数字展陈", False),
    ("宁海微澜环保科技有限公司", "养殖尾水生态处理成套设备", False),
    ("宁海精芯模具技术有限公司", "汽车轻量化压铸模具智能设计", True),
)

SHEET: dict[str, Any] = {
    "criteria": [
        {
            "code": "novelty",
            "title": "技术与模式创新",
            "title_en": "Novelty",
            "max_points": 40,
            "hint": "与同类产品或服务相比有何不同，有无自主知识产权。",
            "hint_en": "What is different from others of its kind; own intellectual property.",
        },
        {
            "code": "market",
            "title": "市场前景",
            "title_en": "Market",
            "max_points": 30,
            "hint": "目标客户、订单和增长空间。",
            "hint_en": "Customers, orders, room to grow.",
        },
        {
            "code": "team",
            "title": "团队能力",
            "title_en": "Team",
            "max_points": 20,
            "hint": "核心成员的专业背景与分工。",
            "hint_en": "Background of the core members.",
        },
        {
            "code": "jobs",
            "title": "带动就业",
            "title_en": "Jobs",
            "max_points": 10,
            "hint": "三年内预计新增就业人数。",
            "hint_en": "New jobs expected within three years.",
        },
    ],
    "recommends_amount": True,
}


def load(*, now: datetime, progress: Callable[[str], None] = lambda text: None) -> None:
    """Twelve experts, a closed panel, one being scored, one announced. Repeatable."""
    programme = Programme.objects.filter(slug=PLACE).first()
    if not settings.DEMO or programme is None or Panel.objects.filter(programme=programme).exists():
        return
    progress(programme.name)
    with transaction.atomic():
        _load(programme, now)


def _load(programme: Programme, now: datetime) -> None:
    _experts(programme, now - timedelta(days=90))
    applicants = _applicants(programme, now - timedelta(days=80))
    startup = Party.objects.filter(registered_in=programme, name__contains="新芽智能").first()
    closed = [*applicants[:5], *([startup] if startup is not None else [])]
    _closed(programme, closed, now - timedelta(days=40))
    _scoring(programme, applicants, now - timedelta(days=3))
    waiting = _panel(
        programme, "创新券第二批专家评审", applicants[:3], now - timedelta(days=1), seats=3, quota=2
    )
    announce(panel=waiting, actor=_system(programme), now=now - timedelta(days=1))


def _experts(programme: Programme, now: datetime) -> None:
    own = Party.objects.filter(user__username=f"{DEMO_LOGIN}-{programme.slug}").first()
    institute = Party.objects.filter(registered_in=programme, name__contains="研究院").first()
    if own is not None:
        _admit(programme, own, ("it", "incubation"), institute, "高级工程师", now)
    password = make_password(PASSWORD)
    for number, person in enumerate(PEOPLE, start=2):
        user, _made = User.objects.get_or_create(
            username=f"{DEMO_LOGIN}{number:02d}-{programme.slug}",
            defaults={
                "name": person.name,
                "email": f"{DEMO_LOGIN}{number:02d}-{programme.slug}@demo.example",
                "is_demo": True,
                "password": password,
            },
        )
        party = Party.objects.filter(user=user).first() or Party.objects.create(
            kind=PartyKind.PERSON,
            name=person.name,
            user=user,
            email=user.email,
            division=programme.place,
            registered_in=programme,
        )
        employer = (
            Party.objects.filter(registered_in=programme, name__contains=person.employer).first()
            if person.employer
            else None
        )
        _admit(programme, party, person.specialities, employer, person.title, now)


def _admit(
    programme: Programme,
    party: Party,
    specialities: Sequence[str],
    employer: Party | None,
    title: str,
    now: datetime,
) -> None:
    expert = propose_expert(
        programme=programme,
        party=party,
        specialities=specialities,
        employer=employer,
        home=programme.place,
        title=title,
        statement="演示数据",
        actor=_system(programme),
        now=now,
    )
    admit_expert(expert=expert, actor=_system(programme), now=now)


def _applicants(programme: Programme, now: datetime) -> list[Party]:
    made = []
    for number, (name, _project, _priority) in enumerate(APPLICANTS):
        body = f"91{programme.place_id}MADEX{number:04d}"
        code = body + uscc.calc_check_digit(body)
        party = Party.objects.filter(uscc=code).first() or Party.objects.create(
            kind=PartyKind.ORGANISATION,
            name=name,
            uscc=code,
            division=programme.place,
            registered_in=programme,
            registered_on=(now - timedelta(days=900 + 100 * number)).date(),
        )
        made.append(party)
    capital = Party.objects.filter(registered_in=programme, name__contains="启明创业投资").first()
    related = Relation.objects.filter(source=capital, target=made[0], kind=RelationKind.SHAREHOLDER)
    if capital is not None and not related.exists():
        record_relation(
            source=capital,
            target=made[0],
            kind=RelationKind.SHAREHOLDER,
            share_bp=1500,
            since=(now - timedelta(days=300)).date(),
            evidence="演示数据",
            actor=_system(programme),
            now=now,
        )
    return made


def _panel(
    programme: Programme, title: str, parties: Sequence[Party], now: datetime, *, seats: int, **rules: Any
) -> Panel:
    about = {name: (project, priority) for name, project, priority in APPLICANTS}
    items = []
    for number, party in enumerate(parties):
        project, priority = about.get(party.name, ("智能化产线视觉检测系统", False))
        items.append(
            ItemSpec.about(
                party,
                label=project,
                party=party,
                is_priority=priority,
                submitted_at=now - timedelta(days=5, hours=number),
                material=[
                    ("项目名称", project),
                    (
                        "项目简介",
                        f"{party.name}拟实施“{project}”，建设期十二个月，已完成样机和首批用户试用。",
                    ),
                    ("创新点", "核心工艺为自主研发，已申请发明专利2件；与同类产品相比成本降低约三成。"),
                    ("资金用途", "研发投入占六成，设备购置占三成，其余用于市场推广。"),
                ],
            )
        )
    return open_panel(
        programme=programme,
        title=title,
        sheet=SHEET,
        seats=seats,
        items=items,
        specialities=["incubation"],
        rules=PanelRules(ties=("priority", "criterion:novelty", "submitted_at", "draw"), **rules),
        actor=_system(programme),
        now=now,
    )


def _closed(programme: Programme, parties: Sequence[Party], now: datetime) -> None:
    """Five readers, one of whom stood back; the trimmed mean, two places fewer than items that pass."""
    panel = _panel(
        programme,
        "初创企业扶持项目专家评审",
        parties,
        now,
        seats=5,
        aggregate="trimmed",
        pass_mark=Decimal(60),
        quota=3,
    )
    system = _system(programme)
    announce(panel=panel, actor=system, now=now)
    draw(panel=panel, actor=system, now=now + timedelta(days=1))
    answering = now + timedelta(days=2)
    first = _seats(panel)[0]
    recuse(seat=first, actor=_as(first.expert), now=answering, reason="评审期间出国，不能参加。")
    for seat in _invited(panel):
        accept(seat=seat, actor=_as(seat.expert), now=answering)
    marks = ((86, 78, 82, 71, 58, 75), (88, 80, 79, 71, 62, 70), (84, 74, 85, 73, 55, 77))
    for place, seat in enumerate(_taken(panel)):
        _fill(seat, marks[place % 3], now + timedelta(days=5), shift=place)
    close_panel(panel=panel, actor=system, now=now + timedelta(days=9))


def _scoring(programme: Programme, parties: Sequence[Party], now: datetime) -> None:
    """Some have handed in, readers differ on one item, and the demo's own expert has begun."""
    panel = _panel(
        programme,
        "创客项目种子资助专家评审",
        parties[1:],
        now,
        seats=4,
        divergence_percent=20,
        quota=2,
    )
    system = _system(programme)
    source = "演示用公开种子：某期体育彩票开奖号码"
    announce(panel=panel, actor=system, now=now, seed_source=source)
    draw(panel=panel, actor=system, now=now, seed=_seed_with(panel, now))
    for seat in _invited(panel):
        accept(seat=seat, actor=_as(seat.expert), now=now)
    marks = ((74, 82, 66, 79, 88), (70, 85, 64, 76, 90), (51, 80, 69, 81, 86))
    others = [seat for seat in _taken(panel) if not _is_own(seat)]
    for place, seat in enumerate(others):
        _fill(seat, marks[place], now + timedelta(days=1), shift=0)
    for seat in _taken(panel):
        if _is_own(seat):
            items = list(Item.objects.filter(panel=panel).order_by("number"))
            _fill(seat, (76,), now + timedelta(days=2), shift=0, items=items[:1])
            _draft(seat, items[1], now + timedelta(days=2))


def _seed_with(panel: Panel, now: datetime) -> str:
    """A seed that picks the demo's own expert, whose login is published: a demo is to be looked at."""
    eligible = eligible_for(panel, on=business_date(panel.programme, now))
    own = Expert.objects.filter(
        programme=panel.programme, party__user__username=f"{DEMO_LOGIN}-{panel.programme.slug}"
    ).first()
    number = own.number if own is not None else ""
    if number not in {one.number for one in eligible.candidates}:
        return "0"
    for seed in range(1000):
        order = draw_order(seed=str(seed), panel=panel.code, candidates=eligible.candidates)
        if number in [ticket.number for ticket in order[: panel.seats_wanted]]:
            return str(seed)
    return "0"


def _fill(
    seat: Seat, totals: Sequence[int], now: datetime, *, shift: int, items: Sequence[Item] | None = None
) -> None:
    """Hand in points that add up to the totals."""
    wanted = items if items is not None else list(Item.objects.filter(panel=seat.panel).order_by("number"))
    for item, total in zip(wanted, totals, strict=False):
        _save(seat, item, _split((total + shift) * 10), (10 + total // 5) * FEN_PER_WAN, now)
    submit_scores(seat=seat, items=list(wanted), actor=_as(seat.expert), now=now)


def _draft(seat: Seat, item: Item, now: datetime) -> None:
    score = Score.objects.get(seat=seat, item=item)
    save_score(score=score, points={"novelty": 345, "market": 240}, actor=_as(seat.expert), now=now)


def _save(seat: Seat, item: Item, points: dict[str, int], amount: int, now: datetime) -> None:
    save_score(
        score=Score.objects.get(seat=seat, item=item),
        points=points,
        comments={"": "技术路线清楚，建议进一步落实首批订单。"},
        recommended_fen=amount,
        actor=_as(seat.expert),
        now=now,
    )


def _split(tenths: int) -> dict[str, int]:
    """The total over the criteria by their share of the full points."""
    points = {
        "novelty": tenths * 40 // 1000 * 10,
        "market": tenths * 30 // 1000 * 10,
        "team": tenths * 20 // 1000 * 10,
    }
    rest = tenths - sum(points.values())
    points["jobs"] = min(rest, 100)
    points["novelty"] += rest - points["jobs"]
    return points


def _seats(panel: Panel) -> list[Seat]:
    rows = Seat.objects.filter(panel=panel).select_related("panel__programme", "expert__party__user")
    return list(rows.order_by("number"))


def _invited(panel: Panel) -> list[Seat]:
    return [seat for seat in _seats(panel) if seat.state == "invited"]


def _taken(panel: Panel) -> list[Seat]:
    return [seat for seat in _seats(panel) if seat.state == "accepted"]


def _is_own(seat: Seat) -> bool:
    user = seat.expert.party.user
    return user is not None and user.username == f"{DEMO_LOGIN}-{seat.panel.programme.slug}"


def _as(expert: Expert) -> Actor:
    user = expert.party.user
    return Actor(
        kind=ActorKind.USER,
        user_id=user.pk if user is not None else None,
        name=expert.party.name,
        programme_id=expert.programme_id,
        roles=frozenset({Role.EXPERT}),
    )


def _system(programme: Programme) -> Actor:
    return Actor.system("demo", programme_id=programme.pk)
