"""Lists of publicity, with the same columns as files."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from kaichuang.publicity.enums import AnnouncementState, LineState, ObjectionState
from kaichuang.publicity.models import Announcement, Line, Objection
from kaichuang.publicity.queries.period import takes_objections
from kaichuang.ui.components.badges import badge
from kaichuang.ui.components.values import deadline
from kaichuang.ui.tables import Column, Table

TONES: dict[str, str] = {
    AnnouncementState.DRAFT: "neutral",
    AnnouncementState.OPEN: "info",
    AnnouncementState.CLOSED: "success",
    LineState.LISTED: "info",
    LineState.CONTESTED: "warning",
    LineState.CLEARED: "success",
    LineState.STRUCK: "danger",
    ObjectionState.LODGED: "warning",
    ObjectionState.ACCEPTED: "info",
    ObjectionState.UPHELD: "danger",
    ObjectionState.DISMISSED: "success",
}


def state_badge(row: Any) -> str:
    return badge(row.get_state_display(), tone=TONES.get(row.state, "neutral"))


def _kind(row: Announcement) -> Any:
    return row.kind_title


PUBLIC = Table(
    name="announcements",
    caption=_("公示"),
    columns=(
        Column("title", _("标题"), sort="title", wide=True, url=lambda row: row.get_absolute_url()),
        Column("number", _("编号"), kind="code", sort="number"),
        Column("kind", _("类别"), value=_kind, sort="kind"),
        Column("unit", _("公示单位"), value="unit.name", sort="unit__name"),
        Column("opens_on", _("公示开始"), kind="day", sort="opens_on"),
        Column("closes_on", _("公示截止"), kind="day", sort="closes_on"),
        Column("state", _("状态"), value="get_state_display", sort="state", show=state_badge),
    ),
    default_sort="-opens_on",
    empty_title=_("目前没有公示"),
    empty_text=_("可以换一个项目或类别，或订阅更新。"),
)

OFFICE = Table(
    name="lists",
    caption=_("公示管理"),
    columns=(
        Column(
            "title",
            _("标题"),
            sort="title",
            wide=True,
            url=lambda row: reverse("publicity:office_announcement", args=[row.pk]),
        ),
        Column("number", _("编号"), kind="code", sort="number"),
        Column("kind", _("类别"), value=_kind, sort="kind"),
        Column("drafted_at", _("起草时间"), kind="time", sort="drafted_at", minor=True),
        Column("opens_on", _("公示开始"), kind="day", sort="opens_on"),
        Column("closes_on", _("公示截止"), kind="day", sort="closes_on"),
        Column("state", _("状态"), value="get_state_display", sort="state", show=state_badge),
    ),
    default_sort="-drafted_at",
    empty_title=_("还没有公示"),
    empty_text=_("办件作出决定后自动形成名单，也可以从电子表格起草。"),
    empty_label=_("起草公示"),
    empty_url="/publicity/office/new/",
)


def objections_table(today: date) -> Table:
    """The queue: the first to be due first."""

    def due(row: Objection) -> str:
        return deadline(row.due_on, today=today)  # type: ignore[attr-defined]  # annotated

    return Table(
        name="objections",
        caption=_("异议处理"),
        columns=(
            Column(
                "reference",
                _("异议编号"),
                kind="code",
                url=lambda row: reverse("publicity:objection", args=[row.pk]),
            ),
            Column("title", _("公示"), value="announcement.title", sort="announcement__title", wide=True),
            Column("about", _("异议对象"), value=about),
            Column("lodged_on", _("提交日期"), kind="day", sort="lodged_at"),
            Column("due_on", _("答复期限"), value="due_on", kind="day", sort="due_on", show=due),
            Column("late", _("公示期外"), value=lambda row: _("是") if row.is_late else "", minor=True),
            Column("state", _("状态"), value="get_state_display", sort="state", show=state_badge),
        ),
        default_sort="due_on",
        empty_title=_("没有符合条件的异议"),
        empty_text=_("公众提出异议后，这里和待办中都会出现。"),
    )


def about(row: Objection) -> str:
    """What an objection is against."""
    if row.line is None:
        return str(gettext("全部名单"))
    row.line.announcement = row.announcement
    return row.line.label


_KINDS = {"text": "text", "masked": "text", "money": "money", "int": "number", "date": "day"}


def lines_table(announcement: Announcement, today: date) -> Table:
    """The list with the columns it declares; the last one leads to the form for objections."""
    specs = announcement.column_specs
    columns = [Column("position", pgettext_lazy("公示", "序号"), kind="number", sort="position")]
    for index, spec in enumerate(specs):
        columns.append(
            Column(
                spec.code,
                spec.title,
                value=_cell(spec.code, spec.kind),
                kind=_KINDS[spec.kind],
                sort=f"cells__{spec.code}",
                wide=index == 0,
            )
        )
    if announcement.is_public:
        columns.append(Column("state", _("状态"), value="get_state_display", sort="state", show=_line_state))
    if any(takes_objections(announcement, line, today) for line in _samples(announcement)):
        columns.append(Column("object", _("异议"), show=_object_link(announcement, today), export=False))
    return Table(
        name="lines",
        caption=announcement.title,
        columns=tuple(columns),
        default_sort="position",
        page_size=50,
        empty_title=_("名单中没有符合条件的行"),
        empty_text=_("请换一个词再找。"),
    )


def _samples(announcement: Announcement) -> list[Line | None]:
    """Enough to know whether any line takes objections: the list itself, and one that is shown again."""
    shown_again = announcement.lines.exclude(until=None).order_by("-until").first()
    return [None, shown_again]


def _cell(code: str, kind: str) -> Any:
    def value(line: Line) -> Any:
        found = line.cells.get(code)
        return date.fromisoformat(found) if kind == "date" and found else found

    return value


def _line_state(line: Line) -> str:
    shown = state_badge(line)
    if line.state == LineState.STRUCK and line.reason:
        return format_html('{}<small class="pb-reason">{} {}</small>', shown, line.reason, line.clause)
    if line.until is not None and line.state == LineState.LISTED:
        again = gettext("重新公示至 %(day)s") % {"day": line.until}
        return format_html('{}<small class="pb-reason">{}</small>', shown, again)
    return shown


def _object_link(announcement: Announcement, today: date) -> Any:
    address = reverse("publicity:object", args=[announcement.pk])

    def link(line: Line) -> str:
        if line.is_settled or not takes_objections(announcement, line, today):
            return ""
        label = gettext("对第%(n)s项提出异议") % {"n": line.position}
        return format_html(
            '<a class="btn btn-sm kc-no-print" href="{}?line={}" aria-label="{}">{}</a>',
            address,
            line.position,
            label,
            gettext("提出异议"),
        )

    return link
