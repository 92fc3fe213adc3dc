"""Mail to somebody without an account, who left an address with what they handed in."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.models import Model
from kaichuang.kit.secrets import EncryptedField
from kaichuang.notices.enums import DispatchState
from kaichuang.notices.models.notice import Notice


class OutsideMail(Model):
    """One notice on its way to an address. The address is encrypted, and forgotten when the mail has gone out."""

    notice = models.OneToOneField(Notice, models.CASCADE, related_name="outside")
    address = EncryptedField(_("地址"), blank=True, default="")
    language = models.CharField(_("语言"), max_length=10)
    created_at = models.DateTimeField(_("时间"))
    state = models.CharField(_("状态"), max_length=10, choices=DispatchState, default=DispatchState.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    sent_at = models.DateTimeField(_("发送时间"), null=True, blank=True)
    error = models.TextField(_("错误"), blank=True)

    class Meta:
        verbose_name = _("站外邮件")
        indexes = [
            models.Index(fields=["created_at"], condition=Q(state="queued"), name="notices_outside_queued"),
        ]
        constraints = [
            models.CheckConstraint(
                name="notices_outside_sent_at",
                condition=Q(state=DispatchState.SENT, sent_at__isnull=False)
                | (~Q(state=DispatchState.SENT) & Q(sent_at=None)),
                violation_error_message=_("已发送的须有发送时间。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} → …"
