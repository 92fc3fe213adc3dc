from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "kaichuang.clock"
    label = "clock"
    verbose_name = _("时钟")
    default_auto_field = "django.db.models.BigAutoField"
