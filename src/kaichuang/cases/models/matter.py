"""Matters (事项) as a programme offers them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.models import Model
from kaichuang.kit.triggers import append_only
from kaichuang.packs.schema.matters import MatterFile


class Matter(Model):
    """Something that can be applied for in a programme. What it promises stands in its versions."""

    programme = models.ForeignKey("places.Programme", models.CASCADE, related_name="matters")
    code = models.CharField(_("编号"), max_length=60)
    pack = models.CharField(_("政策包"), max_length=60)
    title = models.CharField(_("名称"), max_length=200)
    title_en = models.CharField(_("英文名称"), max_length=200, blank=True)
    measure = models.CharField(_("政策措施"), max_length=60, blank=True)
    clause = models.CharField(_("依据"), max_length=60, blank=True)
    current = models.ForeignKey(
        "MatterVersion", models.RESTRICT, null=True, related_name="+", verbose_name=_("现行版本")
    )
    is_offered = models.BooleanField(_("开放申报"), default=True)

    class Meta:
        verbose_name = _("事项")
        ordering = ["programme", "pack", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "code"],
                name="cases_matter_once",
                violation_error_message=_("本项目中已有此编号的事项。"),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class MatterVersion(Model):
    """A matter with its workflow as they stood: cases keep the version under which they were submitted. Never changed."""

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("版本"))
    pack_version = models.ForeignKey("policy.PackVersion", models.RESTRICT, related_name="matters")
    content = models.JSONField()
    reason = models.CharField(_("说明"), max_length=200, blank=True)
    made_at = models.DateTimeField(_("时间"))
    made_by = models.ForeignKey("accounts.User", models.RESTRICT, null=True, related_name="+")
    own = models.BooleanField(_("本地修改"), default=False)
    """The bureau changed it on the web; a new version of the pack does not overwrite that unasked."""

    class Meta:
        verbose_name = _("事项版本")
        ordering = ["matter", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["matter", "number"], name="cases_matter_version_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="cases_matter_version_positive"),
        ]
        triggers = [append_only()]

    def __str__(self) -> str:
        return f"{self.matter_id} v{self.number}"

    @property
    def file(self) -> MatterFile:
        """The matter and its workflow, parsed."""
        return parsed(self)


def parsed(version: MatterVersion) -> MatterFile:
    """Parsed once for each version in a process: versions never change."""
    found = _parsed.get(version.pk)
    if found is None:
        found = _parsed[version.pk] = MatterFile.model_validate(version.content)
    return found


_parsed: dict[int, MatterFile] = {}
