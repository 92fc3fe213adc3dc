"""The money of cases for those who keep it, and for those who get it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Least

from kaichuang.cases.models import Case, Holding
from kaichuang.kit.actor import Actor
from kaichuang.ledger.enums import Outcome
from kaichuang.support.models import Instruction, PayeeAccount, Recovery, Tranche


@dataclass(frozen=True, slots=True)
class MeasureMoney:
    """The money of all cases under one measure, clause and year, in fen."""

    measure: str
    clause: str
    year: int
    cases: int
    held: int
    committed: int
    ordered: int
    paid: int
    owed: int


def money_of_programme(actor: Actor) -> list[MeasureMoney]:
    """By measure, clause and year: held, committed, on its way, paid, and owed back."""
    holdings = Holding.objects.filter(case__programme=actor.programme_id or 0)
    rows = (
        holdings.values("claim__measure", "case__matter__clause", "claim__year")
        .annotate(
            held=Sum("claim__reserved"),
            committed=Sum("claim__committed"),
            ordered=Sum("claim__ordered"),
            paid=Sum("claim__paid"),
            owed=Sum("claim__receivable"),
        )
        .order_by("-claim__year", "claim__measure", "case__matter__clause")
    )
    counts: dict[tuple[str, str, int], set[int]] = {}
    for measure, clause, year, case in holdings.values_list(
        "claim__measure", "case__matter__clause", "claim__year", "case"
    ):
        counts.setdefault((measure, clause, year), set()).add(case)
    return [
        MeasureMoney(
            measure=row["claim__measure"],
            clause=row["case__matter__clause"],
            year=row["claim__year"],
            cases=len(counts[row["claim__measure"], row["case__matter__clause"], row["claim__year"]]),
            **{name: int(row[name]) for name in ("held", "committed", "ordered", "paid", "owed")},
        )
        for row in rows
    ]


def waiting_for_money(actor: Actor) -> QuerySet[Any]:
    """Accepted cases, not yet decided, for which less is held than they may get; in the order in which they came.

    With `held_fen` and `lacks_fen`.
    """
    held = (
        Holding.objects.filter(case=OuterRef("pk"))
        .order_by()
        .values("case")
        .annotate(total=Sum("claim__reserved"))
        .values("total")
    )
    # Least passes over what is not known.
    wanted = Coalesce(F("proposed_fen"), Least(F("ceiling_fen"), F("requested_fen")), 0)
    return (
        Case.objects.filter(
            programme=actor.programme_id or 0,
            stage__in=("review", "publicity", "decision"),
            ended_at=None,
            granted_fen=None,
            ceiling_fen__gt=0,
        )
        .annotate(held_fen=Coalesce(Subquery(held), 0))
        .annotate(lacks_fen=wanted - F("held_fen"))
        .filter(lacks_fen__gt=0)
        .select_related("matter", "party", "round")
        .order_by("submitted_at", "pk")
    )


def tranches_for(actor: Actor) -> QuerySet[Tranche]:
    """What the party that the actor acts for is paid."""
    party = actor.party_id or 0
    return (
        Tranche.objects.filter(Q(case__beneficiary=party) | Q(case__beneficiary=None, case__party=party))
        .select_related("case__matter", "case__programme")
        .order_by("-case__decided_at", "number")
    )


@dataclass(frozen=True, slots=True)
class Bounce:
    """What the bank said of a payment that is to be made again, and whether it still waits for another account."""

    note: str
    is_held: bool
    is_corrected: bool


def bounces_of(tranches: Iterable[Tranche]) -> dict[int, Bounce]:
    """Of those whose payment came back and is in no new batch yet, by tranche."""
    rows = Instruction.objects.filter(
        tranche__in=list(tranches),
        payment__batch=None,
        payment__outcome=Outcome.PENDING,
        payment__retries__isnull=False,
    ).select_related("payment__retries")
    found = {}
    for one in rows:
        new, old = one.payment, one.payment.retries
        if old is not None:
            same = (new.payee, new.bank, new.account_number) == (old.payee, old.bank, old.account_number)
            found[one.tranche_id] = Bounce(old.outcome_note, new.is_held, not same)
    return found


def recoveries_for(actor: Actor) -> QuerySet[Recovery]:
    """What the party has to pay back; for public servants of money, all of their programme."""
    rows = Recovery.objects.select_related("case__matter", "case__programme", "party").prefetch_related(
        "instalments", "receipts"
    )
    if actor.is_system:
        return rows
    seen = Q(party=actor.party_id or 0)
    if actor.has("finance", "leader", "auditor", "officer"):
        seen |= Q(case__programme=actor.programme_id)
    return rows.filter(seen)


def account_for(actor: Actor) -> PayeeAccount | None:
    """The account to which the party is paid."""
    return PayeeAccount.objects.filter(party=actor.party_id or 0, replaced_at=None).first()
