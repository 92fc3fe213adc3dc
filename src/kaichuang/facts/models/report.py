"""One report of one party about one period."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kaichuang.facts.enums import EDITABLE, ReportState
from kaichuang.facts.models.form import Form
from kaichuang.facts.models.origin import Origin
from kaichuang.facts.reporting.periods import Span
from kaichuang.kit.models import Model
from kaichuang.kit.triggers import one_door


class Report(Model):
    """`entries` are the cells as people wrote them (cell → text), so that nothing typed is ever lost.

    `figures` are all cells, computed ones too, as they were when the report was last checked.
    `filled` says what the platform put in beforehand and from where, `explanations` give reasons for checks,
    `notes` are what the bureau says about cells of a returned report. A correction is a new row with the next
    `version`; when it is accepted the former is `corrected`. `late` is fixed at the first submission.
    """

    programme = models.ForeignKey("places.Programme", models.CASCADE, related_name="reports")
    form = models.ForeignKey(Form, models.RESTRICT, related_name="reports")
    form_code = models.CharField(max_length=40)
    party = models.ForeignKey(
        "parties.Party", models.RESTRICT, related_name="reports", verbose_name=_("填报单位")
    )
    starts_on = models.DateField(_("报告期起"))
    ends_on = models.DateField(_("报告期止"))
    version = models.PositiveSmallIntegerField(pgettext_lazy("报表", "版本"), default=1)
    state = models.CharField(_("状态"), max_length=10, choices=ReportState, default=ReportState.DUE)
    due_on = models.DateField(_("报送期限"))
    entries = models.JSONField(default=dict, blank=True)
    figures = models.JSONField(default=dict, blank=True)
    explanations = models.JSONField(default=dict, blank=True)
    notes = models.JSONField(default=dict, blank=True)
    filled = models.JSONField(default=dict, blank=True)
    opened_at = models.DateTimeField()
    saved_at = models.DateTimeField(_("保存时间"), null=True)
    saved_by = models.ForeignKey("accounts.User", models.RESTRICT, null=True, related_name="+")
    signed_by = models.ForeignKey(
        "accounts.User", models.RESTRICT, null=True, related_name="+", verbose_name=_("签署人")
    )
    signed_at = models.DateTimeField(_("签署时间"), null=True)
    submitted_at = models.DateTimeField(_("报送时间"), null=True)
    submitted_on = models.DateField(_("报送日期"), null=True)
    late = models.BooleanField(_("逾期报送"), default=False)
    accepted_at = models.DateTimeField(_("通过时间"), null=True)
    origin = models.OneToOneField(Origin, models.RESTRICT, null=True, related_name="report")
    corrects = models.ForeignKey("self", models.RESTRICT, null=True, related_name="corrections")
    reason = models.CharField(_("更正理由"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("填报")
        indexes = [
            models.Index(fields=["programme", "form_code", "starts_on"], name="facts_report_period"),
            models.Index(fields=["party", "-starts_on"], name="facts_report_party"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "form_code", "party", "starts_on", "version"],
                name="facts_report_version_once",
                violation_error_message=_("该单位本期的报表已经建立。"),
            ),
            models.UniqueConstraint(
                fields=["programme", "form_code", "party", "starts_on"],
                condition=~Q(state__in=[ReportState.ACCEPTED, ReportState.FROZEN, ReportState.CORRECTED]),
                name="facts_report_one_open",
                violation_error_message=_("本期报表已有一份正在办理。"),
            ),
            models.UniqueConstraint(
                fields=["programme", "form_code", "party", "starts_on"],
                condition=Q(state__in=[ReportState.ACCEPTED, ReportState.FROZEN]),
                name="facts_report_one_in_force",
                violation_error_message=_("本期报表已有一份通过。"),
            ),
            models.CheckConstraint(
                name="facts_report_period_order",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("报告期的止日不能早于起日。"),
            ),
            models.CheckConstraint(
                name="facts_report_known_has_origin",
                condition=~Q(state__in=[ReportState.ACCEPTED, ReportState.FROZEN]) | Q(origin__isnull=False),
                violation_error_message=_("通过的报表须已写入数据。"),
            ),
            models.CheckConstraint(
                name="facts_report_correction_has_reason",
                condition=Q(version=1, corrects=None)
                | (Q(version__gt=1, corrects__isnull=False) & ~Q(reason="")),
                violation_error_message=_("更正须写明理由。"),
            ),
        ]
        triggers = [
            one_door(),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="identity_fixed",
                fields=[
                    "programme",
                    "form",
                    "form_code",
                    "party",
                    "starts_on",
                    "ends_on",
                    "version",
                    "corrects",
                ],
            ),
            pgtrigger.Trigger(
                name="cells_only_while_open",
                operation=pgtrigger.UpdateOf("entries", "figures", "explanations", "filled"),
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__entries__df=pgtrigger.F("new__entries"))
                | pgtrigger.Q(old__figures__df=pgtrigger.F("new__figures"))
                | pgtrigger.Q(old__explanations__df=pgtrigger.F("new__explanations"))
                | pgtrigger.Q(old__filled__df=pgtrigger.F("new__filled")),
                func=f"""
                    IF OLD.state NOT IN ({", ".join(f"'{state.value}'" for state in EDITABLE)}) THEN
                        RAISE EXCEPTION 'cells of a % report are fixed', OLD.state
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'facts_report_cells_only_while_open';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form_code} {self.starts_on} {self.party_id}"

    @property
    def span(self) -> Span:
        return Span(self.starts_on, self.ends_on)

    @property
    def is_open(self) -> bool:
        return self.state in EDITABLE
