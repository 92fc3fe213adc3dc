"""Results that somebody kept."""

from __future__ import annotations

import secrets

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.models import Model
from kaichuang.kit.triggers import append_only

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No sign that is taken for another one on paper."""
CODE_LENGTH = 12


def new_code() -> str:
    """Sixty bits: nobody finds another's result by trying."""
    return "".join(secrets.choice(ALPHABET) for _n in range(CODE_LENGTH))


class Calculation(Model):
    """A frozen answer with a code, by which it is found, checked and asked again. Never changed.

    `document` is what `packs.freeze.freeze` wrote: facts with their sources, rules and figures as they were,
    results with reasons. `digest` is its SHA-256.
    """

    code = models.CharField(_("编号"), max_length=CODE_LENGTH, unique=True, default=new_code)
    programme = models.ForeignKey("places.Programme", models.CASCADE, related_name="calculations")
    version = models.ForeignKey("policy.PackVersion", models.RESTRICT, related_name="calculations")
    party = models.ForeignKey("parties.Party", models.RESTRICT, null=True, blank=True, related_name="+")
    made_by = models.ForeignKey("accounts.User", models.RESTRICT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(_("测算时间"))
    as_of = models.DateField(_("测算日期"))
    document = models.JSONField()
    digest = models.CharField(_("校验值"), max_length=64)

    class Meta:
        verbose_name = _("测算结果")
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="entitlement_calculation_digest",
                condition=Q(digest__regex=r"^[0-9a-f]{64}$"),
                violation_error_message=_("校验值不完整，请重新测算。"),
            ),
        ]
        triggers = [append_only()]

    def __str__(self) -> str:
        return self.grouped

    @property
    def grouped(self) -> str:
        """The code as people read it aloud."""
        return "-".join(self.code[at : at + 4] for at in range(0, CODE_LENGTH, 4))


def plain_code(text: str) -> str:
    """What was typed, as the code is stored."""
    return "".join(sign for sign in text.upper() if sign.isalnum())[:CODE_LENGTH]
