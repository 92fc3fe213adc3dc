"""Tables of bureaus: where they come from, how their columns are read, and what became of them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaichuang.facts.enums import ImportState
from kaichuang.kit.models import Model
from kaichuang.kit.triggers import one_door


class Feed(Model):
    """A table that a bureau hands over again and again. `mapping`: heading → fact code, `uscc`, `name` or empty."""

    programme = models.ForeignKey("places.Programme", models.CASCADE, related_name="feeds")
    name = models.CharField(_("数据表"), max_length=80)
    supplier = models.CharField(_("提供单位"), max_length=80)
    mapping = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("数据来源表")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "name"],
                name="facts_feed_once",
                violation_error_message=_("本项目已有同名的数据表。"),
            ),
            models.CheckConstraint(
                name="facts_feed_has_name",
                condition=~Q(name="") & ~Q(supplier=""),
                violation_error_message=_("请填写数据表名称和提供单位。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ImportRun(Model):
    """One file of a feed. `since`/`until` are the period of figures that speak of a period (`until` is within it).

    `findings` is what the dry run found: counts, wrong cells, firms nobody knows. `done` rows of `total` are known
    already; an interrupted run goes on from there, with the same `told_at`, so that all of it is known since one
    moment.
    """

    feed = models.ForeignKey(Feed, models.RESTRICT, related_name="runs")
    programme = models.ForeignKey("places.Programme", models.CASCADE, related_name="+")
    attachment = models.OneToOneField("files.Attachment", models.RESTRICT, null=True, related_name="+")
    state = models.CharField(_("状态"), max_length=10, choices=ImportState, default=ImportState.UPLOADED)
    data_as_of = models.DateField(_("数据时点"))
    since = models.DateField(_("所属期起"), null=True, blank=True)
    until = models.DateField(_("所属期止"), null=True, blank=True)
    mapping = models.JSONField(default=dict, blank=True)
    headings = models.JSONField(default=list, blank=True)
    findings = models.JSONField(default=dict, blank=True)
    total = models.PositiveIntegerField(_("行数"), default=0)
    done = models.PositiveIntegerField(_("已写入行数"), default=0)
    uploaded_by = models.ForeignKey(
        "accounts.User", models.RESTRICT, null=True, related_name="+", verbose_name=_("上传人")
    )
    uploaded_at = models.DateTimeField(_("上传时间"))
    told_at = models.DateTimeField(_("导入时间"), null=True)
    origin = models.OneToOneField("facts.Origin", models.RESTRICT, null=True, related_name="run")
    failure = models.CharField(_("失败原因"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("数据导入")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="facts_import_period_order",
                condition=Q(since=None) | Q(until=None) | Q(until__gte=F("since")),
                violation_error_message=_("所属期的止日不能早于起日。"),
            ),
            models.CheckConstraint(
                name="facts_import_done_within_total",
                condition=Q(done__lte=F("total")),
                violation_error_message=_("完成的行数不能多于总行数。"),
            ),
            models.CheckConstraint(
                name="facts_import_applied_has_origin",
                condition=~Q(state=ImportState.APPLIED) | Q(origin__isnull=False, done=F("total")),
                violation_error_message=_("导入完成须已写入全部数据。"),
            ),
        ]
        triggers = [one_door()]

    def __str__(self) -> str:
        return f"{self.feed_id} {self.data_as_of}"
