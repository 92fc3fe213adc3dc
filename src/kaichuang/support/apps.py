from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "kaichuang.support"
    label = "support"
    verbose_name = _("扶持资金")
    default_auto_field = "django.db.models.BigAutoField"
