from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "kaichuang.experts"
    label = "experts"
    verbose_name = _("专家评审")
    default_auto_field = "django.db.models.BigAutoField"
