"""My cases, and one of them: where it stands, what I can do, what was decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kaichuang.cases import panels
from kaichuang.cases.models import Case
from kaichuang.cases.permissions import may_read
from kaichuang.cases.queries.cases import cases_for
from kaichuang.cases.queries.form import form_of, sections_of
from kaichuang.cases.queries.obstacles import hand_in
from kaichuang.cases.queries.queue import files_of, with_due
from kaichuang.cases.web.apply.common import is_open, own_case, paper_lines, problems_of
from kaichuang.cases.web.apply.panel import panel_of
from kaichuang.cases.web.apply.standing import events_of, own_moves, steps_of, tone_of, turn_of, who_acts
from kaichuang.clock.queries import business_date
from kaichuang.clock.queries.calendars import calendar_of
from kaichuang.clock.working_days import WorkingCalendar
from kaichuang.entitlement.words import words
from kaichuang.kit.http import Request
from kaichuang.kit.problems import Problem
from kaichuang.packs.schema.matters import MatterFile
from kaichuang.packs.schema.workflows import State
from kaichuang.parties.models import Membership
from kaichuang.publicity.queries.lists import lines_about
from kaichuang.ui.components.badges import badge
from kaichuang.ui.components.values import NOTHING, deadline
from kaichuang.ui.forms import FilterForm
from kaichuang.ui.tables import Column, Table, respond

PLACES = ("mine", "applicant")


class MineFilter(FilterForm):
    """Of one's own cases."""

    when = forms.ChoiceField(
        label=gettext_lazy("状态"),
        choices=[
            ("", gettext_lazy("全部")),
            ("mine", gettext_lazy("待我办理")),
            ("open", gettext_lazy("办理中")),
            ("ended", gettext_lazy("已办结")),
        ],
    )


@dataclass(frozen=True)
class Mine:
    """A case as a row of the list."""

    case: Case
    file: MatterFile
    today: date
    calendar: WorkingCalendar

    @property
    def pk(self) -> int:
        return self.case.pk

    @cached_property
    def state(self) -> State:
        return self.file.workflow.state(self.case.state)

    @property
    def title(self) -> str:
        return self.case.matter.title

    @property
    def url(self) -> str:
        return reverse("cases:case", args=[self.case.pk])

    @property
    def who(self) -> str:
        return who_acts(self.file, self.state, self.case.desk)

    @property
    def due_on(self) -> date | None:
        return getattr(self.case, "due_on", None)

    @property
    def due(self) -> str:
        if self.due_on is None:
            return NOTHING
        left = self.calendar.between(self.today, self.due_on)
        return deadline(self.due_on, today=self.today, left=left, working=True)

    @property
    def amount_fen(self) -> int | None:
        return self.case.granted_fen if self.case.granted_fen is not None else self.case.ceiling_fen


def _table() -> Table:
    return Table(
        name="mine",
        caption=_("我的办件"),
        columns=(
            Column("title", _("事项"), wide=True, url=lambda row: row.url),
            Column("number", _("受理编号"), value="case.number", kind="code"),
            Column("state", _("状态"), value=lambda row: words(row.state.title), show=lambda row: badge(words(row.state.title), tone=tone_of(row.state))),
            Column("who", _("下一步由谁办理")),
            Column("due_on", _("办理时限"), kind="day", show=lambda row: row.due),
            Column("amount", _("金额"), value="amount_fen", kind="money"),
            Column("submitted", _("提交时间"), value=lambda row: row.case.submitted_at and localdate(row.case.submitted_at), kind="day", minor=True),
        ),
        empty_title=_("还没有办件"),
        empty_text=_("在事项目录中选择可以申报的事项，填写的内容会自动保存为草稿。"),
        empty_label=_("查看事项目录"),
        empty_url=reverse("cases:matters"),
    )  # fmt: skip


@login_required
@never_cache
@require_safe
def mine(request: Request) -> HttpResponse:
    """Everything that one's party has applied for or was offered, the newest first."""
    filters = MineFilter(request.GET)
    rows: list[Mine] = []
    if request.actor.party_id is not None:
        found = with_due(cases_for(request.actor).filter(party=request.actor.party_id)).order_by("-pk")
        cases = list(_narrowed(found, filters.values.get("when", "")).defer("version__content"))
        files = files_of(case.version_id for case in cases)
        places = {case.programme_id: case.programme for case in cases}
        days = {pk: (business_date(place, request.now), calendar_of(place)) for pk, place in places.items()}
        rows = [Mine(case, files[case.version_id], *days[case.programme_id]) for case in cases]
        if filters.values.get("when") == "mine":
            rows = [row for row in rows if row.state.desk == "applicant"]
    context = {"actor": request.actor}
    return respond(
        request, table=_table(), rows=rows, filters=filters, template="cases/apply/mine.html", context=context
    )


def _narrowed(rows: Any, when: str) -> Any:
    if when == "ended":
        return rows.exclude(ended_at=None)
    return rows.filter(ended_at=None) if when in ("open", "mine") else rows


@login_required
@never_cache
@require_safe
def case(request: Request, pk: int) -> HttpResponse:
    """The applicant's page of a case; public servants go on to theirs, all others find nothing."""
    row = get_object_or_404(Case.objects.select_related("programme"), pk=pk if pk < 2**63 else 0)
    if row.party_id == request.actor.party_id:
        return case_page(request, own_case(request, pk))
    if may_read(request.actor, row):
        return redirect("cases:desk_case", row.pk)
    if Membership.objects.filter(user=request.actor.user_id, party=row.party_id, until=None).exists():
        return redirect(f"{reverse('portal:acting')}?{urlencode({'next': request.path})}")
    raise Http404


def case_page(request: Request, row: Case, problems: list[Problem] | None = None) -> HttpResponse:
    """The page, with what an operation refused."""
    today = business_date(row.programme, request.now)
    stays = list(row.stays.select_related("desk", "deadline__programme").order_by("pk"))
    state = row.version.file.workflow.state(row.state)
    moves = own_moves(row, request.actor)
    handing = hand_in(row)
    line = lines_about("cases.case", str(row.pk)).select_related("announcement").first()
    context = {
        "case": row,
        "matter": row.matter,
        "state": state,
        "badge": badge(words(state.title), tone=tone_of(state)),
        "turn": turn_of(row, stays, today),
        "today": today,
        "steps": steps_of(row, stays),
        "events": events_of(row, stays),
        "problems": problems or [],
        "correction": row.corrections.filter(answered_at=None).first(),
        "corrections": list(row.corrections.exclude(answered_at=None)),
        "decisions": list(row.decisions.select_related("letter__document").order_by("-pk")),
        "submissions": list(row.submissions.defer("document", "answers", "papers").order_by("-number")),
        "fills": is_open(row) and row.source == "applied",
        "consent": handing if handing is not None and row.source == "automatic" else None,
        "moves": [
            {
                "id": move.id,
                "title": words(move.title),
                "reason": move.reason,
                "appeal": "appeal" in move.does,
            }
            for move in moves
            if handing is None or move.id != handing.id
        ],
        "line": line,
        "announcement": line.announcement if line is not None else None,
        "panels": [part for place in PLACES for part in panels.render(place, row, request)],
        "crumbs": [(_("我的办件"), reverse("cases:mine"))],
        **_offer(request, row),
    }
    return render(request, "cases/apply/case.html", context, status=422 if problems else 200)


def _offer(request: Request, row: Case) -> dict[str, Any]:
    """What an offer without application comes to, and what still stands in its way."""
    handing = hand_in(row)
    if row.source != "automatic" or handing is None:
        return {}
    asked, matter = form_of(row), row.version.file.matter
    fields = frozenset(q.name for section in sections_of(asked, matter) for q in section.questions)
    return {
        "asked": asked,
        "panel": panel_of(asked, matter, fields=fields),
        "obstacles": problems_of(row, request),
        # Papers of an application are not asked of those who need not apply.
        "papers": paper_lines(row, asked) if "complete" in handing.needs else [],
    }
