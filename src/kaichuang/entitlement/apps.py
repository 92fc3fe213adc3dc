from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "kaichuang.entitlement"
    label = "entitlement"
    verbose_name = _("政策测算")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from kaichuang.entitlement.web import navigation

        navigation.register()
