from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "kaichuang.notices"
    label = "notices"
    verbose_name = _("通知")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from kaichuang.notices import channels, kinds, work_source
        from kaichuang.notices.channels.mail import Mail
        from kaichuang.notices.queries import unread_count
        from kaichuang.ui import navigation, work
        from kaichuang.ui.navigation import Area

        for kind in kinds.OWN:
            kinds.register(kind)
        kinds.register_work(kinds.TASK)
        channels.register(Mail())
        work.register(key="work", label=_("待办"), icon="list-check", order=10, to_do=work_source.to_do)
        navigation.register_inbox(url_name="notices:inbox", unread=unread_count)
        navigation.register(
            label=_("待办"),
            url_name="notices:work",
            area=Area.WORKSPACE,
            icon="list-check",
            order=10,
            badge=work_source.open_count,
        )
        navigation.register(
            label=_("消息"), url_name="notices:inbox", area=Area.WORKSPACE, icon="bell", order=11
        )
        navigation.register(
            label=_("通知设置"), url_name="notices:preferences", area=Area.ACCOUNT, icon="settings", order=20
        )
