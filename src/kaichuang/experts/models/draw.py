"""The record of a draw; see `kaichuang.experts.drawing`."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaichuang.experts.models.panel import Panel
from kaichuang.kit.models import Model
from kaichuang.kit.triggers import append_only


class Draw(Model):
    """What was drawn from whom, with everything that is needed to repeat it. Never changed.

    `order` is the list of {number, load, ticket} in the order of the draw, `excluded` of {number, code}; both are
    public and name nobody. `grounds` (number -> the chains of relations in words) is for public servants only.
    """

    panel = models.OneToOneField(Panel, models.CASCADE, related_name="draw")
    drawn_at = models.DateTimeField(_("抽取时间"))
    drawn_by = models.ForeignKey("accounts.User", models.RESTRICT, null=True, related_name="+")
    algorithm = models.CharField(_("算法"), max_length=40)
    version = models.PositiveSmallIntegerField(_("版本"))
    seed = models.CharField(_("种子"), max_length=200)
    commitment = models.CharField(max_length=64, blank=True)
    seed_source = models.CharField(_("种子来源"), max_length=200, blank=True)
    announced_at = models.DateTimeField(_("公布时间"))
    balance_load = models.BooleanField(_("在评较少者优先"))
    seats = models.PositiveSmallIntegerField(_("评委人数"))
    pool_digest = models.CharField(_("名单摘要"), max_length=64)
    order = models.JSONField()
    excluded = models.JSONField()
    picked = models.JSONField()
    grounds = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("抽取记录")
        constraints = [
            models.CheckConstraint(
                name="experts_draw_has_seed",
                condition=~Q(seed="") & Q(pool_digest__regex=r"^[0-9a-f]{64}$"),
                violation_error_message=_("抽取记录须有种子和名单摘要。"),
            ),
        ]
        triggers = [append_only()]

    def __str__(self) -> str:
        return f"{self.panel_id} {self.algorithm}"

    @property
    def record(self) -> dict[str, object]:
        """The public record: what the page offers as JSON and `kaichuang experts draw` recomputes."""
        return {
            "panel": self.panel.code,
            "title": self.panel.title,
            "algorithm": self.algorithm,
            "version": self.version,
            "seed": self.seed,
            "commitment": self.commitment,
            "seed_source": self.seed_source,
            "announced_at": self.announced_at.isoformat(),
            "drawn_at": self.drawn_at.isoformat(),
            "balance_load": self.balance_load,
            "seats": self.seats,
            "pool_digest": self.pool_digest,
            "order": self.order,
            "excluded": self.excluded,
            "picked": self.picked,
        }
