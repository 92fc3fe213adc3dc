"""Budgets and their lines."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.models import Model
from kaichuang.kit.triggers import one_door
from kaichuang.ledger.enums import BudgetState


class Budget(Model):
    """The money of a programme for one year, as adopted by a document (catalogue S01).

    The total is the balance of its appropriation account, so it equals the sum of the lines by double entry.
    """

    programme = models.ForeignKey("places.Programme", models.RESTRICT, related_name="budgets")
    year = models.SmallIntegerField(_("年度"))
    code = models.CharField(_("代号"), max_length=20)
    title = models.CharField(_("名称"), max_length=120)
    clause = models.CharField(_("依据"), max_length=80, blank=True)
    document = models.CharField(_("批复文件"), max_length=120)
    adopted_on = models.DateField(_("批复日期"))
    state = models.CharField(_("状态"), max_length=10, choices=BudgetState, default=BudgetState.ADOPTED)

    class Meta:
        verbose_name = _("预算")
        ordering = ["-year", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "year", "code"],
                name="ledger_budget_once",
                violation_error_message=_("该年度已有此代号的预算。"),
            ),
            models.CheckConstraint(
                name="ledger_budget_has_document",
                condition=~Q(document=""),
                violation_error_message=_("预算必须写明批复文件。"),
            ),
        ]
        triggers = [one_door()]

    def __str__(self) -> str:
        return self.title

    @property
    def pool(self) -> str:
        return f"{self.year}.{self.code}"


class BudgetLine(Model):
    """An earmark within a budget: its purpose, the clause, and which level of government pays it."""

    budget = models.ForeignKey(Budget, models.RESTRICT, related_name="lines")
    code = models.CharField(_("科目"), max_length=20)
    name = models.CharField(_("名称"), max_length=120)
    purpose = models.CharField(_("用途"), max_length=300, blank=True)
    clause = models.CharField(_("依据"), max_length=80, blank=True)
    funder = models.CharField(_("出资层级"), max_length=30, blank=True)

    class Meta:
        db_table = "ledger_budget_line"
        verbose_name = _("预算科目")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["budget", "code"],
                name="ledger_budget_line_once",
                violation_error_message=_("该预算中已有此科目。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def pool(self) -> str:
        return f"{self.budget.pool}.{self.code}"
