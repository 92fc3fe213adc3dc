"""Deadlines in working days that stop only for a named reason."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaichuang.clock.counting import Terms
from kaichuang.kit.models import Model


class Deadline(Model):
    """Something must be done within `limit` days from the day after `started_on`.

    The subject is any row, named as in the journal. `due_on` is kept up to date by the operations of `clock`
    whenever a pause begins or ends, so that lists can sort and filter by it; empty while paused.
    `from_next_day` and `extends` are the rules of statutory counting, see `kaichuang.clock.counting`.
    `overdue_on` is the day on which the scan found it overdue; it is found once.
    """

    programme = models.ForeignKey("places.Programme", models.CASCADE, related_name="deadlines")
    subject_type = models.CharField(max_length=80)
    subject_id = models.CharField(max_length=80)
    name = models.CharField(_("事项"), max_length=80)
    clause = models.CharField(_("依据"), max_length=60, blank=True)
    started_on = models.DateField(_("起算日"))
    limit = models.PositiveSmallIntegerField(_("时限"))
    in_working_days = models.BooleanField(_("按工作日"), default=True)
    from_next_day = models.BooleanField(_("起算当日不计入"), default=True)
    extends = models.BooleanField(_("末日遇休息日顺延"), default=True)
    due_on = models.DateField(_("到期日"), null=True)
    overdue_on = models.DateField(_("逾期发现日"), null=True, blank=True)
    met_on = models.DateField(_("完成日"), null=True, blank=True)

    class Meta:
        verbose_name = _("时限")
        indexes = [
            models.Index(
                fields=["programme", "due_on"], condition=Q(met_on=None), name="clock_deadline_open"
            ),
            models.Index(fields=["subject_type", "subject_id"], name="clock_deadline_subject"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "name"],
                condition=Q(met_on=None),
                name="clock_deadline_one_open",
                violation_error_message=_("同一事项已有未完成的时限。"),
            ),
            models.CheckConstraint(
                name="clock_deadline_limit_positive",
                condition=Q(limit__gte=1),
                violation_error_message=_("时限至少为1天。"),
            ),
            models.CheckConstraint(
                name="clock_deadline_met_not_before_start",
                condition=Q(met_on=None) | Q(met_on__gte=F("started_on")),
                violation_error_message=_("完成日不能早于起算日。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.due_on or ''}"

    @property
    def terms(self) -> Terms:
        return Terms(
            started_on=self.started_on,
            limit=self.limit,
            in_working_days=self.in_working_days,
            from_next_day=self.from_next_day,
            extends=self.extends,
        )


class Pause(Model):
    """The clock stood still from `began_on` until the day before `ended_on`, for a reason the text allows."""

    deadline = models.ForeignKey(Deadline, models.CASCADE, related_name="pauses")
    reason = models.CharField(_("中止事由"), max_length=120)
    clause = models.CharField(_("依据"), max_length=60, blank=True)
    began_on = models.DateField(_("开始"))
    ended_on = models.DateField(_("结束"), null=True, blank=True)

    class Meta:
        verbose_name = _("时限中止")
        ordering = ["began_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="clock_pause_order",
                condition=Q(ended_on=None) | Q(ended_on__gte=F("began_on")),
                violation_error_message=_("中止的结束日不能早于开始日。"),
            ),
            models.CheckConstraint(
                name="clock_pause_has_reason",
                condition=~Q(reason=""),
                violation_error_message=_("中止时限必须写明事由。"),
            ),
            models.UniqueConstraint(
                fields=["deadline"],
                condition=Q(ended_on=None),
                name="clock_pause_one_open",
                violation_error_message=_("该时限已在中止中。"),
            ),
        ]

    def __str__(self) -> str:
        return self.reason
