from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "kaichuang.ui"
    label = "ui"
    verbose_name = _("设计系统")

    def ready(self) -> None:
        from django.core.validators import ProhibitNullCharactersValidator

        # Django's own Chinese sentence speaks of an “empty string”, which tells the reader nothing.
        ProhibitNullCharactersValidator.message = _("含有不可见的空字符，请删去后重新填写。")
