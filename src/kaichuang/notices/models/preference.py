"""How somebody wants to be told."""

from __future__ import annotations

from datetime import time

from django.db import models
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.models import Model
from kaichuang.notices.enums import MailMode

QUIET_FROM = time(22)
QUIET_UNTIL = time(7)
DIGEST_AT = time(8)


class Preference(Model):
    """Of one user for one programme; without a programme: for all others. Times are China's.

    Equal `quiet_from` and `quiet_until` mean: no quiet hours.
    """

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="notice_preferences")
    programme = models.ForeignKey(
        "places.Programme",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("项目"),
    )
    mail = models.CharField(_("邮件"), max_length=10, choices=MailMode, default=MailMode.EACH)
    quiet_from = models.TimeField(_("免打扰开始"), default=QUIET_FROM)
    quiet_until = models.TimeField(_("免打扰结束"), default=QUIET_UNTIL)
    digest_at = models.TimeField(_("汇总时间"), default=DIGEST_AT)

    class Meta:
        verbose_name = _("通知设置")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "programme"],
                nulls_distinct=False,
                name="notices_preference_once",
                violation_error_message=_("该项目已有通知设置。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.programme_id or '*'}"
