"""Who got what, for everybody."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kaichuang.kit.http import Request
from kaichuang.kit.money import FEN_PER_WAN
from kaichuang.places.queries import programmes_for
from kaichuang.support.queries.awards import MeasureTotal, awards_for, narrowed, totals_of
from kaichuang.support.web.forms import AwardFilter
from kaichuang.support.web.tables import AWARDS, TOTALS
from kaichuang.ui.charts import Chart, Series
from kaichuang.ui.tables import respond

_SHOWN = 12
"""Measures in the chart."""


@require_safe
def awards(request: Request) -> HttpResponse:
    """Every grant of money with its clause, and the totals by measure."""
    filters = AwardFilter(request.GET)
    filters.fields["programme"].queryset = programmes_for(request.actor)  # type: ignore[attr-defined]  # a model choice
    values = filters.values
    if "programme" in values:
        values["programme"] = values["programme"].slug
    rows = narrowed(awards_for(request.actor), **values)
    totals = totals_of(rows)
    context = {
        "totals": TOTALS.page(request, totals),
        "chart": chart_of(totals) if totals else None,
        "count": sum(total.count for total in totals),
        "granted": sum(total.granted for total in totals),
        "paid": sum(total.paid for total in totals),
    }
    return respond(
        request, table=AWARDS, rows=rows, filters=filters, template="support/awards.html", context=context
    )


def chart_of(totals: list[MeasureTotal]) -> Chart:
    """Granted and paid, in 万元."""
    shown = totals[:_SHOWN]
    return Chart(
        title=_("各项政策措施的扶持资金"),
        kind="bar-horizontal",
        unit=_("万元"),
        decimals=2,
        categories=[total.matter for total in shown],
        series=[
            Series(label=_("批准金额"), values=[total.granted / FEN_PER_WAN for total in shown]),
            Series(label=_("已付金额"), values=[total.paid / FEN_PER_WAN for total in shown]),
        ],
    )
