"""Somebody says that a line, or the whole list, is not right."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.models import Model
from kaichuang.kit.secrets import EncryptedField
from kaichuang.kit.triggers import one_door
from kaichuang.publicity import masking
from kaichuang.publicity.enums import PENDING, IdentityKind, ObjectionState, Refusal, ReplyBy
from kaichuang.publicity.models.announcement import Announcement
from kaichuang.publicity.models.line import Line


class Objection(Model):
    """Lodged within the period it stops its line when accepted, and keeps it from being cleared until answered.

    A late one is kept and answered, and stops nothing. Who objects is known by name and contact, encrypted; in clear
    they leave the row only by `operations.reveal`. `code` is the receipt by which somebody without account follows
    it. `line` empty: the whole list.
    """

    announcement = models.ForeignKey(Announcement, models.RESTRICT, related_name="objections")
    line = models.ForeignKey(
        Line, models.RESTRICT, null=True, blank=True, related_name="objections", verbose_name=_("异议对象")
    )
    serial = models.PositiveIntegerField(_("顺序号"))
    code = models.CharField(max_length=16, unique=True, editable=False)
    identity_kind = models.CharField(_("提出方式"), max_length=12, choices=IdentityKind)
    name = EncryptedField(_("姓名或单位名称"))
    phone = EncryptedField(_("联系电话"), blank=True, default="")
    email = EncryptedField(_("电子邮箱"), blank=True, default="")
    reply_by = models.CharField(_("答复方式"), max_length=8, choices=ReplyBy, default=ReplyBy.CODE)
    language = models.CharField(_("语言"), max_length=10, default="zh-hans")
    party = models.ForeignKey(
        "parties.Party", models.RESTRICT, null=True, blank=True, related_name="objections"
    )
    lodged_by = models.ForeignKey("accounts.User", models.RESTRICT, null=True, blank=True, related_name="+")
    text = models.TextField(_("异议内容"))
    lodged_at = models.DateTimeField(_("提交时间"))
    lodged_on = models.DateField(_("提交日期"))
    is_late = models.BooleanField(_("公示期外"), default=False)
    state = models.CharField(_("状态"), max_length=12, choices=ObjectionState, default=ObjectionState.LODGED)
    refusal = models.CharField(_("不予受理的情形"), max_length=16, choices=Refusal, blank=True)
    reason = models.TextField(_("处理意见"), blank=True)
    clause = models.CharField(_("依据"), max_length=200, blank=True)
    decided_on = models.DateField(_("答复日期"), null=True, blank=True)
    decided_by = models.ForeignKey("accounts.User", models.RESTRICT, null=True, blank=True, related_name="+")
    letter = models.ForeignKey("files.Document", models.RESTRICT, null=True, blank=True, related_name="+")
    called_on = models.DateField(_("电话告知日期"), null=True, blank=True)
    called_by = models.CharField(_("电话告知人"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("异议")
        verbose_name_plural = _("异议")
        indexes = [
            models.Index(
                fields=["announcement", "line"],
                condition=Q(state__in=PENDING, is_late=False),
                name="publicity_objection_holding",
            ),
            models.Index(fields=["party", "-id"], name="publicity_objection_party"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["announcement", "serial"],
                name="publicity_objection_serial_once",
                violation_error_message=_("异议顺序号重复。"),
            ),
            models.CheckConstraint(
                name="publicity_objection_has_author",
                condition=~Q(name="") & (~Q(phone="") | ~Q(email="") | Q(party__isnull=False)),
                violation_error_message=_("请填写真实姓名（或单位名称）和至少一种联系方式。"),
            ),
            models.CheckConstraint(
                name="publicity_objection_can_be_told",
                condition=(~Q(reply_by=ReplyBy.MAIL) | ~Q(email=""))
                & (~Q(reply_by=ReplyBy.PHONE) | ~Q(phone="")),
                violation_error_message=_("请填写您选择的联系方式。"),
            ),
            models.CheckConstraint(
                name="publicity_objection_called",
                condition=Q(called_on=None, called_by="")
                | (
                    Q(called_on__isnull=False, decided_on__isnull=False, reply_by=ReplyBy.PHONE)
                    & ~Q(called_by="")
                ),
                violation_error_message=_("答复之后才能登记电话告知，并须写明日期和告知人。"),
            ),
            models.CheckConstraint(
                name="publicity_objection_has_text",
                condition=~Q(text=""),
                violation_error_message=_("请写明异议的内容。"),
            ),
            models.CheckConstraint(
                name="publicity_objection_refused_why",
                condition=(Q(state=ObjectionState.NOT_ACCEPTED) & ~Q(refusal=""))
                | (~Q(state=ObjectionState.NOT_ACCEPTED) & Q(refusal="")),
                violation_error_message=_("不予受理须注明情形。"),
            ),
            models.CheckConstraint(
                name="publicity_objection_answered_why",
                condition=~Q(
                    state__in=[ObjectionState.NOT_ACCEPTED, ObjectionState.UPHELD, ObjectionState.DISMISSED]
                )
                | (~Q(reason="") & Q(decided_on__isnull=False, letter__isnull=False)),
                violation_error_message=_("答复异议须写明理由，并出具答复书。"),
            ),
        ]
        triggers = [
            one_door(),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="as_lodged",
                fields=[
                    "announcement",
                    "line",
                    "serial",
                    "code",
                    "identity_kind",
                    "reply_by",
                    "language",
                    "party",
                    "lodged_by",
                    "text",
                    "lodged_at",
                    "lodged_on",
                    "is_late",
                ],
            ),
            pgtrigger.Trigger(
                name="own_line",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(new__line_id__isnull=False),
                func="""
                    IF NOT EXISTS (SELECT 1 FROM publicity_line
                                    WHERE id = NEW.line_id AND announcement_id = NEW.announcement_id) THEN
                        RAISE EXCEPTION 'the line belongs to another announcement'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'publicity_objection_own_line';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """`公示〔2026〕1号-3`: how letters and work lists call it, without saying who it is from."""
        return f"{self.announcement.number}-{self.serial}"

    @property
    def printed_code(self) -> str:
        """The receipt code in groups of four."""
        return "-".join(self.code[place : place + 4] for place in range(0, len(self.code), 4))

    @property
    def has_account(self) -> bool:
        """Whoever lodged it can be told within the platform."""
        return self.party_id is not None or self.lodged_by_id is not None

    @property
    def awaits_call(self) -> bool:
        """It has been answered, and whoever lodged it is to be told by telephone."""
        by_phone = not self.has_account and self.reply_by == ReplyBy.PHONE
        return by_phone and self.decided_on is not None and self.called_on is None

    @property
    def is_pending(self) -> bool:
        return self.state in PENDING

    @property
    def masked_name(self) -> str:
        if self.identity_kind == IdentityKind.ORGANISATION:
            return masking.organisation(str(self.name))
        return masking.name(str(self.name))

    @property
    def masked_phone(self) -> str:
        return masking.phone(str(self.phone))

    @property
    def masked_email(self) -> str:
        return masking.email(str(self.email)) if self.email else ""
