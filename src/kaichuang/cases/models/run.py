"""Runs without application (免申即享): who is entitled, who nearly, and what became of the offers."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaichuang.cases.models.case import Case
from kaichuang.cases.models.matter import MatterVersion
from kaichuang.kit.models import Model
from kaichuang.kit.triggers import one_door


class RunState(models.TextChoices):
    WAITING = "waiting", _("等待匹配")
    MATCHED = "matched", _("已匹配，待核对")
    OFFERED = "offered", _("已告知企业确认")
    CANCELLED = "cancelled", _("已取消")


class Run(Model):
    """One matching of a matter against every party of which the programme knows something, on one day."""

    programme = models.ForeignKey("places.Programme", models.CASCADE, related_name="runs")
    version = models.ForeignKey(MatterVersion, models.RESTRICT, related_name="runs")
    title = models.CharField(_("名称"), max_length=120)
    as_of = models.DateField(_("基准日"))
    state = models.CharField(_("状态"), max_length=10, choices=RunState, default=RunState.WAITING)
    done = models.PositiveIntegerField(_("已处理"), default=0)
    total = models.PositiveIntegerField(_("总数"), default=0)
    started_at = models.DateTimeField(_("发起时间"))
    started_by = models.ForeignKey("accounts.User", models.RESTRICT, null=True, related_name="+")

    class Meta:
        verbose_name = _("免申即享批次")
        ordering = ["-id"]
        triggers = [one_door()]

    def __str__(self) -> str:
        return self.title


class Match(Model):
    """What the rules say about one party in a run. `near` tells in words how little is lacking, and what it is worth.

    `document` is the frozen answer of those who are entitled: the snapshot on which an offer rests.
    """

    run = models.ForeignKey(Run, models.CASCADE, related_name="matches")
    party = models.ForeignKey("parties.Party", models.RESTRICT, related_name="+", verbose_name=_("主体"))
    status = models.CharField(_("结论"), max_length=10)
    payable_fen = models.BigIntegerField(_("可享受金额"), null=True)
    near_fen = models.BigIntegerField(_("达标后可享受"), null=True)
    near = models.JSONField(_("差距"), default=list)
    missing = models.JSONField(_("缺少的数据"), default=list)
    document = models.JSONField(null=True)
    case = models.OneToOneField(Case, models.SET_NULL, null=True, related_name="match")

    class Meta:
        verbose_name = _("匹配结果")
        ordering = ["run", "id"]
        constraints = [
            models.UniqueConstraint(fields=["run", "party"], name="cases_match_once"),
            models.CheckConstraint(
                name="cases_match_offered_is_met", condition=Q(case=None) | Q(status="met")
            ),
        ]
        indexes = [models.Index(fields=["run", "status"], name="cases_match_of_run")]

    def __str__(self) -> str:
        return f"{self.party_id} {self.status}"
