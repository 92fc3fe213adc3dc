"""Claims on a pool, and limits on their sums. Both are added up by the trigger on the postings."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Least
from django.db.models.lookups import GreaterThanOrEqual
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.models import Model
from kaichuang.ledger import triggers
from kaichuang.ledger.enums import CLAIM_STAGES, Dimension, Period
from kaichuang.ledger.models.unit import Unit


class Claim(models.Model):
    """What became of one reservation: how much of it is reserved, committed, in payment, paid, claimed back.

    The key is that of the reserving transfer. No stage can go below zero, so nothing is released, committed or
    paid twice, whoever asks and however often. `year` is the year whose limits count it.
    """

    id = models.BigIntegerField(primary_key=True)
    programme = models.ForeignKey(
        "places.Programme", models.RESTRICT, related_name="ledger_claims", db_constraint=False, db_index=False
    )
    unit = models.ForeignKey(Unit, models.RESTRICT, related_name="+", db_constraint=False, db_index=False)
    pool = models.CharField(_("资金池"), max_length=60)
    measure = models.CharField(_("政策措施"), max_length=60)
    party = models.ForeignKey(
        "parties.Party",
        models.RESTRICT,
        null=True,
        related_name="ledger_claims",
        db_constraint=False,
        db_index=False,
    )
    issuer = models.ForeignKey(
        "parties.Party", models.RESTRICT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    year = models.SmallIntegerField(_("所属年度"))
    opened_on = models.DateField(_("预留日期"))
    expires_at = models.DateTimeField(_("预留到期"), null=True)
    reserved = models.BigIntegerField(_("预留"))
    committed = models.BigIntegerField(_("已批复"))
    ordered = models.BigIntegerField(_("支付中"))
    paid = models.BigIntegerField(_("已支付"))
    receivable = models.BigIntegerField(_("应收退款"))

    class Meta:
        verbose_name = _("资金占用")
        constraints = [
            # All stages in one short expression: PostgreSQL reads a CHECK anew for every statement.
            models.CheckConstraint(
                name="ledger_claim_covered",
                condition=GreaterThanOrEqual(Least(*(str(stage) for stage in CLAIM_STAGES)), 0),
                violation_error_message=_("该笔资金在这一环节的余额不足，可能已被办理。请刷新后核对。"),
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"],
                condition=Q(reserved__gt=0) & ~Q(expires_at=None),
                name="ledger_claim_expiring",
            ),
            models.Index(fields=["party"], condition=~Q(party=None), name="ledger_claim_of_party"),
            models.Index(fields=["programme", "measure", "year"], name="ledger_claim_of_measure"),
        ]
        triggers = [triggers.kept_by_triggers(), triggers.never_truncated()]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def total(self) -> int:
        """All that this claim takes out of its pool."""
        return self.reserved + self.committed + self.ordered + self.paid


NO_CEILING = 2**62
"""The figure under which a lifted limit goes on counting; nobody is ever shown it."""


class Limit(Model):
    """A ceiling on what claims may sum up to, in a year or for ever, for each party, issuer or altogether.

    `measure` and `pool` narrow it; empty means any. The database adds up and refuses in the transaction that
    reserves, so that no number of clients gets past it (catalogue QD-M5, NH-M4, rule 5.3 no. 2).

    A limit that no longer holds goes on counting: `lifted_by` says what lifted it (a reading, mostly).
    """

    programme = models.ForeignKey("places.Programme", models.RESTRICT, related_name="ledger_limits")
    code = models.CharField(_("代号"), max_length=60)
    name = models.CharField(_("名称"), max_length=120)
    clause = models.CharField(_("依据"), max_length=80, blank=True)
    unit = models.ForeignKey(Unit, models.RESTRICT, related_name="+", verbose_name=_("计量单位"))
    measure = models.CharField(_("政策措施"), max_length=60, blank=True, db_default="")
    pool = models.CharField(_("资金池"), max_length=60, blank=True, db_default="")
    dimension = models.CharField(_("限额对象"), max_length=10, choices=Dimension)
    period = models.CharField(_("期间"), max_length=10, choices=Period)
    ceiling = models.BigIntegerField(_("上限"))
    lifted_by = models.CharField(_("不设上限的依据"), max_length=300, blank=True, db_default="")

    class Meta:
        verbose_name = _("限额")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "code"],
                name="ledger_limit_code_once",
                violation_error_message=_("本项目中已有此限额代号。"),
            ),
            models.CheckConstraint(
                name="ledger_limit_not_negative",
                condition=Q(ceiling__gte=0),
                violation_error_message=_("限额不能为负数。"),
            ),
            models.CheckConstraint(
                name="ledger_limit_lifted_reasoned",
                condition=(Q(ceiling__lt=NO_CEILING) & Q(lifted_by=""))
                | (Q(ceiling=NO_CEILING) & ~Q(lifted_by="")),
                violation_error_message=_("不设上限须写明依据，设上限须写明金额。"),
            ),
        ]
        triggers = [
            triggers.spreads_ceiling(),
            pgtrigger.Protect(
                name="keeps_measure",
                operation=pgtrigger.UpdateOf(
                    "programme_id", "unit_id", "measure", "pool", "dimension", "period"
                ),
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def ceiling_in_force(self) -> int | None:
        """The ceiling in the unit (fen); none where the limit has been lifted."""
        return None if self.lifted_by else self.ceiling


class LimitSum(models.Model):
    """What counts against a limit so far, for one holder (party or issuer; 0 for all) and year (0 for ever)."""

    pk = models.CompositePrimaryKey("limit_id", "holder", "year")
    limit = models.ForeignKey(
        Limit, models.RESTRICT, related_name="sums", db_constraint=False, db_index=False
    )
    holder = models.BigIntegerField(_("限额对象"))
    year = models.SmallIntegerField(_("年度"))
    total = models.BigIntegerField(_("已用"))
    ceiling = models.BigIntegerField(_("上限"))

    class Meta:
        db_table = "ledger_limit_sum"
        verbose_name = _("限额使用")
        constraints = [
            models.CheckConstraint(
                name="ledger_limit_sum_ceiling",
                condition=Q(total__lte=F("ceiling")),
                violation_error_message=_("超过规定限额。请减少金额，或按政策规定的期间另行申请。"),
            ),
        ]
        triggers = [triggers.kept_by_triggers(), triggers.never_truncated()]

    def __str__(self) -> str:
        return f"{self.total}/{self.ceiling}"
