"""Money by measure: what every policy measure has cost. Public (catalogue X06)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, F, Max, Q, Sum

from kaichuang.kit.actor import Actor
from kaichuang.ledger.models import Claim, Transfer
from kaichuang.ledger.operations.accounts import CNY

SMALL = 3
"""Fewer beneficiaries than this are not counted out in public (peers-markets J4)."""


@dataclass(frozen=True, slots=True)
class MeasureMoney:
    """One measure in one year, in fen; `parties` is None where it would point at single persons."""

    measure: str
    clause: str
    year: int
    claims: int
    parties: int | None
    pending: int
    committed: int
    paid: int


def money_by_measure(actor: Actor, *, year: int | None = None) -> list[MeasureMoney]:
    """Every measure of the actor's programme with its money, largest first."""
    claims = Claim.objects.filter(programme_id=actor.programme_id or 0, unit__code=CNY).exclude(measure="")
    if year is not None:
        claims = claims.filter(year=year)
    rows = list(
        claims.values("measure", "year")
        .annotate(
            claims=Count("pk"),
            parties=Count("party_id", distinct=True),
            pending=Sum("reserved"),
            committed=Sum(F("committed") + F("ordered")),
            out=Sum("paid"),
            last=Max("pk"),
        )
        .filter(Q(pending__gt=0) | Q(committed__gt=0) | Q(out__gt=0))
        .order_by("-year", "-out", "measure")
    )
    clauses = dict(Transfer.objects.filter(pk__in=[row["last"] for row in rows]).values_list("pk", "clause"))
    return [
        MeasureMoney(
            measure=row["measure"],
            clause=clauses.get(row["last"], ""),
            year=row["year"],
            claims=row["claims"],
            parties=row["parties"] if row["parties"] >= SMALL else None,
            pending=int(row["pending"]),
            committed=int(row["committed"]),
            paid=int(row["out"]),
        )
        for row in rows
    ]
