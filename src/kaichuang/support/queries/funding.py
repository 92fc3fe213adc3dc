"""Which budget lines pay for a case, and what happens when they have too little."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Q, QuerySet

from kaichuang.cases.models import Case, Shortfall
from kaichuang.cases.queries.years import year_of
from kaichuang.entitlement.queries.books import compiled
from kaichuang.ledger.enums import AccountKind, BudgetState
from kaichuang.ledger.models import Balance, BudgetLine
from kaichuang.rules.measures import Entitlement
from kaichuang.rules.measures.model import CostShare
from kaichuang.rules.measures.scope import symbol
from kaichuang.rules.measures.values import parse_value
from kaichuang.rules.pots import apportion


@dataclass(frozen=True, slots=True)
class Funder:
    """A line and the part of the cost that it carries."""

    line: BudgetLine
    share: Fraction

    @property
    def pool(self) -> str:
        return self.line.pool


def shortfall_of(case: Case) -> str:
    """The rule declared for a pot that is too small: the round's, else the matter's."""
    return case.round.shortfall if case.round is not None else str(case.version.file.matter.shortfall)


def shortfall_label(rule: str) -> str:
    return str(Shortfall(rule).label)


def funders_of(case: Case, found: Entitlement | None) -> list[Funder]:
    """The lines that pay: the one that the measure names, else the one whose code (or whose budget's) is the measure.

    Where levels share the cost and each has a line, all of them. Empty where finance has opened none.
    """
    if found is None:
        return []
    for year in _years(case, found):
        lines = _lines(case, year, found)
        shared = _shared(list(lines), found)
        if shared:
            return shared
        line = _one(lines, found)
        if line is not None:
            return [Funder(line, Fraction(1))]
    return []


def split(amount: int, funders: list[Funder]) -> list[tuple[BudgetLine, int]]:
    """The amount in parts by share, whole fen that add up exactly; a part of nothing is left out."""
    scale = 1
    for funder in funders:
        scale *= funder.share.denominator
    weights = {str(at): int(funder.share * scale) for at, funder in enumerate(funders)}
    parts = apportion(weights, amount)
    return [(funder.line, parts[str(at)]) for at, funder in enumerate(funders) if parts[str(at)]]


def left_in(line: BudgetLine) -> int:
    """Fen of a line that nobody has reserved."""
    return sum(
        Balance.objects.filter(
            programme_id=line.budget.programme_id, pool=line.pool, kind=AccountKind.AVAILABLE
        ).values_list("balance", flat=True)
    )


def line_name(case: Case, found: Entitlement | None) -> str:
    """The line that should pay, in words, for those who have to open it."""
    if found is not None and found.budget:
        return found.budget
    return case.matter.measure or case.matter.code


def _years(case: Case, found: Entitlement) -> list[int]:
    """The round's year, or the year claimed for, or that of the application; for money without years any earlier one."""
    first = case.round.year if case.round is not None else year_of(case)
    years = list(dict.fromkeys([first, case.as_of.year]))
    code = found.budget.partition("/")[0] if found.budget else ""
    budgets = {budget.id: budget for budget in compiled(case.version.pack_version)[0].own.budgets}
    if code in budgets and budgets[code].period == "validity":
        earlier = BudgetLine.objects.filter(
            budget__programme=case.programme_id, budget__code=code, budget__year__lt=min(years)
        ).values_list("budget__year", flat=True)
        years += sorted(set(earlier), reverse=True)
    return years


def _lines(case: Case, year: int, found: Entitlement) -> QuerySet[BudgetLine]:
    measure = found.measure.id
    wanted = Q(code=measure) | Q(budget__code=measure)
    if found.budget:
        wanted |= Q(budget__code=found.budget.partition("/")[0])
    return (
        BudgetLine.objects.filter(
            wanted, budget__programme=case.programme_id, budget__year=year, budget__state=BudgetState.ADOPTED
        )
        .select_related("budget")
        .order_by("budget", "code")
    )


def _one(lines: QuerySet[BudgetLine], found: Entitlement) -> BudgetLine | None:
    if found.budget:
        code, _slash, line = found.budget.partition("/")
        return lines.filter(budget__code=code, code=line).first()
    return lines.first()


def _shared(lines: list[BudgetLine], found: Entitlement) -> list[Funder]:
    """One line for each level that pays; none unless every level has one."""
    funders = []
    for share in found.measure.sharing:
        part = _part(share, found)
        line = next((line for line in lines if line.funder == share.payer), None)
        if line is None or part is None:
            return []
        funders.append(Funder(line, part))
    return funders if sum((funder.share for funder in funders), Fraction(0)) == 1 else []


def _part(share: CostShare, found: Entitlement) -> Fraction | None:
    """A share written as a figure (60%) or as the name of a parameter."""
    try:
        value = parse_value(share.share, "ratio")
    except ValueError:
        value = found.values.get(f"{symbol(found.measure.id)}.{share.share}")
    return value if isinstance(value, Fraction) else Fraction(value) if isinstance(value, int) else None
