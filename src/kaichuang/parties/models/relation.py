"""Relations between parties; they answer one question everywhere: is there a conflict of interest?"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.models import Model
from kaichuang.parties.models.party import Party


class RelationKind(models.TextChoices):
    LEGAL_REPRESENTATIVE = "legal_representative", _("法定代表人")
    SHAREHOLDER = "shareholder", _("股东")
    DIRECTOR = "director", _("董事、监事或高管")
    EMPLOYEE = "employee", _("员工")
    MENTOR = "mentor", _("导师")
    KIN = "kin", _("亲属")
    MEMBER = "member", _("团队成员")
    PARENT = "parent", _("上级单位")


class Relation(Model):
    """`source` is the <kind> of `target`: 张三 is the legal representative of 甲公司."""

    source = models.ForeignKey(Party, models.CASCADE, related_name="relations")
    target = models.ForeignKey(Party, models.CASCADE, related_name="related_by")
    kind = models.CharField(_("关系"), max_length=24, choices=RelationKind)
    share_bp = models.PositiveSmallIntegerField(_("持股比例（万分之）"), null=True, blank=True)
    since = models.DateField(_("起始日期"), null=True, blank=True)
    until = models.DateField(_("截止日期"), null=True, blank=True)
    evidence = models.CharField(_("来源"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("关系")
        indexes = [models.Index(fields=["target", "kind"], name="parties_relation_target")]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "target", "kind"],
                condition=Q(until=None),
                name="parties_relation_one_open",
                violation_error_message=_("该关系已登记。"),
            ),
            models.CheckConstraint(
                name="parties_relation_not_self",
                condition=~Q(source=F("target")),
                violation_error_message=_("主体不能与自身建立关系。"),
            ),
            models.CheckConstraint(
                name="parties_relation_share",
                condition=Q(share_bp=None) | Q(share_bp__lte=10_000, kind=RelationKind.SHAREHOLDER),
                violation_error_message=_("持股比例只用于股东，且不超过100%。"),
            ),
            models.CheckConstraint(
                name="parties_relation_order",
                condition=Q(since=None) | Q(until=None) | Q(until__gte=F("since")),
                violation_error_message=_("截止日期不能早于起始日期。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id}"
