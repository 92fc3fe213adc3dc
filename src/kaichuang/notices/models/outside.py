"""Mail to somebody without an account, who left an address with what they handed in."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.secrets import EncryptedField
from kaichuang.notices.models.notice import Notice
from kaichuang.notices.models.outgoing import MAX_ATTEMPTS, Outgoing


class OutsideMail(Outgoing):
    """One notice on its way to an address. The address is encrypted, and forgotten when the mail has gone out."""

    notice = models.OneToOneField(Notice, models.CASCADE, related_name="outside")
    address = EncryptedField(_("地址"), blank=True, default="")
    language = models.CharField(_("语言"), max_length=10)

    class Meta(Outgoing.Meta):
        verbose_name = _("站外邮件")

    def __str__(self) -> str:
        return f"{self.notice_id} → …"

    def settle(self, *, now: datetime, error: str = "") -> None:
        """The address is nowhere once the mail has been sent or given up, nor in the error."""
        error = error.replace(str(self.address), "…")
        if not error or self.attempts + 1 >= MAX_ATTEMPTS:
            self.address = ""
        super().settle(now=now, error=error)
