"""Accounts and their balances."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.models import Model
from kaichuang.ledger import triggers
from kaichuang.ledger.enums import AccountKind, OwnerKind
from kaichuang.ledger.models.unit import Unit

IDENTITY = ("programme_id", "unit_id", "kind", "pool", "normal")
"""Columns that give the postings on an account their meaning; they never change."""


def _owned_by(kind: OwnerKind, **filled: object) -> Q:
    columns = {"party": None, "budget_line": None, "carrier_id": None, "case_id": None}
    own = {name: columns.pop(name) for name in filled}
    return Q(owner_kind=kind, **columns) & ~Q(**own) if own else Q(owner_kind=kind, **columns)


class Account(Model):
    """Where money (or another unit) is, or comes from, and whose it is.

    `normal` is +1 when the account grows by debits (positive postings), -1 when by credits. `floor` and
    `ceiling` bound the balance on the normal side, in the unit (fen); empty means no bound. `pool` names the
    set of stage accounts to which this one belongs: a budget line, a voucher pool, a risk pool.
    Carriers and cases live on higher floors, so their keys stand here without a reference.
    """

    programme = models.ForeignKey("places.Programme", models.RESTRICT, related_name="ledger_accounts")
    code = models.CharField(_("账户编码"), max_length=80)
    name = models.CharField(_("账户名称"), max_length=120)
    unit = models.ForeignKey(Unit, models.RESTRICT, related_name="accounts", verbose_name=_("计量单位"))
    kind = models.CharField(_("性质"), max_length=14, choices=AccountKind)
    pool = models.CharField(_("资金池"), max_length=60, blank=True, db_default="")
    normal = models.SmallIntegerField(_("余额方向"), choices=[(1, _("借")), (-1, _("贷"))])
    floor = models.BigIntegerField(_("下限"), null=True, blank=True)
    ceiling = models.BigIntegerField(_("上限"), null=True, blank=True)
    owner_kind = models.CharField(_("所有者类别"), max_length=12, choices=OwnerKind)
    party = models.ForeignKey(
        "parties.Party", models.RESTRICT, null=True, blank=True, related_name="ledger_accounts"
    )
    budget_line = models.ForeignKey(
        "ledger.BudgetLine", models.RESTRICT, null=True, blank=True, related_name="accounts"
    )
    carrier_id = models.BigIntegerField(null=True, blank=True)
    case_id = models.BigIntegerField(null=True, blank=True)
    closed_on = models.DateField(_("销户日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("账户")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "code"],
                name="ledger_account_code_once",
                violation_error_message=_("本项目中已有此账户编码。"),
            ),
            models.UniqueConstraint(
                fields=["programme", "pool", "kind"],
                condition=~Q(pool=""),
                name="ledger_account_one_per_stage",
                violation_error_message=_("该资金池已有此性质的账户。"),
            ),
            models.CheckConstraint(
                name="ledger_account_side",
                condition=Q(normal__in=[1, -1]),
                violation_error_message=_("余额方向只能是借或贷。"),
            ),
            models.CheckConstraint(
                name="ledger_account_bounds_order",
                condition=Q(floor=None) | Q(ceiling=None) | Q(floor__lte=F("ceiling")),
                violation_error_message=_("余额下限不能高于上限。"),
            ),
            models.CheckConstraint(
                name="ledger_account_one_owner",
                condition=_owned_by(OwnerKind.PROGRAMME)
                | _owned_by(OwnerKind.PARTY, party=None)
                | _owned_by(OwnerKind.BUDGET_LINE, budget_line=None)
                | _owned_by(OwnerKind.CARRIER, carrier_id=None)
                | _owned_by(OwnerKind.CASE, case_id=None),
                violation_error_message=_("账户只能有一个所有者，且须与所有者类别相符。"),
            ),
        ]
        indexes = [
            models.Index(fields=["party"], condition=~Q(party=None), name="ledger_account_of_party"),
        ]
        triggers = [
            pgtrigger.Protect(name="keeps_identity", operation=pgtrigger.UpdateOf(*IDENTITY)),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            triggers.opens_balance(),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Balance(models.Model):
    """The sum of an account's postings on its normal side, kept with every posting, never by hand.

    The other columns repeat the account's, so that a posting needs no second look-up.
    """

    account = models.OneToOneField(
        Account, models.RESTRICT, primary_key=True, related_name="balance", db_constraint=False
    )
    balance = models.BigIntegerField(_("余额"), db_default=0)
    normal = models.SmallIntegerField()
    kind = models.CharField(max_length=14)
    programme_id = models.BigIntegerField()
    unit_id = models.BigIntegerField()
    pool = models.CharField(max_length=60)
    closed_on = models.DateField(null=True)
    floor = models.BigIntegerField(_("下限"), null=True)
    ceiling = models.BigIntegerField(_("上限"), null=True)

    class Meta:
        verbose_name = _("账户余额")
        constraints = [
            models.CheckConstraint(
                name="ledger_balance_floor",
                condition=Q(floor=None) | Q(balance__gte=F("floor")),
                violation_error_message=_("余额不足。请减少金额，或等待资金释放、追加预算后再试。"),
            ),
            models.CheckConstraint(
                name="ledger_balance_ceiling",
                condition=Q(ceiling=None) | Q(balance__lte=F("ceiling")),
                violation_error_message=_("超过账户余额上限。请减少金额。"),
            ),
        ]
        triggers = [triggers.kept_by_triggers(), triggers.never_truncated()]

    def __str__(self) -> str:
        return str(self.balance)
