"""Money of the ledger that belongs to a case."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kaichuang.cases.models.case import Case
from kaichuang.kit.models import Model


class Holding(Model):
    """A claim on a pool made for a case: one for each line that shares the cost."""

    case = models.ForeignKey(Case, models.RESTRICT, related_name="holdings")
    claim = models.OneToOneField("ledger.Claim", models.RESTRICT, related_name="+", db_constraint=False)
    pool = models.CharField(_("支出项"), max_length=60)

    class Meta:
        verbose_name = _("资金占用")
        ordering = ["case", "id"]

    def __str__(self) -> str:
        return f"{self.case_id} {self.pool}"
