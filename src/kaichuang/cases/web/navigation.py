"""Where the pages of the applicant and of the public hang in the shell."""

from __future__ import annotations

from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kaichuang.cases.queries.cases import cases_for
from kaichuang.cases.queries.catalogue import matters_for
from kaichuang.cases.queries.queue import files_of, with_due
from kaichuang.entitlement.words import language, localised, words
from kaichuang.kit.actor import Actor
from kaichuang.ui import navigation, search, work
from kaichuang.ui.navigation import Area
from kaichuang.ui.search import Found, Hit
from kaichuang.ui.work import PERSON, WorkItem, WorkList


def register() -> None:
    """Called once at start-up."""
    navigation.register(
        label=_("事项目录"), url_name="cases:matters", area=Area.SERVICES, icon="clipboard-list", main=True, order=5,
        text=_("可以申报的事项：给谁、给多少、要什么材料、多少个工作日办结。"),
    )  # fmt: skip
    navigation.register(
        label=_("办理时限兑现情况"), url_name="cases:performance", area=Area.PUBLICITY, icon="clock", order=40,
        text=_("每个单位、每个环节承诺几个工作日，实际用了几天。"),
    )  # fmt: skip
    navigation.register(
        label=_("我的办件"), url_name="cases:mine", area=Area.WORKSPACE, icon="folder", section=_("我的"), order=54,
    )  # fmt: skip
    work.register(
        key="my-cases", label=_("我的办件"), roles={PERSON}, icon="folder", order=20, mine=mine,
    )  # fmt: skip
    search.register(key="matters", label=_("事项目录"), find=find, icon="clipboard-list", order=12)


def mine(actor: Actor, /, *, today: date, limit: int) -> WorkList:
    """One's cases that are not ended, the last changed first."""
    url = reverse("cases:mine")
    if actor.party_id is None:
        return WorkList((), 0, url)
    rows = with_due(cases_for(actor).filter(party=actor.party_id, ended_at=None)).defer("version__content")
    cases = list(rows.order_by("-changed_at")[:limit])
    files = files_of(case.version_id for case in cases)
    items = []
    for case in cases:
        state = files[case.version_id].workflow.state(case.state)
        items.append(
            WorkItem(
                title=case.matter.title,
                url=reverse("cases:case", args=[case.pk]),
                due_on=getattr(case, "due_on", None) if state.desk == "applicant" else None,
                state=words(state.title),
                tone="warning" if state.desk == "applicant" else "info",
                note=case.number,
            )
        )
    return WorkList(tuple(items), len(items) if len(items) < limit else rows.count(), url)


def find(actor: Actor, /, *, text: str, limit: int, offset: int) -> Found:
    """Matters by title or number."""
    plain = text.replace("\x00", "")
    rows = matters_for(actor).filter(is_offered=True)
    rows = rows.filter(Q(title__icontains=plain) | Q(title_en__icontains=plain) | Q(code__iexact=plain))
    hits = tuple(
        Hit(
            title=(row.title_en or row.title) if language() == "en" else localised(row.title),
            url=reverse("cases:matter", args=[row.pk]),
            text=row.code,
            note=row.programme.name,
        )
        for row in rows.order_by("programme_id", "code")[offset : offset + limit]
    )
    return Found(hits, rows.count())
