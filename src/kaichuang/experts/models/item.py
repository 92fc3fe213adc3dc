"""What a panel reviews."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaichuang.experts.models.panel import Panel
from kaichuang.kit.models import Model


class Item(Model):
    """Any row (named as in the journal) under review; `party` is its applicant.

    `material` is what experts may read: a list of [title, value]. In a blind panel it has been masked, and they see
    `blind_label` in place of `label`. `attachments` are the ids of files that they may open.
    """

    panel = models.ForeignKey(Panel, models.CASCADE, related_name="items")
    subject_type = models.CharField(max_length=80)
    subject_id = models.CharField(max_length=80)
    number = models.PositiveIntegerField(_("序号"))
    label = models.CharField(_("名称"), max_length=200)
    blind_label = models.CharField(_("匿名名称"), max_length=80)
    party = models.ForeignKey(
        "parties.Party", models.RESTRICT, related_name="reviewed_items", verbose_name=_("申报主体")
    )
    material = models.JSONField(_("评审材料"), default=list, blank=True)
    attachments = models.JSONField(_("附件"), default=list, blank=True)
    is_priority = models.BooleanField(_("优先类别"), default=False)
    submitted_at = models.DateTimeField(_("提交时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("评审项")
        verbose_name_plural = _("评审项")
        ordering = ["number"]
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="experts_item_subject")]
        constraints = [
            models.UniqueConstraint(
                fields=["panel", "subject_type", "subject_id"],
                name="experts_item_once",
                violation_error_message=_("该对象已在本评审组中。"),
            ),
            models.UniqueConstraint(fields=["panel", "number"], name="experts_item_number_once"),
            models.CheckConstraint(
                name="experts_item_named",
                condition=~Q(label="") & ~Q(blind_label="") & ~Q(subject_type="") & ~Q(subject_id=""),
                violation_error_message=_("评审项须有名称和对象。"),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def key(self) -> str:
        """The item's name in draws and records, the same for everybody."""
        return f"{self.number:03d}"

    @property
    def reader_label(self) -> str:
        """How experts know it."""
        return self.blind_label if self.panel.is_blind else self.label
