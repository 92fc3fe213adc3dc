"""The demo's money: Ninghai's special fund (NH-M1) and Qingdao's innovation vouchers (QD-M5).

Budgets, rates and ceilings are those of the texts; the single claims are invented, and so is the yearly budget of
Qingdao's vouchers, on which the text is silent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from kaichuang.accounts.models import User
from kaichuang.clock.queries import business_date
from kaichuang.kit.actor import Actor, ActorKind
from kaichuang.kit.money import FEN_PER_WAN as WAN
from kaichuang.ledger.enums import Dimension, Period
from kaichuang.ledger.models import Budget, Claim
from kaichuang.ledger.operations import (
    LinePlan,
    Pool,
    adopt_budget,
    approve_batch,
    commit,
    declare_limit,
    make_batch,
    pool_named,
    reconcile,
    request_payment,
    reserve,
    seal,
    send_batch,
)
from kaichuang.parties.models import Party
from kaichuang.places.models import Programme

CLAUSE = "NH 三(二)"


class Story(NamedTuple):
    """A claim and how far it has come: reserved, committed, due or paid."""

    key: str
    line: str
    measure: str
    role: str
    amount: int
    text: str
    reached: str


NINGHAI = (
    Story("m2-county", "L2", "NH-M2", "operator", 20 * WAN, "县级众创空间认定补助", "paid"),
    Story("m2-city", "L2", "NH-M2", "operator", 10 * WAN, "升为市级众创空间，增加补助", "paid"),
    Story("m4-tools", "L2", "NH-M4", "operator", 15 * WAN, "研发软件和仪器设备购置补助（30%）", "due"),
    Story("m5-contest", "L2", "NH-M5", "operator", 8 * WAN, "联办创业赛事补助（20%）", "committed"),
    Story("m6-3315", "L2", "NH-M6", "provider", 5 * WAN, "引进3315计划个人项目", "due"),
    Story("m3-centre", "L2", "NH-M3", "provider", 5 * WAN, "县级创客服务中心补助", "committed"),
    Story("m1-daily", "L1", "NH-M1", "operator", 60 * WAN, "县科创中心孵化器上半年运营", "paid"),
    Story("m1-build", "L1", "NH-M1", "operator", 45 * WAN, "孵化器二期建设", "reserved"),
)
QINGDAO = (
    Story("qd-1", "V", "QD-M5", "founder", 3 * WAN, "创新券：检验检测", "paid"),
    Story("qd-2", "V", "QD-M5", "founder", 2 * WAN, "创新券：知识产权", "committed"),
    Story("qd-3", "V", "QD-M5", "founder", 4 * WAN, "创新券：研发设计", "reserved"),
)


def load(*, now: datetime, progress: Callable[[str], None] = lambda text: None) -> None:
    """Budgets, limits, claims and payments of the two places; what is there stays as it is."""
    for slug, work in (("ninghai", _ninghai), ("qingdao", _qingdao)):
        programme = Programme.objects.filter(slug=slug).first()
        if programme is None:
            continue
        year = business_date(programme, now).year
        if not Budget.objects.filter(programme=programme, year=year).exists():
            progress(programme.name)
            work(programme, year, now)
    seal()


def _ninghai(programme: Programme, year: int, now: datetime) -> None:
    system = Actor.system("demo", programme_id=programme.pk)
    adopt_budget(
        programme=programme,
        year=year,
        code="NH-M1",
        title=f"{year}年众创空间专项资金",
        total=500 * WAN,
        lines=[
            LinePlan("L1", "县科创中心科技孵化器", 200 * WAN, "建设及日常运营", CLAUSE, "县级"),
            LinePlan(
                "L2", "引进、合作、培训和企业扶持", 300 * WAN, "引进众创空间和重大项目等", CLAUSE, "县级"
            ),
        ],
        document="宁政发〔2016〕32号",
        clause=CLAUSE,
        actor=system,
        now=now,
    )
    for code, name, period, ceiling in (
        ("NH-M4-year", "设备和软件购置补助每家每年上限", Period.YEAR, 20 * WAN),
        ("NH-M3-life", "县级创客服务中心补助上限", Period.LIFETIME, 5 * WAN),
    ):
        declare_limit(
            programme=programme,
            code=code,
            name=name,
            dimension=Dimension.PARTY,
            period=period,
            ceiling=ceiling,
            measure=code[:5],
            clause=CLAUSE,
            actor=system,
            now=now,
        )
    _tell(programme, f"{year}.NH-M1", NINGHAI, CLAUSE, now)


def _qingdao(programme: Programme, year: int, now: datetime) -> None:
    clause = "QD 四(二)"
    system = Actor.system("demo", programme_id=programme.pk)
    adopt_budget(
        programme=programme,
        year=year,
        code="QD-M5",
        title=f"{year}年科技创新券（演示数额）",
        total=500 * WAN,
        lines=[LinePlan("V", "创新券兑付", 500 * WAN, "由众创空间向创客发放", clause, "市级")],
        document="演示数据",
        clause=clause,
        actor=system,
        now=now,
    )
    declare_limit(
        programme=programme,
        code="QD-M5-issuer",
        name="每个众创空间每年发放创新券上限",
        dimension=Dimension.ISSUER,
        period=Period.YEAR,
        ceiling=100 * WAN,
        measure="QD-M5",
        clause=clause,
        actor=system,
        now=now,
    )
    _tell(programme, f"{year}.QD-M5", QINGDAO, clause, now)


def _tell(programme: Programme, budget: str, stories: Sequence[Story], clause: str, now: datetime) -> None:
    today = business_date(programme, now)
    parties = {role: _party(programme, role) for role in {story.role for story in stories} | {"operator"}}
    issuer = parties["operator"]
    system = Actor.system("demo", programme_id=programme.pk)
    paid: list[Story] = []
    for story in stories:
        pool = pool_named(programme_id=programme.pk, code=f"{budget}.{story.line}")
        _reserve(programme, pool, story, parties[story.role], issuer, clause, today, now, system)
        if story.reached == "paid":
            paid.append(story)
    if paid:
        pay_due(programme, number=f"{today:%Y%m%d}-001", due_by=today, now=now)
    for story in stories:
        if story.reached == "due":
            _request(programme, story, parties[story.role], today)


def _reserve(
    programme: Programme,
    pool: Pool,
    story: Story,
    party: Party | None,
    issuer: Party | None,
    clause: str,
    today: date,
    now: datetime,
    actor: Actor,
) -> None:
    posted = reserve(
        pool=pool,
        amount=story.amount,
        key=f"demo:{story.key}",
        at=today,
        actor=actor,
        party_id=party.pk if party else None,
        issuer_id=issuer.pk if issuer and story.measure == "QD-M5" else None,
        measure=story.measure,
        clause=clause,
        description=story.text,
        expires_at=now + timedelta(days=90) if story.reached == "reserved" else None,
    )
    if story.reached == "reserved":
        return
    claim = Claim.objects.get(pk=posted.id)
    commit(
        claim=claim,
        amount=story.amount,
        key=f"demo:{story.key}:commit",
        at=today,
        actor=actor,
        now=now,
        clause=clause,
    )
    if story.reached == "paid":
        _request(programme, story, party, today)


def _request(programme: Programme, story: Story, party: Party | None, today: date) -> None:
    claim = Claim.objects.get(
        pk__in=programme.ledger_transfers.filter(key=f"demo:{story.key}").values("pk"), programme=programme
    )
    request_payment(
        claim=claim,
        amount=story.amount,
        payee=party.name if party else story.text,
        bank="演示银行营业部",
        account_number=f"62000000{claim.pk:08d}",
        purpose=story.text[:60],
        due_on=today,
    )


def pay_due(programme: Programme, *, number: str, due_by: date, now: datetime) -> None:
    """A batch made by one finance officer and checked by another, with the bank's good news."""
    today = business_date(programme, now)
    maker, checker = _officer(programme, "finance"), _officer(programme, f"finance-{programme.slug}")
    if maker is None or checker is None:
        return
    batch = make_batch(programme=programme, number=number, due_by=due_by, actor=maker, now=now)
    approve_batch(batch=batch, actor=checker, now=now)
    send_batch(batch=batch, actor=maker, now=now)
    rows = [
        f"{pk},成功,{today.isoformat()}," for pk in batch.payments.order_by("pk").values_list("pk", flat=True)
    ]
    data = "\r\n".join(["支付编号,结果,日期,说明", *rows]).encode()
    reconcile(batch=batch, data=data, actor=maker, now=now)


def _officer(programme: Programme, username: str) -> Actor | None:
    user = User.objects.filter(username=username).first()
    if user is None:
        return None
    return Actor(
        kind=ActorKind.USER,
        user_id=user.pk,
        name=user.name,
        programme_id=programme.pk,
        roles=frozenset({"finance"}),
    )


def _party(programme: Programme, role: str) -> Party | None:
    """The demo's organisation of a role in this place."""
    return Party.objects.filter(
        kind="organisation", memberships__user__username=f"{role}-{programme.slug}"
    ).first()
