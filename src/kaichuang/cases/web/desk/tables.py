"""The queue as a table; the same columns as files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kaichuang.cases.models import Case
from kaichuang.cases.queries.queue import state_of
from kaichuang.cases.web.desk.common import (
    STATUS_LABELS,
    matter_title,
    state_badge,
    status_badge,
    working_days_left,
)
from kaichuang.clock.working_days import WorkingCalendar
from kaichuang.entitlement.words import words
from kaichuang.ui.components.values import deadline
from kaichuang.ui.tables import Bulk, Column, Table

ALWAYS = ("number", "party")
USUAL = ("number", "party", "matter", "state", "due_on", "ceiling_fen", "proposed_fen")
"""The columns that are shown unless the reader chooses others; they fit beside the menu of a small laptop."""


def _case_url(case: Case) -> str:
    return reverse("cases:desk_case", args=[case.pk])


def columns(today: date, calendar: WorkingCalendar) -> tuple[Column, ...]:
    """Every column that there is, in order."""

    def due(case: Any) -> str:
        waiting = case.ended_at is None and case.due_on is None and state_of(case).pauses
        left = working_days_left(case.due_on, today, calendar)
        return deadline(case.due_on, today=today, paused=waiting, left=left, working=True)

    return (
        Column("number", _("受理编号"), kind="code", sort="number", url=_case_url),
        Column("party", _("申请人"), value="party.name", sort="party__sort_key", wide=True),
        Column(
            "matter",
            _("事项"),
            value=lambda case: matter_title(case.matter),
            sort="matter__title",
        ),
        Column(
            "state",
            _("状态"),
            value=lambda case: words(state_of(case).title),
            sort="state",
            show=state_badge,
        ),
        Column("due_on", _("办理期限"), kind="day", sort="due_on", show=due),
        Column("ceiling_fen", _("测算上限"), kind="money", sort="ceiling_fen"),
        Column("requested_fen", _("申请金额"), kind="money", sort="requested_fen"),
        Column("proposed_fen", _("拟支持金额"), kind="money", sort="proposed_fen"),
        Column("granted_fen", _("批准金额"), kind="money", sort="granted_fen"),
        Column(
            "status",
            _("测算结论"),
            value=lambda case: STATUS_LABELS.get(case.status, ""),
            sort="status",
            show=status_badge,
        ),
        Column("score", _("评审得分"), kind="number", sort="score"),
        Column("rank", _("名次"), kind="number", sort="rank"),
        Column(
            "round", _("申报批次"), value=lambda case: case.round.title if case.round else "", sort="round"
        ),
        Column(
            "desk", _("经办单位"), value=lambda case: case.desk.name if case.desk else "", sort="desk__name"
        ),
        Column("submitted_at", _("提交时间"), kind="time", sort="submitted_at"),
        Column("lies_since", _("进入环节"), kind="day", sort="lies_since"),
        Column("changed_at", _("最近变动"), kind="time", sort="changed_at"),
    )


BULK = (
    ("accept", _("受理"), "primary"),
    ("check", _("审核通过"), "plain"),
    ("send_to_experts", _("送专家评审"), "plain"),
    ("propose", _("提出支持意见"), "plain"),
    ("publicise", _("列入公示"), "plain"),
    ("decide", _("批准"), "primary"),
    ("reject", _("不予支持"), "danger"),
)
"""Moves that can be made for many cases at once, by the names that the shared workflows use."""


def queue_table(
    today: date,
    calendar: WorkingCalendar,
    *,
    shown: Sequence[str] = USUAL,
    moves: Sequence[str] = (),
    compare: bool = False,
) -> Table:
    """The columns asked for; `moves` are the moves offered for the rows selected."""
    wanted = {*ALWAYS, *shown}
    bulk = tuple(
        Bulk(label=label, url=reverse("cases:desk_batch", args=[name]), tone=tone)
        for name, label, tone in BULK
        if name in moves
    )
    if compare:
        bulk += (Bulk(label=_("并列比较"), url=reverse("cases:desk_compare")),)
    return Table(
        name="cases",
        caption=_("办件"),
        columns=tuple(column for column in columns(today, calendar) if column.name in wanted),
        default_sort="due_on" if "due_on" in wanted else "number",
        page_size=50,
        bulk=bulk,
        empty_title=_("没有符合条件的办件"),
        empty_text=_("换一个环节或清除筛选条件再看；新提交的申请会出现在“受理”。"),
    )
