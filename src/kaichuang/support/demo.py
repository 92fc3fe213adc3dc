"""The demo's own rows of support: budgets that the texts leave to finance, ceilings in the ledger, payee accounts.

Amounts of budgets on which the texts are silent are invented; account numbers too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from kaichuang.cases.models import Matter
from kaichuang.clock.queries import business_date
from kaichuang.entitlement.queries.books import Loaded, all_current
from kaichuang.kit.actor import Actor
from kaichuang.kit.money import FEN_PER_WAN as WAN
from kaichuang.ledger.demo import pay_due
from kaichuang.ledger.models import Budget, Payment
from kaichuang.ledger.operations import LinePlan, adopt_budget, seal
from kaichuang.parties.models import Membership, Party
from kaichuang.places.models import Programme
from kaichuang.support.models import PayeeAccount
from kaichuang.support.operations.accounts import confirm_account
from kaichuang.support.operations.caps import declare_caps
from kaichuang.support.operations.follow import follow_payments

INVENTED = 500 * WAN
"""A line whose amount the text leaves to finance."""
_PAID = frozenset({"grant", "award", "transfer", "relief", "service"})


def load(*, now: datetime, progress: Callable[[str], None] = lambda text: None) -> None:
    """Budgets, ceilings and accounts; what is there stays as it is."""
    for programme in Programme.objects.filter(pk__in=Matter.objects.values("programme")):
        system = Actor.system("demo", programme_id=programme.pk)
        progress(programme.name)
        for loaded in all_current(programme):
            _budgets(programme, loaded, system, now)
        declare_caps(programme=programme, actor=system, now=now)
    before = now - timedelta(days=6)
    _accounts(before)
    follow_payments(now=before)  # what was decided by then was ordered then
    for programme in Programme.objects.filter(pk__in=Matter.objects.values("programme")):
        _pay(programme, now)
    follow_payments(now=now)
    seal()


def _budgets(programme: Programme, loaded: Loaded, actor: Actor, now: datetime) -> None:
    """The budgets of the pack, and lines for measures for which it names none."""
    year = business_date(programme, now).year
    plans = {budget.id: list(_lines_of(loaded, budget.id)) for budget in loaded.pack.own.budgets}
    homeless = [
        LinePlan(measure.id, measure.title.zh[:120], INVENTED, clause=measure.clause)
        for measure in loaded.pack.own.measures
        if measure.kind in _PAID and measure.amount is not None and not measure.budget
    ]
    if homeless:
        plans[f"{loaded.pack.id}-X"[-20:]] = homeless
    for code, lines in plans.items():
        if Budget.objects.filter(programme=programme, year=year, code=code).exists():
            continue
        adopt_budget(
            programme=programme,
            year=year,
            code=code,
            title=_title(loaded, code),
            total=sum(line.amount for line in lines),
            lines=lines,
            document="演示数据",
            actor=actor,
            now=now,
        )


def _lines_of(loaded: Loaded, code: str) -> Iterator[LinePlan]:
    budget = next(budget for budget in loaded.pack.own.budgets if budget.id == code)
    for line in budget.lines:
        yield LinePlan(line.id[:20], line.title.zh[:120], line.amount or INVENTED, clause=line.clause)


def _title(loaded: Loaded, code: str) -> str:
    titles = {budget.id: budget.title.zh for budget in loaded.pack.own.budgets}
    return titles.get(code, "政策兑现资金")


def _accounts(now: datetime) -> None:
    """An account for every party for which somebody can sign in."""
    acting = Membership.objects.filter(until=None).values("party")
    for party in Party.objects.filter(pk__in=acting).exclude(
        pk__in=PayeeAccount.objects.filter(replaced_at=None).values("party")
    ):
        confirm_account(
            party=party,
            holder=party.name,
            bank="中国工商银行营业部",
            number=f"62220{party.pk:014d}",
            actor=Actor.system("demo"),
            now=now,
        )


def _pay(programme: Programme, now: datetime) -> None:
    """What decisions of former weeks made due is paid; what fell due these days still waits for its batch."""
    due_by = business_date(programme, now) - timedelta(days=3)
    due = Payment.objects.filter(programme=programme, batch=None, outcome="", due_on__lte=due_by)
    if due.exists():
        pay_due(programme, number=f"{due_by:%Y%m%d}-002", due_by=due_by, now=now)
