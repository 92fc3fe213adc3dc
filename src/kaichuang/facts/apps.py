from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "kaichuang.facts"
    label = "facts"
    verbose_name = _("数据")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.urls import reverse

        from kaichuang.clock.operations import on_overdue
        from kaichuang.clock.words import name_deadline
        from kaichuang.facts import kinds
        from kaichuang.facts.derived import register_own
        from kaichuang.facts.operations.open_reports import DEADLINE
        from kaichuang.facts.operations.overdue import tell_collectors
        from kaichuang.facts.web import shell
        from kaichuang.notices.kinds import register, register_work

        register_own()
        shell.hang()
        name_deadline(DEADLINE, _("报表填报"), address=lambda pk: reverse("facts:report", args=[pk]))
        on_overdue("facts.report")(tell_collectors)
        for work in kinds.WORK:
            register_work(work)
        for notice in kinds.NOTICES:
            register(notice)
