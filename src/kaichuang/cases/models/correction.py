"""Corrections (补正): the complete list of what is missing, once."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaichuang.cases.models.case import Case
from kaichuang.kit.models import Model


class Correction(Model):
    """What the applicant was asked to complete: items of `{"about": fact or paper, "text": …, "clause": …}`.

    The first one should name everything. A later one says why it could not (`why_later`); without a good reason it
    counts against the desk (`avoidable`: it asks for what was there to be seen the first time).
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="corrections")
    number = models.PositiveSmallIntegerField(_("次数"))
    items = models.JSONField(_("需补正的内容"))
    why_later = models.CharField(_("首次未能告知的原因"), max_length=200, blank=True)
    avoidable = models.BooleanField(_("本可一次告知"), default=False)
    asked_at = models.DateTimeField(_("告知时间"))
    asked_by = models.ForeignKey("accounts.User", models.RESTRICT, null=True, related_name="+")
    answered_at = models.DateTimeField(_("补正时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("补正告知")
        ordering = ["case", "number"]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="cases_correction_once"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(answered_at=None), name="cases_correction_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.number}"
