"""Every party of a programme as the rules see it: facts, derived facts, and what was granted before, column by column."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl
from django.db.models import Count, F, QuerySet, Sum
from django.db.models.functions import Coalesce

from kaichuang.cases.models import Decision, DecisionKind
from kaichuang.cases.queries.computing import bans_on
from kaichuang.facts.derived import derived_facts
from kaichuang.facts.models import Definition
from kaichuang.facts.queries import frame
from kaichuang.ledger.models import Claim
from kaichuang.ledger.operations.accounts import CNY
from kaichuang.places.models import Programme
from kaichuang.rules.measures import Rulebook
from kaichuang.rules.measures.plan import Usage

KEY = "id"


def population(programme: Programme, book: Rulebook, measure: str, *, on: date) -> pl.DataFrame:
    """One row a party of which any fact of the measure is known; money in fen, unknown is null."""
    names = facts_read(book, measure)
    published = set(Definition.objects.filter(code__in=names).values_list("code", flat=True)) | set(
        derived_facts()
    )
    table = frame(programme, codes=[name for name in names if name in published], on=on)
    columns = [
        pl.Series(name, [values.get(party, 0) for party in table[KEY]], dtype=pl.Int64)
        for name, usage in book.usages.items()
        if name in names
        for values in [prior(usage, programme, on)]
    ]
    if "banned" in names:
        barred = set(bans_on(on).values_list("party", flat=True))
        columns.append(pl.Series("banned", [party in barred for party in table[KEY]], dtype=pl.Boolean))
    return table.with_columns(columns)


def facts_read(book: Rulebook, measure: str) -> list[str]:
    """The fields that eligibility and amount of a measure depend on."""
    plan = book.plans[measure]
    goals = [goal for goal in (plan.eligible, plan.payable) if goal]
    reads = {name for goal in goals for name in book.program.depends_on(goal)}
    return sorted(name for name in reads if name in book.compiled.fields)


def prior(usage: Usage, programme: Programme, on: date) -> Mapping[int, int]:
    """Party → what was held or paid, or how often was granted, before; those without any are left out.

    A rule that counts awards of one level only is answered here by awards of every level: such a party is looked at
    by its own case, where the level is known.
    """
    rows: QuerySet[Any]
    if usage.what == "money":
        rows = Claim.objects.filter(measure__in=usage.measures, unit__code=CNY).exclude(party=None)
        if usage.span == "year":
            rows = rows.filter(year=on.year)
        total = Sum("reserved") + Sum("committed") + Sum("ordered") + Sum("paid")
        return dict(rows.values_list("party").annotate(sum=total).values_list("party", "sum"))
    rows = Decision.objects.filter(kind=DecisionKind.GRANTED, case__matter__measure__in=usage.measures)
    rows = rows.exclude(case__decisions__kind=DecisionKind.REVOKED)
    if usage.span == "year":
        rows = rows.filter(decided_on__year=on.year)
    rows = rows.annotate(whom=Coalesce(F("case__beneficiary"), F("case__party")))
    return dict(rows.values_list("whom").annotate(times=Count("pk")).values_list("whom", "times"))
