"""What was promised to the public and what became of it, by unit and step."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from kaichuang.cases.models import Matter, Stay
from kaichuang.cases.queries.catalogue import stage_title
from kaichuang.cases.queries.performance import Performance, performance_of
from kaichuang.clock.queries import business_date
from kaichuang.entitlement.words import language, localised
from kaichuang.kit.http import Request
from kaichuang.parties.models import Unit
from kaichuang.places.models import Programme
from kaichuang.ui.charts import Chart, Series
from kaichuang.ui.components.badges import badge
from kaichuang.ui.components.values import NOTHING, percent
from kaichuang.ui.forms import FilterForm
from kaichuang.ui.tables import Column, Table, respond

_SHOWN = 12


class PerformanceFilter(FilterForm):
    """By matter, unit and the year in which cases left the step."""

    matter = forms.TypedChoiceField(label=gettext_lazy("事项"), coerce=int, empty_value=None)
    unit = forms.TypedChoiceField(label=gettext_lazy("责任单位"), coerce=int, empty_value=None)
    year = forms.TypedChoiceField(label=gettext_lazy("年度"), coerce=int, empty_value=None)

    def __init__(self, data: Any, *, programme: Programme | None) -> None:
        super().__init__(data)
        every: list[tuple[Any, Any]] = [("", _("全部"))]
        english = language() == "en"
        matters = Matter.objects.filter(programme=programme).values_list("pk", "title", "title_en")
        stays = Stay.objects.filter(case__programme=programme, deadline__isnull=False)
        units = Unit.objects.filter(programme=programme).values_list("pk", "name")
        years = (
            stays.filter(left_on__isnull=False).values_list("left_on__year", flat=True).distinct().order_by()
        )
        choices: dict[str, list[tuple[Any, Any]]] = {
            "matter": [(pk, en if english and en else localised(zh)) for pk, zh, en in matters],
            "unit": [(pk, localised(name)) for pk, name in units],
            "year": [(year, str(year)) for year in sorted(years, reverse=True)],
        }
        for name, found in choices.items():
            self.fields[name].choices = every + found  # type: ignore[attr-defined]  # a choice field


def _share(row: Performance) -> str:
    if row.share is None:
        return NOTHING
    tone = "success" if row.share >= 0.95 else "warning" if row.share >= 0.8 else "danger"
    return badge(percent(row.share), tone=tone)


def _table() -> Table:
    return Table(
        name="performance",
        caption=_("办理时限兑现情况"),
        columns=(
            Column("unit", _("责任单位"), sort="unit", wide=True),
            Column("stage", _("阶段"), value=lambda row: stage_title(row.stage)),
            Column("title", _("环节"), sort="title"),
            Column("promised", _("承诺（工作日）"), sort="promised"),
            Column("median", _("办理中位数"), value=lambda row: _rounded(row.median), kind="number", sort="median"),
            Column("ninth", _("九成件不超过"), value=lambda row: _rounded(row.ninth), kind="number", sort="ninth"),
            Column("done", _("已办件数"), kind="number", sort="done"),
            Column("share", _("按期率"), kind="percent", sort="share", show=_share),
            Column("here", _("正在办理"), kind="number", sort="here"),
            Column("overdue", _("目前逾期"), kind="number", sort="overdue", show=lambda row: badge(str(row.overdue), tone="danger") if row.overdue else "0"),
        ),
        page_size=50,
        empty_title=_("还没有办理记录"),
        empty_text=_("有申请提交并开始办理后，这里公开每个单位、每个环节的承诺和实际用时。"),
    )  # fmt: skip


def _rounded(days: float | None) -> float | None:
    return None if days is None else round(days, 1)


@require_safe
def performance(request: Request) -> HttpResponse:
    """Median and ninth decile of days taken, share on time, what is overdue now."""
    programme = request.programme or None
    filters = PerformanceFilter(request.GET, programme=programme)
    rows: list[Performance] = []
    if programme is not None:
        today = business_date(programme, request.now)
        rows = performance_of(programme, today=today, **filters.values)
    done, on_time = sum(row.done for row in rows), sum(row.on_time for row in rows)
    context = {
        "programme": programme,
        "chart": _chart(rows),
        "done": done,
        "on_time": percent(on_time / done) if done else NOTHING,
        "here": sum(row.here for row in rows),
        "overdue": sum(row.overdue for row in rows),
        "overdue_tone": "danger" if any(row.overdue for row in rows) else "success",
    }
    return respond(
        request,
        table=_table(),
        rows=rows,
        filters=filters,
        template="cases/public/performance.html",
        context=context,
    )


def _chart(rows: list[Performance]) -> Chart | None:
    """Promised beside taken, for the steps with most cases."""
    busiest = sorted((row for row in rows if row.done), key=lambda row: -row.done)[:_SHOWN]
    if not busiest:
        return None
    return Chart(
        title=_("承诺与实际用时"),
        categories=[f"{row.unit} {row.title}" for row in busiest],
        series=[
            Series(label=_("承诺"), values=[row.most for row in busiest]),
            Series(label=_("中位数"), values=[_rounded(row.median) for row in busiest]),
            Series(label=_("九成件不超过"), values=[_rounded(row.ninth) for row in busiest]),
        ],
        kind="bar-horizontal",
        unit=_("工作日"),
        decimals=1,
        height="large",
    )
