"""Statements of account that anyone can add up again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from kaichuang.ledger.models import Account, Balance, Posting


@dataclass(frozen=True, slots=True)
class Row:
    """One posting as the statement prints it; `balance` is the running balance after it."""

    transfer_id: int
    line: int
    at: date
    kind: str
    description: str
    clause: str
    debit: int
    credit: int
    balance: int


@dataclass(frozen=True, slots=True)
class Statement:
    """Opening balance + the rows = closing balance, on the account's normal side, in its unit."""

    account: Account
    since: date
    until: date
    opening: int
    rows: tuple[Row, ...]

    @property
    def debit(self) -> int:
        return sum(row.debit for row in self.rows)

    @property
    def credit(self) -> int:
        return sum(row.credit for row in self.rows)

    @property
    def closing(self) -> int:
        return self.opening + self.account.normal * (self.debit - self.credit)


def statement(*, account: Account, since: date, until: date) -> Statement:
    """The account from `since` to `until`, both included. Whoever may see the account may have it."""
    opening = opening_balance(account=account, on=since)
    return Statement(account, since, until, opening, tuple(_rows(account, since, until, opening)))


def opening_balance(*, account: Account, on: date) -> int:
    """The balance at the beginning of a day: today's balance less what was posted since.

    Counted backwards, because statements are mostly drawn of the recent past: the cost does not grow with
    the account's age.
    """
    now = Balance.objects.get(account=account).balance
    since = Posting.objects.filter(account=account, at__gte=on).aggregate(total=Sum("amount"))["total"] or 0
    return now - account.normal * int(since)


def _rows(account: Account, since: date, until: date, opening: int) -> Iterator[Row]:
    running = opening
    postings = (
        Posting.objects.filter(account=account, at__gte=since, at__lte=until)
        .order_by("at", "transfer_id", "line")
        .values_list(
            "transfer_id",
            "line",
            "at",
            "amount",
            "transfer__kind",
            "transfer__description",
            "transfer__clause",
        )
    )
    for transfer_id, line, at, amount, kind, description, clause in postings.iterator(chunk_size=5_000):
        running += account.normal * amount
        yield Row(transfer_id, line, at, kind, description, clause, max(amount, 0), max(-amount, 0), running)
