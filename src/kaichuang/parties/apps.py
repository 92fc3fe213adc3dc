from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "kaichuang.parties"
    label = "parties"
    verbose_name = _("主体")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from kaichuang.parties import logins
        from kaichuang.parties.web import navigation

        logins.register()
        navigation.register()
