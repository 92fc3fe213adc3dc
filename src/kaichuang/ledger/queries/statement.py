"""Statements of account that anyone can add up again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from django.db.models import QuerySet, Sum

from kaichuang.ledger.models import Account, Balance, Posting


class _Sides(Protocol):
    @property
    def debit(self) -> int: ...
    @property
    def credit(self) -> int: ...


class AddedUp:
    """What has rows with debits and credits, added up in its unit."""

    __slots__ = ()
    rows: Sequence[_Sides]

    @property
    def debit(self) -> int:
        return sum(row.debit for row in self.rows)

    @property
    def credit(self) -> int:
        return sum(row.credit for row in self.rows)


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
class Statement(AddedUp):
    """Opening balance + the rows = closing balance, on the account's normal side, in its unit."""

    account: Account
    since: date
    until: date
    opening: int
    rows: tuple[Row, ...]

    @property
    def closing(self) -> int:
        return self.opening + self.account.normal * (self.debit - self.credit)


def statement(*, account: Account, since: date, until: date) -> Statement:
    """The account from `since` to `until`, both included. Whoever may see the account may have it."""
    opening = opening_balance(account=account, on=since)
    postings = Posting.objects.filter(account=account, at__gte=since, at__lte=until)
    rows = tuple(rows_of(postings, opening=opening, normal=account.normal))
    return Statement(account, since, until, opening, rows)


def opening_balance(*, account: Account, on: date) -> int:
    """The balance at the beginning of a day: today's balance less what was posted since.

    Counted backwards, because statements are mostly drawn of the recent past: the cost does not grow with
    the account's age.
    """
    now = Balance.objects.get(account=account).balance
    since = Posting.objects.filter(account=account, at__gte=on).aggregate(total=Sum("amount"))["total"] or 0
    return now - account.normal * int(since)


def rows_of(postings: QuerySet[Posting], *, opening: int, normal: int = 1) -> Iterator[Row]:
    """The postings in their order, each with the balance after it."""
    told = ("at", "amount", "transfer__kind", "transfer__description", "transfer__clause")
    ordered = postings.order_by("at", "transfer_id", "line").values_list("transfer_id", "line", *told)
    running = opening
    for transfer_id, line, at, amount, kind, description, clause in ordered.iterator(chunk_size=5_000):
        running += normal * amount
        yield Row(transfer_id, line, at, kind, description, clause, max(amount, 0), max(-amount, 0), running)
