"""Transfers and their postings: the journal of money, which nobody can change."""

from __future__ import annotations

from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.db.models import Func, Q
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.models import Model
from kaichuang.kit.triggers import append_only
from kaichuang.ledger import triggers
from kaichuang.ledger.enums import TransferKind
from kaichuang.ledger.models.account import Account


class CurrentTransaction(Func):
    """The number of the running transaction, the same in all its savepoints."""

    template = "(pg_current_xact_id())::text::bigint"
    arity = 0
    output_field = models.BigIntegerField()


class Transfer(Model):
    """One movement between accounts, on a business date, under an idempotency key.

    `claim` is the reservation that this transfer settles (commits, pays, releases, claws back); a reservation
    opens its own. `measure`, `party`, `issuer` and `year` say for what, for whom, by whom and for which year
    the money is, and decide which limits count it. `fingerprint` is a digest of the whole request: the same
    key with the same fingerprint is a repetition, with another one a mistake.

    Programme and party are not foreign keys here: each would lock its row in every transfer of the place.
    The trigger on the postings holds a transfer to accounts of its programme, and those are foreign keys.
    It also checks the transfer that is reversed or clawed back.
    """

    programme = models.ForeignKey(
        "places.Programme",
        models.RESTRICT,
        related_name="ledger_transfers",
        db_constraint=False,
        db_index=False,
    )
    key = models.CharField(_("幂等键"), max_length=120)
    kind = models.CharField(_("种类"), max_length=10, choices=TransferKind)
    at = models.DateField(_("业务日期"))
    recorded_at = models.DateTimeField(_("记账时间"), db_default=TransactionNow())
    txid = models.BigIntegerField(db_default=CurrentTransaction())
    lines = models.SmallIntegerField(_("分录数"))
    description = models.CharField(_("摘要"), max_length=200, blank=True, db_default="")
    clause = models.CharField(_("依据"), max_length=80, blank=True, db_default="")
    measure = models.CharField(_("政策措施"), max_length=60, blank=True, db_default="")
    party_id = models.BigIntegerField(null=True)
    issuer_id = models.BigIntegerField(null=True)
    year = models.SmallIntegerField(_("所属年度"), null=True)
    expires_at = models.DateTimeField(_("预留到期"), null=True)
    claim = models.ForeignKey(
        "ledger.Claim",
        models.RESTRICT,
        null=True,
        related_name="transfers",
        db_constraint=False,
        db_index=False,
    )
    reverses = models.ForeignKey(
        "self", models.RESTRICT, null=True, related_name="reversals", db_constraint=False, db_index=False
    )
    claws_back = models.ForeignKey(
        "self", models.RESTRICT, null=True, related_name="clawbacks", db_constraint=False, db_index=False
    )
    fingerprint = models.UUIDField()
    actor_kind = models.CharField(max_length=10)
    actor_user_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(_("经办"), max_length=150, blank=True, db_default="")

    class Meta:
        verbose_name = _("记账凭证")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "key"],
                name="ledger_transfer_key_once",
                violation_error_message=_("同一幂等键已记过账。"),
            ),
            models.UniqueConstraint(
                fields=["reverses"],
                condition=~Q(reverses=None),
                name="ledger_transfer_reversed_once",
                violation_error_message=_("该凭证已被冲正。"),
            ),
            # One short expression: PostgreSQL reads a CHECK anew for every statement.
            models.CheckConstraint(
                name="ledger_transfer_named",
                condition=~Q(key="") & (Q(claim=None) | ~Q(kind=TransferKind.RESERVE)),
                violation_error_message=_("记账必须带幂等键；预留不能挂在另一笔资金占用上。"),
            ),
        ]
        indexes = [
            models.Index(fields=["claim"], condition=~Q(claim=None), name="ledger_transfer_of_claim"),
            models.Index(
                fields=["claws_back"], condition=~Q(claws_back=None), name="ledger_transfer_clawback"
            ),
        ]
        triggers = [
            append_only(),
            triggers.never_truncated(),
            triggers.complete(),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.key}"


class Posting(models.Model):
    """One line of a transfer: so much into (positive, debit) or out of (negative, credit) an account."""

    pk = models.CompositePrimaryKey("transfer_id", "line")
    transfer = models.ForeignKey(
        Transfer, models.RESTRICT, related_name="postings", db_constraint=False, db_index=False
    )
    line = models.SmallIntegerField()
    account = models.ForeignKey(
        Account, models.RESTRICT, related_name="postings", db_constraint=False, db_index=False
    )
    at = models.DateField(_("业务日期"))
    amount = models.BigIntegerField(_("金额"))

    class Meta:
        verbose_name = _("分录")
        constraints = [
            models.CheckConstraint(
                name="ledger_posting_amount",
                condition=~Q(amount=0),
                violation_error_message=_("分录金额不能为零。"),
            ),
        ]
        indexes = [
            models.Index(
                fields=["account", "at", "transfer"], include=["amount"], name="ledger_posting_statement"
            ),
        ]
        triggers = [append_only(), triggers.never_truncated(), triggers.applied()]

    def __str__(self) -> str:
        return f"{self.account_id} {self.amount:+}"
