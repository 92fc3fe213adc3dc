from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "kaichuang.booking"
    label = "booking"
    verbose_name = _("预约")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from kaichuang.booking.notices import APPEAL, APPROVE, KINDS
        from kaichuang.booking.web import shell
        from kaichuang.notices import kinds

        for kind in KINDS.values():
            kinds.register(kind)
        kinds.register_work(APPROVE)
        kinds.register_work(APPEAL)
        shell.hang()
