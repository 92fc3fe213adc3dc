"""Citations of other documents."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.models import Model
from kaichuang.policy.models.clause import Clause
from kaichuang.policy.models.document import Document, Edition


class Reference(Model):
    """A document that this edition rests on or names; `target` when the library holds it."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="references")
    clause = models.ForeignKey(Clause, models.CASCADE, null=True, blank=True, related_name="references")
    number = models.CharField(_("发文字号"), max_length=60, blank=True)
    title = models.CharField(_("标题"), max_length=300, blank=True)
    printed = models.TextField(_("原文写法"), blank=True)
    line = models.PositiveIntegerField(_("原文行"), null=True, blank=True)
    target = models.ForeignKey(
        Document, models.SET_NULL, null=True, blank=True, related_name="cited_by", verbose_name=_("库内文件")
    )

    class Meta:
        verbose_name = _("引用")
        indexes = [models.Index(fields=["number"], condition=~Q(number=""), name="policy_reference_number")]
        constraints = [
            models.CheckConstraint(
                name="policy_reference_names_something",
                condition=~Q(number="") | ~Q(title=""),
                violation_error_message=_("引用须有发文字号或标题。"),
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.title
