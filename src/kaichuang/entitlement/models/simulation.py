"""What a change of policy would cost, over whom, and who gains or loses."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kaichuang.kit.models import Model
from kaichuang.kit.triggers import append_only, one_door


class Population(Model):
    """A table of cases that an officer brought, checked, as Parquet. Never changed.

    `columns` are the facts it tells; `groups` further columns by which results may be grouped.
    """

    programme = models.ForeignKey("places.Programme", models.CASCADE, related_name="populations")
    name = models.CharField(_("名称"), max_length=120)
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField(_("行数"))
    columns = models.JSONField(default=list)
    groups = models.JSONField(default=list, blank=True)
    content = models.BinaryField()
    brought_by = models.ForeignKey("accounts.User", models.RESTRICT, null=True, related_name="+")
    brought_at = models.DateTimeField(_("上传时间"))

    class Meta:
        verbose_name = _("测算总体")
        ordering = ["-brought_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "sha256"],
                name="entitlement_population_once",
                violation_error_message=_("这份数据已经上传过。"),
            ),
        ]
        triggers = [append_only()]

    def __str__(self) -> str:
        return self.name


class SimulationState(models.TextChoices):
    RUNNING = "running", _("正在计算")
    DONE = "done", pgettext_lazy("simulation", "已完成")
    FAILED = "failed", _("计算失败")


class Simulation(Model):
    """One question "what if", with its answer.

    `changes` is a settings document laid over those in force (`readings`, `parameters`); `other_version` compares with
    another version of the pack instead. Without `population` the facts known to the platform on `as_of` were used;
    `population_sha256` says what they were. `done` of `total` slices are computed.
    """

    programme = models.ForeignKey("places.Programme", models.CASCADE, related_name="simulations")
    version = models.ForeignKey("policy.PackVersion", models.RESTRICT, related_name="+")
    other_version = models.ForeignKey(
        "policy.PackVersion", models.RESTRICT, null=True, blank=True, related_name="+"
    )
    title = models.CharField(_("名称"), max_length=120)
    as_of = models.DateField(_("测算日期"))
    changes = models.JSONField(_("调整内容"), default=dict, blank=True)
    settings = models.JSONField(_("当时的本地设定"), default=dict, blank=True)
    group_by = models.CharField(_("分组"), max_length=80, blank=True)
    population = models.ForeignKey(Population, models.RESTRICT, null=True, blank=True, related_name="+")
    population_sha256 = models.CharField(max_length=64, blank=True)
    population_rows = models.PositiveIntegerField(_("总体行数"), default=0)
    state = models.CharField(
        _("状态"), max_length=8, choices=SimulationState, default=SimulationState.RUNNING
    )
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    failure = models.TextField(_("失败原因"), blank=True)
    results = models.JSONField(default=dict, blank=True)
    asked_by = models.ForeignKey("accounts.User", models.RESTRICT, null=True, related_name="+")
    asked_at = models.DateTimeField(_("测算时间"))

    class Meta:
        verbose_name = _("政策模拟")
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="entitlement_simulation_results",
                condition=~Q(state=SimulationState.DONE) | ~Q(results={}),
                violation_error_message=_("没有结果的模拟不能标为完成。"),
            ),
            models.CheckConstraint(
                name="entitlement_simulation_progress",
                condition=Q(done__lte=F("total")),
                violation_error_message=_("进度不能超过总数。"),
            ),
        ]
        indexes = [models.Index(fields=["programme", "-asked_at"], name="entitlement_simulation_list")]
        triggers = [one_door()]

    def __str__(self) -> str:
        return self.title
