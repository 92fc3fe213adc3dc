"""The money of a party: what it is paid, to which account, what it reports and what it owes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kaichuang.cases.models import Case
from kaichuang.cases.queries.cases import cases_for, state_of
from kaichuang.clock.queries import business_date
from kaichuang.entitlement.queries.books import compiled
from kaichuang.entitlement.words import named
from kaichuang.kit.http import Request
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import NotAllowed, Problem
from kaichuang.parties.models import Party
from kaichuang.places.web.attempt import attempt
from kaichuang.support.models import Instalment, Recovery, RecoveryState, Tranche, TrancheState
from kaichuang.support.operations.accounts import confirm_account, may_confirm
from kaichuang.support.operations.papers import add_tranche_paper, check_tranche_papers, papers_there
from kaichuang.support.operations.recover import owed_of
from kaichuang.support.queries.awards import titled
from kaichuang.support.queries.money import account_for, bounces_of, recoveries_for, tranches_for
from kaichuang.support.web.forms import AccountForm, PaperForm
from kaichuang.support.web.tables import RECOVERY_TONES, TRANCHE_TONES
from kaichuang.ui.components.badges import badge

FORM = ["GET", "HEAD", "POST"]


@login_required
@require_safe
def money(request: Request) -> HttpResponse:
    """Everything about money for the party that the visitor acts for."""
    party = _party(request)
    tranches = list(tranches_for(request.actor))
    recoveries = recoveries_for(request.actor).filter(party=party)
    reports = [
        case
        for case in cases_for(request.actor).filter(party=party, stage="after", ended_at=None)
        if any("report" in move.does for move in case.version.file.workflow.out_of(case.state))
    ]
    bounces = bounces_of(tranches)
    context = {
        "party": party,
        "today": business_date(request.programme or None, request.now),
        "account": account_for(request.actor),
        "tranches": [
            (tranche, tranche_badge(tranche), *_titles(tranche), bounces.get(tranche.pk))
            for tranche in tranches
        ],
        "paid": sum(t.amount_fen for t in tranches if t.state == TrancheState.PAID),
        "coming": sum(t.amount_fen for t in tranches if t.state != TrancheState.PAID and not t.is_final),
        "recoveries": [_owing(one) for one in recoveries],
        "reports": reports,
    }
    return render(request, "support/my_money.html", context)


def _owing(recovery: Recovery) -> tuple[Recovery, str, list[tuple[Instalment, int]], Any]:
    """What is to be paid back: its state, each part with what is open of it, and the next part to pay."""
    plan = [(part, owed_of(part)) for part in recovery.instalments.all()]
    tone = RECOVERY_TONES[RecoveryState(recovery.state)]
    return (
        recovery,
        badge(recovery.get_state_display(), tone=tone),
        plan,
        next((p for p in plan if p[1]), None),
    )


@login_required
@require_http_methods(FORM)
def account(request: Request) -> HttpResponse:
    """Enter and confirm the account."""
    party = _party(request)
    require(may_confirm(request.actor, party))
    form = AccountForm(request.POST or None, initial={"holder": party.name})
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("holder", "bank", "number")}
        made = attempt(
            form, lambda: confirm_account(party=party, actor=request.actor, now=request.now, **values)
        )
        if made is not None:
            held = any(one.is_held for one in bounces_of(tranches_for(request.actor)).values())
            if held:
                same = _(
                    "收款账户已确认，但与银行退回过的账户相同，退回的款项仍暂停支付。账户无误的，请与财政部门联系核实。"
                )
                messages.warning(request, same)
            else:
                messages.success(request, _("收款账户已确认。等待账户的款项会自动申请支付。"))
            return redirect("support:my_money")
    return form_page(request, form, _("确认收款账户"), reverse("support:my_money"))


@login_required
@require_http_methods(FORM)
def paper(request: Request, pk: int) -> HttpResponse:
    """Hand in a paper for a tranche."""
    tranche = _tranche(request, pk)
    pack = compiled(tranche.case.version.pack_version)[0]
    choices = [(code, named(pack, "evidence", code)) for code in tranche.papers]
    form = PaperForm(request.POST or None, request.FILES or None, choices=choices)
    back = reverse("support:my_money")
    if request.method == "POST" and form.is_valid():
        made = attempt(
            form,
            lambda: add_tranche_paper(
                tranche=tranche,
                paper=form.cleaned_data["paper"],
                upload=form.cleaned_data["file"],
                actor=request.actor,
                now=request.now,
            ),
        )
        if made is not None:
            messages.success(request, _("材料已提交，核对后支付。"))
            return redirect(back)
    title = _("提交拨付材料：%(tranche)s") % {"tranche": tranche.title}
    return form_page(request, form, title, back)


@login_required
@require_http_methods(["POST"])
def check(request: Request, pk: int) -> HttpResponse:
    """The desk finds the papers of a tranche in order."""
    tranche = _tranche(request, pk)
    check_tranche_papers(tranche=tranche, actor=request.actor, now=request.now)
    messages.success(request, _("材料已核对，款项进入支付。"))
    return redirect("cases:desk_case", tranche.case_id)


def _titles(tranche: Tranche) -> tuple[str, str]:
    """The matter and the part in the reader's language."""
    matter = tranche.case.matter
    return titled(matter.title, matter.title_en), titled(tranche.title, tranche.title_en)


def tranche_badge(tranche: Tranche) -> str:
    """The state of a tranche."""
    return badge(tranche.get_state_display(), tone=TRANCHE_TONES[TrancheState(tranche.state)])


def papers_of(tranche: Tranche) -> list[tuple[str, int]]:
    """The papers for which a tranche waits, in words, and how many of each are there."""
    if not tranche.papers:
        return []
    pack = compiled(tranche.case.version.pack_version)[0]
    return [(named(pack, "evidence", code), len(there)) for code, there in papers_there(tranche).items()]


def form_page(request: Request, form: BaseForm, title: str, back: str) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "title": title, "back": back}
    return render(request, "support/form.html", context, status=422 if form.errors else 200)


def own_case(request: Request, pk: int) -> Case:
    """A case that the visitor may read."""
    return get_object_or_404(cases_for(request.actor), pk=pk)


def report_move(case: Case) -> str | None:
    """The move by which the report is handed in, where the case waits for it."""
    state = state_of(case)
    moves = case.version.file.workflow.out_of(state.id)
    return next((move.id for move in moves if "report" in move.does), None)


def _party(request: Request) -> Party:
    if request.actor.party_id is None:
        raise NotAllowed(Problem("party_required", _("请先选择您代表的企业、团队或个人。")))
    return Party.objects.get(pk=request.actor.party_id)


def _tranche(request: Request, pk: int) -> Tranche:
    rows = Tranche.objects.select_related("case__programme", "case__party", "case__matter", "case__version")
    return get_object_or_404(rows.filter(case__in=cases_for(request.actor)), pk=pk)
