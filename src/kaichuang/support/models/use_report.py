"""Reports on the use of money."""

from __future__ import annotations

from decimal import Decimal

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.models import Model
from kaichuang.kit.triggers import one_door
from kaichuang.ledger.interest import MOST_PPM, percent_of


class ReportState(models.TextChoices):
    DRAFT = "draft", _("填报中")
    HANDED_IN = "handed_in", _("待核查")
    RETURNED = "returned", _("已退回")
    ACCEPTED = "accepted", _("核查通过")


OUTSIDE = "outside-earmark"
"""The category of what was spent on something else; no pack can name one so."""


class UseReport(Model):
    """What the money of a case was spent on. What was not spent is paid back.

    `spent_fen` is the earmarked use, `outside_fen` what went into something else: of that an officer decides how much
    is claimed back (`reclaim_fen`, `ruling`), and with which interest by which clause. `from_on` and `until_on` bound the days of spending, both inclusive.
    """

    case = models.OneToOneField("cases.Case", models.RESTRICT, related_name="use_report")
    state = models.CharField(_("状态"), max_length=12, choices=ReportState, default=ReportState.DRAFT)
    paid_fen = models.BigIntegerField(_("已收金额"))
    spent_fen = models.BigIntegerField(_("支出合计"), default=0)
    outside_fen = models.BigIntegerField(_("用于其他方面"), default=0)
    reclaim_fen = models.BigIntegerField(_("其中决定追回"), null=True, blank=True)
    ruling = models.CharField(_("决定理由"), max_length=400, blank=True)
    rate_ppm = models.PositiveIntegerField(_("年利率（百万分之）"), null=True, blank=True)
    """Simple yearly interest on what is claimed back, from the day of payment; none where the clause knows none."""
    rate_clause = models.CharField(_("计息依据"), max_length=60, blank=True)
    ruled_at = models.DateTimeField(_("决定时间"), null=True, blank=True)
    ruled_by = models.ForeignKey(
        "accounts.User", models.RESTRICT, null=True, blank=True, related_name="+", verbose_name=_("决定人")
    )
    from_on = models.DateField(_("使用期起"))
    until_on = models.DateField(_("使用期止"))
    summary = models.TextField(_("成效说明"), blank=True)
    note = models.CharField(_("退回意见"), max_length=500, blank=True)
    handed_in_at = models.DateTimeField(_("报送时间"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("通过时间"), null=True, blank=True)

    class Meta:
        db_table = "support_use_report"
        verbose_name = _("资金使用报告")
        constraints = [
            models.CheckConstraint(
                name="support_use_report_within_paid",
                condition=Q(spent_fen__gte=0, outside_fen__gte=0)
                & (
                    Q(state__in=[ReportState.DRAFT, ReportState.RETURNED])
                    | Q(paid_fen__gte=F("spent_fen") + F("outside_fen"))
                ),
                violation_error_message=_("支出合计不能超过已收金额。"),
            ),
            models.CheckConstraint(
                name="support_use_report_ruled",
                condition=Q(reclaim_fen=None)
                | (
                    Q(reclaim_fen__gte=0, reclaim_fen__lte=F("outside_fen"))
                    & ~Q(ruling="")
                    & ~Q(ruled_at=None)
                ),
                violation_error_message=_("追回金额不能超过用于其他方面的金额，并须写明理由。"),
            ),
            models.CheckConstraint(
                name="support_use_report_interest",
                condition=Q(rate_ppm=None)
                | (
                    Q(rate_ppm__gt=0, rate_ppm__lte=MOST_PPM)
                    & Q(reclaim_fen__isnull=False, reclaim_fen__gt=0)
                    & ~Q(rate_clause="")
                ),
                violation_error_message=_("计收利息须写明依据的条款，年利率不超过36%。"),
            ),
            models.CheckConstraint(
                name="support_use_report_accepted_ruled",
                condition=~Q(state=ReportState.ACCEPTED) | Q(outside_fen=0) | ~Q(reclaim_fen=None),
                violation_error_message=_("用于其他方面的资金须先决定追回多少。"),
            ),
            models.CheckConstraint(
                name="support_use_report_dated",
                condition=~Q(state__in=[ReportState.HANDED_IN, ReportState.ACCEPTED]) | ~Q(handed_in_at=None),
            ),
        ]
        triggers = [one_door()]

    def __str__(self) -> str:
        return f"{self.case_id}"

    @property
    def unspent_fen(self) -> int:
        return self.paid_fen - self.spent_fen - self.outside_fen

    @property
    def rate_percent(self) -> Decimal | None:
        """The yearly rate in percent, without idle zeros."""
        return percent_of(self.rate_ppm)

    @property
    def is_unruled(self) -> bool:
        """Money went into something else, and nobody has decided yet how much of it comes back."""
        return self.outside_fen > 0 and self.reclaim_fen is None


class UseLine(Model):
    """One spending: under which allowed category, what, how much, when, with which voucher and paper.

    What was spent `OUTSIDE` the earmark says `why`.
    """

    report = models.ForeignKey(UseReport, models.CASCADE, related_name="lines")
    category = models.CharField(_("支出类别"), max_length=60)
    what = models.CharField(_("支出内容"), max_length=200)
    amount_fen = models.BigIntegerField(_("金额"))
    spent_on = models.DateField(_("支出日期"))
    voucher = models.CharField(_("凭证号"), max_length=60, blank=True)
    why = models.CharField(_("用于其他方面的原因"), max_length=300, blank=True)
    attachment = models.ForeignKey(
        "files.Attachment", models.RESTRICT, null=True, blank=True, related_name="+"
    )

    class Meta:
        db_table = "support_use_line"
        verbose_name = _("支出明细")
        ordering = ["report", "spent_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="support_use_line_positive",
                condition=Q(amount_fen__gt=0),
                violation_error_message=_("支出金额必须大于零。"),
            ),
            models.CheckConstraint(
                name="support_use_line_outside_reasoned",
                condition=~Q(category=OUTSIDE) | ~Q(why=""),
                violation_error_message=_("用于其他方面的支出须说明原因。"),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="frozen_with_report",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func="""
                    PERFORM FROM support_use_report r WHERE r.id = coalesce(NEW.report_id, OLD.report_id)
                        AND r.state IN ('handed_in', 'accepted');
                    IF FOUND THEN
                        RAISE EXCEPTION 'a report that was handed in keeps its lines'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'support_use_line_frozen_with_report';
                    END IF;
                    RETURN coalesce(NEW, OLD);
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.category} {self.amount_fen}"

    @property
    def is_outside(self) -> bool:
        return self.category == OUTSIDE
