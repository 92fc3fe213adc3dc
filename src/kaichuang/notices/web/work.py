"""The work list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kaichuang.clock.queries.today import business_date
from kaichuang.journal.queries import history_of
from kaichuang.kit.http import Request
from kaichuang.kit.problems import Refused
from kaichuang.notices import permissions
from kaichuang.notices.enums import WorkState
from kaichuang.notices.models import WorkItem
from kaichuang.notices.operations import finish_work, reassign_work, urge_work
from kaichuang.notices.queries import all_work_for, work_for, work_title
from kaichuang.notices.web.forms import ReassignForm, WorkFilter
from kaichuang.notices.web.tables import recipient_name, state_badge, work_table
from kaichuang.parties.models import Role
from kaichuang.ui.components.history import Event
from kaichuang.ui.components.structure import Tab
from kaichuang.ui.components.values import day, deadline
from kaichuang.ui.forms import add_problems
from kaichuang.ui.tables import respond

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    from kaichuang.notices.queries.work import Due

_ACTIONS = {"finish": gettext_lazy("办结"), "reassign": gettext_lazy("转办")}


@login_required
@require_safe
def work(request: Request) -> HttpResponse:
    """What one has to do, soonest first; superiors also see everybody's."""
    filters = WorkFilter(request.GET)
    closed = bool(filters.values.get("closed"))
    sees_all = request.actor.has(*permissions.SUPERIORS, Role.AUDITOR)
    everybody = sees_all and request.GET.get("all") == "1"
    rows = (all_work_for if everybody else work_for)(request.actor, closed=closed)
    today = business_date(request.programme or None, request.now)
    if filters.values.get("overdue"):
        rows = rows.filter(due__lt=today)
    here = reverse("notices:work")
    tabs = [
        Tab(label=_("我的待办"), url=here, active=not everybody),
        Tab(label=_("全部待办"), url=f"{here}?all=1", active=everybody),
    ]
    context = {"items": tabs if sees_all else []}
    return respond(
        request,
        table=work_table(today),
        rows=rows,
        filters=filters,
        template="notices/work.html",
        context=context,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def work_item(request: Request, pk: int) -> HttpResponse:
    """One piece of work, and giving it to somebody else."""
    item = _item(request, pk)
    may_reassign = item.state == WorkState.OPEN and bool(permissions.reassign(request.actor, item))
    form = (
        ReassignForm(request.POST if request.method == "POST" else None, request=request)
        if may_reassign
        else None
    )
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            reassign_work(
                item=item,
                recipient=form.recipient,
                actor=request.actor,
                now=request.now,
                reason=form.cleaned_data["reason"],
            )
        except Refused as refused:
            add_problems(form, refused)
        else:
            messages.success(request, _("已转办。"))
            return HttpResponseRedirect(reverse("notices:work"))
    today = business_date(item.programme, request.now)
    due = deadline(item.due, today=today, paused=item.deadline is not None and item.due is None)
    context = {
        "item": item,
        "title": work_title(item),
        "badge": state_badge(item),
        "crumbs": [(_("待办"), reverse("notices:work"))],
        "items": [
            (_("到期日"), due if item.state == WorkState.OPEN else day(item.due)),
            (_("办理"), recipient_name(item)),
            (_("项目"), item.programme),
            (_("依据"), item.clause),
            (_("派发时间"), day(item.opened_at, time=True)),
            (_("办结时间"), day(item.closed_at, time=True)),
        ],
        "is_open": item.state == WorkState.OPEN,
        "may_finish": bool(permissions.finish(request.actor, item)),
        "may_urge": bool(permissions.urge(request.actor, item)),
        "may_reassign": may_reassign,
        "form": form,
        "events": [
            Event(
                at=entry.at,
                title=_ACTIONS.get(entry.action, entry.action),
                actor=entry.actor_name,
                text=entry.reason,
            )
            for entry in history_of(item)
        ],
    }
    return render(request, "notices/work_item.html", context, status=422 if form and form.errors else 200)


@login_required
@require_POST
def finish(request: Request, pk: int) -> HttpResponse:
    return _act(request, pk, finish_work, _("已办结。"))


@login_required
@require_POST
def urge(request: Request, pk: int) -> HttpResponse:
    return _act(request, pk, urge_work, _("已催办。同一事项每天只催一次。"))


def _item(request: Request, pk: int) -> WithAnnotations[WorkItem, Due]:
    rows = all_work_for(request.actor) | all_work_for(request.actor, closed=True)
    return get_object_or_404(rows, pk=pk)


def _act(request: Request, pk: int, operation: Any, done: str) -> HttpResponse:
    item = _item(request, pk)
    try:
        operation(item=item, actor=request.actor, now=request.now)
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, str(problem))
    else:
        messages.success(request, done)
    return HttpResponseRedirect(reverse("notices:work_item", args=[pk]))
