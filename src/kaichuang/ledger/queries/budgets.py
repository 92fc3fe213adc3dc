"""Budgets: how much of each line is free, reserved, committed, in payment and paid."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from kaichuang.kit.actor import Actor
from kaichuang.ledger.enums import STAGES, AccountKind
from kaichuang.ledger.models import Account, Budget, BudgetLine


@dataclass(frozen=True, slots=True)
class Usage:
    """The stages of a line or a whole budget, in fen; together they are what was adopted."""

    available: int = 0
    reserved: int = 0
    committed: int = 0
    ordered: int = 0
    paid: int = 0

    @property
    def total(self) -> int:
        return self.available + self.reserved + self.committed + self.ordered + self.paid

    @property
    def spent(self) -> int:
        """Paid, or at the bank."""
        return self.ordered + self.paid

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.available + other.available,
            self.reserved + other.reserved,
            self.committed + other.committed,
            self.ordered + other.ordered,
            self.paid + other.paid,
        )


@dataclass(frozen=True, slots=True)
class LineUsage:
    line: BudgetLine
    usage: Usage


@dataclass(frozen=True, slots=True)
class BudgetUsage:
    budget: Budget
    lines: tuple[LineUsage, ...]

    @property
    def usage(self) -> Usage:
        return sum((line.usage for line in self.lines), Usage())


def budgets_for(actor: Actor) -> QuerySet[Budget]:
    """The programme's budgets. They are public (catalogue X06): everybody may read them."""
    budgets = Budget.objects.all()
    return budgets if actor.is_system else budgets.filter(programme_id=actor.programme_id or 0)


def usage_of(budgets: QuerySet[Budget]) -> list[BudgetUsage]:
    """Each budget with its lines and their stages, in three queries."""
    found = list(budgets.prefetch_related("lines"))
    amounts: dict[int, dict[str, int]] = {}
    rows = Account.objects.filter(budget_line__budget__in=found, kind__in=STAGES).values_list(
        "budget_line_id", "kind", "balance__balance"
    )
    for line_id, kind, balance in rows:
        amounts.setdefault(line_id, {})[str(AccountKind(kind))] = balance
    return [
        BudgetUsage(
            budget,
            tuple(
                LineUsage(line, Usage(**amounts.get(line.pk, {})))
                for line in sorted(budget.lines.all(), key=lambda item: item.code)
            ),
        )
        for budget in found
    ]
