"""Decisions."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaichuang.cases.models.case import Case
from kaichuang.kit.models import Model
from kaichuang.kit.triggers import append_only


class DecisionKind(models.TextChoices):
    GRANTED = "granted", _("予以支持")
    REFUSED = "refused", _("不予支持")
    REVOKED = "revoked", _("撤销")


class Decision(Model):
    """What was decided, with its reasons by clause. `document` is the frozen answer by which anybody can replay it.

    Never changed: a decision that falls is followed by another one.
    """

    case = models.ForeignKey(Case, models.RESTRICT, related_name="decisions")
    kind = models.CharField(_("决定"), max_length=10, choices=DecisionKind)
    amount_fen = models.BigIntegerField(_("金额"), default=0)
    ceiling_fen = models.BigIntegerField(_("测算上限"), default=0)
    reason = models.TextField(_("理由"))
    grounds = models.JSONField(_("依据"), default=list)
    """Reasons by clause: `{"clause": …, "text": …}`."""
    document = models.JSONField(null=True)
    digest = models.CharField(_("校验值"), max_length=64, blank=True)
    decided_at = models.DateTimeField(_("时间"))
    decided_on = models.DateField(_("日期"))
    decided_by = models.ForeignKey("accounts.User", models.RESTRICT, null=True, related_name="+")

    class Meta:
        verbose_name = _("决定")
        ordering = ["case", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(kind="granted"),
                name="cases_decision_granted_once",
                violation_error_message=_("该办件已经批准，不能再次批准。"),
            ),
            models.CheckConstraint(
                name="cases_decision_within_ceiling",
                condition=Q(amount_fen__gte=0) & Q(amount_fen__lte=F("ceiling_fen")),
                violation_error_message=_("金额不能超过按政策测算的上限。"),
            ),
            models.CheckConstraint(
                name="cases_decision_reasoned",
                condition=~Q(reason=""),
                violation_error_message=_("请写明理由。"),
            ),
        ]
        triggers = [append_only()]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"
