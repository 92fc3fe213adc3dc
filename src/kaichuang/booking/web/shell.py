"""What booking hangs into the shell: navigation, search, work, the front page."""

from __future__ import annotations

from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaichuang.booking.models import State
from kaichuang.booking.models.conduct import StrikeState
from kaichuang.booking.moments import period_in_words
from kaichuang.booking.queries.lists import bookings_for, kept_by, resources_for, strikes_for
from kaichuang.kit.actor import Actor
from kaichuang.parties.models import Role
from kaichuang.ui import home, navigation, search, work
from kaichuang.ui.navigation import Area
from kaichuang.ui.search import Found, Hit
from kaichuang.ui.work import PERSON, WorkItem, WorkList

KEEPERS = frozenset({Role.OPERATOR, Role.OFFICER, Role.ADMINISTRATOR})
OFFICERS = frozenset({Role.OFFICER, Role.ADMINISTRATOR})


def hang() -> None:
    """Called once at start-up."""
    navigation.register(
        label=gettext_lazy("查找与预约"),
        url_name="booking:resources",
        area=Area.SPACES,
        icon="calendar-event",
        text=gettext_lazy("会议室、工位、仪器设备、导师时间和活动场地，在线预约。"),
        order=20,
    )
    navigation.register(
        label=gettext_lazy("一日总览"),
        url_name="booking:timeline",
        area=Area.SPACES,
        icon="calendar-time",
        text=gettext_lazy("并排查看各资源一天的空闲时段。"),
        order=21,
    )
    navigation.register(
        label=gettext_lazy("我的预约"),
        url_name="booking:mine",
        area=Area.WORKSPACE,
        icon="calendar-event",
        section=gettext_lazy("我的"),
        order=56,
    )
    section = gettext_lazy("资源与预约")
    for order, (label, name, icon, roles) in enumerate(_PAGES):
        navigation.register(
            label=label,
            url_name=name,
            area=Area.WORKSPACE,
            icon=icon,
            section=section,
            order=57 + order,
            roles=roles,
            badge=waiting_approvals if name == "booking:approvals" else None,
        )
    work.register(
        key="bookings",
        label=gettext_lazy("近期预约"),
        roles={PERSON},
        icon="calendar-event",
        order=60,
        mine=ahead,
    )
    work.register(
        key="approvals",
        label=gettext_lazy("待审批的预约"),
        roles=KEEPERS,
        icon="calendar-time",
        order=40,
        to_do=approvals_to_do,
    )
    work.register(
        key="appeals",
        label=gettext_lazy("失约申诉"),
        roles=OFFICERS,
        icon="gavel",
        order=45,
        to_do=appeals_to_do,
    )
    search.register(
        key="resources",
        label=gettext_lazy("空间与资源"),
        find=find_resources,
        icon="calendar-event",
        order=40,
    )
    home.register_figure(key="resources", order=50, ask=how_many)


_PAGES = (
    (gettext_lazy("预约审批"), "booking:approvals", "calendar-time", KEEPERS),
    (gettext_lazy("管理的资源"), "booking:kept", "building-community", KEEPERS),
    (gettext_lazy("预约台账"), "booking:kept_bookings", "list-details", KEEPERS),
    (gettext_lazy("失约与申诉"), "booking:appeals", "gavel", OFFICERS),
)


def waiting_approvals(actor: Actor) -> int:
    return bookings_for(actor).filter(resource__in=kept_by(actor), state=State.PENDING).count()


def ahead(actor: Actor, /, *, today: date, limit: int) -> WorkList:
    """What the actor's party has booked, the next first."""
    url = reverse("booking:mine")
    if actor.party_id is None:
        return WorkList((), 0, url)
    rows = bookings_for(actor).filter(
        party=actor.party_id, state__in=[State.PENDING, State.OFFERED, State.CONFIRMED, State.IN_USE]
    )
    items = tuple(
        WorkItem(
            title=row.resource.name,
            url=reverse("booking:booking", args=[row.pk]),
            state=row.get_state_display(),
            tone="warning" if row.state in {State.PENDING, State.OFFERED} else "success",
            note=period_in_words(row.when),
        )
        for row in rows.order_by("period")[:limit]
    )
    return WorkList(items, len(items) if len(items) < limit else rows.count(), url)


def approvals_to_do(actor: Actor, /, *, today: date, limit: int) -> WorkList:
    """Bookings that wait for the keeper's decision, the first to expire first."""
    rows = bookings_for(actor).filter(resource__in=kept_by(actor), state=State.PENDING)
    items = tuple(
        WorkItem(
            title=f"{row.resource.name} · {row.party.name}",
            url=reverse("booking:booking", args=[row.pk]),
            due_on=timezone.localdate(row.expires_at) if row.expires_at else None,
            state=row.get_state_display(),
            tone="warning",
            note=period_in_words(row.when),
        )
        for row in rows.order_by("expires_at")[:limit]
    )
    return WorkList(items, len(items) if len(items) < limit else rows.count(), reverse("booking:approvals"))


def appeals_to_do(actor: Actor, /, *, today: date, limit: int) -> WorkList:
    """Appeals that wait for an answer, the oldest first."""
    rows = strikes_for(actor).filter(booking__programme=actor.programme_id, state=StrikeState.APPEALED)
    items = tuple(
        WorkItem(
            title=f"{row.party.name} · {row.get_kind_display()}",
            url=reverse("booking:answer", args=[row.pk]),
            state=row.get_state_display(),
            tone="warning",
            note=str(row.on),
        )
        for row in rows.order_by("on")[:limit]
    )
    return WorkList(items, len(items) if len(items) < limit else rows.count(), reverse("booking:appeals"))


def find_resources(actor: Actor, /, *, text: str, limit: int, offset: int) -> Found:
    """Resources by name, place, keeper or description."""
    rows = resources_for(actor)
    for word in text.replace("\x00", "").split():
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(location__icontains=word)
            | Q(owner__name__icontains=word)
            | Q(description__icontains=word)
        )
    hits = tuple(
        Hit(
            title=row.name,
            url=reverse("booking:resource", args=[row.pk]),
            text=row.description or row.location,
            note=row.get_kind_display(),
        )
        for row in rows.order_by("name", "pk")[offset : offset + limit]
    )
    return Found(hits, rows.count())


def how_many(actor: Actor, today: date) -> home.Figure | None:
    """How much there is to book."""
    number = resources_for(actor).filter(is_active=True).count()
    if not number:
        return None
    return home.Figure(
        label=_("可在线预约的空间与资源"),
        value=number,
        url=reverse("booking:resources"),
        icon="calendar-event",
    )
