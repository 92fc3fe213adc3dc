from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "kaichuang.journal"
    label = "journal"
    verbose_name = _("操作记录")
    default_auto_field = "django.db.models.BigAutoField"
