"""The subjects of every programme: people, teams, organisations."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kaichuang.kit.models import Model
from kaichuang.kit.secrets import EncryptedField, mask
from kaichuang.parties.naming import grams_of
from kaichuang.parties.uscc import check_uscc
from kaichuang.places.pinyin import initials, pinyin, sort_key


def validate_uscc(value: str) -> None:
    """A unified social credit code with a right check digit (GB 32100-2015)."""
    problems = check_uscc(value).problems
    if problems:
        raise ValidationError([ValidationError(str(problem), code=problem.code) for problem in problems])


class PartyKind(models.TextChoices):
    PERSON = "person", _("个人")
    TEAM = "team", _("团队")
    ORGANISATION = "organisation", pgettext_lazy("主体", "单位")


class Party(Model):
    """One subject, the same in every programme and at every level (catalogue G15).

    `identity_number` is a person's 居民身份证 number; in clear it leaves the row only by
    `parties.operations.reveal`, which writes down who looked and why.
    """

    kind = models.CharField(_("类别"), max_length=12, choices=PartyKind)
    name = models.CharField(_("名称"), max_length=200)
    sort_key = models.CharField(max_length=300, editable=False, blank=True)
    sound = models.CharField(max_length=600, editable=False, blank=True)
    grams = ArrayField(models.CharField(max_length=2), editable=False, default=list)
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
    registered_in = models.ForeignKey(
        "places.Programme",
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("登记项目"),
    )
    user = models.OneToOneField(
        "accounts.User", models.RESTRICT, null=True, blank=True, related_name="party", verbose_name=_("账号")
    )

    class Meta:
        verbose_name = _("主体")
        verbose_name_plural = _("主体")
        indexes = [
            models.Index(fields=["kind", "sort_key"], name="parties_party_sorted"),
            GinIndex(fields=["grams"], name="parties_party_grams"),
            GinIndex(OpClass("sound", name="gin_trgm_ops"), name="parties_party_sound"),
            GinIndex(OpClass("name", name="gin_trgm_ops"), name="parties_party_name"),
        ]
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
            models.CheckConstraint(
                name="parties_party_has_name",
                condition=~Q(name=""),
                violation_error_message=_("请填写名称。"),
            ),
            models.CheckConstraint(
                name="parties_party_closed_after_registration",
                condition=Q(closed_on=None) | Q(registered_on=None) | Q(closed_on__gte=F("registered_on")),
                violation_error_message=_("注销日期不能早于成立日期。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, **kwargs: Any) -> None:
        self.index()
        fields = kwargs.get("update_fields")
        if fields is not None and "name" in fields:
            kwargs["update_fields"] = {*fields, "sort_key", "sound", "grams"}
        super().save(**kwargs)

    def index(self) -> None:
        """Make the keys by which the name is sorted and found; call it before `bulk_create`."""
        self.sort_key = sort_key(self.name, limit=300)
        self.sound = f"{''.join(pinyin(self.name))} {initials(self.name)}"[:600]
        self.grams = grams_of(self.name)

    @property
    def masked_identity_number(self) -> str:
        return mask(self.identity_number, head=3, tail=2)

    @property
    def masked_phone(self) -> str:
        return mask(self.phone, head=3, tail=2)
