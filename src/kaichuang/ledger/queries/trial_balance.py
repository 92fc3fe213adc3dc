"""The trial balance: every account, and the proof that debits equal credits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from kaichuang.ledger.models import Account, Posting
from kaichuang.ledger.queries.statement import AddedUp


@dataclass(frozen=True, slots=True)
class TrialRow:
    account: Account
    debit: int
    credit: int

    @property
    def balance(self) -> int:
        """On the account's normal side."""
        return self.account.normal * (self.debit - self.credit)


@dataclass(frozen=True, slots=True)
class TrialBalance(AddedUp):
    """The rows of one unit, added up from the postings (not from the kept balances)."""

    unit: str
    until: date | None
    rows: tuple[TrialRow, ...]

    @property
    def balanced(self) -> bool:
        return self.debit == self.credit


def trial_balance(*, programme_id: int, until: date | None = None) -> list[TrialBalance]:
    """One trial balance for every unit of the programme, of all postings up to and including `until`."""
    accounts = list(
        Account.objects.filter(programme_id=programme_id).select_related("unit", "balance").order_by("code")
    )
    postings = Posting.objects.filter(account__programme_id=programme_id)
    if until is not None:
        postings = postings.filter(at__lte=until)
    debits = dict(
        postings.filter(amount__gt=0).values_list("account_id").annotate(total=Sum("amount")).order_by()
    )
    credits = dict(
        postings.filter(amount__lt=0).values_list("account_id").annotate(total=Sum("amount")).order_by()
    )
    units: dict[str, list[TrialRow]] = {}
    for account in accounts:
        row = TrialRow(account, int(debits.get(account.pk, 0)), -int(credits.get(account.pk, 0)))
        if row.debit or row.credit:
            units.setdefault(account.unit.code, []).append(row)
    return [TrialBalance(unit, until, tuple(rows)) for unit, rows in sorted(units.items())]
