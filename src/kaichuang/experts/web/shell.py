"""What experts hang into the shell: navigation and work."""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kaichuang.experts.models import PanelState, SeatState
from kaichuang.experts.models.panel import RUNNING
from kaichuang.experts.permissions import READERS
from kaichuang.experts.queries.panels import panels_for, seats_for, with_progress
from kaichuang.kit.actor import Actor
from kaichuang.parties.models import Role
from kaichuang.ui import navigation, work
from kaichuang.ui.navigation import Area
from kaichuang.ui.work import WorkItem, WorkList


def hang() -> None:
    """Called once at start-up."""
    navigation.register(
        label=_("我的评审"),
        url_name="experts:mine",
        area=Area.WORKSPACE,
        icon="clipboard-check",
        section=_("专家评审"),
        order=22,
        roles={Role.EXPERT},
        badge=waiting_seats,
    )
    for order, (label, name, icon) in enumerate(
        ((_("评审组"), "experts:panels", "scale"), (_("专家库"), "experts:pool", "user-star"))
    ):
        navigation.register(
            label=label,
            url_name=name,
            area=Area.WORKSPACE,
            icon=icon,
            section=_("专家评审"),
            order=23 + order,
            roles=set(READERS),
        )
    navigation.register(
        label=_("专家抽取公开"),
        url_name="experts:draws",
        area=Area.PUBLICITY,
        icon="hash",
        text=_("公布种子、候选名单和抽取结果，任何人都可以重新计算。"),
        order=60,
    )
    work.register(
        key="reviews",
        label=_("待评审"),
        roles={Role.EXPERT},
        icon="clipboard-check",
        order=20,
        to_do=reviews_to_do,
    )
    work.register(
        key="panels",
        label=_("进行中的专家评审"),
        roles={Role.OFFICER, Role.ADMINISTRATOR},
        icon="scale",
        order=42,
        to_do=panels_running,
    )


def waiting_seats(actor: Actor) -> int:
    rows = seats_for(actor).filter(panel__state__in=RUNNING)
    return rows.filter(state__in=[SeatState.INVITED, SeatState.ACCEPTED]).count()


def reviews_to_do(actor: Actor, /, *, today: date, limit: int) -> WorkList:
    """Invitations and sheets, the first to be due first."""
    rows = with_progress(
        seats_for(actor).filter(panel__state__in=RUNNING, state__in=[SeatState.INVITED, SeatState.ACCEPTED])
    )
    items = tuple(
        WorkItem(
            title=row.panel.title,
            url=reverse("experts:seat", args=[row.pk]),
            due_on=row.panel.due_on,
            state=row.get_state_display(),
            tone="warning" if row.state == SeatState.INVITED else "info",
            note=f"{getattr(row, 'scored', 0)}/{getattr(row, 'to_score', 0)}",
        )
        for row in rows.order_by("panel__due_on", "pk")[:limit]
    )
    total = len(items) if len(items) < limit else rows.count()
    return WorkList(items, total, reverse("experts:mine"))


def panels_running(actor: Actor, /, *, today: date, limit: int) -> WorkList:
    """Panels that are prepared, drawn or being scored."""
    rows = panels_for(actor).filter(state__in=[PanelState.PREPARING, *RUNNING])
    items = tuple(
        WorkItem(
            title=row.title,
            url=reverse("experts:panel", args=[row.pk]),
            due_on=row.due_on,
            state=row.get_state_display(),
            tone="info",
        )
        for row in rows.order_by("due_on", "pk")[:limit]
    )
    total = len(items) if len(items) < limit else rows.count()
    return WorkList(items, total, reverse("experts:panels"))
