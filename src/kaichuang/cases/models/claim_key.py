"""What must not be claimed twice: invoices, contracts, patents, persons, files."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaichuang.cases.models.case import Case
from kaichuang.kit.models import Model


class ClaimKey(Model):
    """A number brought to one spelling, that a case relies on. `held` while the case is alive or was granted.

    An exclusive one is held by one case of the whole installation, whatever its year, department or place.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="keys")
    kind = models.CharField(_("类别"), max_length=20)
    value = models.CharField(_("统一写法"), max_length=120)
    shown = models.CharField(_("原写法"), max_length=120)
    exclusive = models.BooleanField(_("不得重复"), default=True)
    held = models.BooleanField(_("占用中"), default=True)

    class Meta:
        verbose_name = _("防重标识")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "value"],
                condition=Q(held=True, exclusive=True),
                name="cases_claim_key_once",
                violation_error_message=_("该凭证已在另一份申请中使用。"),
            ),
            models.UniqueConstraint(fields=["case", "kind", "value"], name="cases_claim_key_in_case"),
        ]
        indexes = [models.Index(fields=["kind", "value"], name="cases_claim_key_value")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"
