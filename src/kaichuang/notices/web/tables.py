"""Lists of notices and work."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse, reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaichuang.notices.enums import Level, WorkState
from kaichuang.notices.models import Receipt, WorkItem
from kaichuang.notices.queries import words_of, work_title
from kaichuang.parties.models import Role
from kaichuang.ui.components.badges import badge
from kaichuang.ui.components.values import deadline
from kaichuang.ui.tables import Bulk, Column, Table

LEVEL_TONES = {Level.INFO: "info", Level.ACTION: "warning", Level.URGENT: "danger"}
STATE_TONES = {WorkState.OPEN: "warning", WorkState.DONE: "success", WorkState.WITHDRAWN: "neutral"}


def level_badge(row: Receipt) -> str:
    return badge(row.notice.get_level_display(), tone=LEVEL_TONES[Level(row.notice.level)])


def state_badge(item: WorkItem) -> str:
    return badge(item.get_state_display(), tone=STATE_TONES[WorkState(item.state)])


def _title(row: Receipt) -> str:
    title = words_of(row.notice).title
    return format_html("<strong>{}</strong>", title) if row.read_at is None else title


def recipient_name(item: WorkItem) -> str:
    """Who has to do it, in words."""
    if item.user is not None:
        return str(item.user)
    if item.party is not None:
        return str(item.party)
    role = Role(item.role).label if item.role in Role.values else item.role
    return " ".join(str(part) for part in (item.unit or "", role) if part)


INBOX = Table(
    name="inbox",
    caption=_("消息"),
    columns=(
        Column(
            "title",
            _("标题"),
            value=lambda row: words_of(row.notice).title,
            show=_title,
            wide=True,
            url=lambda row: reverse("notices:notice", args=[row.pk]),
        ),
        Column("level", _("级别"), value="notice.get_level_display", show=level_badge),
        Column("programme", _("项目"), value="notice.programme", minor=True),
        Column("at", _("时间"), value="notice.created_at", kind="time", sort="id"),
        Column("read", _("状态"), value=lambda row: gettext("已读") if row.read_at else gettext("未读")),
    ),
    default_sort="-at",
    empty_title=_("没有消息"),
    empty_text=_("与您有关的进展会通知到这里。"),
    bulk=(Bulk(label=_("标为已读"), url=reverse_lazy("notices:read")),),  # type: ignore[arg-type]  # a lazy address is text when rendered
)


def work_table(today: date) -> Table:
    """The work list; `today` decides what is overdue."""

    def show_due(item: Any) -> str:
        paused = item.deadline is not None and item.due is None
        return deadline(item.due, today=today, paused=paused)

    return Table(
        name="work",
        caption=_("待办"),
        columns=(
            Column(
                "title",
                _("事项"),
                value=work_title,
                wide=True,
                url=lambda item: reverse("notices:work_item", args=[item.pk]),
            ),
            Column("due", _("到期日"), kind="day", show=show_due),
            Column("recipient", _("办理"), value=recipient_name, minor=True),
            Column("clause", _("依据"), minor=True),
            Column("opened_at", _("派发时间"), kind="time", minor=True),
            Column("state", _("状态"), value="get_state_display", show=state_badge),
        ),
        empty_title=_("没有待办"),
        empty_text=_("需要您办理的事项会列在这里。"),
    )
