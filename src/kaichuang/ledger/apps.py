from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "kaichuang.ledger"
    label = "ledger"
    verbose_name = _("资金")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from kaichuang.ledger.web import shell

        shell.hang()
