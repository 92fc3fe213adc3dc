"""A place's running programme."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.models import Model
from kaichuang.places.models.division import Division


class Programme(Model):
    """What a place runs: its packs, its business date, its calendar. Every row of a programme says so.

    `business_date` freezes "today" for this programme (to operate or rehearse a policy of another year);
    empty means the calendar's own day. `calendar` names the working-day calendar (`cn`, or `cn-54` with the
    region's own holidays). `superior` is the programme one level up, to which cases are recommended.
    `packs` are the ids of the policy packs that it adopted, in the order of adoption.
    """

    slug = models.SlugField(
        _("代号"),
        unique=True,
        validators=[
            RegexValidator(r"^[a-z][a-z0-9-]*$", _("代号以小写字母开头，只含小写字母、数字和连字符。"))
        ],
        error_messages={"unique": _("该代号已被其他项目使用。")},
    )
    name = models.CharField(_("名称"), max_length=120)
    place = models.ForeignKey(Division, models.RESTRICT, related_name="programmes", verbose_name=_("地区"))
    superior = models.ForeignKey(
        "self", models.RESTRICT, null=True, blank=True, related_name="inferiors", verbose_name=_("上级项目")
    )
    calendar = models.CharField(_("工作日历"), max_length=20, default="cn")
    business_date = models.DateField(_("业务日期"), null=True, blank=True)
    packs = ArrayField(models.CharField(max_length=60), default=list, blank=True, verbose_name=_("政策包"))
    is_public = models.BooleanField(_("对外公开"), default=True)

    class Meta:
        verbose_name = _("项目")
        ordering = ["place_id", "slug"]
        constraints = [
            models.CheckConstraint(
                name="places_programme_superior_not_self",
                condition=Q(superior=None) | ~Q(superior=F("id")),
                violation_error_message=_("上级项目不能是自身。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name
