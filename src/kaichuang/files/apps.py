from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "kaichuang.files"
    label = "files"
    verbose_name = _("文件")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from kaichuang.ui import navigation
        from kaichuang.ui.navigation import Area

        navigation.register(
            label=_("我的文件"),
            url_name="files:attachments",
            area=Area.WORKSPACE,
            icon="paperclip",
            section=_("我的"),
            order=60,
        )
        navigation.register(
            label=_("文书"),
            url_name="files:documents",
            area=Area.WORKSPACE,
            icon="certificate",
            section=_("我的"),
            order=61,
        )
        navigation.register(
            label=_("文书核验"),
            url_name="files:verify",
            area=Area.PUBLICITY,
            icon="shield-check",
            text=_("核验通知书、证书和明细单的真伪。"),
            order=80,
        )
        navigation.register(
            label=_("文书核验"), url_name="files:verify", area=Area.FOOTER, icon="shield-check", order=80
        )
