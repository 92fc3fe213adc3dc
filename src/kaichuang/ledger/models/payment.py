"""Payments and the batches in which they go to the bank."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.models import Model
from kaichuang.kit.secrets import EncryptedField, mask
from kaichuang.kit.triggers import one_door
from kaichuang.ledger.enums import BatchState, Outcome
from kaichuang.ledger.models.claim import Claim


class Batch(Model):
    """Payments that are checked by a second person and sent to the bank together."""

    programme = models.ForeignKey("places.Programme", models.RESTRICT, related_name="payment_batches")
    number = models.CharField(_("批次号"), max_length=30)
    state = models.CharField(_("状态"), max_length=10, choices=BatchState, default=BatchState.DRAFT)
    made_on = models.DateField(_("制单日期"))
    maker = models.ForeignKey("accounts.User", models.RESTRICT, related_name="+", verbose_name=_("制单人"))
    checker = models.ForeignKey(
        "accounts.User", models.RESTRICT, null=True, blank=True, related_name="+", verbose_name=_("复核人")
    )

    class Meta:
        verbose_name = _("支付批次")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "number"],
                name="ledger_batch_number_once",
                violation_error_message=_("本项目中已有此批次号。"),
            ),
            models.CheckConstraint(
                name="ledger_batch_two_persons",
                condition=Q(checker=None) | ~Q(checker=F("maker")),
                violation_error_message=_("制单人不能复核自己的批次，请由另一人复核。"),
            ),
            models.CheckConstraint(
                name="ledger_batch_checked",
                condition=Q(state__in=[BatchState.DRAFT, BatchState.CANCELLED]) | ~Q(checker=None),
                violation_error_message=_("批次须经复核才能发送。"),
            ),
        ]
        triggers = [one_door()]

    def __str__(self) -> str:
        return self.number


class Payment(Model):
    """One instruction to pay part of a claim to an account at a bank.

    Due when it has no batch; pending while `outcome` is empty. A failed or returned payment keeps its outcome,
    and a new one (`retries`) takes its place, so the history stays. That one is held: no batch takes it until the
    account is another, or finance lets it go and says why (`release_note`).
    """

    programme = models.ForeignKey("places.Programme", models.RESTRICT, related_name="payments")
    claim = models.ForeignKey(Claim, models.RESTRICT, related_name="payments", db_constraint=False)
    amount = models.BigIntegerField(_("金额"))
    payee = models.CharField(_("收款人户名"), max_length=120)
    bank = models.CharField(_("开户行"), max_length=120)
    account_number = EncryptedField(_("收款账号"))
    purpose = models.CharField(_("用途"), max_length=60)
    due_on = models.DateField(_("应付日期"))
    batch = models.ForeignKey(Batch, models.RESTRICT, null=True, blank=True, related_name="payments")
    outcome = models.CharField(
        _("银行结果"), max_length=10, choices=Outcome, blank=True, default=Outcome.PENDING
    )
    outcome_on = models.DateField(_("结果日期"), null=True, blank=True)
    outcome_note = models.CharField(_("结果说明"), max_length=200, blank=True)
    retries = models.OneToOneField(
        "self", models.RESTRICT, null=True, blank=True, related_name="retry", verbose_name=_("重付")
    )
    is_held = models.BooleanField(_("暂不支付"), default=False)
    release_note = models.CharField(_("放行理由"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("支付")
        indexes = [
            models.Index(
                fields=["programme", "due_on"], condition=Q(batch=None, outcome=""), name="ledger_payment_due"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="ledger_payment_positive",
                condition=Q(amount__gt=0),
                violation_error_message=_("支付金额必须大于零。"),
            ),
            models.CheckConstraint(
                name="ledger_payment_outcome_dated",
                condition=Q(outcome="", outcome_on=None) | (~Q(outcome="") & ~Q(outcome_on=None)),
                violation_error_message=_("银行结果必须有日期。"),
            ),
            models.CheckConstraint(
                name="ledger_payment_outcome_of_batch",
                condition=Q(outcome__in=["", Outcome.WITHDRAWN]) | ~Q(batch=None),
                violation_error_message=_("未进入批次的支付没有银行结果。"),
            ),
            models.CheckConstraint(
                name="ledger_payment_held_outside_batches",
                condition=Q(is_held=False) | Q(batch=None),
                violation_error_message=_("被银行退回而账户未更正的款项不能进入批次。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payee} {self.amount}"

    @property
    def masked_account(self) -> str:
        return mask(self.account_number, head=4, tail=4)
