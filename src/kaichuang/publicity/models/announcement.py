"""One list shown to everybody for some working days."""

from __future__ import annotations

from functools import reduce
from operator import or_

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.models import Model
from kaichuang.kit.problems import type_str
from kaichuang.kit.triggers import one_door
from kaichuang.publicity import kinds
from kaichuang.publicity.columns import ColumnSpec
from kaichuang.publicity.enums import AnnouncementState

FROZEN = (
    "programme_id",
    "unit_id",
    "number",
    "kind",
    "title",
    "text",
    "clause",
    "contact",
    "columns",
    "days",
    "from_next_day",
    "answer_days",
    "restart_days",
    "opens_on",
    "closes_on",
    "digest",
)
"""What nobody can change once the public has seen it; a wrong list is withdrawn and made anew."""


class Announcement(Model):
    """What is publicised, why, for how long and how to object; its lines are `Line`.

    The period is `days` working days of the programme's calendar; by Civil Code, article 201, the day of opening is
    not counted (`from_next_day`). `closes_on` is its last day. `answer_days` working days is the limit for answering
    an objection; `restart_days` for how long a line is shown again after an objection was dismissed (0: the rest of
    the period). `digest` is the SHA-256 of the list as opened, `record` the closing record, `settled_on` the day on
    which no line was left open. The page is permanent: rows are never deleted.
    """

    programme = models.ForeignKey("places.Programme", models.RESTRICT, related_name="announcements")
    unit = models.ForeignKey(
        "parties.Unit", models.RESTRICT, related_name="announcements", verbose_name=_("公示单位")
    )
    number = models.CharField(_("编号"), max_length=40, blank=True)
    kind = models.CharField(_("类别"), max_length=40)
    title = models.CharField(_("标题"), max_length=200)
    text = models.TextField(_("说明"), blank=True)
    clause = models.CharField(_("依据"), max_length=200, blank=True)
    contact = models.TextField(_("异议受理方式"), blank=True)
    columns = models.JSONField(default=list)
    days = models.PositiveSmallIntegerField(_("公示期（工作日）"))
    from_next_day = models.BooleanField(_("公示首日不计入"), default=True)
    answer_days = models.PositiveSmallIntegerField(_("异议答复时限（工作日）"), default=15)
    restart_days = models.PositiveSmallIntegerField(_("异议不成立后重新公示（工作日）"), default=0)
    opens_on = models.DateField(_("公示开始"), null=True, blank=True)
    closes_on = models.DateField(_("公示截止"), null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True, editable=False)
    state = models.CharField(
        _("状态"), max_length=10, choices=AnnouncementState, default=AnnouncementState.DRAFT
    )
    reason = models.CharField(_("撤回理由"), max_length=500, blank=True)
    drafted_at = models.DateTimeField(_("起草时间"))
    drafted_by = models.ForeignKey("accounts.User", models.RESTRICT, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField(_("发布时间"), null=True, blank=True)
    opened_by = models.ForeignKey("accounts.User", models.RESTRICT, null=True, blank=True, related_name="+")
    closed_on = models.DateField(_("结束日期"), null=True, blank=True)
    settled_on = models.DateField(_("全部办结日期"), null=True, blank=True)
    record = models.ForeignKey("files.Document", models.RESTRICT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("公示")
        verbose_name_plural = _("公示")
        indexes = [
            models.Index(fields=["programme", "-opened_at"], name="publicity_by_programme"),
            models.Index(
                fields=["closes_on"], condition=Q(state=AnnouncementState.OPEN), name="publicity_by_end"
            ),
            models.Index(
                fields=["closed_on"],
                condition=Q(state=AnnouncementState.CLOSED, settled_on=None),
                name="publicity_unsettled",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "number"],
                condition=~Q(number=""),
                name="publicity_number_once",
                violation_error_message=_("该公示编号已使用。"),
            ),
            models.CheckConstraint(
                name="publicity_has_title",
                condition=~Q(title="") & ~Q(kind=""),
                violation_error_message=_("请填写标题和类别。"),
            ),
            models.CheckConstraint(
                name="publicity_days_positive",
                condition=Q(days__gte=1, answer_days__gte=1),
                violation_error_message=_("公示期和答复时限至少为1个工作日。"),
            ),
            models.CheckConstraint(
                name="publicity_public_has_period",
                condition=~Q(state__in=[AnnouncementState.OPEN, AnnouncementState.CLOSED])
                | (Q(closes_on__gte=F("opens_on"), opened_at__isnull=False) & ~Q(number="") & ~Q(digest="")),
                violation_error_message=_("发布公示须有编号和起止日期，且截止不早于开始。"),
            ),
            models.CheckConstraint(
                name="publicity_closed_after_period",
                condition=~Q(state=AnnouncementState.CLOSED)
                | Q(closed_on__gt=F("closes_on"), record__isnull=False),
                violation_error_message=_("公示期满之后才能结束公示，并须形成公示结果记录。"),
            ),
            models.CheckConstraint(
                name="publicity_settled_after_close",
                condition=Q(settled_on=None)
                | Q(state=AnnouncementState.CLOSED, settled_on__gte=F("closed_on")),
                violation_error_message=_("公示结束之后才能全部办结。"),
            ),
            models.CheckConstraint(
                name="publicity_withdrawn_has_reason",
                condition=~Q(state=AnnouncementState.WITHDRAWN) | ~Q(reason=""),
                violation_error_message=_("撤回公示必须写明理由。"),
            ),
        ]
        triggers = [
            one_door(),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="frozen",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__state__df="draft")
                & reduce(
                    or_,
                    (pgtrigger.Q(**{f"old__{name}__df": pgtrigger.F(f"new__{name}")}) for name in FROZEN),
                ),
                func="""
                    RAISE EXCEPTION 'announcement % is public and cannot be changed', OLD.id
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'publicity_announcement_frozen';
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("publicity:announcement", args=[self.pk])

    @property
    def kind_title(self) -> type_str:
        return kinds.title_of(self.kind)

    @property
    def column_specs(self) -> list[ColumnSpec]:
        return [ColumnSpec(**column) for column in self.columns]

    @property
    def is_public(self) -> bool:
        """Whether the public may read it: it has been opened, whatever became of it."""
        return bool(self.number)
