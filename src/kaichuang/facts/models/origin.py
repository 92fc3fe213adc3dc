"""Where observations came from."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.models import Model
from kaichuang.kit.triggers import append_only


class Origin(Model):
    """One act of telling: an import, a report, an application, an answer in the calculator.

    `reference` names the row or file it came from; `data_as_of` the day whose state the data shows, so that
    its age can be shown beside every figure.
    """

    programme = models.ForeignKey("places.Programme", models.CASCADE, related_name="+")
    kind = models.CharField(_("方式"), max_length=20)
    reference = models.CharField(_("出处"), max_length=200, blank=True)
    data_as_of = models.DateField(_("数据时点"))
    told_by = models.ForeignKey("accounts.User", models.RESTRICT, null=True, related_name="+")
    told_at = models.DateTimeField(_("提供时间"))
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("数据来源")
        triggers = [append_only()]

    def __str__(self) -> str:
        return self.reference or self.kind
