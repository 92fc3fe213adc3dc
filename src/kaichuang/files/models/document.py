"""An official PDF that this installation issued and anybody can verify."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaichuang.files.enums import DocumentKind, DocumentState
from kaichuang.files.models.attachment import Attachment
from kaichuang.kit.models import Model
from kaichuang.kit.triggers import one_door


class Document(Model):
    """A notice, certificate or statement: its template, the frozen data, the bytes, and the verification code.

    `facts` is what the public verification page shows: a list of [label, value], chosen by who issues;
    names of people are to be masked there.
    """

    programme = models.ForeignKey("places.Programme", models.RESTRICT, related_name="documents")
    kind = models.CharField(_("类别"), max_length=12, choices=DocumentKind)
    template = models.CharField(max_length=80)
    title = models.CharField(_("标题"), max_length=200)
    number = models.CharField(_("文号"), max_length=80, blank=True)
    issuer = models.CharField(_("签发单位"), max_length=200)
    recipient = models.ForeignKey(
        "parties.Party",
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="documents",
        verbose_name=_("送达"),
    )
    subject_type = models.CharField(max_length=80, blank=True)
    subject_id = models.CharField(max_length=80, blank=True)
    data = models.JSONField()
    facts = models.JSONField(default=list)
    code = models.CharField(_("验证码"), max_length=16, unique=True)
    attachment = models.OneToOneField(Attachment, models.RESTRICT, related_name="document")
    issued_at = models.DateTimeField(_("签发时间"))
    issued_by = models.ForeignKey(
        "accounts.User", models.RESTRICT, null=True, blank=True, related_name="+", verbose_name=_("签发人")
    )
    state = models.CharField(_("状态"), max_length=12, choices=DocumentState, default=DocumentState.ISSUED)
    ended_at = models.DateTimeField(_("失效时间"), null=True, blank=True)
    ended_reason = models.CharField(_("失效原因"), max_length=300, blank=True)
    successor = models.ForeignKey(
        "self",
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("替代文书"),
    )

    class Meta:
        verbose_name = _("文书")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="files_document_subject"),
            models.Index(fields=["recipient", "-id"], name="files_document_recipient"),
            models.Index(fields=["programme", "-id"], name="files_document_programme"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "number"],
                condition=~Q(number=""),
                name="files_document_number_once",
                violation_error_message=_("该文号已使用，请另编文号。"),
            ),
            models.CheckConstraint(
                name="files_document_state_fields",
                condition=Q(state=DocumentState.ISSUED, ended_at=None, successor=None)
                | Q(state=DocumentState.REVOKED, ended_at__isnull=False, successor=None)
                | Q(state=DocumentState.SUPERSEDED, ended_at__isnull=False, successor__isnull=False),
                violation_error_message=_("撤销须有时间，替代须指明新的文书。"),
            ),
            models.CheckConstraint(
                name="files_document_successor_not_self",
                condition=Q(successor=None) | ~Q(successor=F("id")),
                violation_error_message=_("文书不能由自身替代。"),
            ),
        ]
        triggers = [
            one_door(),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="as_issued",
                fields=["template", "title", "number", "data", "facts", "code", "attachment", "issued_at"],
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_valid(self) -> bool:
        return self.state == DocumentState.ISSUED

    @property
    def printed_code(self) -> str:
        """The code as printed: in groups of four."""
        return "-".join(self.code[i : i + 4] for i in range(0, len(self.code), 4))
