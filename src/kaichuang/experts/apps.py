from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "kaichuang.experts"
    label = "experts"
    verbose_name = _("专家评审")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from kaichuang.experts.models import Panel
        from kaichuang.experts.notices import NOTICES, WORK
        from kaichuang.experts.queries.panels import panels_for
        from kaichuang.experts.web import shell
        from kaichuang.files import access
        from kaichuang.notices import kinds

        for kind in NOTICES:
            kinds.register(kind)
        for work in WORK:
            kinds.register_work(work)
        access.register(Panel, rows=panels_for)
        shell.hang()
