"""Lists of the policy library. Those that judge by the business date are made for it."""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from kaichuang.policy.models import BookState, Edition, EditionState, Question, QuestionState, UnitRole
from kaichuang.policy.queries.reading import clause_url, document_url, label_of
from kaichuang.policy.queries.validity import validity_of
from kaichuang.ui.components.badges import badge
from kaichuang.ui.components.values import deadline
from kaichuang.ui.tables import Column, Table

QUESTION_TONES = {
    QuestionState.ASKED: "warning",
    QuestionState.ROUTED: "info",
    QuestionState.ANSWERED: "success",
    QuestionState.DECLINED: "neutral",
}
EDITION_TONES = {
    EditionState.IMPORTED: "warning",
    EditionState.CHECKED: "info",
    EditionState.PUBLISHED: "success",
    EditionState.REPEALED: "danger",
    EditionState.WITHDRAWN: "neutral",
}
BOOK_TONES = {
    BookState.MAKING: "info",
    BookState.READY: "warning",
    BookState.RELEASED: "success",
    BookState.FAILED: "danger",
}


def validity_badge(edition: Edition, today: date) -> str:
    found = validity_of(edition, today)
    return badge(found.label, tone=found.tone, icon=found.icon, title=found.text)


def _title(row: Edition) -> str:
    small = format_html(" <small>{}</small>", _("仅提纲")) if row.outline_only else ""
    return format_html("{}{}", row.title, small)


def library_table(today: date) -> Table:
    return Table(
        name="policies",
        caption=_("政策文件"),
        columns=(
            Column("code", _("代号"), value="document.code", kind="code", sort="document__code"),
            Column(
                "title",
                _("标题"),
                sort="title",
                show=_title,
                url=lambda row: document_url(row.document.code),
                wide=True,
            ),
            Column("number", _("文号"), kind="code", sort="number"),
            Column("issuer", _("发文机关"), sort="issuer", minor=True),
            Column(
                "place",
                _("地区"),
                value="document.programme.place.name",
                sort="document__programme__place__sort_key",
            ),
            Column("begins", _("施行日期"), kind="day", sort="begins"),
            Column("expires_on", _("有效期至"), kind="day", sort="expires_on", minor=True),
            Column(
                "clauses", _("条款"), value="clause_count", kind="number", sort="clause_count", minor=True
            ),
            Column(
                "effect",
                _("效力"),
                value=lambda row: validity_of(row, today).label,
                show=lambda row: validity_badge(row, today),
            ),
        ),
        default_sort="-begins",
        empty_title=_("没有符合条件的政策文件"),
        empty_text=_("请放宽筛选条件，或用全文搜索查找条款。"),
        empty_label=_("全文搜索"),
        empty_url="/policy/search/",
    )


DUTIES = Table(
    name="duties",
    caption=_("责任分工"),
    columns=(
        Column("clause", _("条款"), value=lambda row: reference(row.clause), kind="code",
               url=lambda row: clause_url(row.clause.part.code, row.clause.path)),
        Column("heading", _("内容"), value=lambda row: label_of(row.clause), wide=True),
        Column("unit", _("责任单位"), value="unit.name", sort="unit__name",
               url=lambda row: reverse("policy:unit", args=[row.unit_id])),
        Column("printed", _("原文写法"), sort="printed", minor=True),
        Column("role", _("职责"), value="get_role_display", sort="role", show=lambda row: role_badge(row)),
        Column("successor", _("现单位"), value=lambda row: row.unit.successor.name if row.unit.successor else "", minor=True),
    ),
    page_size=50,
    empty_title=_("没有责任分工"),
    empty_text=_("文件中写明责任单位的条款会列在这里。"),
)  # fmt: skip


def reference(clause: object) -> str:
    """`NH 三(二)`."""
    return f"{clause.part.code} {clause.path}"  # type: ignore[attr-defined]  # a clause with its part


def role_badge(row: object) -> str:
    """牵头 or 配合; a lead that was only read from the order says so."""
    is_lead = row.role == UnitRole.LEAD  # type: ignore[attr-defined]  # a responsibility
    title = _("文本没有写明牵头单位，此处为推定。") if is_lead and row.is_read else ""  # type: ignore[attr-defined]  # a responsibility
    label = row.get_role_display()  # type: ignore[attr-defined]  # a responsibility
    return badge(f"{label}*" if title else label, tone="info" if is_lead else "neutral", title=title)


def _due(row: Question, today: date) -> str:
    return deadline(row.due_on, today=today, met_on=row.met_on)  # type: ignore[attr-defined]  # annotated


def desk_table(today: date) -> Table:
    return Table(
        name="desk",
        caption=_("政策咨询"),
        columns=(
            Column("text", _("问题"), value=lambda row: row.text[:60], url=lambda row: reverse("policy:handle", args=[row.pk]), wide=True),
            Column("clause_path", _("条款"), kind="code", sort="clause_path"),
            Column("unit", _("承办单位"), value="unit.name", sort="unit__name"),
            Column("asked_at", _("提问时间"), kind="time", sort="asked_at", minor=True),
            Column("due_on", _("答复期限"), kind="day", show=lambda row: _due(row, today)),
            Column("state", _("状态"), value="get_state_display", sort="state",
                   show=lambda row: badge(row.get_state_display(), tone=QUESTION_TONES[row.state])),
        ),
        empty_title=_("没有待办的咨询"),
        empty_text=_("公众从条款页面提出的问题会列在这里。"),
    )  # fmt: skip


MINE = Table(
    name="mine",
    caption=_("我的咨询"),
    columns=(
        Column("text", _("问题"), value=lambda row: row.text[:60], url=lambda row: reverse("policy:track", args=[row.ticket]), wide=True),
        Column("unit", _("承办单位"), value="unit.name"),
        Column("asked_at", _("提问时间"), kind="time", sort="asked_at"),
        Column("state", _("状态"), value="get_state_display", sort="state",
               show=lambda row: badge(row.get_state_display(), tone=QUESTION_TONES[row.state])),
    ),
    default_sort="-asked_at",
    empty_title=_("您还没有提过问题"),
    empty_text=_("在任何条款页面都可以提问。"),
    empty_label=_("查看常见问题"),
    empty_url="/policy/questions/",
)  # fmt: skip

MAKING = Table(
    name="making",
    caption=_("编校中的版本"),
    columns=(
        Column("code", _("代号"), value="document.code", kind="code", sort="document__code"),
        Column("title", _("标题"), sort="title", url=lambda row: reverse("policy:edition", args=[row.pk]), wide=True),
        Column("ordinal", _("版次"), kind="number", sort="ordinal"),
        Column("doubts_open", _("待核对的更正"), kind="number", sort="doubts_open"),
        Column("imported_at", _("导入时间"), kind="time", sort="imported_at"),
        Column("state", _("状态"), value="get_state_display", sort="state",
               show=lambda row: badge(row.get_state_display(), tone=EDITION_TONES[row.state])),
    ),
    empty_title=_("没有编校中的版本"),
    empty_text=_("上传文件原文并导入后，在这里校对和发布。"),
)  # fmt: skip

BOOKS = Table(
    name="books",
    caption=_("政策汇编"),
    columns=(
        Column("ordinal", _("期次"), kind="number", sort="ordinal"),
        Column("title", _("书名"), sort="title", url=lambda row: reverse("policy:book", args=[row.pk]), wide=True),
        Column("programme", _("编印单位"), value="programme.name", sort="programme__name", minor=True),
        Column("texts", _("收录文件"), kind="number", sort="texts"),
        Column("pages", _("页数"), kind="number", sort="pages"),
        Column("released_at", _("发布时间"), kind="day", sort="released_at"),
        Column("state", _("状态"), value="get_state_display", sort="state",
               show=lambda row: badge(row.get_state_display(), tone=BOOK_TONES[row.state])),
    ),
    default_sort="-ordinal",
    empty_title=_("还没有政策汇编"),
    empty_text=_("政策文件可以汇编成册，集中发布，供下载和打印。"),
)  # fmt: skip

CITED = Table(
    name="cited",
    caption=_("引用处"),
    columns=(
        Column("document", _("引用它的文件"), value="edition.title", sort="edition__title", wide=True,
               url=lambda row: document_url(row.edition.document.code)),
        Column("place", _("地区"), value="edition.document.programme.place.name"),
        Column("clause", _("条款"), kind="code", value=lambda row: reference(row.clause) if row.clause else "",
               url=lambda row: clause_url(row.clause.part.code, row.clause.path) if row.clause else ""),
        Column("printed", _("原文写法"), minor=True),
    ),
    empty_title=_("政策库中没有文件引用它"),
)  # fmt: skip
