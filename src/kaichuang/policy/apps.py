from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "kaichuang.policy"
    label = "policy"
    verbose_name = _("政策")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.urls import reverse

        from kaichuang.clock.words import name_deadline
        from kaichuang.notices import kinds
        from kaichuang.policy import citing
        from kaichuang.policy.operations.ask import ANSWERED, DEADLINE
        from kaichuang.policy.permissions import CLERKS
        from kaichuang.policy.web import shell

        title, body = _("您的问题“%(question)s”已有答复"), _("%(unit)s已答复，请点开查看。")
        kinds.register(kinds.NoticeKind(ANSWERED, title, body))
        name_deadline(
            DEADLINE, _("答复政策咨询"), address=lambda pk: reverse("policy:handle", args=[pk]), roles=CLERKS
        )
        citing.register()
        shell.register()
