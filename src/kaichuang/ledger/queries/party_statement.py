"""What a party was paid and what it owes, as a statement that anyone can add up again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from kaichuang.ledger.enums import AccountKind
from kaichuang.ledger.models import Posting
from kaichuang.ledger.operations.accounts import CNY
from kaichuang.ledger.queries.statement import AddedUp, Row, Statement, rows_of
from kaichuang.parties.models import Party
from kaichuang.places.models import Programme


@dataclass(frozen=True, slots=True)
class Section(AddedUp):
    """One account of a statement: `opening` + what was added - what was taken away = `closing`, in its unit."""

    code: str
    title: str
    unit: str
    opening: int
    rows: tuple[Row, ...]
    normal: int = 1

    @property
    def closing(self) -> int:
        return self.opening + self.normal * (self.debit - self.credit)


def section_of(drawn: Statement) -> Section:
    """The statement of one account."""
    account = drawn.account
    return Section(account.code, account.name, account.unit.code, drawn.opening, drawn.rows, account.normal)


def party_statement(*, party: Party, programme: Programme, since: date, until: date) -> tuple[Section, ...]:
    """What the programme paid to the party less what was returned or claimed back, and what the party owes it.

    From `since` to `until`, both included, in fen. Whoever may see the party's claims may have it.
    """
    mine = Posting.objects.filter(
        transfer__programme=programme, transfer__claim__party=party, account__unit__code=CNY
    )
    paid = mine.filter(account__kind=AccountKind.PAID)
    owed = mine.filter(account__kind=AccountKind.RECEIVABLE)
    return (
        _section("paid", _("已拨付"), paid, since, until),
        _section("owed", _("应退还"), owed, since, until),
    )


def _section(code: str, title: str, postings: QuerySet[Posting], since: date, until: date) -> Section:
    before = postings.filter(at__lt=since).aggregate(total=Sum("amount"))["total"]
    opening = int(before or 0)
    during = postings.filter(at__gte=since, at__lte=until)
    return Section(code, title, CNY, opening, tuple(rows_of(during, opening=opening)))
