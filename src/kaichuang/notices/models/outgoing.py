"""What leaves the system, whoever it goes to: queued, tried, sent or given up."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.models import Model
from kaichuang.notices.enums import DispatchState

MAX_ATTEMPTS = 6


class Outgoing(Model):
    """One message of the outbox."""

    created_at = models.DateTimeField(_("时间"))
    state = models.CharField(_("状态"), max_length=10, choices=DispatchState, default=DispatchState.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    sent_at = models.DateTimeField(_("发送时间"), null=True, blank=True)
    error = models.TextField(_("错误"), blank=True)

    class Meta:
        abstract = True
        indexes = [
            models.Index(fields=["created_at"], condition=Q(state="queued"), name="notices_%(class)s_queued"),
        ]
        constraints = [
            models.CheckConstraint(
                name="notices_%(class)s_sent_at",
                condition=Q(state=DispatchState.SENT, sent_at__isnull=False)
                | (~Q(state=DispatchState.SENT) & Q(sent_at=None)),
                violation_error_message=_("已发送的须有发送时间。"),
            ),
        ]

    def settle(self, *, now: datetime, error: str = "") -> None:
        """Write down how an attempt went; after the last failure it is given up."""
        self.attempts += 1
        self.error = error
        if not error:
            self.state, self.sent_at = DispatchState.SENT, now
        elif self.attempts >= MAX_ATTEMPTS:
            self.state = DispatchState.FAILED
        self.save()
