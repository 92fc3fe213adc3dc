"""What a change would cost: knobs, live preview, kept simulations side by side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kaichuang.entitlement.models import Population, Simulation
from kaichuang.entitlement.operations import ask_simulation, bring_population, preview
from kaichuang.entitlement.operations.simulate import merged, sides
from kaichuang.entitlement.permissions import may_simulate
from kaichuang.entitlement.queries.books import Loaded, loaded
from kaichuang.entitlement.simulation.frames import brought_population, group_columns, known_population
from kaichuang.entitlement.simulation.upload import MOST_BYTES, template_columns
from kaichuang.entitlement.web.common import rules_of, today_of
from kaichuang.entitlement.web.figures import (
    before_and_after,
    effects_table,
    group_lines,
    group_titles,
    measure_lines,
    moved,
)
from kaichuang.entitlement.web.settings_form import KnobForm, changes_in_words
from kaichuang.entitlement.words import title_of
from kaichuang.kit.http import Request
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Refused
from kaichuang.places.web.attempt import attempt
from kaichuang.ui import exports
from kaichuang.ui.charts import Chart, Series
from kaichuang.ui.components.badges import badge
from kaichuang.ui.forms import DateField, FileField
from kaichuang.ui.tables import Bulk, Column, Table, respond

LIVE_ROWS = 5_000
_TONES = {"running": "info", "done": "success", "failed": "danger"}


class AskForm(forms.Form):
    """Over whom, on which day, grouped by what, under which name."""

    title = forms.CharField(label=gettext_lazy("名称"), max_length=120, required=False)
    as_of = DateField(label=gettext_lazy("测算日期"))
    population = forms.ChoiceField(label=gettext_lazy("测算总体"), required=False)
    group_by = forms.ChoiceField(label=gettext_lazy("分组"), required=False)

    def __init__(
        self, data: Any, *, today: date, populations: list[Population], groups: list[tuple[str, str]]
    ) -> None:
        super().__init__(data, initial={"as_of": today, "title": _("模拟 %(day)s") % {"day": today}})
        own: list[Any] = [("", _("本平台已有数据"))]
        own += [(str(one.pk), f"{one.name}（{one.rows}）") for one in populations]
        self.fields["population"].choices = own  # type: ignore[attr-defined]  # it is a ChoiceField
        self.fields["group_by"].choices = [("", _("不分组")), *groups]  # type: ignore[attr-defined]  # it is a ChoiceField
        if groups:
            self.initial["group_by"] = groups[0][0]


class BringForm(forms.Form):
    """A population as a file."""

    file = FileField(label=gettext_lazy("数据文件"), accept=(".csv", ".parquet"), max_bytes=MOST_BYTES)


@dataclass(frozen=True)
class Desk:
    """The simulator as it stands: the rules, the population, the knobs."""

    loaded: Loaded
    table: pl.DataFrame
    population: Population | None
    ask: AskForm
    knobs: KnobForm

    @property
    def as_of(self) -> date:
        chosen: date = self.ask.cleaned_data["as_of"]
        return chosen

    @property
    def group_by(self) -> str:
        return str(self.ask.cleaned_data.get("group_by") or "")

    def valid(self) -> bool:
        """Both forms, so that all problems are told."""
        return all([self.ask.is_valid(), self.knobs.is_valid()])


def _desk(request: Request) -> Desk:
    rules = rules_of(request, request.POST.get("pack") or request.GET.get("pack", ""))
    require(may_simulate(request.actor, rules.version.programme_id))
    today = today_of(request)
    populations = list(Population.objects.filter(programme=request.programme).defer("content"))
    chosen = request.POST.get("population") or request.GET.get("population") or ""
    population = next((one for one in populations if str(one.pk) == chosen), None)
    if population is not None:
        table = brought_population(population)
    else:
        on = (
            forms.DateField(required=False).to_python(request.POST.get("as_of") or None)
            if request.POST
            else today
        )
        table = known_population(request.programme, rules.book, on=on or today)
    groups = [(name, title_of(rules.book, name)) for name in group_columns(table, rules.book)]
    data = request.POST or None
    ask = AskForm(data, today=today, populations=populations, groups=groups)
    if data is None and population is not None:
        ask.initial["population"] = str(population.pk)
    return Desk(rules, table, population, ask, KnobForm(data, loaded=rules, everything=True))


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def simulator(request: Request) -> HttpResponse:
    """Turn the knobs; POST keeps the simulation and shows it."""
    desk = _desk(request)
    if request.method == "POST" and desk.valid():

        def go() -> Simulation:
            return ask_simulation(
                actor=request.actor,
                now=request.now,
                version=desk.loaded.version,
                title=desk.ask.cleaned_data["title"],
                as_of=desk.as_of,
                changes=desk.knobs.changes,
                population=desk.population,
                group_by=desk.group_by,
            )

        made = attempt(desk.ask, go)
        if made is not None:
            return redirect("entitlement:simulation", made.pk)
    context = {
        "desk": desk,
        "form": desk.ask,
        "knobs": desk.knobs,
        "rows": desk.table.height,
        "bring": BringForm(),
        "packs": request.programme.pack_versions.filter(is_current=True).defer("content"),
        "live": desk.table.height <= LIVE_ROWS,
        **(_effects(desk) if desk.table.height <= LIVE_ROWS else {}),
    }
    wrong = bool(desk.ask.errors or desk.knobs.errors)
    return render(request, "entitlement/simulator.html", context, status=422 if wrong else 200)


@login_required
@never_cache
@require_POST
def simulator_preview(request: Request) -> HttpResponse:
    """Only the figures, while the knobs are being turned."""
    desk = _desk(request)
    context: dict[str, Any] = {"desk": desk, "knobs": desk.knobs, "form": desk.ask, "rows": desk.table.height}
    if desk.table.height <= LIVE_ROWS:
        context |= _effects(desk)
    return render(request, "entitlement/fragments/effects.html", context)


def _effects(desk: Desk) -> dict[str, Any]:
    """Both sides now; without a valid form, what is in force against itself."""
    changes: dict[str, Any] = {}
    as_of = desk.ask.initial["as_of"]
    group_by = str(desk.ask.initial.get("group_by") or "")
    if desk.ask.is_bound:
        if not desk.valid():
            return {"wrong": True}
        changes, as_of, group_by = desk.knobs.changes, desk.as_of, desk.group_by
    after = loaded(desk.loaded.version, merged(desk.loaded.version.settings, changes))
    try:
        found = preview(before=desk.loaded, after=after, table=desk.table, as_of=as_of, group_by=group_by)
    except Refused as refused:
        return {"problems": refused.problems}
    return {
        "changed": changes_in_words(desk.loaded, changes),
        **shown(found.results(), desk.loaded, group_by),
    }


def shown(results: dict[str, Any], rules: Loaded, group_by: str) -> dict[str, Any]:
    """Results as the pages show them."""
    by_measure = measure_lines(results, rules)
    by_group = group_lines(results, group_titles(rules, group_by))
    return {
        "results": results,
        "total": results["total"],
        "change_fen": results["total"]["after"]["fen"] - results["total"]["before"]["fen"],
        "by_measure": by_measure,
        "by_group": by_group,
        "group_title": title_of(rules.book, group_by) if group_by else "",
        "measure_chart": before_and_after(by_measure, _("各项措施的资金")),
        "group_chart": before_and_after(by_group, _("各组的资金")) if by_group else None,
        "moved_chart": moved(results) if any(count for _name, count in results["bands"]) else None,
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def bring(request: Request) -> HttpResponse:
    """Upload a population; every problem is told by column."""
    rules = rules_of(request, request.GET.get("pack", ""))
    require(may_simulate(request.actor, rules.version.programme_id))
    form = BringForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]

        def go() -> Population:
            return bring_population(
                actor=request.actor,
                now=request.now,
                version=rules.version,
                name=file.name,
                content=file.read(),
            )

        made = attempt(form, go)
        if made is not None:
            return redirect(f"{reverse('entitlement:simulator')}?population={made.pk}")
    context = {
        "form": form,
        "columns": list(template_columns(rules.book)),
        "crumbs": [(_("政策模拟"), reverse("entitlement:simulator"))],
    }
    return render(request, "entitlement/bring.html", context, status=422 if form.errors else 200)


def _table() -> Table:
    return Table(
        name="simulations",
        caption=_("已保存的模拟"),
        columns=(
            Column("title", _("名称"), sort="title", wide=True, url=lambda row: reverse("entitlement:simulation", args=[row.pk])),
            Column("asked_at", _("时间"), kind="time", sort="asked_at"),
            Column("asked_by", _("测算人"), value="asked_by.name", minor=True),
            Column("as_of", _("测算日期"), kind="day", sort="as_of"),
            Column("population_rows", _("总体"), kind="number", sort="population_rows"),
            Column("before", _("现行"), value=lambda row: _cost(row, "before"), kind="money"),
            Column("after", _("调整后"), value=lambda row: _cost(row, "after"), kind="money"),
            Column("state", _("状态"), value="get_state_display", show=lambda row: badge(row.get_state_display(), tone=_TONES[row.state]), sort="state"),
        ),
        default_sort="-asked_at",
        empty_title=_("还没有保存的模拟"),
        empty_text=_("调整解读或参数后，点“运行并保存”。"),
        empty_label=_("开始模拟"),
        empty_url=reverse("entitlement:simulator"),
        bulk=(Bulk(label=_("并排比较"), url=reverse("entitlement:compare")),),
    )  # fmt: skip


def _cost(row: Simulation, side: str) -> int | None:
    return row.results["total"][side]["fen"] if row.results else None


def simulations_for(request: Request) -> Any:
    """The kept simulations of the programme at hand."""
    require(may_simulate(request.actor, request.programme.pk if request.programme else 0))
    return Simulation.objects.filter(programme=request.programme).select_related("asked_by", "version")


@login_required
@require_safe
def simulations(request: Request) -> HttpResponse:
    """All that was kept."""
    return respond(
        request, table=_table(), rows=simulations_for(request), template="entitlement/simulations.html"
    )


@login_required
@never_cache
@require_safe
def simulation(request: Request, pk: int) -> HttpResponse:
    """One simulation with its figures; while it is computed, its progress."""
    found = get_object_or_404(
        simulations_for(request).select_related("programme__place", "other_version", "population"), pk=pk
    )
    before, after = sides(found)
    context: dict[str, Any] = {
        "simulation": found,
        "changed": changes_in_words(before, found.changes),
        "crumbs": [(_("已保存的模拟"), reverse("entitlement:simulations"))],
    }
    if found.results:
        view = shown(found.results, after, found.group_by)
        tables = {
            "effects": (effects_table("effects", _("各项措施"), _("措施")), view["by_measure"]),
            "groups": (
                effects_table("groups", _("各组"), view["group_title"] or _("分组")),
                view["by_group"],
            ),
        }
        for name, (table, lines) in tables.items():
            asked = request.GET.get("export", "")
            if asked in {f"{name}.csv", f"{name}.xlsx"}:
                file: HttpResponse = exports.response(
                    request, table=table, rows=lines, kind=asked.rpartition(".")[2]
                )
                return file
            context[name] = table.page(request, lines)
        context |= view
    return render(request, "entitlement/simulation.html", context)


@login_required
@never_cache
@require_safe
def progress(request: Request, pk: int) -> HttpResponse:
    """The progress of a running simulation; once it is done, the way to it."""
    found = get_object_or_404(simulations_for(request), pk=pk)
    answer = render(request, "entitlement/fragments/progress.html", {"simulation": found})
    if found.state != "running":
        answer["HX-Refresh"] = "true"
    return answer


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def compare(request: Request) -> HttpResponse:
    """Up to four simulations side by side."""
    picked = [int(pk) for pk in (request.POST or request.GET).getlist("selected") if pk.isdigit()][:4]
    rows = list(simulations_for(request).filter(pk__in=picked, state="done").order_by("asked_at", "pk"))
    rules = loaded(rows[0].version) if rows else None
    lines = _side_by_side(rows, rules) if rules is not None else []
    context = {
        "simulations": rows,
        "lines": lines,
        "chart": _compared(rows) if rows else None,
        "crumbs": [(_("已保存的模拟"), reverse("entitlement:simulations"))],
    }
    return render(request, "entitlement/compare.html", context)


def _side_by_side(rows: list[Simulation], rules: Loaded) -> list[tuple[str, list[int | None]]]:
    columns = [{line.pk: line for line in measure_lines(row.results, rules)} for row in rows]
    names = {pk: line.name for column in columns for pk, line in column.items()}
    found = []
    for pk, name in names.items():
        values = [column[pk].after_fen if pk in column else None for column in columns]
        if any(values):
            found.append((name, values))
    return found


def _compared(rows: list[Simulation]) -> Chart:
    def wan(row: Simulation, side: str) -> float:
        return float(row.results["total"][side]["fen"]) / 1_000_000

    return Chart(
        title=_("资金总额"),
        unit=_("万元"),
        decimals=2,
        categories=[row.title for row in rows],
        series=[
            Series(label=_("现行"), values=[wan(row, "before") for row in rows]),
            Series(label=_("调整后"), values=[wan(row, "after") for row in rows]),
        ],
    )
