"""Government units and bodies as the documents print them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.models import Model


class Unit(Model):
    """A bureau, office or body of a programme's place; the printed name stays, `successor` names today's."""

    programme = models.ForeignKey("places.Programme", models.CASCADE, related_name="units")
    name = models.CharField(_("名称"), max_length=120)
    aliases = models.JSONField(_("别称"), default=list, blank=True)
    successor = models.ForeignKey(
        "self", models.RESTRICT, null=True, blank=True, related_name="predecessors", verbose_name=_("现单位")
    )

    class Meta:
        verbose_name = _("责任单位")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "name"],
                name="parties_unit_once",
                violation_error_message=_("本项目中已有同名单位。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name
