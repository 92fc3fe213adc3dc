"""Rounds: windows in which a matter can be applied for."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaichuang.cases.models.matter import Matter
from kaichuang.kit.models import Model


class Shortfall(models.TextChoices):
    """What happens when a pot is too small; the words of packs (`packs.schema.matters.Shortfall`)."""

    REFUSE = "refuse", _("资金用完即止")
    QUEUE = "queue", _("按决定先后排队，结转下年")
    BY_SCORE = "by_score", _("按评审得分从高到低")
    FIRST_COME = "first_come", _("按提交先后")
    PRO_RATA = "pro_rata", _("按同一比例核减")
    CARRY_OVER = "carry_over", _("不足部分结转下年支付")


class Round(Model):
    """A window from `opens_at` until `closes_at`. Its rule for a pot that is too small is declared before it opens.

    `pot_fen` is what may be granted in this round altogether (empty: whatever the budget line has).
    """

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="rounds")
    title = models.CharField(_("名称"), max_length=120)
    opens_at = models.DateTimeField(_("开始时间"))
    closes_at = models.DateTimeField(_("截止时间"))
    year = models.PositiveSmallIntegerField(_("所属年度"))
    pot_fen = models.BigIntegerField(_("本批次资金"), null=True, blank=True)
    quota = models.PositiveIntegerField(_("名额"), null=True, blank=True)
    shortfall = models.CharField(_("资金不足时"), max_length=20, choices=Shortfall, default=Shortfall.QUEUE)

    class Meta:
        verbose_name = _("申报批次")
        ordering = ["-opens_at"]
        constraints = [
            models.CheckConstraint(
                name="cases_round_order",
                condition=Q(closes_at__gt=F("opens_at")),
                violation_error_message=_("截止时间应晚于开始时间。"),
            ),
            models.CheckConstraint(
                name="cases_round_pot_positive",
                condition=Q(pot_fen=None) | Q(pot_fen__gt=0),
                violation_error_message=_("本批次资金应大于零。"),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="rules_before_opening",
                operation=pgtrigger.UpdateOf("shortfall", "pot_fen", "quota"),
                when=pgtrigger.Before,
                func="""
                    IF (OLD.shortfall, OLD.pot_fen, OLD.quota) IS DISTINCT FROM
                       (NEW.shortfall, NEW.pot_fen, NEW.quota)
                       AND EXISTS (SELECT 1 FROM cases_case WHERE round_id = OLD.id AND submitted_at IS NOT NULL) THEN
                        RAISE EXCEPTION 'round % has applications: its rules stay', OLD.id
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_round_rules_before_opening';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return self.title
