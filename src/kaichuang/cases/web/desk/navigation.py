"""What the pages of public servants hang into the shell."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kaichuang.cases.permissions import READERS
from kaichuang.cases.queries.cases import desk_of_actor
from kaichuang.kit.actor import Actor
from kaichuang.parties.models import Role
from kaichuang.ui import navigation
from kaichuang.ui.navigation import Area


def hang() -> None:
    """Called once at start-up."""
    section = _("办件")
    entries = (
        (_("办件"), "cases:desk", "inbox", set(READERS)),
        (_("办理总览"), "cases:desk_overview", "chart-bar", set(READERS)),
        (_("事项与批次"), "cases:desk_matters", "settings", set(READERS)),
        (_("禁止申报"), "cases:desk_bans", "ban", set(READERS)),
    )
    for at, (label, name, icon, roles) in enumerate(entries):
        navigation.register(
            label=label,
            url_name=name,
            area=Area.WORKSPACE,
            icon=icon,
            section=section,
            order=30 + at,
            roles=roles,
            badge=waiting if name == "cases:desk" else None,
        )


def waiting(actor: Actor) -> int:
    """Cases at the actor's desk; auditors have none to do."""
    return 0 if actor.has(Role.AUDITOR) else desk_of_actor(actor).count()
