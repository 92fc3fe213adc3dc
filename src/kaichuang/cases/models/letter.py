"""Letters about decisions."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaichuang.cases.models.decision import Decision
from kaichuang.kit.models import Model


class Letter(Model):
    """The letter that tells a decision. It is wanted with the decision and typeset a moment later."""

    decision = models.OneToOneField(Decision, models.RESTRICT, related_name="letter")
    wanted_at = models.DateTimeField(_("签发时间"))
    document = models.OneToOneField("files.Document", models.RESTRICT, null=True, related_name="+")

    class Meta:
        verbose_name = _("决定书")
        indexes = [models.Index(fields=["id"], condition=Q(document=None), name="cases_letter_wanted")]

    def __str__(self) -> str:
        return str(self.decision)
