"""The measures of a programme: a list by beneficiary, and a page for each."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from kaichuang.clock.queries import business_date
from kaichuang.entitlement.queries.books import Loaded, all_current
from kaichuang.entitlement.queries.measures import (
    MeasureRow,
    applies_on,
    find_measure,
    measure_rows,
    reading_page,
    subjects,
)
from kaichuang.entitlement.web.common import today_of, visible_programme
from kaichuang.entitlement.words import language, named, unit_name, words
from kaichuang.kit.http import Request
from kaichuang.packs.pages import Page
from kaichuang.rules.measures.entitlement import show_value
from kaichuang.rules.measures.model import Measure
from kaichuang.rules.measures.scope import symbol
from kaichuang.ui.components.badges import badge
from kaichuang.ui.components.clause import clause
from kaichuang.ui.forms import FilterForm
from kaichuang.ui.tables import Column, Table, respond

KINDS = {
    "grant": gettext_lazy("补助"),
    "award": gettext_lazy("奖励"),
    "transfer": gettext_lazy("转移支付"),
    "voucher": pgettext_lazy("kind of measure", "券"),
    "loan": gettext_lazy("贷款"),
    "fund": gettext_lazy("基金"),
    "relief": gettext_lazy("减免"),
    "right": gettext_lazy("权利"),
    "priority": gettext_lazy("优先支持"),
    "service": gettext_lazy("服务"),
    "title": gettext_lazy("称号"),
    "sanction": pgettext_lazy("kind of measure", "处理"),
}


class MeasureFilters(FilterForm):
    """Whom it is for, what it gives, whether its figures are set, whether it applies today."""

    subject = forms.ChoiceField(label=gettext_lazy("给谁"))
    kind = forms.ChoiceField(label=gettext_lazy("方式"), choices=[("", gettext_lazy("全部")), *KINDS.items()])
    priced = forms.ChoiceField(
        label=gettext_lazy("标准"),
        choices=[
            ("", gettext_lazy("全部")),
            ("yes", gettext_lazy("已定标准")),
            ("no", gettext_lazy("标准待定")),
        ],
    )
    q = forms.CharField(
        label=gettext_lazy("查找"), max_length=60, widget=forms.TextInput(attrs={"type": "search"})
    )

    def __init__(self, data: Any, *, subjects: list[tuple[str, str]]) -> None:
        super().__init__(data)
        choices: list[Any] = [("", _("全部")), *subjects]
        self.fields["subject"].choices = choices  # type: ignore[attr-defined]  # it is a ChoiceField

    def keeps(self, row: MeasureRow) -> bool:
        """Whether a row passes the filters in use."""
        values = self.values
        text = str(values.get("q", "")).lower()
        return (
            values.get("subject", row.subject) == row.subject
            and values.get("kind", row.kind) == row.kind
            and (values.get("priced") or ("yes" if row.priced else "no")) == ("yes" if row.priced else "no")
            and text in f"{row.id} {row.title} {row.summary} {row.beneficiary}".lower()
        )


def _table() -> Table:
    return Table(
        name="measures",
        caption=_("措施一览"),
        columns=(
            Column("id", _("编号"), kind="code", sort="id", url=lambda row: row.url),
            Column("title", _("名称"), sort="title", wide=True, url=lambda row: row.url),
            Column("beneficiary", _("给谁"), sort="beneficiary"),
            Column("kind", _("方式"), value=lambda row: str(KINDS[row.kind]), sort="kind"),
            Column("priced", _("标准"), value=_priced, show=lambda row: badge(_priced(row), tone="info" if row.priced else "warning"), sort="priced"),
            Column("applies", _("效力"), value=_applies, show=lambda row: badge(_applies(row), tone="success" if row.applies else "neutral"), sort="applies"),
            Column("clause", _("依据"), sort="clause", show=lambda row: clause(row.clause)),
            Column("units", _("责任单位"), minor=True),
        ),
        page_size=50,
        empty_title=_("没有符合条件的措施"),
    )  # fmt: skip


def _priced(row: MeasureRow) -> str:
    return _("已定") if row.priced else _("由主管部门确定")


def _applies(row: MeasureRow) -> str:
    return _("在有效期内") if row.applies else _("不在有效期内")


@require_safe
def measures(request: Request) -> HttpResponse:
    """Everything the programme promises."""
    packs = all_current(request.programme) if request.programme else []
    known = dict(pair for one in packs for pair in subjects(one))
    filters = MeasureFilters(request.GET, subjects=list(known.items()))
    rows = measure_rows(request.programme, on=today_of(request)) if packs else []
    kept = [row for row in rows if filters.keeps(row)]
    return respond(
        request,
        table=_table(),
        rows=kept,
        filters=filters,
        template="entitlement/measures.html",
        context={"programme": request.programme},
    )


@require_safe
def measure(request: Request, programme: str, measure: str) -> HttpResponse:
    """One measure: what it gives, to whom, on which conditions, with examples computed from the rule."""
    place = visible_programme(request, programme)
    found = find_measure(place, measure)
    if found is None:
        raise Http404(_("没有这项措施。"))
    loaded, one = found
    today = business_date(place, request.now)
    page = reading_page(loaded, one)
    context = {
        "programme": place,
        "loaded": loaded,
        "measure": one,
        "page": page,
        "kind": KINDS[one.kind],
        "beneficiary": words(one.beneficiary.title),
        "subject": named(loaded.pack, "subjects", one.beneficiary.subject),
        "applies": applies_on(loaded, one, today),
        "today": today,
        "parameters": parameter_lines(loaded, one),
        "conditions": [
            (words(c.condition.title), c.condition.clause, words(c.condition.hint), [named(loaded.pack, "evidence", e) for e in c.condition.evidence])
            for c in loaded.book.plans[one.id].checks
            if not c.condition.clause.startswith("GLOBAL")
        ],
        "sections": _sections(page),
        "units": [unit_name(loaded.pack, unit) for unit in one.responsible],
        "calculator": f"{reverse('entitlement:calculator')}?programme={place.slug}&pack={loaded.version.pack}&who={one.beneficiary.subject}",
        "crumbs": [(_("措施一览"), f"{reverse('entitlement:measures')}?programme={place.slug}")],
    }  # fmt: skip
    return render(request, "entitlement/measure.html", context)


def parameter_lines(loaded: Loaded, measure: Measure) -> list[tuple[str, str, str]]:
    """(title, value in force, clause) of every figure of a measure."""
    own, found = symbol(measure.id), []
    for name, figure in measure.parameters.items():
        value = loaded.settings.get(f"{own}.{name}", figure.parsed)
        shown = (
            _("由主管部门确定") if value is None else show_value(value, figure.type, figure.unit, language())
        )
        found.append((words(figure.title), shown, figure.clause))
    return found


def _sections(page: Page) -> list[tuple[str, list[tuple[str, list[str]]]]]:
    """Sections as (heading, lines with the lines below them); conditions have a table of their own."""
    made = []
    for section in page.sections[2:]:
        lines: list[tuple[str, list[str]]] = []
        for line in section.lines:
            if line.startswith("- ") and lines:
                lines[-1][1].append(line[2:])
            else:
                lines.append((line, []))
        made.append((section.heading, lines))
    return made
