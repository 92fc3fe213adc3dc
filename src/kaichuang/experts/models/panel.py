"""Panels: who reviews what, by which sheet and which rules."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaichuang.experts.scoring import Rules
from kaichuang.experts.sheet import TENTHS, Sheet
from kaichuang.kit.models import Model
from kaichuang.kit.secrets import EncryptedField
from kaichuang.kit.triggers import one_door


class PanelState(models.TextChoices):
    PREPARING = "preparing", _("准备中")
    DRAWN = "drawn", _("已抽取")
    SCORING = "scoring", _("评审中")
    CLOSED = "closed", _("已结束")
    CANCELLED = "cancelled", _("已取消")


OPEN = (PanelState.PREPARING, PanelState.DRAWN, PanelState.SCORING)
RUNNING = (PanelState.DRAWN, PanelState.SCORING)
"""While a panel is in one of these, its seats count as the experts' load."""


class Aggregate(models.TextChoices):
    MEAN = "mean", _("平均分")
    TRIMMED = "trimmed", _("去掉最高分和最低分后的平均分")
    MEDIAN = "median", _("中位数")


class SeedMode(models.TextChoices):
    COMMITTED = "committed", _("系统种子，事先公布哈希")
    PUBLIC = "public", _("公开种子，事先公布来源")


class Panel(Model):
    """One review of a set of items. Points are kept in tenths.

    `sheet` is a `kaichuang.experts.sheet.Sheet`; `ties` are the rules by which equal scores are separated
    (`criterion:<code>`, `priority`, `submitted_at`, `draw`). `seed` stays encrypted and unread until the draw;
    `commitment` is its published SHA-256. See `kaichuang.experts.drawing`.
    """

    programme = models.ForeignKey("places.Programme", models.CASCADE, related_name="panels")
    title = models.CharField(_("名称"), max_length=160)
    specialities = ArrayField(
        models.CharField(max_length=40), default=list, blank=True, verbose_name=_("所需专业")
    )
    seats_wanted = models.PositiveSmallIntegerField(_("评委人数"))
    balance_load = models.BooleanField(_("在评较少者优先"), default=False)
    sheet = models.JSONField(_("评分表"))
    aggregate = models.CharField(_("总分算法"), max_length=8, choices=Aggregate, default=Aggregate.MEAN)
    divergence_tenths = models.PositiveIntegerField(_("分歧界限（十分之一分）"), null=True, blank=True)
    divergence_percent = models.PositiveSmallIntegerField(_("分歧界限（满分的%）"), null=True, blank=True)
    pass_tenths = models.PositiveIntegerField(_("合格线（十分之一分）"), null=True, blank=True)
    quota = models.PositiveIntegerField(_("名额"), null=True, blank=True)
    ties = models.JSONField(_("同分排序规则"), default=list)
    is_blind = models.BooleanField(_("匿名评审"), default=True)
    due_days = models.PositiveSmallIntegerField(_("评审期限（工作日）"), default=10)
    clause = models.CharField(_("依据"), max_length=60, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=PanelState, default=PanelState.PREPARING)
    opened_at = models.DateTimeField(_("设立时间"))
    opened_by = models.ForeignKey("accounts.User", models.RESTRICT, null=True, blank=True, related_name="+")
    seed_mode = models.CharField(_("种子"), max_length=10, choices=SeedMode, blank=True)
    seed = EncryptedField(blank=True, default="")
    commitment = models.CharField(_("种子哈希"), max_length=64, blank=True)
    seed_source = models.CharField(_("种子来源"), max_length=200, blank=True)
    announced_at = models.DateTimeField(_("公布时间"), null=True, blank=True)
    due_on = models.DateField(_("截止日期"), null=True, blank=True)
    closed_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    closing_reason = models.CharField(_("结束说明"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("评审组")
        verbose_name_plural = _("评审组")
        ordering = ["-id"]
        indexes = [models.Index(fields=["programme", "state", "-id"], name="experts_panel_state")]
        constraints = [
            models.CheckConstraint(
                name="experts_panel_has_title",
                condition=~Q(title=""),
                violation_error_message=_("请填写评审组名称。"),
            ),
            models.CheckConstraint(
                name="experts_panel_seats",
                condition=Q(seats_wanted__gte=1, seats_wanted__lte=51),
                violation_error_message=_("评委人数为1至51人。"),
            ),
            models.CheckConstraint(
                name="experts_panel_due_days",
                condition=Q(due_days__gte=1, due_days__lte=250),
                violation_error_message=_("评审期限为1至250个工作日。"),
            ),
            models.CheckConstraint(
                name="experts_panel_quota_positive",
                condition=Q(quota=None) | Q(quota__gte=1),
                violation_error_message=_("名额至少为1个；不限名额请留空。"),
            ),
            models.CheckConstraint(
                name="experts_panel_percent",
                condition=Q(divergence_percent=None)
                | Q(divergence_percent__gte=1, divergence_percent__lte=100),
                violation_error_message=_("分歧界限为满分的1%至100%。"),
            ),
            models.CheckConstraint(
                name="experts_panel_announced_seed",
                condition=Q(seed_mode="", announced_at=None, commitment="", seed_source="")
                | Q(
                    seed_mode=SeedMode.COMMITTED,
                    announced_at__isnull=False,
                    commitment__regex=r"^[0-9a-f]{64}$",
                )
                | (Q(seed_mode=SeedMode.PUBLIC, announced_at__isnull=False) & ~Q(seed_source="")),
                violation_error_message=_("公布评审组须公布种子的哈希或来源。"),
            ),
            models.CheckConstraint(
                name="experts_panel_drawn_after_announcing",
                condition=Q(state__in=[PanelState.PREPARING, PanelState.CANCELLED]) | ~Q(seed_mode=""),
                violation_error_message=_("须先公布种子的哈希或来源，再抽取专家。"),
            ),
            models.CheckConstraint(
                name="experts_panel_scoring_has_due",
                condition=~Q(state=PanelState.SCORING) | Q(due_on__isnull=False),
                violation_error_message=_("评审中须有截止日期。"),
            ),
            models.CheckConstraint(
                name="experts_panel_ended",
                condition=Q(state__in=OPEN, closed_at=None)
                | Q(state__in=[PanelState.CLOSED, PanelState.CANCELLED], closed_at__isnull=False),
                violation_error_message=_("已结束或取消的评审组须有结束时间。"),
            ),
        ]
        triggers = [
            one_door(),
            pgtrigger.Trigger(
                name="rules_fixed",
                operation=pgtrigger.UpdateOf(
                    "sheet",
                    "aggregate",
                    "divergence_tenths",
                    "divergence_percent",
                    "pass_tenths",
                    "quota",
                    "ties",
                    "is_blind",
                    "seats_wanted",
                    "specialities",
                    "balance_load",
                ),
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__announced_at__isnull=False),
                func="""
                    IF (OLD.sheet, OLD.aggregate, OLD.divergence_tenths, OLD.divergence_percent, OLD.pass_tenths,
                        OLD.quota, OLD.ties, OLD.is_blind, OLD.seats_wanted, OLD.specialities, OLD.balance_load)
                       IS DISTINCT FROM
                       (NEW.sheet, NEW.aggregate, NEW.divergence_tenths, NEW.divergence_percent, NEW.pass_tenths,
                        NEW.quota, NEW.ties, NEW.is_blind, NEW.seats_wanted, NEW.specialities, NEW.balance_load)
                    THEN
                        RAISE EXCEPTION 'rules of panel % are fixed since it was announced', OLD.id
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'experts_panel_rules_fixed';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="seed_fixed",
                operation=pgtrigger.UpdateOf("commitment", "seed_mode", "seed_source"),
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__announced_at__isnull=False),
                func="""
                    IF (OLD.commitment, OLD.seed_mode, OLD.seed_source)
                       IS DISTINCT FROM (NEW.commitment, NEW.seed_mode, NEW.seed_source) THEN
                        RAISE EXCEPTION 'the seed of panel % has been announced', OLD.id
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'experts_panel_seed_fixed';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @cached_property
    def form(self) -> Sheet:
        """The scoring sheet."""
        return Sheet.model_validate(self.sheet)

    @property
    def code(self) -> str:
        """The panel's name in draws."""
        return str(self.pk)

    @property
    def rules(self) -> Rules:
        return Rules(
            aggregate=self.aggregate,
            divergence_points=_tenths(self.divergence_tenths),
            divergence_share=Fraction(self.divergence_percent, 100) if self.divergence_percent else None,
            pass_mark=_tenths(self.pass_tenths),
            quota=self.quota,
            ties=tuple(self.ties),
            seed=self.seed,
            panel=self.code,
        )


def _tenths(value: int | None) -> Fraction | None:
    return Fraction(value, TENTHS) if value is not None else None
