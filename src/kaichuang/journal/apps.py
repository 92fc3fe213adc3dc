from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "kaichuang.journal"
    label = "journal"
    verbose_name = _("操作记录")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from kaichuang.ui import navigation
        from kaichuang.ui.navigation import Area

        for label, url_name, icon, order in (
            (_("操作记录"), "journal:entries", "history", 80),
            (_("完整性核验"), "journal:verification", "shield-check", 81),
        ):
            navigation.register(
                label=label,
                url_name=url_name,
                area=Area.WORKSPACE,
                icon=icon,
                section=_("审计"),
                order=order,
                roles={"auditor", "administrator"},
            )
