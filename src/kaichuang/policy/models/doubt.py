"""What the importer was not sure of, and what a clerk made of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.models import Model
from kaichuang.kit.triggers import one_door
from kaichuang.policy.models.document import Edition


class DoubtState(models.TextChoices):
    OPEN = "open", _("待核对")
    ACCEPTED = "accepted", _("采纳更正")
    KEPT = "kept", _("保留原文")


class Doubt(Model):
    """Damage or uncertainty at a line: the printed text stays as it is, the correction is carried beside it."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="doubts")
    position = models.PositiveIntegerField()
    code = models.CharField(_("类型"), max_length=40)
    line = models.PositiveIntegerField(_("原文行"))
    found = models.TextField(_("原文"))
    proposed = models.TextField(_("更正"), blank=True)
    message = models.TextField(_("说明"))
    state = models.CharField(_("处理"), max_length=10, choices=DoubtState, default=DoubtState.OPEN)
    decided = models.TextField(_("采用的文字"), blank=True)

    class Meta:
        verbose_name = _("疑点")
        verbose_name_plural = _("疑点")
        ordering = ["edition", "position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "position"], name="policy_doubt_once"),
            models.CheckConstraint(
                name="policy_doubt_accepted_says_what",
                condition=~Q(state=DoubtState.ACCEPTED) | ~Q(decided=""),
                violation_error_message=_("采纳更正须写明采用的文字。"),
            ),
        ]
        triggers = [one_door()]

    def __str__(self) -> str:
        return f"{self.code} {self.line}"
