from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "kaichuang.places"
    label = "places"
    verbose_name = _("地区与项目")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from kaichuang.ui import navigation
        from kaichuang.ui.navigation import Area

        post_migrate.connect(fill_divisions, sender=self)
        navigation.register(
            label=_("行政区划"),
            url_name="places:divisions",
            area=Area.DATA,
            icon="map-pin",
            text=_("查询行政区划代码、曾用名与撤并沿革。"),
            order=90,
        )


def fill_divisions(*, plan: Any = (), **kwargs: Any) -> None:
    """A migrated database has the divisions; so has one whose tables a test has just emptied.

    Not a data migration, because those run once and would leave an emptied database empty.
    """
    from kaichuang.places.models import Division
    from kaichuang.places.operations.load_divisions import load_divisions

    if not any(backward for _migration, backward in plan) and not Division.objects.exists():
        load_divisions()
