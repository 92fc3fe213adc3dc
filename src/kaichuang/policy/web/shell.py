"""Where the library hangs in the shell, and what it tells search, front page and workspaces."""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.actor import Actor
from kaichuang.parties.models import STAFF
from kaichuang.policy.models import Edition, QuestionState
from kaichuang.policy.permissions import CLERKS
from kaichuang.policy.queries.clauses import passage_of, search_page
from kaichuang.policy.queries.editions import current_for
from kaichuang.policy.queries.library import making_for, newest_for
from kaichuang.policy.queries.questions import OPEN, asked_by, desk_for, frequent_questions, questions_for
from kaichuang.policy.queries.reading import clause_url, document_url, label_of
from kaichuang.policy.queries.validity import only_in_force, validity_of
from kaichuang.policy.web.tables import QUESTION_TONES
from kaichuang.ui import home, navigation, search, work
from kaichuang.ui.components.badges import badge
from kaichuang.ui.components.cards import Row
from kaichuang.ui.home import Figure
from kaichuang.ui.navigation import Area
from kaichuang.ui.search import Found, Hit
from kaichuang.ui.work import PERSON, WorkItem, WorkList


def find_clauses(actor: Actor, /, *, text: str, limit: int, offset: int) -> Found:
    """Clauses for the search of the whole site."""
    found = search_page(actor, text, limit=limit, offset=offset)
    hits = [
        Hit(
            title=f"{clause.part.code} {clause.path} {label_of(clause)}".strip(),
            url=clause_url(clause.part.code, clause.path),
            text=passage_of(clause, text),
            note=clause.edition.title,
        )
        for clause in found.clauses
    ]
    return Found(tuple(hits), found.total)


def find_documents(actor: Actor, /, *, text: str, limit: int, offset: int) -> Found:
    """Documents by title, number or code."""
    from kaichuang.policy.queries.library import library_for

    rows = library_for(actor, today=timezone.localdate(), q=text).order_by("document__code")
    hits = [
        Hit(title=row.title, url=document_url(row.document.code), note=f"{row.issuer} {row.number}".strip())
        for row in rows[offset : offset + limit]
    ]
    return Found(tuple(hits), rows.count())


def find_answers(actor: Actor, /, *, text: str, limit: int, offset: int) -> Found:
    """Public answers."""
    rows = frequent_questions(q=text)
    hits = [
        Hit(
            title=row.text[:80],
            url=f"{reverse('policy:questions')}?q={text}#q-{row.pk}",
            text=row.answer[:120],
        )
        for row in rows[offset : offset + limit]
    ]
    return Found(tuple(hits), rows.count())


def in_force_figure(actor: Actor, today: date) -> Figure | None:
    count = only_in_force(current_for(actor), today).count()
    if not count:
        return None
    url = f"{reverse('policy:library')}?effect=in_force"
    return Figure(label=_("现行有效政策"), value=count, unit=_("份"), url=url, icon="book-2")


def newest(actor: Actor, today: date, limit: int) -> list[Row]:
    return [
        Row(
            title=row.title,
            url=document_url(row.document.code),
            note=" · ".join(filter(None, [row.document.programme.place.name, row.number])),
            aside=_validity(row, today),
            icon="file-text",
        )
        for row in newest_for(actor)[:limit]
    ]


def _validity(row: Edition, today: date) -> str:
    found = validity_of(row, today)
    return badge(found.label, tone=found.tone)


def answered(actor: Actor, today: date, limit: int) -> list[Row]:
    rows = frequent_questions(programme_id=actor.programme_id)[:limit]
    url = reverse("policy:questions")
    return [
        Row(
            title=row.text[:60],
            url=f"{url}#q-{row.pk}",
            note=row.unit.name if row.unit else "",
            icon="message-question",
        )
        for row in rows
    ]


def questions_to_do(actor: Actor, /, *, today: date, limit: int) -> WorkList:
    """Questions to route (for clerks) or to answer (for the unit)."""
    rows = desk_for(actor, today=today)
    items = [
        WorkItem(
            title=row.text[:60],
            url=reverse("policy:handle", args=[row.pk]),
            due_on=row.due_on,
            state=row.get_state_display(),
            tone=QUESTION_TONES[QuestionState(row.state)],
            clause=row.clause_path,
        )
        for row in rows[:limit]
    ]
    total = len(items) if len(items) < limit else rows.count()
    return WorkList(tuple(items), total, reverse("policy:desk"))


def texts_to_check(actor: Actor, /, *, today: date, limit: int) -> WorkList:
    """Imported texts that wait to be checked or published."""
    rows = making_for(actor)
    items = [
        WorkItem(
            title=row.title,
            url=reverse("policy:edition", args=[row.pk]),
            state=row.get_state_display(),
            note=gettext("待核对更正 %d 处") % row.doubts_open if row.doubts_open else "",  # type: ignore[attr-defined]  # annotated
        )
        for row in rows[:limit]
    ]
    total = len(items) if len(items) < limit else rows.count()
    return WorkList(tuple(items), total, reverse("policy:making"))


def my_questions(actor: Actor, /, *, today: date, limit: int) -> WorkList:
    rows = asked_by(actor)
    items = [
        WorkItem(
            title=row.text[:60],
            url=reverse("policy:track", args=[row.ticket]),
            state=row.get_state_display(),
            tone=QUESTION_TONES[QuestionState(row.state)],
            clause=row.clause_path,
        )
        for row in rows[:limit]
    ]
    total = len(items) if len(items) < limit else rows.count()
    return WorkList(tuple(items), total, reverse("policy:my_questions"))


def open_questions(actor: Actor) -> int:
    count: int = questions_for(actor).filter(state__in=OPEN).count()
    return count


def register() -> None:
    """Called once, at start-up."""
    _navigation()
    search.register(key="policies", label=_("政策文件"), find=find_documents, icon="file-text", order=10)
    search.register(key="clauses", label=_("政策条款"), find=find_clauses, icon="book-2", order=11)
    search.register(key="answers", label=_("常见问题"), find=find_answers, icon="message-question", order=12)
    home.register_figure(key="policies", ask=in_force_figure, order=10)
    home.register_feed(
        key="policies", label=_("最新政策"), url_name="policy:library", ask=newest, icon="book-2", order=10
    )
    home.register_feed(
        key="answers",
        label=_("常见问题"),
        url_name="policy:questions",
        ask=answered,
        icon="message-question",
        order=40,
    )
    work.register(
        key="questions",
        label=_("政策咨询"),
        roles=STAFF,
        icon="message-question",
        order=40,
        to_do=questions_to_do,
    )
    work.register(key="texts", label=_("政策编校"), roles=CLERKS, icon="edit", order=41, to_do=texts_to_check)
    work.register(
        key="my-questions",
        label=_("我的咨询"),
        roles={PERSON},
        icon="message-question",
        order=42,
        mine=my_questions,
    )


def _navigation() -> None:
    public = (
        (_("政策库"), "policy:library", "book-2", _("逐条查阅政策文件。"), 10, True),
        (_("全文搜索"), "policy:search", "search", _("在全部条款中查找。"), 20, False),
        (_("责任分工"), "policy:duties", "sitemap", _("哪个单位负责哪一条。"), 30, False),
        (_("常见问题"), "policy:questions", "message-question", _("公众提问和承办单位的答复。"), 40, False),
        (_("政策汇编"), "policy:books", "book", _("政策文件汇编成册，可下载。"), 50, False),
        (_("政策包"), "policy:packs", "packages", _("各项目运行的规则版本和条文解读。"), 60, False),
    )
    for label, url_name, icon, text, order, main in public:
        navigation.register(
            label=label, url_name=url_name, area=Area.POLICY, icon=icon, text=text, order=order, main=main
        )
    section = _("政策")
    navigation.register(
        label=_("编校"),
        url_name="policy:making",
        area=Area.WORKSPACE,
        icon="edit",
        section=section,
        order=40,
        roles=CLERKS,
    )
    navigation.register(
        label=_("政策咨询"),
        url_name="policy:desk",
        area=Area.WORKSPACE,
        icon="message-question",
        section=section,
        order=41,
        roles=STAFF,
        badge=open_questions,
    )
    navigation.register(
        label=_("我的咨询"),
        url_name="policy:my_questions",
        area=Area.WORKSPACE,
        icon="message-question",
        section=_("我的"),
        order=58,
    )
