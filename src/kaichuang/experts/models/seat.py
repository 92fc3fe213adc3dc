"""An expert's place on a panel."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaichuang.experts.models.expert import Expert
from kaichuang.experts.models.panel import Panel
from kaichuang.kit.models import Model
from kaichuang.kit.triggers import one_door


class SeatState(models.TextChoices):
    INVITED = "invited", _("待确认")
    ACCEPTED = "accepted", _("已接受")
    RECUSED = "recused", _("已回避")
    REPLACED = "replaced", _("已更换")


class Seat(Model):
    """`position` is the place in the published order. A further reader (`only_items` not empty) reads those alone."""

    panel = models.ForeignKey(Panel, models.CASCADE, related_name="seats")
    expert = models.ForeignKey(Expert, models.RESTRICT, related_name="seats")
    position = models.PositiveIntegerField(_("抽取顺序"))
    number = models.PositiveSmallIntegerField(_("评委号"))
    only_items = ArrayField(models.BigIntegerField(), default=list, blank=True)
    is_extra = models.BooleanField(_("增加的评委"), default=False)
    replaces = models.OneToOneField(
        "self", models.RESTRICT, null=True, blank=True, related_name="replaced_by"
    )
    state = models.CharField(_("状态"), max_length=10, choices=SeatState, default=SeatState.INVITED)
    invited_at = models.DateTimeField(_("邀请时间"))
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    reason = models.CharField(_("理由"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("席位")
        verbose_name_plural = _("席位")
        ordering = ["number"]
        indexes = [models.Index(fields=["expert", "state"], name="experts_seat_expert")]
        constraints = [
            models.UniqueConstraint(
                fields=["panel", "expert"],
                name="experts_seat_once",
                violation_error_message=_("该专家已在本评审组中。"),
            ),
            models.UniqueConstraint(fields=["panel", "number"], name="experts_seat_number_once"),
            models.CheckConstraint(
                name="experts_seat_recused_has_reason",
                condition=~Q(state__in=[SeatState.RECUSED, SeatState.REPLACED]) | ~Q(reason=""),
                violation_error_message=_("回避或更换须写明理由。"),
            ),
            models.CheckConstraint(
                name="experts_seat_answered",
                condition=Q(state=SeatState.INVITED, answered_at=None)
                | (~Q(state=SeatState.INVITED) & Q(answered_at__isnull=False)),
                violation_error_message=_("已答复的席位须有答复时间。"),
            ),
            models.CheckConstraint(
                name="experts_seat_not_replacing_itself",
                condition=Q(replaces=None) | ~Q(replaces=F("id")),
                violation_error_message=_("席位不能更换自身。"),
            ),
            models.CheckConstraint(
                name="experts_seat_extra_has_items",
                condition=Q(is_extra=False) | ~Q(only_items=[]),
                violation_error_message=_("增加的评委须指明评审哪些项。"),
            ),
        ]
        triggers = [
            one_door(),
            pgtrigger.Trigger(
                name="not_too_many",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("most", "integer"), ("held", "integer")],
                # Two draws at once wait here for each other, at the row of the expert that both picked.
                func="""
                    SELECT most_panels INTO most FROM experts_expert WHERE id = NEW.expert_id FOR NO KEY UPDATE;
                    SELECT count(*) INTO held FROM experts_seat s JOIN experts_panel p ON p.id = s.panel_id
                     WHERE s.expert_id = NEW.expert_id AND s.panel_id <> NEW.panel_id
                       AND s.state IN ('invited', 'accepted') AND p.state IN ('drawn', 'scoring');
                    IF held >= most THEN
                        RAISE EXCEPTION 'expert % is on % panels already', NEW.expert_id, held
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'experts_seat_not_too_many';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.panel_id} #{self.number}"

    @property
    def name(self) -> str:
        """How the reader is called where names are not told."""
        return str(_("评委%d")) % self.number
