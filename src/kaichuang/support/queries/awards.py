"""Who got what: every grant of money, with what has been paid of it. Public."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Least
from django.utils.translation import get_language

from kaichuang.cases.models import Case, Decision, DecisionKind
from kaichuang.kit.actor import Actor
from kaichuang.parties.models import Party, PartyKind
from kaichuang.places.queries import programmes_for
from kaichuang.publicity import masking
from kaichuang.support.models import Recovery, RecoveryState, Tranche, TrancheState


@dataclass(frozen=True, slots=True)
class MeasureTotal:
    """All awards under one measure, in fen."""

    measure: str
    clause: str
    matter: str
    count: int
    granted: int
    paid: int


def awards_for(actor: Actor) -> QuerySet[Any]:
    """Cases that were granted money, in every programme that the actor may see; revoked ones are marked, not hidden.

    With `paid_fen`, `back_fen` (received back, with interest), `returned_fen` (of it, what had been paid), `claimed`
    (being claimed back) and `revoked`.
    """
    paid = Tranche.objects.filter(case=OuterRef("pk"), state=TrancheState.PAID).values("case")
    back = Recovery.objects.filter(case=OuterRef("pk")).values("case")
    returned = Least("received_fen", "principal_fen")
    decisions = Decision.objects.filter(case=OuterRef("pk"))
    return (
        Case.objects.filter(granted_fen__gt=0, programme__in=programmes_for(actor))
        .annotate(
            decided_on=Subquery(decisions.filter(kind=DecisionKind.GRANTED).values("decided_on")[:1]),
            paid_fen=Coalesce(Subquery(paid.annotate(total=Sum("amount_fen")).values("total")), 0),
            back_fen=Coalesce(Subquery(back.annotate(total=Sum("received_fen")).values("total")), 0),
            returned_fen=Coalesce(Subquery(back.annotate(total=Sum(returned)).values("total")), 0),
            claimed=Exists(Recovery.objects.filter(case=OuterRef("pk"), state=RecoveryState.OPEN)),
            revoked=Exists(decisions.filter(kind=DecisionKind.REVOKED)),
        )
        .select_related("programme", "matter", "party", "beneficiary")
        .order_by("-decided_at", "-pk")
    )


def narrowed(rows: QuerySet[Any], *, programme: str = "", year: int | None = None, measure: str = "",
             clause: str = "", party: str = "") -> QuerySet[Any]:  # fmt: skip
    """By programme, year of decision, measure or matter, clause, and name; persons are not found by name."""
    if programme:
        rows = rows.filter(programme__slug=programme)
    if year is not None:
        rows = rows.filter(decided_on__year=year)
    if measure:
        rows = rows.filter(Q(matter__measure__iexact=measure) | Q(matter__title__icontains=measure))
    if clause:
        rows = rows.filter(matter__clause__icontains=clause)
    if party:
        named = Party.objects.filter(name__icontains=party).exclude(kind=PartyKind.PERSON)
        rows = rows.filter(Q(beneficiary__in=named) | Q(beneficiary=None, party__in=named))
    return rows


def totals_of(rows: QuerySet[Any]) -> list[MeasureTotal]:
    """The same rows added up by measure and clause, the largest first; less what was revoked or came back."""
    found: dict[tuple[str, str], list[int]] = {}
    titles: dict[tuple[str, str], str] = {}
    values: Iterable[tuple[str, str, str, str, int, int, int]] = (
        rows.filter(revoked=False)
        .order_by()
        .values_list(
            "matter__measure",
            "matter__clause",
            "matter__title",
            "matter__title_en",
            "granted_fen",
            "paid_fen",
            "returned_fen",
        )
    )
    for measure, clause, title, title_en, granted, paid, returned in values:
        if returned >= granted:
            continue
        sums = found.setdefault((measure, clause), [0, 0, 0])
        sums[0] += 1
        sums[1] += granted - returned
        sums[2] += paid - returned
        titles[measure, clause] = titled(title, title_en)
    totals = [
        MeasureTotal(measure, clause, titles[measure, clause], *sums)
        for (measure, clause), sums in found.items()
    ]
    return sorted(totals, key=lambda total: (-total.granted, total.measure))


def public_name(case: Case) -> str:
    """Who got it; a person's name is shortened."""
    party = case.beneficiary or case.party
    return masking.name(party.name) if party.kind == PartyKind.PERSON else party.name


def titled(title: str, english: str) -> str:
    """A title in the reader's language, as far as there is one."""
    return english if english and (get_language() or "").startswith("en") else title
