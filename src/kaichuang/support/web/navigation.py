"""What support hangs into the shell."""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaichuang.kit.actor import Actor
from kaichuang.parties.models import Role
from kaichuang.support.queries.awards import awards_for
from kaichuang.ui import home, navigation
from kaichuang.ui.navigation import Area

_STAFF = frozenset({Role.FINANCE, Role.LEADER, Role.AUDITOR, Role.OFFICER, Role.ADMINISTRATOR})


def hang() -> None:
    """Called once at start-up."""
    navigation.register(
        label=gettext_lazy("扶持资金公开"),
        url_name="support:awards",
        area=Area.PUBLICITY,
        icon="coins",
        text=gettext_lazy("谁得到了哪项支持，依据哪一条，付了多少。"),
        order=30,
    )
    navigation.register(
        label=gettext_lazy("我的资金"),
        url_name="support:my_money",
        area=Area.WORKSPACE,
        icon="coins",
        section=gettext_lazy("我的办理"),
        order=30,
    )
    section = gettext_lazy("资金")
    for order, (label, name, icon) in enumerate(_PAGES):
        navigation.register(
            label=label,
            url_name=name,
            area=Area.WORKSPACE,
            icon=icon,
            section=section,
            order=50 + order,
            roles=_STAFF,
        )
    home.register_figure(key="awards", order=35, ask=granted_so_far)


_PAGES = (
    (gettext_lazy("办件资金"), "support:money", "report-money"),
    (gettext_lazy("等待资金的办件"), "support:waiting", "hourglass"),
    (gettext_lazy("追回"), "support:recoveries", "arrow-back-up"),
)


def granted_so_far(actor: Actor, today: date) -> home.Figure | None:
    """How many grants this programme has made."""
    count = awards_for(actor).filter(programme=actor.programme_id or 0, revoked=False).count()
    if not count:
        return None
    return home.Figure(
        label=_("已批准的扶持"), value=str(count), unit=_("项"), url=reverse("support:awards"), icon="coins"
    )
