"""Units of account."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.models import Model
from kaichuang.ledger.enums import UnitKind


class Unit(Model):
    """What an account counts: fen of yuan (`CNY`), vouchers of a programme, hours. Always whole numbers."""

    code = models.CharField(
        _("代号"), max_length=30, unique=True, validators=[RegexValidator(r"^[A-Za-z0-9.:_-]+$")]
    )
    name = models.CharField(_("名称"), max_length=60)
    kind = models.CharField(_("类别"), max_length=10, choices=UnitKind)

    class Meta:
        verbose_name = _("计量单位")

    def __str__(self) -> str:
        return self.name
