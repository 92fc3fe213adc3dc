"""Trends of facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from kaichuang.facts.models import Definition, Observation
from kaichuang.ui.charts import Chart, Series

_FEWEST = 2
"""Points that make a trend."""


def chart_of_party(definition: Definition, rows: Sequence[Observation]) -> Chart | None:
    """What we hold now of one fact about one party, over the time of which it is true."""
    if definition.type not in ("int", "money") or len(rows) < _FEWEST:
        return None
    ordered = sorted(rows, key=lambda row: str(row.valid.lower or ""))
    return _chart(definition, [(row.valid.lower, row.number) for row in ordered])


def chart_of_programme(definition: Definition, rows: Sequence[Mapping[str, Any]]) -> Chart | None:
    """The sum over all parties of the programme, period by period."""
    if len(rows) < _FEWEST:
        return None
    return _chart(definition, [(row["valid"].lower, int(row["total"])) for row in rows])


def _chart(definition: Definition, points: Sequence[tuple[Any, int | None]]) -> Chart:
    is_money = definition.type == "money"
    values = [
        None if number is None else float(Decimal(number) / 1_000_000) if is_money else number
        for _day, number in points
    ]
    return Chart(
        title=_("“%(title)s”的变化") % {"title": definition.words},
        categories=[_label(definition, day) for day, _number in points],
        series=[Series(label=definition.words, values=values)],
        kind="line",
        unit=_("万元") if is_money else definition.unit,
        decimals=2 if is_money else 0,
    )


def _label(definition: Definition, day: Any) -> str:
    if day is None:
        return "—"
    if definition.period == "year":
        return str(day.year)
    if definition.period == "quarter":
        return f"{day.year}-Q{(day.month + 2) // 3}"
    return f"{day:%Y-%m}" if definition.period == "month" else str(day)
