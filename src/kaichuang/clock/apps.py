from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "kaichuang.clock"
    label = "clock"
    verbose_name = _("时钟")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from kaichuang.ui import navigation
        from kaichuang.ui.navigation import Area

        post_migrate.connect(fill_calendar, sender=self)
        text = _("查询全年工作日、节假日与调休。")
        navigation.register(
            label=_("工作日历"),
            url_name="clock:calendar",
            area=Area.DATA,
            icon="calendar",
            text=text,
            order=91,
        )
        navigation.register(
            label=_("办理时限"),
            url_name="clock:deadlines",
            area=Area.WORKSPACE,
            icon="clock",
            section=_("业务"),
            order=50,
            roles={"administrator", "leader", "officer", "clerk", "finance", "auditor", "inspector"},
        )


def fill_calendar(*, plan: Any = (), **kwargs: Any) -> None:
    """A migrated database has the national calendar; so has one whose tables a test has just emptied."""
    from kaichuang.clock.models import Calendar
    from kaichuang.clock.operations.load_calendar import load_calendar

    if not any(backward for _migration, backward in plan) and not Calendar.objects.exists():
        load_calendar()
