from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "kaichuang.publicity"
    label = "publicity"
    verbose_name = _("公示")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from kaichuang.files import access
        from kaichuang.notices import kinds
        from kaichuang.publicity import notices, overdue
        from kaichuang.publicity.models import Announcement, Objection
        from kaichuang.publicity.queries.lists import announcements_for, objections_for
        from kaichuang.publicity.web import shell

        for kind in notices.ALL:
            kinds.register(kind)
        kinds.register_work(notices.ANSWER)
        kinds.register_work(notices.CALL)
        kinds.register_work(notices.OPEN)
        access.register(Announcement, rows=announcements_for)
        access.register(Objection, rows=objections_for)
        overdue.register()
        shell.hang()
