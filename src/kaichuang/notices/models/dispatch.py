"""The outbox: what leaves the system by mail or another channel."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.models import Model
from kaichuang.notices.models.notice import Receipt
from kaichuang.notices.models.outgoing import Outgoing


class Dispatch(Outgoing):
    """One message to one person over one channel; holds one notice or, as a digest, several."""

    channel = models.CharField(_("渠道"), max_length=20)
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="dispatches")
    address = models.CharField(_("地址"), max_length=254)

    class Meta(Outgoing.Meta):
        verbose_name = _("发送")

    def __str__(self) -> str:
        return f"{self.channel} → {self.address}"


class Posting(Model):
    """A receipt waits for its channel until `due_at`; `dispatch` is the message that took it along."""

    receipt = models.ForeignKey(Receipt, models.CASCADE, related_name="postings")
    channel = models.CharField(_("渠道"), max_length=20)
    due_at = models.DateTimeField(_("最早发送时间"))
    dispatch = models.ForeignKey(Dispatch, models.SET_NULL, null=True, blank=True, related_name="postings")

    class Meta:
        verbose_name = _("待发")
        indexes = [
            models.Index(fields=["due_at"], condition=Q(dispatch=None), name="notices_posting_waiting"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["receipt", "channel"],
                name="notices_posting_once",
                violation_error_message=_("该通知已经由此渠道发送。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.receipt_id} · {self.channel}"
