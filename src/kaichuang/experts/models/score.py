"""One reader's score of one item."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaichuang.experts.models.item import Item
from kaichuang.experts.models.seat import Seat
from kaichuang.kit.models import Model
from kaichuang.kit.triggers import one_door


class ScoreState(models.TextChoices):
    DRAFT = "draft", _("未提交")
    SUBMITTED = "submitted", _("已提交")
    RECUSED = "recused", _("已回避")


class Score(Model):
    """`points` are tenths by criterion code; comments by criterion code, "" for the whole.

    Made when the expert accepts the seat; what an expert recused from stays as a row with its reason. Once handed in
    it is fixed: trigger `fixed` refuses any change until an officer returns it.
    """

    seat = models.ForeignKey(Seat, models.CASCADE, related_name="scores")
    item = models.ForeignKey(Item, models.CASCADE, related_name="scores")
    points = models.JSONField(_("分数"), default=dict)
    comments = models.JSONField(_("评语"), default=dict)
    recommended_fen = models.BigIntegerField(_("建议金额"), null=True, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=ScoreState, default=ScoreState.DRAFT)
    saved_at = models.DateTimeField(_("保存时间"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("提交时间"), null=True, blank=True)
    reason = models.CharField(_("理由"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("评分")
        verbose_name_plural = _("评分")
        constraints = [
            models.UniqueConstraint(
                fields=["seat", "item"],
                name="experts_score_once",
                violation_error_message=_("该评委对该项已有评分。"),
            ),
            models.CheckConstraint(
                name="experts_score_amount_not_negative",
                condition=Q(recommended_fen=None) | Q(recommended_fen__gte=0),
                violation_error_message=_("建议金额不能为负。"),
            ),
            models.CheckConstraint(
                name="experts_score_submitted_at",
                condition=(Q(state=ScoreState.SUBMITTED) & Q(submitted_at__isnull=False) & ~Q(points={}))
                | (~Q(state=ScoreState.SUBMITTED) & Q(submitted_at=None)),
                violation_error_message=_("已提交的评分须有分数和提交时间。"),
            ),
            models.CheckConstraint(
                name="experts_score_recused_has_reason",
                condition=~Q(state=ScoreState.RECUSED) | ~Q(reason=""),
                violation_error_message=_("回避须写明理由。"),
            ),
        ]
        triggers = [
            one_door(),
            pgtrigger.Trigger(
                name="fixed",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__state__in=["submitted", "recused"]),
                func="""
                    IF (OLD.points, OLD.comments, OLD.recommended_fen, OLD.seat_id, OLD.item_id) IS DISTINCT FROM
                       (NEW.points, NEW.comments, NEW.recommended_fen, NEW.seat_id, NEW.item_id) THEN
                        RAISE EXCEPTION 'score % has been handed in', OLD.id
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'experts_score_fixed';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.seat_id} {self.item_id}"
