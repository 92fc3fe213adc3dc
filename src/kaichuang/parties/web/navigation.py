"""Where the pages of parties hang in the shell, and what they tell the workspace."""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.actor import Actor
from kaichuang.parties.models import STAFF, Admission, AdmissionState, Role
from kaichuang.ui import navigation, work
from kaichuang.ui.navigation import Area
from kaichuang.ui.work import PERSON, WorkItem, WorkList


def invitations(actor: Actor) -> int:
    """How many invitations wait for the user."""
    waiting = Admission.objects.filter(user_id=actor.user_id or 0, by_party=True)
    return waiting.filter(state=AdmissionState.PENDING).count()


def to_answer(actor: Actor, /, *, today: date, limit: int) -> WorkList:
    """Invitations to the user."""
    rows = Admission.objects.filter(user_id=actor.user_id or 0, by_party=True, state=AdmissionState.PENDING)
    url = reverse("parties:mine")
    items = [
        WorkItem(title=row.party.name, url=url, state=row.get_state_display(), note=row.get_kind_display())
        for row in rows.select_related("party")[:limit]
    ]
    return WorkList(tuple(items), rows.count(), url)


def register() -> None:
    mine, register_ = _("我的"), _("名录与权限")
    navigation.register(
        label=_("我的主体"),
        url_name="parties:mine",
        area=Area.WORKSPACE,
        icon="building",
        section=mine,
        order=55,
        badge=invitations,
    )
    navigation.register(
        label=_("主体名录"),
        url_name="parties:register_list",
        area=Area.WORKSPACE,
        icon="users",
        section=register_,
        order=70,
        roles=STAFF,
    )
    navigation.register(
        label=_("利益冲突核查"),
        url_name="parties:conflicts",
        area=Area.WORKSPACE,
        icon="sitemap",
        section=register_,
        order=71,
        roles={Role.ADMINISTRATOR, Role.LEADER, Role.OFFICER, Role.FINANCE, Role.AUDITOR, Role.INSPECTOR},
    )
    navigation.register(
        label=_("角色授予"),
        url_name="parties:roles",
        area=Area.WORKSPACE,
        icon="id",
        section=register_,
        order=72,
        roles={Role.ADMINISTRATOR, Role.AUDITOR},
    )
    work.register(key="invitations", label=_("邀请"), roles={PERSON}, icon="user-plus", to_do=to_answer)
