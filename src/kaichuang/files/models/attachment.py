"""A file that somebody handed in."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaichuang.files.enums import AttachmentState
from kaichuang.files.models.content import Content
from kaichuang.kit.models import Model
from kaichuang.kit.triggers import one_door


class Attachment(Model):
    """One file under one name, belonging to a party and, if any, to a row (named as in the journal).

    Attachments are withdrawn, never deleted: what a decision rested on must stay readable.
    """

    programme = models.ForeignKey(
        "places.Programme", models.RESTRICT, null=True, blank=True, related_name="attachments"
    )
    owner = models.ForeignKey(
        "parties.Party",
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="attachments",
        verbose_name=_("主体"),
    )
    uploaded_by = models.ForeignKey(
        "accounts.User", models.RESTRICT, null=True, blank=True, related_name="+", verbose_name=_("上传人")
    )
    uploaded_at = models.DateTimeField(_("上传时间"))
    name = models.CharField(_("文件名"), max_length=255)
    content = models.ForeignKey(Content, models.RESTRICT, related_name="attachments")
    kind = models.CharField(_("材料类别"), max_length=60, blank=True)
    labels = models.JSONField(_("标签"), default=list, blank=True)
    subject_type = models.CharField(max_length=80, blank=True)
    subject_id = models.CharField(max_length=80, blank=True)
    state = models.CharField(
        _("状态"), max_length=10, choices=AttachmentState, default=AttachmentState.ACTIVE, db_index=False
    )
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("附件")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="files_attachment_subject"),
            models.Index(fields=["owner", "-id"], name="files_attachment_owner"),
            GinIndex(fields=["labels"], name="files_attachment_labels"),
        ]
        constraints = [
            models.CheckConstraint(
                name="files_attachment_has_name",
                condition=~Q(name=""),
                violation_error_message=_("文件没有名称。"),
            ),
            models.CheckConstraint(
                name="files_attachment_subject_whole",
                condition=Q(subject_type="", subject_id="") | (~Q(subject_type="") & ~Q(subject_id="")),
                violation_error_message=_("附件所属的事项不完整。"),
            ),
            models.CheckConstraint(
                name="files_attachment_withdrawn_at",
                condition=Q(state=AttachmentState.ACTIVE, withdrawn_at=None)
                | Q(state=AttachmentState.WITHDRAWN, withdrawn_at__isnull=False),
                violation_error_message=_("撤回的附件须有撤回时间。"),
            ),
        ]
        triggers = [
            one_door(),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="content_fixed", fields=["content", "owner", "uploaded_by", "uploaded_at"]
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def extension(self) -> str:
        return self.name.rpartition(".")[2].lower() if "." in self.name else ""
