"""Questions asked from a clause, and their answers."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.models import Model
from kaichuang.kit.secrets import EncryptedField
from kaichuang.kit.triggers import one_door
from kaichuang.policy.models.document import Document


class QuestionState(models.TextChoices):
    ASKED = "asked", _("待受理")
    ROUTED = "routed", _("待答复")
    ANSWERED = "answered", _("已答复")
    DECLINED = "declined", _("不予受理")


class Question(Model):
    """Somebody asks; the unit responsible for the clause answers, with a citation (P04, first-asked unit stays responsible).

    A visitor without login gets `ticket`, the address under which the answer appears.
    """

    programme = models.ForeignKey("places.Programme", models.CASCADE, related_name="questions")
    document = models.ForeignKey(Document, models.CASCADE, null=True, blank=True, related_name="questions")
    clause_path = models.CharField(_("条款"), max_length=140, blank=True)
    ticket = models.CharField(max_length=22, unique=True, editable=False)
    asked_by = models.ForeignKey("accounts.User", models.RESTRICT, null=True, blank=True, related_name="+")
    contact = EncryptedField(_("联系方式"), blank=True, default="")
    text = models.TextField(_("问题"))
    asked_at = models.DateTimeField(_("提问时间"))
    unit = models.ForeignKey(
        "parties.Unit",
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="questions",
        verbose_name=_("承办单位"),
    )
    state = models.CharField(_("状态"), max_length=10, choices=QuestionState, default=QuestionState.ASKED)
    answer = models.TextField(_("答复"), blank=True)
    citations = models.JSONField(_("依据条款"), default=list, blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    is_public = models.BooleanField(_("公开为常见问题"), default=False)
    rating = models.PositiveSmallIntegerField(_("评价"), null=True, blank=True)

    class Meta:
        verbose_name = _("政策咨询")
        verbose_name_plural = _("政策咨询")
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="policy_question_answer_with_citation",
                condition=~Q(state=QuestionState.ANSWERED) | (~Q(answer="") & Q(answered_at__isnull=False)),
                violation_error_message=_("答复不能为空。"),
            ),
            models.CheckConstraint(
                name="policy_question_public_when_answered",
                condition=Q(is_public=False) | Q(state=QuestionState.ANSWERED),
                violation_error_message=_("只有已答复的问题可以公开。"),
            ),
            models.CheckConstraint(
                name="policy_question_rating_range",
                condition=Q(rating=None) | Q(rating__range=(1, 5)),
                violation_error_message=_("评价为1至5分。"),
            ),
        ]
        triggers = [one_door()]

    def __str__(self) -> str:
        return self.text[:40]
