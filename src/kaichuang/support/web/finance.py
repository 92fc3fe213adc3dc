"""Pages of those who keep the money: by measure, who waits, who owes, and sharing out a round."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kaichuang.cases.models import Case, Round, Shortfall
from kaichuang.clock.queries import business_date
from kaichuang.kit.http import Request
from kaichuang.kit.permissions import any_role, require
from kaichuang.ledger.permissions import may_see_party
from kaichuang.parties.models import Role
from kaichuang.places.web.attempt import attempt
from kaichuang.support.models import Recovery, RecoveryState
from kaichuang.support.operations.allocate import (
    Preview,
    allocate,
    may_allocate,
    pot_of,
    preview_allocation,
    waiting_in,
)
from kaichuang.support.operations.caps import declare_caps
from kaichuang.support.operations.recover import (
    enter_receipt,
    may_plan,
    may_receive,
    owed_of,
    plan_instalments,
    write_off,
)
from kaichuang.support.queries.money import money_of_programme, recoveries_for, waiting_for_money
from kaichuang.support.web.forms import PlanForm, ReasonForm, ReceiptForm
from kaichuang.support.web.mine import FORM, form_page
from kaichuang.support.web.tables import MONEY, RECOVERIES, RECOVERY_TONES, SHARES, WAITING
from kaichuang.ui.components.badges import badge
from kaichuang.ui.tables import respond

may_see_money = any_role(Role.FINANCE, Role.LEADER, Role.AUDITOR, Role.OFFICER, Role.ADMINISTRATOR)
may_write_off = any_role(Role.LEADER)


@login_required
@require_safe
def money(request: Request) -> HttpResponse:
    """By measure and clause: held, committed, on its way, paid, owed back."""
    require(may_see_money(request.actor, request.programme))
    rows = money_of_programme(request.actor)
    names = ("held", "committed", "ordered", "paid", "owed")
    context = {name: sum(getattr(row, name) for row in rows) for name in names}
    context["may_declare"] = bool(any_role(Role.FINANCE)(request.actor, request.programme))
    return respond(request, table=MONEY, rows=rows, template="support/money.html", context=context)


@login_required
@require_POST
def caps(request: Request) -> HttpResponse:
    """Bring the ceilings of the packs into the ledger."""
    limits = declare_caps(programme=request.programme, actor=request.actor, now=request.now)
    messages.success(request, _("已登记%(count)d项限额，由账本强制执行。") % {"count": len(limits)})
    return redirect("ledger:limits")


@login_required
@require_safe
def waiting(request: Request) -> HttpResponse:
    """Cases that the pots could not serve."""
    require(may_see_money(request.actor, request.programme))
    return respond(
        request, table=WAITING, rows=waiting_for_money(request.actor), template="support/waiting.html"
    )


@login_required
@require_safe
def recoveries(request: Request) -> HttpResponse:
    """What is to come back."""
    require(may_see_money(request.actor, request.programme))
    rows = recoveries_for(request.actor).filter(case__programme=request.programme)
    return respond(request, table=RECOVERIES, rows=rows, template="support/recoveries.html")


@login_required
@require_safe
def recovery(request: Request, pk: int) -> HttpResponse:
    """One demand with its plan and what has come in."""
    found = _recovery(request, pk)
    is_open = found.state == RecoveryState.OPEN
    plan = [(part, owed_of(part)) for part in found.instalments.all()]
    context = {
        "recovery": found,
        "badge": badge(found.get_state_display(), tone=RECOVERY_TONES[RecoveryState(found.state)]),
        "instalments": plan,
        "next": next((one for one in plan if one[1]), None),
        "today": business_date(found.case.programme, request.now),
        "may_receive": is_open and may_receive(request.actor, found),
        "may_plan": is_open and may_plan(request.actor, found),
        "may_see_party": may_see_party(request.actor, found.party, found.case.programme),
        "may_write_off": is_open and may_write_off(request.actor, found),
    }
    return render(request, "support/recovery.html", context)


@login_required
@require_http_methods(FORM)
def receipt(request: Request, pk: int) -> HttpResponse:
    """Enter money that has come in."""
    found = _recovery(request, pk)
    require(may_receive(request.actor, found))
    today = business_date(found.case.programme, request.now)
    form = ReceiptForm(request.POST or None, initial={"received_on": today, "amount": found.open_fen})
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: enter_receipt(recovery=found, actor=request.actor, now=request.now, **form.cleaned_data),
        )
        if done is not None:
            messages.success(request, _("收款已登记。"))
            return redirect("support:recovery", pk)
    return form_page(request, form, _("登记收款"), reverse("support:recovery", args=[pk]))


@login_required
@require_http_methods(FORM)
def plan(request: Request, pk: int) -> HttpResponse:
    """Agree on instalments."""
    found = _recovery(request, pk)
    require(may_plan(request.actor, found))
    lines = "\n".join(
        f"{one.due_on.isoformat()}，{one.amount_fen // 100}.{one.amount_fen % 100:02d}"
        for one in found.instalments.all()
    )
    form = PlanForm(request.POST or None, initial={"plan": lines})
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: plan_instalments(
                recovery=found, actor=request.actor, now=request.now, **form.cleaned_data
            ),
        )
        if done is not None:
            messages.success(request, _("还款计划已更新。"))
            return redirect("support:recovery", pk)
    return form_page(request, form, _("还款计划"), reverse("support:recovery", args=[pk]))


@login_required
@require_http_methods(FORM)
def give_up(request: Request, pk: int) -> HttpResponse:
    """Write off what cannot be had."""
    found = _recovery(request, pk)
    require(may_write_off(request.actor, found))
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        done = attempt(
            form, lambda: write_off(recovery=found, reason=reason, actor=request.actor, now=request.now)
        )
        if done is not None:
            messages.success(request, _("已核销。"))
            return redirect("support:recovery", pk)
    return form_page(request, form, _("核销"), reverse("support:recovery", args=[pk]))


@dataclass(frozen=True, slots=True)
class Row:
    """One case under every rule."""

    case: Case
    most: int
    declared: int | None
    by_score: int | None
    first_come: int | None
    pro_rata: int | None
    queue: int | None


@login_required
@require_safe
def sharing(request: Request, pk: int) -> HttpResponse:
    """Every rule for a pot that is too small, side by side, before one is applied."""
    require(may_see_money(request.actor, request.programme))
    found = _round(request, pk)
    cases = waiting_in(found)
    previews = preview_allocation(found)
    by_rule = {preview.rule: preview for preview in previews}
    rows = [_row(case, previews[0], by_rule) for case in cases]
    context = {
        "round": found,
        "rule": Shortfall(found.shortfall).label,
        "pot": pot_of(found, cases),
        "wanted": sum(row.most for row in rows),
        "previews": previews,
        "may_allocate": bool(cases) and may_allocate(request.actor, found),
    }
    return respond(request, table=SHARES, rows=rows, template="support/sharing.html", context=context)


def _row(case: Case, declared: Preview, by_rule: dict[str, Preview]) -> Row:
    def of(rule: Shortfall) -> int | None:
        share = by_rule[rule].of(case)
        return share.fen if share is not None else None

    share = declared.of(case)
    ceiling = case.ceiling_fen or 0
    return Row(
        case=case,
        most=ceiling if case.requested_fen is None else min(ceiling, case.requested_fen),
        declared=share.fen if share is not None else None,
        by_score=of(Shortfall.BY_SCORE),
        first_come=of(Shortfall.FIRST_COME),
        pro_rata=of(Shortfall.PRO_RATA),
        queue=of(Shortfall.QUEUE),
    )


@login_required
@require_POST
def share(request: Request, pk: int) -> HttpResponse:
    """Propose to each what the declared rule gives it."""
    moved = allocate(round_=_round(request, pk), actor=request.actor, now=request.now)
    messages.success(request, _("已为%(count)d件拟定金额。") % {"count": len(moved)})
    return redirect("support:sharing", pk)


def _round(request: Request, pk: int) -> Round:
    rows = Round.objects.select_related("matter__programme").filter(matter__programme=request.programme)
    return get_object_or_404(rows, pk=pk)


def _recovery(request: Request, pk: int) -> Recovery:
    return get_object_or_404(recoveries_for(request.actor), pk=pk)
