"""Money that has to come back."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.models import Model
from kaichuang.kit.triggers import append_only, one_door


class RecoveryState(models.TextChoices):
    OPEN = "open", _("追回中")
    RECEIVED = "received", _("已收回")
    WRITTEN_OFF = "written_off", _("已核销")


class Recovery(Model):
    """A demand for money that was paid for a case, with interest; it is paid back in instalments.

    The instalments add up to the demand exactly, which a deferred trigger checks at commit.
    """

    case = models.ForeignKey("cases.Case", models.RESTRICT, related_name="recoveries")
    party = models.ForeignKey("parties.Party", models.RESTRICT, related_name="recoveries")
    state = models.CharField(_("状态"), max_length=12, choices=RecoveryState, default=RecoveryState.OPEN)
    reason = models.CharField(_("理由"), max_length=500)
    clause = models.CharField(_("依据"), max_length=60)
    principal_fen = models.BigIntegerField(_("本金"))
    interest_fen = models.BigIntegerField(_("利息"), default=0)
    received_fen = models.BigIntegerField(_("已收回"), default=0)
    demanded_on = models.DateField(_("追回日期"))
    ended_on = models.DateField(_("了结日期"), null=True, blank=True)
    end_reason = models.CharField(_("核销理由"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("追回")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="support_recovery_amounts",
                condition=Q(principal_fen__gt=0) & Q(interest_fen__gte=0) & Q(received_fen__gte=0),
                violation_error_message=_("追回金额必须大于零。"),
            ),
            models.CheckConstraint(
                name="support_recovery_not_more",
                condition=Q(received_fen__lte=F("principal_fen") + F("interest_fen")),
                violation_error_message=_("收款超过应收金额。"),
            ),
            models.CheckConstraint(
                name="support_recovery_ends_well",
                condition=Q(state=RecoveryState.OPEN)
                | Q(state=RecoveryState.RECEIVED, received_fen=F("principal_fen") + F("interest_fen"))
                | (Q(state=RecoveryState.WRITTEN_OFF) & ~Q(end_reason="")),
                violation_error_message=_("款项收齐，或写明核销理由，才能了结。"),
            ),
            models.CheckConstraint(
                name="support_recovery_reasoned",
                condition=~Q(reason=""),
                violation_error_message=_("追回必须写明理由。"),
            ),
        ]
        triggers = [one_door()]

    def __str__(self) -> str:
        return f"{self.case_id} {self.total_fen}"

    @property
    def total_fen(self) -> int:
        return self.principal_fen + self.interest_fen

    @property
    def open_fen(self) -> int:
        """What has not come in yet."""
        return self.total_fen - self.received_fen


class Demand(Model):
    """The part of a recovery that goes back to one payment: its transfer in the ledger."""

    recovery = models.ForeignKey(Recovery, models.RESTRICT, related_name="demands")
    transfer = models.OneToOneField("ledger.Transfer", models.RESTRICT, related_name="+", db_constraint=False)
    principal_fen = models.BigIntegerField(_("本金"))
    interest_fen = models.BigIntegerField(_("利息"))

    class Meta:
        verbose_name = _("追回凭证")
        ordering = ["recovery", "id"]
        triggers = [append_only()]

    def __str__(self) -> str:
        return f"{self.recovery_id} {self.transfer_id}"


class Instalment(Model):
    """What is to be paid back by a day."""

    recovery = models.ForeignKey(Recovery, models.RESTRICT, related_name="instalments")
    number = models.PositiveSmallIntegerField(_("期次"))
    due_on = models.DateField(_("应还日期"))
    amount_fen = models.BigIntegerField(_("应还金额"))
    told_on = models.DateField(_("催告日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("还款计划")
        ordering = ["recovery", "number"]
        constraints = [
            models.UniqueConstraint(fields=["recovery", "number"], name="support_instalment_once"),
            models.CheckConstraint(
                name="support_instalment_positive",
                condition=Q(amount_fen__gt=0),
                violation_error_message=_("每期应还金额必须大于零。"),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="adds_up",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.After,
                timing=pgtrigger.Deferred,
                func="""
                    PERFORM FROM support_recovery r
                      WHERE r.id = coalesce(NEW.recovery_id, OLD.recovery_id)
                        AND r.principal_fen + r.interest_fen <> (
                            SELECT coalesce(sum(i.amount_fen), 0) FROM support_instalment i
                             WHERE i.recovery_id = r.id);
                    IF FOUND THEN
                        RAISE EXCEPTION 'the instalments of recovery % do not add up to the demand',
                            coalesce(NEW.recovery_id, OLD.recovery_id)
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'support_instalment_adds_up';
                    END IF;
                    RETURN NULL;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.recovery_id}/{self.number}"


class Receipt(Model):
    """Money that came in for a recovery."""

    recovery = models.ForeignKey(Recovery, models.RESTRICT, related_name="receipts")
    amount_fen = models.BigIntegerField(_("金额"))
    received_on = models.DateField(_("到账日期"))
    reference = models.CharField(_("银行流水号"), max_length=60)
    entered_at = models.DateTimeField(_("登记时间"))
    entered_by = models.ForeignKey("accounts.User", models.RESTRICT, null=True, related_name="+")

    class Meta:
        verbose_name = _("还款")
        ordering = ["recovery", "received_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["recovery", "reference"],
                name="support_receipt_once",
                violation_error_message=_("该笔流水已登记。"),
            ),
            models.CheckConstraint(
                name="support_receipt_positive",
                condition=Q(amount_fen__gt=0),
                violation_error_message=_("收款金额必须大于零。"),
            ),
        ]
        triggers = [append_only()]

    def __str__(self) -> str:
        return f"{self.recovery_id} {self.amount_fen}"
