"""The working-day calendars."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

NATIONAL = "cn"


class Calendar(models.Model):
    """`cn` is the State Council's; a regional one (`cn-54`) has it as `base` and holds only what differs.

    `token` changes with every change of a day, by trigger, so that processes know when to read anew.
    """

    slug = models.SlugField(_("代号"), primary_key=True, max_length=20)
    name = models.CharField(_("名称"), max_length=60)
    base = models.ForeignKey(
        "self", models.RESTRICT, null=True, blank=True, related_name="regional", verbose_name=_("基础日历")
    )
    token = models.UUIDField(default=uuid.uuid4, editable=False)

    class Meta:
        verbose_name = _("工作日历")
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                name="clock_calendar_base_not_self",
                condition=Q(base=None) | ~Q(base=F("slug")),
                violation_error_message=_("基础日历不能是自身。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name
