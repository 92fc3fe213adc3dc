"""How long a case stayed where: the promise and what became of it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaichuang.cases.models.case import Case
from kaichuang.kit.models import Model


class Stay(Model):
    """One stay of a case in a state, at a desk. `due_on` is copied from the clock when the case leaves.

    While the case is there, the running limit is the deadline's own; `late` is settled on leaving.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="stays")
    state = models.CharField(_("状态"), max_length=40)
    stage = models.CharField(_("阶段"), max_length=20)
    desk = models.ForeignKey(
        "parties.Unit", models.RESTRICT, null=True, related_name="+", verbose_name=_("单位")
    )
    entered_at = models.DateTimeField(_("进入时间"))
    left_at = models.DateTimeField(_("离开时间"), null=True, blank=True)
    entered_on = models.DateField(_("进入日期"))
    left_on = models.DateField(_("离开日期"), null=True, blank=True)
    left_by = models.CharField(_("去向"), max_length=40, blank=True)
    deadline = models.ForeignKey("clock.Deadline", models.SET_NULL, null=True, related_name="+")
    due_on = models.DateField(_("到期日"), null=True, blank=True)
    late = models.BooleanField(_("逾期"), null=True, blank=True)

    class Meta:
        verbose_name = _("办理环节")
        ordering = ["case", "id"]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(left_at=None), name="cases_stay_one_open"),
            models.CheckConstraint(
                name="cases_stay_order", condition=Q(left_at=None) | Q(left_at__gte=F("entered_at"))
            ),
        ]
        indexes = [
            models.Index(fields=["desk", "left_on"], name="cases_stay_of_desk"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.state}"
