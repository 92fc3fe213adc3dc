"""What is told to people."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.models import Model
from kaichuang.notices.enums import Level


class Notice(Model):
    """One event told to an audience. The words are made from `kind` and `params` in the language of the reader.

    `key` names the event: the same event is told once, however often an operation or a job is repeated.
    """

    programme = models.ForeignKey(
        "places.Programme", models.CASCADE, null=True, blank=True, related_name="notices"
    )
    kind = models.CharField(_("类别"), max_length=60)
    params = models.JSONField(default=dict, blank=True)
    level = models.CharField(_("级别"), max_length=10, choices=Level, default=Level.INFO)
    link = models.CharField(_("链接"), max_length=500, blank=True)
    clause = models.CharField(_("依据"), max_length=60, blank=True)
    subject_type = models.CharField(max_length=80, blank=True)
    subject_id = models.CharField(max_length=80, blank=True)
    audience = models.CharField(_("对象"), max_length=300)
    key = models.CharField(max_length=200, unique=True)
    created_at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("通知")
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="notices_notice_subject")]
        constraints = [
            models.CheckConstraint(
                name="notices_notice_link_local",
                condition=Q(link="") | (Q(link__startswith="/") & ~Q(link__startswith="//")),
                violation_error_message=_("链接须是本站地址。"),
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Receipt(Model):
    """A notice in one person's inbox."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="receipts")
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="receipts")
    read_at = models.DateTimeField(_("阅读时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("收件")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["user", "-id"], name="notices_receipt_inbox"),
            # The bell on every page counts here.
            models.Index(fields=["user"], condition=Q(read_at=None), name="notices_receipt_unread"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "user"],
                name="notices_receipt_once",
                violation_error_message=_("该通知已送达此人。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} → {self.user_id}"
