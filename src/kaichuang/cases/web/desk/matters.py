"""Matters for bureaus: what is offered, its versions, its rounds."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from kaichuang.cases.models import Matter, Shortfall
from kaichuang.cases.operations.matters import open_round
from kaichuang.cases.operations.offering import offer_matter
from kaichuang.cases.permissions import may_keep_matters
from kaichuang.cases.web.desk.common import DESK_LABELS, FORM, for_staff, matter_title
from kaichuang.cases.web.desk.editing import differences
from kaichuang.cases.web.desk.picture import picture
from kaichuang.clock.queries import business_date
from kaichuang.entitlement.words import words
from kaichuang.kit.http import Request
from kaichuang.kit.permissions import require
from kaichuang.places.web.attempt import attempt
from kaichuang.ui.components.badges import badge
from kaichuang.ui.forms import FilterForm, MoneyField
from kaichuang.ui.tables import Column, Table, respond

_SHORTFALL = {
    Shortfall.REFUSE: gettext_lazy("批次资金批完为止；其后的办件不予支持，并说明是资金用完。"),
    Shortfall.QUEUE: gettext_lazy("按作出决定的先后排队；当年排不上的，结转到下一年继续排。"),
    Shortfall.BY_SCORE: gettext_lazy("按评审得分从高到低支持，直到资金用完；适用于经专家评审的事项。"),
    Shortfall.FIRST_COME: gettext_lazy("按提交申请的先后支持，直到资金用完。"),
    Shortfall.PRO_RATA: gettext_lazy("所有符合条件的办件按同一比例核减，合计不超过批次资金。"),
    Shortfall.CARRY_OVER: gettext_lazy("每件先付资金够付的部分，不足部分由下一年资金支付。"),
}
WINDOWS = {
    "rolling": gettext_lazy("常年受理"),
    "round": gettext_lazy("按批次受理"),
    "none": gettext_lazy("免申即享"),
}
_MOMENT = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
_MOMENTS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"]


class MatterFilter(FilterForm):
    q = forms.CharField(
        label=gettext_lazy("编号或名称"), max_length=60, widget=forms.TextInput(attrs={"type": "search"})
    )
    closed = forms.BooleanField(label=gettext_lazy("只看暂停申报的"))


class RoundForm(forms.Form):
    """A window, and what happens when its pot is too small; both are fixed before anybody applies."""

    title = forms.CharField(label=gettext_lazy("批次名称"), max_length=120)
    opens_at = forms.DateTimeField(label=gettext_lazy("开始时间"), widget=_MOMENT, input_formats=_MOMENTS)
    closes_at = forms.DateTimeField(label=gettext_lazy("截止时间"), widget=_MOMENT, input_formats=_MOMENTS)
    year = forms.IntegerField(label=gettext_lazy("所属年度"), min_value=2000, max_value=2199)
    pot_fen = MoneyField(
        label=gettext_lazy("本批次资金"), required=False, help_text=gettext_lazy("不填则以预算额度为限。")
    )
    quota = forms.IntegerField(label=gettext_lazy("名额"), min_value=1, max_value=100000, required=False)
    shortfall = forms.ChoiceField(
        label=gettext_lazy("资金不足时"), choices=Shortfall.choices, widget=forms.RadioSelect
    )


class OfferForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("理由"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )


def _offered(row: Any) -> str:
    return badge(_("可申报"), tone="success") if row.is_offered else badge(_("暂停申报"))


MATTERS = Table(
    name="matters",
    caption=gettext_lazy("事项"),
    columns=(
        Column("code", gettext_lazy("编号"), kind="code", sort="code"),
        Column(
            "title",
            gettext_lazy("名称"),
            value=lambda row: matter_title(row),
            sort="title",
            wide=True,
            url=lambda row: reverse("cases:desk_matter", args=[row.pk]),
        ),
        Column("workflow", gettext_lazy("流程"), value=lambda row: words(row.current.file.workflow.title)),
        Column("window", gettext_lazy("申报方式"), value=lambda row: WINDOWS[row.current.file.matter.window]),
        Column("version", gettext_lazy("版本"), value="current.number", kind="number"),
        Column("own", gettext_lazy("本地修改"), value=lambda row: _("是") if row.current.own else ""),
        Column("running", gettext_lazy("在办"), kind="number", sort="running"),
        Column(
            "is_offered",
            gettext_lazy("状态"),
            value=lambda row: _("可申报") if row.is_offered else _("暂停申报"),
            sort="is_offered",
            show=_offered,
        ),
    ),
    default_sort="code",
    page_size=100,
    empty_title=gettext_lazy("还没有事项"),
    empty_text=gettext_lazy("启用政策包后，可以申报的政策自动成为事项。"),
)


def own_matter(request: Request, pk: int) -> Matter:
    """A matter of the present programme."""
    rows = Matter.objects.filter(programme=request.programme.pk).select_related(
        "programme", "current__pack_version"
    )
    found: Matter = get_object_or_404(rows.exclude(current=None), pk=pk)
    return found


def matter_crumbs(matter: Matter | None = None) -> list[tuple[str, str]]:
    found = [(_("事项与批次"), reverse("cases:desk_matters"))]
    if matter is not None:
        found.append((matter_title(matter), reverse("cases:desk_matter", args=[matter.pk])))
    return found


@for_staff
@require_safe
def matters(request: Request) -> HttpResponseBase:
    """Every matter of the programme."""
    filters = MatterFilter(request.GET)
    rows = (
        Matter.objects.filter(programme=request.programme.pk).exclude(current=None).select_related("current")
    )
    if text := str(filters.values.get("q", "")).replace("\x00", ""):
        rows = rows.filter(Q(code__icontains=text) | Q(title__icontains=text))
    if filters.values.get("closed"):
        rows = rows.filter(is_offered=False)
    running = Count("cases", filter=Q(cases__submitted_at__isnull=False, cases__ended_at=None))
    rows = rows.annotate(running=running)
    return respond(request, table=MATTERS, rows=rows, filters=filters, template="cases/desk/matters.html")


@for_staff
@require_safe
def matter(request: Request, pk: int) -> HttpResponse:
    """One matter: the workflow in force, its versions and how they differ, its rounds."""
    row = own_matter(request, pk)
    versions = list(row.versions.select_related("made_by", "pack_version").defer("pack_version__content"))
    chosen = request.GET.get("v", "")
    number = int(chosen) if chosen.isdigit() else versions[0].number
    at = next((at for at, version in enumerate(versions) if version.number == number), 0)
    before = versions[at + 1] if at + 1 < len(versions) else None
    file = versions[at].file
    context = {
        "matter": row,
        "file": file,
        "title": matter_title(row),
        "badge": _offered(row),
        "crumbs": matter_crumbs(),
        "versions": versions,
        "shown": versions[at],
        "before": before,
        "differences": differences(before.content, versions[at].content) if before is not None else [],
        "picture": picture(file.workflow),
        "rounds": row.rounds.annotate(handed_in=Count("cases", filter=Q(cases__submitted_at__isnull=False))),
        "window": WINDOWS[file.matter.window],
        "permit": may_keep_matters(request.actor, row),
        "now": request.now,
        "notes": [words(note) for note in file.matter.notes],
        "states": [
            (DESK_LABELS.get(state.desk, state.desk), words(state.title), _days(file, state))
            for state in file.workflow.states
        ],
        "moves": _moves(file),
    }
    return render(request, "cases/desk/matter.html", context)


def _days(file: Any, state: Any) -> int | None:
    found: int | None = file.matter.days.get(state.id, state.days)
    return found


def _moves(file: Any) -> list[tuple[Any, str, str, str]]:
    titles = {state.id: words(state.title) for state in file.workflow.states}
    return [
        (move, words(move.title), "、".join(titles[name] for name in move.from_), titles[move.to])
        for move in file.workflow.moves
    ]


@for_staff
@require_http_methods(FORM)
def new_round(request: Request, pk: int) -> HttpResponse:
    """Announce a window."""
    row = own_matter(request, pk)
    require(may_keep_matters(request.actor, row))
    assert row.current is not None  # own_matter leaves out those without
    today = business_date(request.programme, request.now)
    initial = {"year": today.year, "shortfall": row.current.file.matter.shortfall}
    form = RoundForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        made = attempt(
            form,
            lambda: open_round(matter=row, actor=request.actor, now=request.now, **form.cleaned_data),
        )
        if made is not None:
            messages.success(request, _("批次已公布。有人提交之后，资金、名额和不足时的办法不能再改。"))
            return redirect("cases:desk_matter", pk)
    explanations = [(Shortfall(value).label, text) for value, text in _SHORTFALL.items()]
    return _form(request, row, form, title=_("开放批次"), submit=_("公布"), explanations=explanations)


@for_staff
@require_http_methods(FORM)
def offer(request: Request, pk: int) -> HttpResponse:
    """Open or close a matter for new applications."""
    row = own_matter(request, pk)
    require(may_keep_matters(request.actor, row))
    form = OfferForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: offer_matter(
                matter=row,
                offered=not row.is_offered,
                reason=form.cleaned_data["reason"],
                actor=request.actor,
                now=request.now,
            ),
        )
        if done is not None:
            messages.success(
                request, _("已开放申报。") if done.is_offered else _("已停止接收新的申请，在办的不受影响。")
            )
            return redirect("cases:desk_matter", pk)
    title = _("停止申报") if row.is_offered else _("开放申报")
    return _form(request, row, form, title=title, submit=title)


def _form(request: Request, row: Matter, form: Any, *, title: str, submit: str, **more: Any) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "subtitle": matter_title(row),
        "submit": submit,
        "back": reverse("cases:desk_matter", args=[row.pk]),
        "crumbs": matter_crumbs(row),
        **more,
    }
    return render(request, "cases/desk/form.html", context, status=422 if form.errors else 200)


@for_staff
@require_safe
def matter_json(request: Request, pk: int) -> HttpResponse:
    """The matter with its workflow as a file, to be kept or taken elsewhere."""
    row = own_matter(request, pk)
    assert row.current is not None  # own_matter leaves out those without
    text = json.dumps(row.current.content, ensure_ascii=False, indent=2)
    answer = HttpResponse(text + "\n", content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{row.code}-v{row.current.number}.json"'
    return answer
