"""Match everybody, look at who is entitled and who nearly is, offer, publicise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kaichuang.cases.models import Match, Matter, Run, RunState
from kaichuang.cases.operations.matching import cancel_run, offer_run, start_run
from kaichuang.cases.operations.running import decide_run, may_decide, may_publicise, publicise_run
from kaichuang.cases.permissions import may_keep_matters
from kaichuang.cases.queries.runs import (
    automatic_matters,
    counts_of,
    matches_for,
    ready_to_decide,
    ready_to_publicise,
    runs_for,
)
from kaichuang.cases.web.desk.common import FORM, STAGE_LABELS, STATUS_LABELS, STATUS_TONES, crumbs, for_staff
from kaichuang.cases.web.runs.progress import job_of
from kaichuang.entitlement.queries.books import loaded
from kaichuang.entitlement.words import language, localised, words
from kaichuang.kit.http import Request
from kaichuang.kit.problems import Refused
from kaichuang.rules.measures.book import Meaning
from kaichuang.ui.components.badges import badge
from kaichuang.ui.forms import FilterForm, add_problems
from kaichuang.ui.tables import Column, Table, respond

TONES = {
    RunState.WAITING: "info",
    RunState.MATCHED: "warning",
    RunState.OFFERED: "success",
    RunState.CANCELLED: "neutral",
}


class NewRunForm(forms.Form):
    """Which matter to match, under which name."""

    matter: forms.ModelChoiceField[Matter] = forms.ModelChoiceField(
        queryset=None, label=gettext_lazy("事项"), empty_label=gettext_lazy("请选择")
    )
    title = forms.CharField(
        label=gettext_lazy("批次名称"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("不填则用事项名称加月份。"),
    )

    def __init__(self, *args: Any, matters: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["matter"].queryset = matters  # type: ignore[attr-defined]  # a ModelChoiceField has one


class MatchFilters(FilterForm):
    """Which answers to show."""

    status = forms.ChoiceField(
        label=gettext_lazy("结论"),
        required=False,
        choices=[
            ("", gettext_lazy("全部")),
            ("met", gettext_lazy("符合")),
            ("near", gettext_lazy("培育名单")),
            ("unknown", gettext_lazy("缺数据")),
            ("not_met", gettext_lazy("不符合")),
        ],
    )
    text = forms.CharField(label=gettext_lazy("企业名称"), required=False, max_length=80)


class CancelForm(forms.Form):
    """Why a run is given up."""

    reason = forms.CharField(label=gettext_lazy("原因"), max_length=200)


def _runs_table() -> Table:
    return Table(
        name="runs",
        caption=_("免申即享批次"),
        columns=(
            Column("title", _("名称"), sort="title", wide=True, url=lambda row: reverse("cases:run", args=[row.pk])),
            Column("matter", _("事项"), value=lambda row: localised(row.version.matter.title), sort="version__matter__title"),
            Column("as_of", _("基准日"), kind="day", sort="as_of"),
            Column("total", _("匹配主体"), kind="number", sort="total"),
            Column("state", _("状态"), value="get_state_display", sort="state", show=lambda row: badge(row.get_state_display(), tone=TONES[RunState(row.state)])),
        ),
        default_sort="-as_of",
        empty_title=_("还没有免申即享批次"),
        empty_text=_("选择一个采用“免申即享流程”的事项，系统按已有数据逐户匹配；符合条件的企业确认后即可享受，无须申报。"),
        empty_label=_("开始匹配"),
        empty_url=reverse("cases:new_run"),
    )  # fmt: skip


def _gap(match: Match, titles: Mapping[str, Meaning]) -> str:
    """By how little a party misses it, or what is not known of it, in words."""
    words_in = "en" if language() == "en" else "zh"
    told = [
        str(one.get(words_in, "")) if words_in == "en" else localised(str(one.get("zh", "")))
        for one in match.near
    ]
    missing = [words(titles[name].title) if name in titles else name for name in match.missing]
    return "；".join([*told, *(_("缺：%(fact)s") % {"fact": name} for name in missing)])


def _is_near(match: Match) -> bool:
    return match.status == "not_met" and bool(match.near_fen)


def _status(match: Match) -> str:
    return _("差一点") if _is_near(match) else str(STATUS_LABELS[match.status])


def _matches_table(run: Run) -> Table:
    titles = loaded(run.version.pack_version).book.meanings
    return Table(
        name="matches",
        caption=_("匹配结果"),
        columns=(
            Column("party", _("企业"), value="party.name", sort="party__sort_key", wide=True, url=lambda row: f"/parties/{row.party_id}/"),
            Column("status", _("结论"), value=_status, sort="status", show=lambda row: badge(_status(row), tone="warning" if _is_near(row) else STATUS_TONES[row.status])),
            Column("payable_fen", _("可享受金额"), kind="money", sort="payable_fen"),
            Column("gap", _("差距或缺少的数据"), value=lambda row: _gap(row, titles), wide=True),
            Column("near_fen", _("达标后可享受"), kind="money", sort="near_fen"),
            Column("stage", _("阶段"), value=lambda row: STAGE_LABELS.get(row.case.stage, "") if row.case else "", sort="case__stage"),
            Column("case", _("办件"), value=lambda row: row.case.number if row.case else "", url=lambda row: reverse("cases:case", args=[row.case_id]) if row.case_id else ""),
        ),
        default_sort="status",
        page_size=50,
        empty_title=_("没有符合筛选条件的主体"),
        empty_text=_("换一个结论再看。"),
    )  # fmt: skip


@for_staff
@require_safe
def runs(request: Request) -> HttpResponseBase:
    """Every run of the programme."""
    context = {"may_start": bool(may_keep_matters(request.actor, request.programme)), "crumbs": crumbs()}
    return respond(
        request,
        table=_runs_table(),
        rows=runs_for(request.actor),
        filters=None,
        template="cases/runs/list.html",
        context=context,
    )


@for_staff
@require_http_methods(FORM)
def new_run(request: Request) -> HttpResponse:
    """Choose a matter and start."""
    matters = automatic_matters(request.actor)
    form = NewRunForm(request.POST if request.method == "POST" else None, matters=matters)
    if request.method == "POST" and form.is_valid():
        try:
            made = start_run(
                matter=form.cleaned_data["matter"],
                title=form.cleaned_data["title"],
                actor=request.actor,
                now=request.now,
            )
            return redirect("cases:run", pk=made.pk)
        except Refused as refused:
            add_problems(form, refused)
    context = {
        "form": form,
        "none": not matters.exists(),
        "crumbs": crumbs((_("免申即享"), reverse("cases:runs"))),
    }
    return render(request, "cases/runs/new.html", context, status=422 if form.errors else 200)


def _own(request: Request, pk: int) -> Run:
    found: Run = get_object_or_404(runs_for(request.actor), pk=pk)
    return found


@for_staff
@require_safe
def run(request: Request, pk: int) -> HttpResponseBase:
    """One run: figures, who is entitled, who nearly, what became of the offers."""
    found = _own(request, pk)
    filters = MatchFilters(request.GET)
    rows = _narrowed(matches_for(request.actor, found), filters.values)
    context = {
        "run": found,
        "counts": counts_of(found),
        "job": job_of(found),
        "ready": ready_to_publicise(found).count() if may_publicise(request.actor, found) else 0,
        "cleared": ready_to_decide(found).count() if may_decide(request.actor, found) else 0,
        "may": bool(may_keep_matters(request.actor, found)),
        "tone": TONES[RunState(found.state)],
        "cancel": CancelForm(),
        "crumbs": crumbs((_("免申即享"), reverse("cases:runs"))),
    }
    return respond(
        request,
        table=_matches_table(found),
        rows=rows,
        filters=filters,
        template="cases/runs/run.html",
        context=context,
    )


def _narrowed(rows: QuerySet[Match], values: dict[str, Any]) -> QuerySet[Match]:
    status, text = values.get("status"), values.get("text")
    if status == "near":
        rows = rows.filter(status="not_met", near_fen__gt=0)
    elif status:
        rows = rows.filter(status=status)
    return rows.filter(party__name__icontains=text) if text else rows


@for_staff
@require_safe
def progress(request: Request, pk: int) -> HttpResponse:
    """How far the worker is."""
    found = _own(request, pk)
    job = job_of(found)
    if job is None:
        answer = HttpResponse()
        answer["HX-Refresh"] = "true"
        return answer
    return render(request, "cases/runs/fragments/progress.html", {"run": found, "job": job})


@for_staff
@require_POST
def offer(request: Request, pk: int) -> HttpResponse:
    """Tell everybody who is entitled."""
    offer_run(run=_own(request, pk), actor=request.actor, now=request.now)
    return redirect("cases:run", pk=pk)


@for_staff
@require_POST
def cancel(request: Request, pk: int) -> HttpResponse:
    """Give a run up."""
    found = _own(request, pk)
    cancel_run(run=found, reason=request.POST.get("reason", ""), actor=request.actor, now=request.now)
    return redirect("cases:run", pk=pk)


@for_staff
@require_POST
def publicise(request: Request, pk: int) -> HttpResponse:
    """One public list for everybody who has confirmed."""
    found = _own(request, pk)
    made = publicise_run(run=found, actor=request.actor, now=request.now)
    if made is None:
        return redirect("cases:run", pk=pk)
    count = made.lines.count()
    told = ngettext("%(count)d 家企业已列入公示。", "%(count)d 家企业已列入公示。", count)
    messages.success(request, told % {"count": count})
    return redirect("publicity:announcement", pk=made.pk)


@for_staff
@require_POST
def decide(request: Request, pk: int) -> HttpResponse:
    """Grant everybody whose publicity is over."""
    decide_run(run=_own(request, pk), actor=request.actor, now=request.now)
    return redirect("cases:run", pk=pk)
