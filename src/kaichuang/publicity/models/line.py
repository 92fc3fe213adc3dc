"""One line of a list."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.models import Model
from kaichuang.publicity.enums import FINAL, LineState
from kaichuang.publicity.models.announcement import Announcement


def _refuse(message: str, name: str) -> str:
    return f"RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation', CONSTRAINT = 'publicity_line_{name}';"


class Line(Model):
    """What is publicised about one row (`subject_type`, `subject_id` as in the journal) of one party.

    `cells` are the values by column code, masked before they came here; `search` is their text. A line that is shown
    again after a dismissed objection is open `until` that day, others until the announcement's last day.
    """

    announcement = models.ForeignKey(Announcement, models.RESTRICT, related_name="lines")
    position = models.PositiveIntegerField(_("序号"))
    subject_type = models.CharField(max_length=80, blank=True)
    subject_id = models.CharField(max_length=80, blank=True)
    party = models.ForeignKey(
        "parties.Party", models.RESTRICT, null=True, blank=True, related_name="publicity_lines"
    )
    cells = models.JSONField(default=dict)
    search = models.TextField(blank=True)
    amount_fen = models.BigIntegerField(_("金额"), null=True, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=LineState, default=LineState.LISTED)
    until = models.DateField(_("重新公示至"), null=True, blank=True)
    settled_on = models.DateField(_("办结日期"), null=True, blank=True)
    reason = models.CharField(_("撤下理由"), max_length=1000, blank=True)
    clause = models.CharField(_("依据"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("公示名单")
        verbose_name_plural = _("公示名单")
        ordering = ["position"]
        indexes = [
            models.Index(fields=["announcement", "state"], name="publicity_line_state"),
            models.Index(fields=["subject_type", "subject_id"], name="publicity_line_subject"),
            models.Index(fields=["party"], name="publicity_line_party", condition=Q(party__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["announcement", "position"],
                name="publicity_line_position_once",
                violation_error_message=_("序号重复。"),
            ),
            models.UniqueConstraint(
                fields=["announcement", "subject_type", "subject_id"],
                condition=~Q(subject_type=""),
                name="publicity_line_subject_once",
                violation_error_message=_("同一对象在一份公示中只能列一行。"),
            ),
            models.CheckConstraint(
                name="publicity_line_subject_whole",
                condition=Q(subject_type="", subject_id="") | (~Q(subject_type="") & ~Q(subject_id="")),
                violation_error_message=_("公示对象不完整。"),
            ),
            models.CheckConstraint(
                name="publicity_line_amount",
                condition=Q(amount_fen=None) | Q(amount_fen__gte=0),
                violation_error_message=_("金额不能为负数。"),
            ),
            models.CheckConstraint(
                name="publicity_line_struck_has_reason",
                condition=~Q(state=LineState.STRUCK) | ~Q(reason=""),
                violation_error_message=_("撤下名单中的一行必须写明理由。"),
            ),
            models.CheckConstraint(
                name="publicity_line_settled",
                condition=Q(state__in=FINAL, settled_on__isnull=False)
                | (~Q(state__in=FINAL) & Q(settled_on=None)),
                violation_error_message=_("办结的行须有办结日期。"),
            ),
        ]
        triggers = [
            # One row by journal.transition, or all rows of one list at once by operations.lines.move_many:
            # the second key names the list instead of the row.
            pgtrigger.Trigger(
                name="one_door",
                operation=pgtrigger.UpdateOf("state"),
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__state__df=pgtrigger.F("new__state")),
                func=f"""
                    IF coalesce(current_setting('kaichuang.door', true), '') NOT IN (
                        TG_TABLE_NAME || ':' || NEW.id || ':' || NEW.state,
                        TG_TABLE_NAME || ':list-' || NEW.announcement_id || ':' || NEW.state
                    ) THEN
                        {_refuse("the state of a line changes only through its operations", "one_door")}
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="final",
                operation=pgtrigger.UpdateOf("state"),
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__state__df=pgtrigger.F("new__state"))
                & pgtrigger.Q(old__state__in=[str(state) for state in FINAL]),
                func=_refuse("a settled line stays as it is", "final"),
            ),
            pgtrigger.Trigger(
                name="cleared_when_free",
                operation=pgtrigger.UpdateOf("state"),
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__state__df=pgtrigger.F("new__state"), new__state="cleared"),
                func=f"""
                    IF EXISTS (
                        SELECT 1 FROM publicity_objection o
                         WHERE o.announcement_id = NEW.announcement_id
                           AND (o.line_id = NEW.id OR o.line_id IS NULL)
                           AND NOT o.is_late AND o.state IN ('lodged', 'accepted')
                    ) THEN
                        {_refuse("a line with an open objection is not cleared", "cleared_when_free")}
                    END IF;
                    IF (SELECT state FROM publicity_announcement WHERE id = NEW.announcement_id) <> 'closed' THEN
                        {_refuse("a line is not cleared before the period is over", "cleared_when_free")}
                    END IF;
                    RETURN NEW;
                """,  # noqa: S608  # constants only
            ),
            # FOR SHARE: a list that is being opened in this very moment counts as open.
            pgtrigger.Trigger(
                name="frozen",
                operation=pgtrigger.Insert
                | pgtrigger.Delete
                | pgtrigger.UpdateOf(
                    "announcement_id",
                    "position",
                    "subject_type",
                    "subject_id",
                    "party_id",
                    "cells",
                    "search",
                    "amount_fen",
                ),
                when=pgtrigger.Before,
                func=f"""
                    PERFORM 1 FROM publicity_announcement
                      WHERE id IN (NEW.announcement_id, OLD.announcement_id) AND state <> 'draft' FOR SHARE;
                    IF FOUND THEN
                        {_refuse("a list that is public cannot be changed", "frozen")}
                    END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                """,  # constants only
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """`12 张*三`: the line in one phrase."""
        columns = self.announcement.columns
        first = str(self.cells.get(columns[0]["code"], "")) if columns else ""
        return gettext("第%(n)s项 %(text)s") % {"n": self.position, "text": first}

    @property
    def is_settled(self) -> bool:
        return self.state in FINAL
