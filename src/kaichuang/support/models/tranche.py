"""Parts of the payment of a case, and the instructions by which they are paid."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.models import Model
from kaichuang.kit.triggers import one_door


class TrancheState(models.TextChoices):
    WAITING_PAPERS = "waiting_papers", _("待交材料")
    WAITING_ACCOUNT = "waiting_account", _("待确认收款账户")
    DUE = "due", _("待申请支付")
    ORDERED = "ordered", _("支付中")
    PAID = "paid", _("已付")
    STOPPED = "stopped", _("已停付")


class Tranche(Model):
    """One part of what was granted, and what it waits for. The parts of a case add up to the amount granted.

    `papers` are kinds of evidence to hand in first; somebody checks them (`papers_checked_at`). `why` tells why it is
    stopped; a stop that is `final` is never lifted.
    """

    case = models.ForeignKey("cases.Case", models.RESTRICT, related_name="tranches")
    number = models.PositiveSmallIntegerField(_("期次"))
    code = models.CharField(_("代号"), max_length=60)
    title = models.CharField(_("名称"), max_length=120)
    title_en = models.CharField(_("英文名称"), max_length=120, blank=True)
    share = models.CharField(_("比例"), max_length=20)
    amount_fen = models.BigIntegerField(_("金额"))
    papers = models.JSONField(_("需交材料"), default=list, blank=True)
    papers_checked_at = models.DateTimeField(_("材料核对时间"), null=True, blank=True)
    clause = models.CharField(_("依据"), max_length=60, blank=True)
    state = models.CharField(
        _("状态"), max_length=16, choices=TrancheState, default=TrancheState.WAITING_PAPERS
    )
    why = models.CharField(_("停付原因"), max_length=200, blank=True)
    is_final = models.BooleanField(_("不再支付"), default=False)
    paid_on = models.DateField(_("支付日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("拨付")
        ordering = ["case", "number"]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="support_tranche_once"),
            models.CheckConstraint(
                name="support_tranche_positive",
                condition=Q(amount_fen__gt=0),
                violation_error_message=_("每期金额必须大于零。"),
            ),
            models.CheckConstraint(
                name="support_tranche_paid_dated",
                condition=Q(state=TrancheState.PAID, paid_on__isnull=False)
                | (~Q(state=TrancheState.PAID) & Q(paid_on=None)),
            ),
            models.CheckConstraint(
                name="support_tranche_stop_reasoned",
                condition=~Q(state=TrancheState.STOPPED) | ~Q(why=""),
                violation_error_message=_("请写明停付原因。"),
            ),
        ]
        indexes = [
            models.Index(
                fields=["state"],
                condition=Q(state__in=["waiting_account", "due", "ordered", "stopped"], is_final=False),
                name="support_tranche_open",
            )
        ]
        triggers = [
            one_door(),
            pgtrigger.Trigger(
                name="adds_up",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.After,
                timing=pgtrigger.Deferred,
                func="""
                    PERFORM FROM cases_case c
                      WHERE c.id = coalesce(NEW.case_id, OLD.case_id)
                        AND coalesce(c.granted_fen, 0) <>
                            (SELECT coalesce(sum(t.amount_fen), 0) FROM support_tranche t WHERE t.case_id = c.id);
                    IF FOUND THEN
                        RAISE EXCEPTION 'the tranches of case % do not add up to what was granted',
                            coalesce(NEW.case_id, OLD.case_id)
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'support_tranche_adds_up';
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.number}"


class Instruction(Model):
    """The payment of a tranche out of one claim; `payment` is the latest attempt (the bank may return one)."""

    tranche = models.ForeignKey(Tranche, models.RESTRICT, related_name="instructions")
    payment = models.OneToOneField("ledger.Payment", models.RESTRICT, related_name="+")
    amount_fen = models.BigIntegerField(_("金额"))

    class Meta:
        verbose_name = _("支付指令")
        ordering = ["tranche", "id"]
        constraints = [
            models.CheckConstraint(name="support_instruction_positive", condition=Q(amount_fen__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.tranche_id} {self.payment_id}"
