"""Where runs hang in the shell."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kaichuang.parties.models import Role
from kaichuang.ui import navigation
from kaichuang.ui.navigation import Area


def register() -> None:
    """Called once at start-up."""
    navigation.register(
        label=_("免申即享"), url_name="cases:runs", area=Area.WORKSPACE, icon="bolt", section=_("办件"), order=24,
        roles={Role.OFFICER, Role.LEADER, Role.ADMINISTRATOR, Role.AUDITOR},
    )  # fmt: skip
