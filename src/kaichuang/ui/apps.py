from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "kaichuang.ui"
    label = "ui"
    verbose_name = _("设计系统")
