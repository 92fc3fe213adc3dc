from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "kaichuang.policy"
    label = "policy"
    verbose_name = _("政策")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from kaichuang.policy import citing
        from kaichuang.policy.web import shell

        citing.register()
        shell.register()
