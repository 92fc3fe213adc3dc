"""Cases: one application, or one award without application, from its beginning to its end."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaichuang.cases.models.matter import Matter, MatterVersion
from kaichuang.cases.models.round import Round
from kaichuang.kit.models import Model
from kaichuang.kit.triggers import one_door


class Source(models.TextChoices):
    APPLIED = "applied", _("申请")
    AUTOMATIC = "automatic", _("免申即享")


class Case(Model):
    """What a party asks for under a matter. `state` is one of the states of the version's workflow.

    `version` is the one under which the case was last submitted; a later version does not touch it (旧案旧办).
    `as_of` is the day by which the rules are asked: the day of submission.
    `answers` are the applicant's statements, written as the calculator writes them; they count only for facts that an
    applicant can supply. `ceiling_fen` is what the rules
    came to, above which nobody can grant.
    """

    programme = models.ForeignKey("places.Programme", models.RESTRICT, related_name="cases")
    matter = models.ForeignKey(Matter, models.RESTRICT, related_name="cases")
    version = models.ForeignKey(MatterVersion, models.RESTRICT, related_name="cases")
    round = models.ForeignKey(Round, models.RESTRICT, null=True, blank=True, related_name="cases")
    number = models.CharField(_("受理编号"), max_length=40, blank=True)
    party = models.ForeignKey(
        "parties.Party", models.RESTRICT, related_name="cases", verbose_name=_("申请人")
    )
    beneficiary = models.ForeignKey(
        "parties.Party", models.RESTRICT, null=True, blank=True, related_name="+", verbose_name=_("受益人")
    )
    """Whom it is for, where that is somebody else (the talent for whom a space applies)."""
    source = models.CharField(_("来源"), max_length=10, choices=Source, default=Source.APPLIED)
    state = models.CharField(_("状态"), max_length=40)
    stage = models.CharField(_("阶段"), max_length=20)
    desk = models.ForeignKey(
        "parties.Unit", models.RESTRICT, null=True, blank=True, related_name="+", verbose_name=_("经办单位")
    )
    opened_by = models.ForeignKey("accounts.User", models.RESTRICT, null=True, related_name="+")
    opened_at = models.DateTimeField(_("建立时间"))
    submitted_at = models.DateTimeField(_("提交时间"), null=True, blank=True)
    decided_at = models.DateTimeField(_("决定时间"), null=True, blank=True)
    ended_at = models.DateTimeField(_("办结时间"), null=True, blank=True)
    changed_at = models.DateTimeField(_("最近变动"))
    as_of = models.DateField(_("基准日"))
    answers = models.JSONField(_("填报内容"), default=dict, blank=True)
    established = models.JSONField(_("核定事实"), default=dict, blank=True)
    """What public servants established for this case: fact → `{"value", "source", "note", "by", "on"}`."""
    status = models.CharField(_("测算结论"), max_length=10, blank=True)
    requested_fen = models.BigIntegerField(_("申请金额"), null=True, blank=True)
    ceiling_fen = models.BigIntegerField(_("测算上限"), null=True, blank=True)
    proposed_fen = models.BigIntegerField(_("拟支持金额"), null=True, blank=True)
    granted_fen = models.BigIntegerField(_("批准金额"), null=True, blank=True)
    priority = models.CharField(_("同等条件下优先的理由"), max_length=200, blank=True)
    score = models.DecimalField(_("评审得分"), max_digits=8, decimal_places=4, null=True, blank=True)
    rank = models.PositiveIntegerField(_("名次"), null=True, blank=True)

    class Meta:
        verbose_name = _("办件")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "number"], condition=~Q(number=""), name="cases_case_number_once"
            ),
            models.UniqueConstraint(
                fields=["party", "matter"],
                condition=Q(stage="draft", beneficiary=None, source="applied"),
                name="cases_case_one_draft",
                violation_error_message=_("该事项已有一份未提交的申请，请继续填写那一份。"),
            ),
            models.CheckConstraint(
                name="cases_case_within_ceiling",
                condition=(Q(proposed_fen=None) | Q(proposed_fen__lte=F("ceiling_fen")))
                & (Q(granted_fen=None) | Q(granted_fen__lte=F("ceiling_fen"))),
                violation_error_message=_("金额不能超过按政策测算的上限。"),
            ),
            models.CheckConstraint(
                name="cases_case_not_negative",
                condition=(Q(proposed_fen=None) | Q(proposed_fen__gte=0))
                & (Q(granted_fen=None) | Q(granted_fen__gte=0))
                & (Q(requested_fen=None) | Q(requested_fen__gte=0)),
                violation_error_message=_("金额不能为负。"),
            ),
            models.CheckConstraint(
                name="cases_case_submitted_has_number",
                condition=Q(submitted_at=None) | ~Q(number=""),
            ),
        ]
        indexes = [
            models.Index(fields=["programme", "state", "desk"], name="cases_case_queue"),
            models.Index(fields=["programme", "-changed_at"], name="cases_case_changed"),
            models.Index(fields=["party", "-id"], name="cases_case_of_party"),
            models.Index(fields=["matter", "state"], name="cases_case_of_matter"),
        ]
        triggers = [one_door()]

    def __str__(self) -> str:
        return self.number or f"{self.matter_id}#{self.pk}"
