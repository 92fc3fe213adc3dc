from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "kaichuang.places"
    label = "places"
    verbose_name = _("地区与项目")
    default_auto_field = "django.db.models.BigAutoField"
