"""The clerk's page of one edition: settle doubts, correct what it is, check, publish, end."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import BaseForm, Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kaichuang.clock.queries.today import business_date
from kaichuang.journal.queries import history_of
from kaichuang.kit.http import Request
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused
from kaichuang.places.web.attempt import attempt
from kaichuang.policy import operations
from kaichuang.policy.models import Doubt, DoubtState, Edition, EditionState
from kaichuang.policy.permissions import may_edit_edition
from kaichuang.policy.queries.editions import editions_for
from kaichuang.policy.queries.reading import document_url
from kaichuang.policy.queries.validity import validity_of
from kaichuang.policy.web.documents import document_tabs
from kaichuang.policy.web.forms import DescribeForm, ReasonForm, RenewForm, RepealForm
from kaichuang.policy.web.history import events_of
from kaichuang.policy.workflow import EDITIONS


def edition_to_edit(request: Request, pk: int) -> Edition:
    """An edition of the actor's own programme. Raises `Http404`, `NotAllowed`."""
    found = get_object_or_404(editions_for(request.actor), pk=pk)
    require(may_edit_edition(request.actor, found))
    return found


@login_required
@require_safe
def edition(request: Request, pk: int) -> HttpResponse:
    """Doubts, moves and history of an edition."""
    return _page(request, edition_to_edit(request, pk))


def _page(
    request: Request, found: Edition, *, problems: tuple[Problem, ...] = (), doubt: int = 0, text: str = ""
) -> HttpResponse:
    today = business_date(request.programme or None, request.now)
    rows = list(found.doubts.order_by("position"))
    lines = found.text.split("\n")
    context: dict[str, Any] = {
        "edition": found,
        "document": found.document,
        "validity": validity_of(found, today),
        "doubts": [
            {
                "row": row,
                "context": _around(lines, row),
                "typed": text if row.pk == doubt else "",
            }
            for row in rows
        ],
        "open_proposals": sum(1 for row in rows if row.state == DoubtState.OPEN and row.proposed),
        "problems": problems,
        "wrong_doubt": doubt,
        "moves": [
            {"name": step.name, "label": step.label, "permit": permit}
            for step, permit in EDITIONS.available(request.actor, found)
        ],
        "may_describe": found.state in {EditionState.IMPORTED, EditionState.CHECKED},
        "may_renew": found.state in {EditionState.PUBLISHED, EditionState.REPEALED}
        and not found.outline_only,
        "may_decide": found.state == EditionState.IMPORTED,
        "events": events_of(history_of(found)),
        "tabs": document_tabs(request.actor, found, "edit", found.ordinal),
        "crumbs": [(_("编校"), reverse("policy:making"))],
    }
    return render(request, "policy/edition.html", context, status=422 if problems else 200)


def _around(lines: list[str], doubt: Doubt) -> str:
    """The words around the doubtful ones in their line; nothing where they are the whole line."""
    line = lines[doubt.line - 1].strip() if 0 < doubt.line <= len(lines) else ""
    at = max(line.find(doubt.found.strip()), 0)
    start = max(0, at - 40)
    shown = ("…" if start else "") + line[start : at + len(doubt.found) + 60]
    return "" if line == doubt.found.strip() else shown


@login_required
@require_POST
def doubts(request: Request, pk: int) -> HttpResponse:
    """Accept, keep or rewrite one doubt; or accept every proposal at once."""
    found = edition_to_edit(request, pk)
    action = request.POST.get("action", "")
    if action == "all":
        count = operations.settle_doubts(actor=request.actor, now=request.now, edition=found)
        messages.success(request, _("已采纳%(count)d处更正建议。") % {"count": count})
        return redirect("policy:edition", pk)
    asked = request.POST.get("doubt", "")
    row = get_object_or_404(Doubt, edition=found, pk=int(asked) if asked.isdigit() and len(asked) < 18 else 0)
    text = request.POST.get("text", "").strip()
    try:
        if action == "keep":
            operations.keep_printed(actor=request.actor, now=request.now, doubt=row)
        elif action == "accept":
            operations.accept_correction(actor=request.actor, now=request.now, doubt=row)
        elif action == "own":
            if not text:
                raise Refused(Problem("text_required", _("请填写采用的文字。"), field=f"text-{row.pk}"))
            operations.accept_correction(actor=request.actor, now=request.now, doubt=row, text=text)
        else:
            raise Http404
    except Refused as refused:
        return _page(request, found, problems=refused.problems, doubt=row.pk, text=text)
    following = (
        found.doubts.filter(state=DoubtState.OPEN, position__gt=row.position).order_by("position").first()
    )
    anchor = f"#doubt-{following.pk}" if following is not None else "#moves"
    return redirect(reverse("policy:edition", args=[pk]) + anchor)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def describe(request: Request, pk: int) -> HttpResponse:
    """Correct title, issuer, number and dates."""
    found = edition_to_edit(request, pk)
    form = DescribeForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        done = attempt(
            form, lambda: operations.describe(actor=request.actor, now=request.now, edition=found, **values)
        )
        if done is not None:
            messages.success(request, _("说明项已更新。"))
            return redirect("policy:edition", pk)
    return _form_page(request, found, form, _("修改说明项"), _("保存"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def renew(request: Request, pk: int) -> HttpResponse:
    """A further edition of the same text with a new validity."""
    found = edition_to_edit(request, pk)
    form = RenewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        done = attempt(
            form, lambda: operations.renew(actor=request.actor, now=request.now, edition=found, **values)
        )
        if done is not None:
            messages.success(request, _("已建立延续版本，请校对后发布。"))
            return redirect("policy:edition", done.pk)
    return _form_page(request, found, form, _("延续有效期"), _("建立延续版本"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: Request, pk: int, move: str) -> HttpResponse:
    """Check, publish, repeal or withdraw."""
    found = edition_to_edit(request, pk)
    if move not in {step.name for step in EDITIONS}:
        raise Http404
    step = EDITIONS[move]
    if not step.needs_reason:
        if request.method != "POST":
            return redirect("policy:edition", pk)
        operation = operations.check_edition if move == "check" else operations.publish
        try:
            operation(actor=request.actor, now=request.now, edition=found)
        except Refused as refused:
            return _page(request, found, problems=refused.problems)
        messages.success(
            request, _("已发布，所有人可见。") if move == "publish" else _("校对完成，可以发布。")
        )
        return redirect(
            document_url(found.document.code) if move == "publish" else reverse("policy:edition", args=[pk])
        )
    form: Form = RepealForm(request.POST or None) if move == "repeal" else ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        ending = operations.repeal if move == "repeal" else operations.withdraw
        values = form.cleaned_data
        done = attempt(form, lambda: ending(actor=request.actor, now=request.now, edition=found, **values))
        if done is not None:
            messages.success(request, _("已废止，全文仍可查阅。") if move == "repeal" else _("已撤回。"))
            return redirect(
                document_url(found.document.code) if move == "repeal" else reverse("policy:making")
            )
    return _form_page(request, found, form, str(step.label), str(step.label), tone="danger")


def _form_page(
    request: Request, found: Edition, form: BaseForm, title: str, submit: str, tone: str = "primary"
) -> HttpResponse:
    context = {
        "edition": found,
        "form": form,
        "title": title,
        "submit": submit,
        "tone": tone,
        "back": reverse("policy:edition", args=[found.pk]),
        "crumbs": [
            (_("编校"), reverse("policy:making")),
            (found.title, reverse("policy:edition", args=[found.pk])),
        ],
    }
    return render(request, "policy/form.html", context, status=422 if form.errors else 200)
