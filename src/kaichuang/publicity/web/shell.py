"""What publicity hangs into the shell: navigation, search, the front page, work."""

from __future__ import annotations

from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaichuang.kit.actor import Actor
from kaichuang.publicity.enums import PENDING
from kaichuang.publicity.permissions import READERS
from kaichuang.publicity.queries.lists import announcements_for, objections_for, open_on
from kaichuang.ui import home, navigation, search
from kaichuang.ui.components.cards import Row
from kaichuang.ui.navigation import Area
from kaichuang.ui.search import Found, Hit


def hang() -> None:
    """Called once at start-up."""
    navigation.register(
        label=gettext_lazy("公示公告"),
        url_name="publicity:announcements",
        area=Area.PUBLICITY,
        icon="speakerphone",
        text=gettext_lazy("正在公示和以往公示的名单，公示期内任何人都可以提出异议。"),
        order=10,
    )
    navigation.register(
        label=gettext_lazy("查询异议处理结果"),
        url_name="publicity:find_objection",
        area=Area.PUBLICITY,
        icon="message-question",
        text=gettext_lazy("凭回执码查看异议的受理、核查和答复。"),
        order=20,
    )
    section = gettext_lazy("公示与异议")
    navigation.register(
        label=gettext_lazy("公示管理"),
        url_name="publicity:office",
        area=Area.WORKSPACE,
        icon="speakerphone",
        section=section,
        order=50,
        roles=frozenset(READERS),
    )
    navigation.register(
        label=gettext_lazy("异议处理"),
        url_name="publicity:objections",
        area=Area.WORKSPACE,
        icon="gavel",
        section=section,
        order=51,
        roles=frozenset(READERS),
        badge=waiting,
    )
    search.register(
        key="announcements",
        label=gettext_lazy("公示"),
        find=find_announcements,
        icon="speakerphone",
        order=35,
    )
    home.register_feed(
        key="announcements",
        label=gettext_lazy("正在公示"),
        url_name="publicity:announcements",
        ask=running,
        icon="speakerphone",
        order=20,
    )


def waiting(actor: Actor) -> int:
    """Objections without an answer."""
    rows = objections_for(actor).filter(announcement__programme=actor.programme_id, state__in=PENDING)
    return rows.count()


def running(actor: Actor, today: date, limit: int) -> list[Row]:
    """Lists that are shown now, the first to end first."""
    rows = open_on(announcements_for(actor), today).filter(programme=actor.programme_id)
    return [
        Row(
            title=row.title,
            url=row.get_absolute_url(),
            note=f"{row.number} · {row.unit.name}",
            aside=_("至 %(day)s") % {"day": row.closes_on},
        )
        for row in rows.order_by("closes_on", "pk")[:limit]
    ]


def find_announcements(actor: Actor, /, *, text: str, limit: int, offset: int) -> Found:
    """Lists by title, number or text."""
    rows = announcements_for(actor).exclude(number="")
    for word in text.replace("\x00", "").split():
        rows = rows.filter(Q(title__icontains=word) | Q(number__icontains=word) | Q(text__icontains=word))
    hits = tuple(
        Hit(
            title=row.title,
            url=reverse("publicity:announcement", args=[row.pk]),
            text=row.text,
            note=f"{row.number} · {row.get_state_display()}",
            clause=row.clause,
        )
        for row in rows.order_by("-opened_at", "-pk")[offset : offset + limit]
    )
    return Found(hits, rows.count())
