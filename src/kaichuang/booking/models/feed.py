"""The secret address of a user's calendar feed."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.models import Model
from kaichuang.kit.secrets import EncryptedField


class Feed(Model):
    """Whoever knows the key may read the user's bookings; a new key ends the old one. Found by its hash."""

    user = models.OneToOneField("accounts.User", models.CASCADE, related_name="booking_feed")
    key = EncryptedField()
    key_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(_("生成时间"))

    class Meta:
        verbose_name = _("日历订阅")

    def __str__(self) -> str:
        return str(self.user_id)
