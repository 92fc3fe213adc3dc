"""Government units and bodies as the documents print them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.models import Model


class Unit(Model):
    """A bureau, office or body of a programme's place; the printed name stays, `successor` names today's.

    `key` is the id by which the programme's packs speak of it.
    """

    programme = models.ForeignKey("places.Programme", models.CASCADE, related_name="units")
    key = models.CharField(_("代号"), max_length=80, blank=True)
    name = models.CharField(_("名称"), max_length=120)
    aliases = models.JSONField(_("别称"), default=list, blank=True)
    successor = models.ForeignKey(
        "self", models.RESTRICT, null=True, blank=True, related_name="predecessors", verbose_name=_("现单位")
    )

    class Meta:
        verbose_name = _("责任单位")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "name"],
                name="parties_unit_once",
                violation_error_message=_("本项目中已有同名单位。"),
            ),
            models.UniqueConstraint(
                fields=["programme", "key"], condition=~Q(key=""), name="parties_unit_key_once"
            ),
            models.CheckConstraint(
                name="parties_unit_successor_not_self",
                condition=Q(successor=None) | ~Q(successor=F("id")),
                violation_error_message=_("现单位不能是自身。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name
