"""The queue: what lies at my desk, and the same move for many cases."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kaichuang.cases.models import Case
from kaichuang.cases.operations.batch import publicise_cases, send_cases_to_experts
from kaichuang.cases.operations.move import Moved, move_many
from kaichuang.cases.queries.cases import cases_for
from kaichuang.cases.queries.queue import (
    STAGES,
    files_of,
    narrow,
    queue_for,
    stages_of,
    state_of,
    versions_in,
)
from kaichuang.cases.web.desk.common import STAGE_LABELS, crumbs, for_staff, is_read_only
from kaichuang.cases.web.desk.forms import BatchForm, ColumnsForm, QueueFilter
from kaichuang.cases.web.desk.tables import BULK, USUAL, columns, queue_table
from kaichuang.clock.queries import business_date
from kaichuang.clock.queries.calendars import calendar_of
from kaichuang.entitlement.words import words
from kaichuang.kit.http import Request
from kaichuang.kit.problems import NotAllowed, Refused
from kaichuang.parties.models.role import STAFF
from kaichuang.ui.components.structure import Tab
from kaichuang.ui.forms import add_problems
from kaichuang.ui.tables import respond

MOST_AT_ONCE = 500


@for_staff
@require_safe
def queue(request: Request) -> HttpResponseBase:
    """Cases at my desk by stage; overdue first."""
    today = business_date(request.programme, request.now)
    filters = QueueFilter(request.GET, programme=request.programme, actor=request.actor)
    values = filters.values
    rows = queue_for(request.actor, scope=values.get("scope", "desk"))
    counted = stages_of(narrow(rows, {**values, "stage": ""}, today))
    rows = narrow(rows, values, today)
    shown = filters.columns
    table = queue_table(
        today,
        calendar_of(request.programme),
        shown=shown,
        moves=offered(request),
        compare=not is_read_only(request),
    )
    context = {
        "tabs": _tabs(request, counted, str(values.get("stage", ""))),
        "columns": ColumnsForm(
            initial={"col": shown},
            names=[(column.name, column.label) for column in columns(today, calendar_of(request.programme))],
        ),
        "kept": [(name, value) for name, value in request.GET.items() if name not in {"col", "cols"}],
        "read_only": is_read_only(request),
    }
    return respond(
        request, table=table, rows=rows, filters=filters, template="cases/desk/queue.html", context=context
    )


def _tabs(request: Request, counted: dict[str, int], present: str) -> list[Tab]:
    def address(stage: str) -> str:
        query = request.GET.copy()
        for name in ("stage", "cases-page", "export"):
            query.pop(name, None)
        if stage:
            query["stage"] = stage
        return f"{request.path}?{query.urlencode()}" if query else request.path

    tabs = [Tab(label=_("全部"), url=address(""), active=not present, count=sum(counted.values()))]
    for stage in STAGES:
        if stage in counted or stage == present:
            tabs.append(
                Tab(
                    label=STAGE_LABELS[stage],
                    url=address(stage),
                    active=stage == present,
                    count=counted.get(stage, 0),
                )
            )
    return tabs


@for_staff
@require_safe
def choose_columns(request: Request) -> HttpResponse:
    """Go back to the queue with other columns; the filters stay."""
    query = request.GET.copy()
    names = [name for name in query.pop("col", []) if name]
    query.pop("cols", None)
    if names and set(names) != set(USUAL):
        query["cols"] = ",".join(str(name) for name in names)
    return redirect(f"{reverse('cases:desk')}?{query.urlencode()}")


def offered(request: Request) -> list[str]:
    """The moves for many cases that the actor's roles may make in the workflows that run here."""
    roles = request.actor.roles & set(STAFF)
    found = {
        move.id
        for file in files_of(versions_in(request.actor)).values()
        for move in file.workflow.moves
        if move.on is None and roles & set(move.by)
    }
    return sorted(found)


@for_staff
@require_POST
def batch(request: Request, move: str) -> HttpResponse:
    """Ask for what the move needs, make it for each case selected, and tell what became of each."""
    cases = _selected(request)
    if not cases:
        return render(request, "cases/desk/batch.html", {**_names(move), "nothing": True}, status=422)
    asked = "sure" in request.POST
    form = BatchForm(request.POST if asked else None, move=move, initial={"title": _title(move, cases)})
    if asked and form.is_valid():
        try:
            done = _carry_out(request, move, cases, dict(form.cleaned_data))
        except NotAllowed:
            raise
        except Refused as refused:
            add_problems(form, refused)
        else:
            return _told(request, move, done)
    context = {**_names(move), "form": form, "cases": [(case, words(state_of(case).title)) for case in cases]}
    return render(request, "cases/desk/batch.html", context, status=422 if form.errors else 200)


def _names(move: str) -> dict[str, Any]:
    labels = {name: (label, tone) for name, label, tone in BULK}
    label, tone = labels.get(move, (move, "primary"))
    return {
        "move": move,
        "label": label,
        "tone": "danger" if tone == "danger" else "primary",
        "crumbs": crumbs(),
    }


def _selected(request: Request) -> list[Case]:
    keys = [int(key) for key in request.POST.getlist("selected") if key.isascii() and key.isdigit()]
    rows = cases_for(request.actor).filter(programme=request.programme.pk, submitted_at__isnull=False)
    found = list(rows.filter(pk__in=keys[:MOST_AT_ONCE]).order_by("number"))
    files_of(case.version_id for case in found)
    return found


def _title(move: str, cases: list[Case]) -> str:
    matter = cases[0].matter.title
    if move == "publicise":
        return _("%(matter)s拟支持名单") % {"matter": matter}
    return _("%(matter)s专家评审") % {"matter": matter}


def _carry_out(request: Request, move: str, cases: list[Case], given: dict[str, Any]) -> list[Moved]:
    """Lists and panels are made for all or none; other moves case by case."""
    if move in {"publicise", "send_to_experts"}:
        together = publicise_cases if move == "publicise" else send_cases_to_experts
        together(cases=cases, title=given["title"], actor=request.actor, now=request.now, move=move)
        again = {
            case.pk: case for case in cases_for(request.actor).filter(pk__in=[case.pk for case in cases])
        }
        return [Moved(again[case.pk]) for case in cases]
    return move_many(
        cases=cases, move=move, actor=request.actor, now=request.now, reason=given.get("reason", "")
    )


def _told(request: Request, move: str, done: list[Moved]) -> HttpResponse:
    moved = [(one.case, words(state_of(one.case).title)) for one in done if not one.problems]
    refused = [one for one in done if one.problems]
    context = {**_names(move), "moved": moved, "refused": refused}
    return render(request, "cases/desk/batch_result.html", context)
