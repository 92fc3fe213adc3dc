from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "kaichuang.accounts"
    label = "accounts"
    verbose_name = _("账号")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from kaichuang.accounts import events
        from kaichuang.accounts.permissions import ADMINISTRATOR
        from kaichuang.ui import navigation
        from kaichuang.ui.navigation import Area

        events.connect()
        navigation.register(
            label=_("账号与安全"), url_name="accounts_profile", area=Area.ACCOUNT, icon="user-cog", order=10
        )
        navigation.register(
            label=_("账号管理"),
            url_name="accounts_users",
            area=Area.WORKSPACE,
            icon="users-group",
            section=_("管理"),
            order=90,
            roles={ADMINISTRATOR},
        )
