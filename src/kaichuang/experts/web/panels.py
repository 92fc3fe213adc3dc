"""Panels as officers run them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kaichuang.experts.models import Draw, Panel, PanelState, ScoreState, Seat, SeedMode
from kaichuang.experts.operations import (
    add_reader,
    announce,
    cancel_panel,
    close_panel,
    draw,
    replace,
    return_score,
    start,
)
from kaichuang.experts.operations.pack import issue_pack
from kaichuang.experts.permissions import READERS, may_read, may_run
from kaichuang.experts.queries.board import Ranked, board_of
from kaichuang.experts.queries.panels import panels_for, scores_for, with_progress
from kaichuang.experts.reasons import points
from kaichuang.experts.specialities import labels_of
from kaichuang.experts.web.events import events_of
from kaichuang.experts.web.forms import (
    AnnounceForm,
    OptionalReasonForm,
    PanelFilter,
    ReaderForm,
    ReasonForm,
    SeedForm,
)
from kaichuang.experts.web.sheet import given_points
from kaichuang.experts.web.tables import PANELS, RANKING, RANKING_FILE
from kaichuang.experts.web.words import reason_in_words, state_badge, ties_in_words, title_of
from kaichuang.files.models import Document
from kaichuang.kit.http import Request
from kaichuang.kit.permissions import any_role, require
from kaichuang.places.web.attempt import attempt
from kaichuang.ui.tables import respond

FORM = ["GET", "HEAD", "POST"]
_reads = any_role(*READERS)


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the ranking table."""

    rank: int
    key: str
    label: str
    party: str
    score: Decimal | None
    count: int
    spread: Decimal
    recommended_fen: int | None
    outcome: str
    within: bool
    reasons: str

    @property
    def pk(self) -> str:
        return self.key


def one_panel(request: Request, pk: int) -> Panel:
    """The panel, or 404 for whoever may not read it."""
    return get_object_or_404(panels_for(request.actor), pk=pk)


def _run_panel(request: Request, pk: int) -> Panel:
    """The same for whoever may run it."""
    found = one_panel(request, pk)
    require(may_run(request.actor, found))
    return found


@login_required
@require_safe
def panels(request: Request) -> HttpResponseBase:
    """All panels of the programme."""
    require(_reads(request.actor, None))
    filters = PanelFilter(request.GET)
    values = filters.values
    rows = panels_for(request.actor).annotate(item_count=Count("items"))
    if "q" in values:
        rows = rows.filter(title__icontains=values["q"].replace("\x00", ""))
    if "state" in values:
        rows = rows.filter(state=values["state"])
    return respond(request, table=PANELS, rows=rows, filters=filters, template="experts/panels.html")


@login_required
@require_safe
def panel(request: Request, pk: int) -> HttpResponseBase:
    """Everything about one panel: rules, draw, seats, scores, ranking."""
    found = one_panel(request, pk)
    board = board_of(found)
    drawn = Draw.objects.filter(panel=found).first()
    runs = bool(may_run(request.actor, found))
    context = {
        "panel": found,
        "badge": state_badge(found),
        "board": board,
        "draw": drawn,
        "grounds": sorted(drawn.grounds.items()) if drawn is not None else [],
        "rules": _rules(found),
        "criteria": [(title_of(one), one) for one in found.form.criteria],
        "items": list(found.items.select_related("party").order_by("number")) if not board.matrix else [],
        "seats": _seats(found),
        "acts": _acts(found, runs),
        "may_run": runs,
        "has_open": any(row.open for row in board.matrix),
        "packs": Document.objects.filter(subject_type="experts.panel", subject_id=str(found.pk)).order_by(
            "-pk"
        ),
        "events": events_of(found),
        "crumbs": [(_("评审组"), reverse("experts:panels"))],
    }
    rows = [_line(one, found) for one in board.ranking]
    table = RANKING_FILE if "export" in request.GET else RANKING
    return respond(
        request, table=table, rows=rows, template="experts/panel.html", context={**context, "lines": rows}
    )


def _line(one: Ranked, found: Panel) -> Line:
    if not one.score:
        outcome = _("没有评分")
    elif not one.passed:
        outcome = _("不合格")
    elif found.quota is None:
        outcome = _("合格")
    else:
        outcome = _("入围") if one.within else _("未入围")
    return Line(
        rank=one.rank,
        key=one.item.key,
        label=one.item.label,
        party=one.item.party.name,
        score=Decimal(one.score) if one.score else None,
        count=one.count,
        spread=Decimal(one.spread),
        recommended_fen=one.recommended_fen,
        outcome=outcome,
        within=one.within,
        reasons=" ".join(reason_in_words(reason) for reason in one.reasons),
    )


def _seats(found: Panel) -> list[dict[str, Any]]:
    rows = with_progress(found.seats.select_related("expert__party", "expert__employer", "replaces"))
    replaced = set(found.seats.exclude(replaces=None).values_list("replaces_id", flat=True))
    running = found.state in {PanelState.DRAWN, PanelState.SCORING}
    return [
        {
            "seat": row,
            "badge": state_badge(row),
            "may_replace": running and row.pk not in replaced and row.state != "replaced",
        }
        for row in rows.order_by("number")
    ]


def _acts(found: Panel, runs: bool) -> dict[str, bool]:
    announced = found.announced_at is not None
    return {
        "announce": runs and found.state == PanelState.PREPARING and not announced,
        "draw": runs and found.state == PanelState.PREPARING and announced,
        "start": runs and found.state == PanelState.DRAWN,
        "reader": runs and found.state == PanelState.SCORING,
        "close": runs and found.state == PanelState.SCORING,
        "cancel": runs and found.state not in {PanelState.CLOSED, PanelState.CANCELLED},
        "pack": runs and found.state == PanelState.CLOSED,
    }


def _rules(found: Panel) -> list[tuple[str, str]]:
    rules, sheet = found.rules, found.form
    limit = rules.limit(sheet)
    return [
        (_("总分算法"), str(found.get_aggregate_display())),
        (_("满分"), points(sheet.full)),
        (_("分歧界限"), _("相差超过%s分") % points(limit) if limit is not None else _("不设")),
        (_("合格线"), points(rules.pass_mark) if rules.pass_mark is not None else _("不设")),
        (_("名额"), str(found.quota) if found.quota else _("不限")),
        (_("同分排序"), "；".join(ties_in_words(found.ties, sheet))),
        (_("评审方式"), _("匿名评审") if found.is_blind else _("实名评审")),
        (_("所需专业"), labels_of(found.specialities) or _("不限")),
        (_("评审期限"), _("%d个工作日") % found.due_days),
    ]


@login_required
@require_http_methods(FORM)
def draw_panel(request: Request, pk: int) -> HttpResponse:
    """Draw; with a public seed its figure is entered here."""
    found = _run_panel(request, pk)
    public = found.seed_mode == SeedMode.PUBLIC
    form = (SeedForm if public else forms.Form)(request.POST if request.method == "POST" else None)
    return _act(
        request,
        found,
        form,
        lambda: draw(
            actor=request.actor, now=request.now, panel=found, seed=form.cleaned_data.get("seed", "")
        ),
        title=_("抽取专家"),
        subtitle=found.seed_source if public else _("将揭示已公布哈希的种子，并向抽中的专家发出邀请。"),
        done=_("已抽取并发出邀请。"),
    )


@login_required
@require_http_methods(FORM)
def another_reader(request: Request, pk: int) -> HttpResponse:
    """The next of the order reads items on which readers diverged."""
    found = _run_panel(request, pk)
    open_items = [row.item.pk for row in board_of(found).matrix if row.open]
    form = ReaderForm(
        request.POST if request.method == "POST" else None,
        items=found.items.order_by("number"),
        initial={"items": open_items},
    )
    return _act(
        request,
        found,
        form,
        lambda: add_reader(actor=request.actor, now=request.now, panel=found, **form.cleaned_data),
        title=_("增加评委"),
        subtitle=_("按公布的抽取顺序邀请下一位专家，只评所选各项。"),
        done=_("已邀请下一位专家。"),
    )


@login_required
@require_http_methods(FORM)
def replace_seat(request: Request, pk: int) -> HttpResponse:
    """Another expert in place of this one."""
    rows = Seat.objects.filter(panel__in=panels_for(request.actor))
    seat = get_object_or_404(rows.select_related("panel__programme", "expert__party"), pk=pk)
    require(may_run(request.actor, seat.panel))
    form = ReasonForm(request.POST if request.method == "POST" else None)
    return _act(
        request,
        seat.panel,
        form,
        lambda: replace(actor=request.actor, now=request.now, seat=seat, **form.cleaned_data),
        title=_("更换评委：%s") % seat.expert.party.name,
        subtitle=_("由公布顺序的下一位递补，原评委的评分不再计入。"),
        done=_("已邀请下一位专家。"),
        tone="danger",
    )


@login_required
@require_http_methods(FORM)
def score_detail(request: Request, pk: int) -> HttpResponse:
    """One score as officers read it; it can be given back with a reason."""
    rows = scores_for(request.actor).filter(seat__panel__in=panels_for(request.actor))
    score = get_object_or_404(rows, pk=pk)
    found = score.seat.panel
    require(may_read(request.actor, found))
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        done = attempt(
            form, lambda: return_score(actor=request.actor, now=request.now, score=score, reason=reason)
        )
        if done is not None:
            messages.success(request, _("已退回，请专家修改后重新提交。"))
            return redirect("experts:panel", found.pk)
    context = {
        "score": score,
        "badge": state_badge(score),
        "given": given_points(score) if score.state == ScoreState.SUBMITTED else [],
        "comment": score.comments.get("", "") if score.state == ScoreState.SUBMITTED else "",
        "form": form,
        "may_return": score.state == ScoreState.SUBMITTED
        and found.state == PanelState.SCORING
        and may_run(request.actor, found),
        "events": events_of(score),
        "crumbs": _crumbs(found),
    }
    return render(request, "experts/score_detail.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def pack(request: Request, pk: int) -> HttpResponse:
    """The decision meeting's papers as PDF."""
    found = one_panel(request, pk)
    document = issue_pack(panel=found, actor=request.actor, now=request.now)
    messages.success(request, _("会议材料已生成。"))
    return redirect("files:download", document.attachment_id)


def _act(
    request: Request,
    found: Panel,
    form: Any,
    operation: Callable[[], object],
    *,
    title: str,
    done: str,
    subtitle: str = "",
    tone: str = "primary",
) -> HttpResponse:
    if request.method == "POST" and form.is_valid() and attempt(form, operation) is not None:
        messages.success(request, done)
        return redirect("experts:panel", found.pk)
    context = {
        "form": form,
        "title": title,
        "subtitle": subtitle,
        "submit": title if "：" not in title else _("确定"),
        "tone": tone,
        "crumbs": _crumbs(found),
        "back": reverse("experts:panel", args=[found.pk]),
    }
    return render(request, "experts/form.html", context, status=422 if form.errors else 200)


def _page(
    operation: Callable[..., object],
    form_class: type[forms.Form],
    *,
    title: str | Promise,
    done: str | Promise,
    subtitle: str | Promise = "",
    tone: str = "primary",
) -> Callable[..., HttpResponse]:
    """The page of an operation that needs the panel and what the form says, nothing else."""

    @login_required
    @require_http_methods(FORM)
    def page(request: Request, pk: int) -> HttpResponse:
        found = _run_panel(request, pk)
        form = form_class(request.POST if request.method == "POST" else None)
        return _act(
            request,
            found,
            form,
            lambda: operation(actor=request.actor, now=request.now, panel=found, **form.cleaned_data),
            title=str(title),
            subtitle=str(subtitle),
            done=str(done),
            tone=tone,
        )

    return page


def _crumbs(found: Panel) -> list[tuple[str, str]]:
    return [
        (_("评审组"), reverse("experts:panels")),
        (found.title, reverse("experts:panel", args=[found.pk])),
    ]


announce_panel = _page(
    announce,
    AnnounceForm,
    title=gettext_lazy("公布评审规则与种子"),
    subtitle=gettext_lazy("公布后评审规则不能再改。"),
    done=gettext_lazy("已公布，可以抽取专家。"),
)
start_panel = _page(
    start, OptionalReasonForm, title=gettext_lazy("开始评审"), done=gettext_lazy("评审已开始。")
)
close = _page(
    close_panel,
    OptionalReasonForm,
    title=gettext_lazy("结束评审"),
    subtitle=gettext_lazy("排名将固定，不能再改。"),
    done=gettext_lazy("评审已结束，排名已固定。"),
)
cancel = _page(
    cancel_panel, ReasonForm, title=gettext_lazy("取消评审"), done=gettext_lazy("评审已取消。"), tone="danger"
)
