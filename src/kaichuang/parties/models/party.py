"""The subjects of every programme: people, teams, organisations."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from stdnum.cn import uscc

from kaichuang.kit.models import Model
from kaichuang.kit.secrets import EncryptedField


def validate_uscc(value: str) -> None:
    """A unified social credit code with a right check digit (GB 32100-2015)."""
    if not uscc.is_valid(value):
        raise ValidationError(
            _("统一社会信用代码不正确：应为18位，且校验码须相符。请对照营业执照核对。"), code="uscc_invalid"
        )


class PartyKind(models.TextChoices):
    PERSON = "person", _("个人")
    TEAM = "team", _("团队")
    ORGANISATION = "organisation", _("单位")


class Party(Model):
    """One subject, the same in every programme and at every level (catalogue G15).

    `identity_number` is a person's 居民身份证 number; in clear it leaves the row only by
    `parties.operations.reveal`, which writes down who looked and why.
    """

    kind = models.CharField(_("类别"), max_length=12, choices=PartyKind)
    name = models.CharField(_("名称"), max_length=200)
    sort_key = models.CharField(max_length=300, editable=False, blank=True)
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, blank=True, validators=[validate_uscc])
    identity_number = EncryptedField(_("身份证号"), blank=True, default="")
    identity_hash = models.CharField(max_length=64, blank=True, editable=False)
    phone = EncryptedField(_("联系电话"), blank=True, default="")
    email = models.EmailField(_("电子邮箱"), blank=True)
    division = models.ForeignKey(
        "places.Division", models.RESTRICT, null=True, blank=True, related_name="+", verbose_name=_("所在地")
    )
    registered_on = models.DateField(_("成立日期"), null=True, blank=True)
    closed_on = models.DateField(_("注销日期"), null=True, blank=True)
    user = models.OneToOneField(
        "accounts.User", models.RESTRICT, null=True, blank=True, related_name="party", verbose_name=_("账号")
    )

    class Meta:
        verbose_name = _("主体")
        verbose_name_plural = _("主体")
        indexes = [models.Index(fields=["kind", "sort_key"], name="parties_party_sorted")]
        constraints = [
            models.UniqueConstraint(
                fields=["uscc"],
                condition=~Q(uscc=""),
                name="parties_party_uscc_once",
                violation_error_message=_("该统一社会信用代码已登记。请改为申请加入该单位。"),
            ),
            models.UniqueConstraint(
                fields=["identity_hash"],
                condition=~Q(identity_hash=""),
                name="parties_party_identity_once",
                violation_error_message=_("该身份证号已登记。请用原账号登录。"),
            ),
            models.CheckConstraint(
                name="parties_party_uscc_for_organisations",
                condition=Q(uscc="") | Q(kind=PartyKind.ORGANISATION),
                violation_error_message=_("只有单位才有统一社会信用代码。"),
            ),
            models.CheckConstraint(
                name="parties_party_person_only_fields",
                condition=Q(kind=PartyKind.PERSON) | Q(identity_hash="", identity_number="", user=None),
                violation_error_message=_("只有个人才有身份证号和登录账号。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name
