from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "kaichuang.support"
    label = "support"
    verbose_name = _("扶持资金")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from kaichuang.cases import dossier
        from kaichuang.notices import kinds
        from kaichuang.support import notices
        from kaichuang.support.effects import money, paying, recovering, reporting
        from kaichuang.support.operations import caps
        from kaichuang.support.queries.dossier import payments_in
        from kaichuang.support.web import navigation, panels

        # Importing these gives the money words of workflow tables their meaning, and brings caps of adopted packs.
        assert money and paying and recovering and reporting and caps
        for work in notices.WORKS:
            kinds.register_work(work)
        for notice in notices.NOTICES:
            kinds.register(notice)
        dossier.register("payments", payments_in)
        panels.register()
        navigation.hang()
