"""Lists of the clock."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kaichuang.clock.models import Day, Deadline
from kaichuang.clock.words import address, matter, subject
from kaichuang.kit.actor import Actor
from kaichuang.ui.components.values import deadline as deadline_html
from kaichuang.ui.tables import Column, Table

SPECIAL_DAYS = Table(
    name="days",
    caption=_("放假与调休"),
    columns=(
        Column("date", _("日期"), kind="day", sort="date"),
        Column("kind", _("类别"), value=lambda day: day.get_kind_display(), sort="kind"),
        Column("name", _("节日"), sort="name"),
        Column("source", _("公布依据"), wide=True),
    ),
    page_size=60,
    empty_title=_("没有放假与调休的日期"),
)


def deadline_table(today: object, actor: Actor) -> Table:
    """The list of deadlines as it stands on the business date."""

    def show(row: Deadline) -> str:
        return str(
            deadline_html(row.due_on, today=today, met_on=row.met_on, paused=row.due_on is None)  # type: ignore[arg-type]  # a date
        )

    return Table(
        name="deadlines",
        caption=_("办理时限"),
        columns=(
            Column("name", _("事项"), value=matter, sort="name", url=lambda row: address(row, actor)),
            Column("subject", _("所属对象"), value=subject),
            Column("started_on", _("起算日"), kind="day", sort="started_on"),
            Column("limit", _("时限（天）"), kind="number", sort="limit"),
            Column("due_on", _("到期日"), kind="day", sort="due_on", show=show),
            Column("met_on", _("完成日"), kind="day", sort="met_on", minor=True),
            Column("clause", _("依据"), minor=True),
        ),
        default_sort="due_on",
        empty_title=_("没有符合条件的时限"),
    )


def is_special(day: Day) -> bool:
    return day.kind in {"holiday", "make_up"}
