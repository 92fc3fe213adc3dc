"""Lists of the pages of facts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from kaichuang.facts.enums import TONES, WITH_PARTY, ImportState, ReportState
from kaichuang.facts.models import Definition, ImportRun, Observation, Report, Source
from kaichuang.facts.queries.about import Known
from kaichuang.facts.queries.uses import Use
from kaichuang.facts.values import show
from kaichuang.facts.words import period_of
from kaichuang.ui.components.badges import badge
from kaichuang.ui.components.values import NOTHING, day, money, period
from kaichuang.ui.components.values import deadline as deadline_html
from kaichuang.ui.tables import Column, Table

SOURCE_TONES = {Source.DECLARED: "neutral", Source.REPORTED: "info", Source.DERIVED: "success"}
IMPORT_TONES = {
    ImportState.UPLOADED: "neutral",
    ImportState.PREVIEWED: "warning",
    ImportState.RUNNING: "info",
    ImportState.APPLIED: "success",
    ImportState.FAILED: "danger",
    ImportState.DROPPED: "neutral",
}


def report_badge(report: Report) -> str:
    return str(badge(report.get_state_display(), tone=TONES[ReportState(report.state)]))


def value_html(definition: Definition, value: Any, *, unit: bool = True) -> str:
    """A value with its unit."""
    if definition.type == "money" and unit:
        return str(money(value))
    text = f"{value:,}" if definition.type == "int" and isinstance(value, int) else show(definition, value)
    return (
        format_html('{} <span class="kc-unit">{}</span>', text, definition.unit)
        if definition.unit and unit
        else text
    )


def valid_html(since: date | None, until: date | None) -> str:
    """The time of which something is true; `until` is the first day after it."""
    from datetime import timedelta

    if since is None and until is None:
        return _("一直")
    return str(period(start=since, end=until - timedelta(days=1) if until else None))


def age_words(days: int | None) -> str:
    if days is None:
        return ""
    if days <= 0:
        return _("当日")
    return ngettext("%(n)d 天前", "%(n)d 天前", days) % {"n": days}


def known_table(party_id: int, query: str) -> Table:
    def address(row: Known) -> str:
        return reverse("facts:history", args=[party_id, row.code]) + (f"?{query}" if query else "")

    return Table(
        name="known",
        caption=gettext_lazy("已知数据"),
        columns=(
            Column(
                "title", gettext_lazy("数据项"), value="definition.words", sort="x", url=address, wide=True
            ),
            Column(
                "value",
                gettext_lazy("值"),
                value=lambda row: show(row.definition, row.value),
                show=lambda row: value_html(row.definition, row.value, unit=False),
            ),
            Column("unit", gettext_lazy("单位"), value="definition.unit"),
            Column(
                "valid",
                gettext_lazy("所属期间"),
                value=lambda row: f"{row.since or ''}/{row.until or ''}",
                show=lambda row: valid_html(row.since, row.until),
            ),
            Column(
                "source",
                gettext_lazy("来源"),
                value=lambda row: Source(row.source).label,
                show=lambda row: badge(Source(row.source).label, tone=SOURCE_TONES[Source(row.source)]),
                sort="x",
            ),
            Column(
                "origin",
                gettext_lazy("出处"),
                value=lambda row: str(row.origin) if row.origin else _("平台登记"),
                wide=True,
            ),
            Column(
                "age",
                gettext_lazy("数据时点"),
                value=lambda row: row.origin.data_as_of if row.origin else None,
                show=lambda row: (
                    format_html("{}<br><small>{}</small>", day(row.origin.data_as_of), age_words(row.age))
                    if row.origin
                    else _("实时")
                ),
                sort="x",
            ),
        ),
        page_size=100,
        empty_title=gettext_lazy("这一天没有已知数据"),
        empty_text=gettext_lazy("可以换一个日期，或在报表、申请中填报。"),
    )


def history_table(definition: Definition) -> Table:
    return Table(
        name="history",
        caption=gettext_lazy("全部记录"),
        columns=(
            Column(
                "value",
                gettext_lazy("值"),
                value=lambda row: show(definition, row.value),
                show=lambda row: value_html(definition, row.value),
            ),
            Column(
                "valid",
                gettext_lazy("所属期间"),
                value=lambda row: f"{row.valid.lower or ''}/{row.valid.upper or ''}",
                show=lambda row: valid_html(row.valid.lower, row.valid.upper),
            ),
            Column("since", gettext_lazy("何时得知"), value="recorded_at", kind="time"),
            Column("state", gettext_lazy("是否现行"), value=_standing, show=_standing_badge),
            Column("origin", gettext_lazy("出处"), value="origin", show=_origin_link),
            Column("as_of", gettext_lazy("数据时点"), value="origin.data_as_of", kind="day"),
        ),
        page_size=50,
        empty_title=gettext_lazy("没有记录"),
    )


def _standing(row: Observation) -> str:
    if row.known.isempty:
        return _("当即更正")
    return _("现行有效") if row.known.upper_inf else _("已被取代")


def _standing_badge(row: Observation) -> str:
    current = not row.known.isempty and row.known.upper_inf
    words = _standing(row)
    if current:
        return str(badge(words, tone="success"))
    until = day(row.known.upper, time=True) if not row.known.isempty else ""
    return format_html("{}<br><small>{}</small>", badge(words, tone="neutral"), until)


def _origin_link(row: Observation) -> str:
    report = getattr(row.origin, "report", None) if row.origin.kind == "report" else None
    if report is not None:
        return format_html('<a href="{}">{}</a>', reverse("facts:report", args=[report.pk]), row.origin)
    return str(row.origin)


def definition_table(uses: Mapping[str, list[Use]]) -> Table:
    return Table(
        name="definitions",
        caption=gettext_lazy("数据项目录"),
        columns=(
            Column(
                "title",
                gettext_lazy("名称"),
                value="words",
                sort="title",
                url=lambda row: reverse("facts:definition", args=[row.code]),
                wide=True,
            ),
            Column("code", gettext_lazy("代码"), kind="code", sort="code"),
            Column("type", gettext_lazy("类型"), value=lambda row: row.get_type_display(), sort="type"),
            Column("unit", gettext_lazy("单位"), sort="unit", minor=True),
            Column(
                "period", gettext_lazy("期间"), value=lambda row: PERIOD_WORDS.get(row.period, row.period)
            ),
            Column("source", gettext_lazy("来源"), value=lambda row: Source(row.source).label, sort="source"),
            Column(
                "uses",
                gettext_lazy("用于"),
                value=lambda row: "、".join(use.id for use in uses.get(row.code, ())),
                show=lambda row: "、".join(use.id for use in uses.get(row.code, ())[:4]) or str(NOTHING),
            ),
        ),
        default_sort="code",
        page_size=50,
        empty_title=gettext_lazy("没有符合条件的数据项"),
    )


PERIOD_WORDS = {
    "moment": gettext_lazy("时点"),
    "case": gettext_lazy("每件"),
    "month": gettext_lazy("按月"),
    "quarter": gettext_lazy("按季"),
    "year": gettext_lazy("按年"),
    "lifetime": gettext_lazy("终身"),
    "once": gettext_lazy("一次"),
}


def report_table(today: date, *, for_collectors: bool) -> Table:
    """The reports of a party (by form and period), or of a form and period (by party)."""

    def due(row: Report) -> str:
        met = row.submitted_on if row.state not in WITH_PARTY else None
        return str(deadline_html(row.due_on, today=today, met_on=met))

    first = (
        Column(
            "party",
            gettext_lazy("填报单位"),
            value="party.name",
            sort="party__sort_key",
            url=lambda row: reverse("facts:report", args=[row.pk]),
            wide=True,
        )
        if for_collectors
        else Column(
            "form",
            gettext_lazy("报表"),
            value="form.words",
            sort="form_code",
            url=lambda row: reverse("facts:report", args=[row.pk]),
            wide=True,
        )
    )
    return Table(
        name="reports",
        caption=gettext_lazy("填报情况") if for_collectors else gettext_lazy("我的报表"),
        columns=(
            first,
            *(() if for_collectors else (Column("party", gettext_lazy("填报单位"), value="party.name"),)),
            Column("period", gettext_lazy("报告期"), value=period_of, sort="starts_on"),
            Column("state", gettext_lazy("状态"), value="get_state_display", show=report_badge, sort="state"),
            Column("due_on", gettext_lazy("期限"), kind="day", show=due, sort="due_on"),
            Column("submitted_on", gettext_lazy("报送日期"), kind="day", sort="submitted_on", minor=True),
            Column("version", pgettext_lazy("报表", "版本"), kind="number", sort="version", minor=True),
        ),
        default_sort="due_on" if for_collectors else "-due_on",
        page_size=50,
        empty_title=gettext_lazy("没有报表"),
        empty_text=gettext_lazy("报告期结束后，系统会自动建立报表并通知填报单位。"),
    )


IMPORTS = Table(
    name="imports",
    caption=gettext_lazy("数据导入"),
    columns=(
        Column(
            "feed",
            gettext_lazy("数据表"),
            value="feed.name",
            sort="feed__name",
            url=lambda row: reverse("facts:import", args=[row.pk]),
            wide=True,
        ),
        Column("supplier", gettext_lazy("提供单位"), value="feed.supplier", sort="feed__supplier"),
        Column("data_as_of", gettext_lazy("数据时点"), kind="day", sort="data_as_of"),
        Column("total", gettext_lazy("行数"), kind="number", sort="total"),
        Column(
            "state",
            gettext_lazy("状态"),
            value="get_state_display",
            show=lambda row: badge(row.get_state_display(), tone=IMPORT_TONES[ImportState(row.state)]),
            sort="state",
        ),
        Column("uploaded_at", gettext_lazy("上传时间"), kind="time", sort="uploaded_at", minor=True),
    ),
    default_sort="-uploaded_at",
    empty_title=gettext_lazy("还没有导入过数据"),
    empty_text=gettext_lazy("上传部门提供的 Excel 或 CSV，按统一社会信用代码对应到单位。"),
)

UNMATCHED = Table(
    name="unmatched",
    caption=gettext_lazy("未登记的单位"),
    columns=(
        Column("row", gettext_lazy("行号"), kind="number"),
        Column("uscc", gettext_lazy("统一社会信用代码"), kind="code"),
        Column("name", gettext_lazy("名称"), wide=True),
    ),
    empty_title=gettext_lazy("全部单位都已登记"),
)


def unmatched_rows(run: ImportRun) -> list[dict[str, Any]]:
    return [{"row": row, "uscc": code, "name": name} for row, code, name in run.findings.get("unmatched", ())]
