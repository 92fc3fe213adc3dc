from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "kaichuang.publicity"
    label = "publicity"
    verbose_name = _("公示")
    default_auto_field = "django.db.models.BigAutoField"
