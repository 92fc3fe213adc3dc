from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

MEANINGS = (
    "needs",
    "effects.submitting",
    "effects.correcting",
    "effects.reviewing",
    "effects.publicising",
    "effects.deciding",
    "effects.letters",
)
"""Importing these gives the words of workflow tables their meaning."""
LISTENERS = ("operations.adopt", "operations.lapse")
"""Importing these lets cases hear of adopted packs and overdue desks."""


class Config(AppConfig):
    name = "kaichuang.cases"
    label = "cases"
    verbose_name = _("办件")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from kaichuang.cases import derived, notices
        from kaichuang.cases.models import Case
        from kaichuang.cases.queries.cases import cases_for
        from kaichuang.cases.web import navigation
        from kaichuang.cases.web.desk import navigation as desk
        from kaichuang.cases.web.runs import navigation as runs
        from kaichuang.files import access
        from kaichuang.notices import kinds

        for module in (*MEANINGS, *LISTENERS):
            import_module(f"kaichuang.cases.{module}")
        derived.register_own()
        access.register(Case, rows=cases_for)
        kinds.register_work(notices.ACT)
        for kind in (notices.MOVED, notices.OVERDUE, notices.OFFERED):
            kinds.register(kind)
        navigation.register()
        desk.hang()
        runs.register()
