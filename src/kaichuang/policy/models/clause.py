"""The clause tree."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.models import Model
from kaichuang.policy.models.document import Edition


class PartKind(models.TextChoices):
    NOTICE = "notice", _("通知")
    BODY = "body", _("正文")
    ANNEX = "annex", _("附件")


class Part(Model):
    """A covering notice, a body or an annex; each numbers its clauses from the beginning."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="parts")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(_("类别"), max_length=10, choices=PartKind)
    code = models.CharField(_("引用代号"), max_length=12)
    title = models.CharField(_("标题"), max_length=300, blank=True)
    addressees = models.TextField(_("主送"), blank=True)
    preamble = models.JSONField(_("前言"), default=list, blank=True)
    closing = models.JSONField(_("结语"), default=list, blank=True)
    signature = models.JSONField(_("落款"), default=list, blank=True)

    class Meta:
        verbose_name = _("组成部分")
        ordering = ["edition", "position"]
        constraints = [models.UniqueConstraint(fields=["edition", "position"], name="policy_part_once")]
        indexes = [models.Index(fields=["code"], name="policy_part_code")]

    def __str__(self) -> str:
        return self.title or self.get_kind_display()


class Clause(Model):
    """One node: its number as printed, its heading and what stands under it.

    `path` is its place in words as it is cited (`三(二)1`); `code` + `path` is the reference (`NH 三(二)1`), and
    the permanent address. `body` is paragraphs and dash items as printed, `gist` the sense in the pack's own words.
    """

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="clauses")
    part = models.ForeignKey(Part, models.CASCADE, related_name="clauses")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="children")
    position = models.PositiveIntegerField()
    level = models.PositiveSmallIntegerField(_("级别"))
    number = models.CharField(_("序号"), max_length=30)
    path = models.CharField(_("位置"), max_length=120)
    heading = models.CharField(_("标题"), max_length=300, blank=True)
    heading_en = models.CharField(_("英文标题"), max_length=300, blank=True)
    paragraphs = models.JSONField(_("段落"), default=list, blank=True)
    items = models.JSONField(_("列项"), default=list, blank=True)
    gist = models.TextField(_("要点"), blank=True)
    gist_en = models.TextField(_("英文要点"), blank=True)
    figures = models.JSONField(_("数字"), default=list, blank=True)
    line = models.PositiveIntegerField(_("原文行"), null=True, blank=True)
    search = models.GeneratedField(
        expression=Func(
            F("heading"),
            Func(
                Cast(F("paragraphs"), models.TextField()),
                Cast(F("items"), models.TextField()),
                F("gist"),
                F("heading_en"),
                F("gist_en"),
                function="policy_join_texts",
            ),
            function="policy_search_vector",
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("条款")
        verbose_name_plural = _("条款")
        ordering = ["edition", "position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "position"], name="policy_clause_position_once"),
            models.UniqueConstraint(fields=["part", "path"], name="policy_clause_path_once"),
            models.CheckConstraint(
                name="policy_clause_root_or_child",
                condition=(Q(level=1) & Q(parent=None)) | (Q(level__gt=1) & Q(parent__isnull=False)),
            ),
        ]
        indexes = [
            GinIndex(fields=["search"], name="policy_clause_search"),
            # The index of all words holds no weights: hits in headings have an index of their own.
            GinIndex(Func(F("heading"), function="policy_heading_vector"), name="policy_clause_heading"),
        ]

    def __str__(self) -> str:
        return f"{self.path} {self.heading}".strip()


class UnitRole(models.TextChoices):
    LEAD = "lead", _("牵头")
    COOPERATING = "cooperating", _("配合")


class Responsibility(Model):
    """A unit answers for a clause. `is_read`: the text lists units without a lead, and the first was taken."""

    clause = models.ForeignKey(Clause, models.CASCADE, related_name="responsibilities")
    unit = models.ForeignKey("parties.Unit", models.RESTRICT, related_name="responsibilities")
    printed = models.CharField(_("原文写法"), max_length=120)
    role = models.CharField(_("职责"), max_length=12, choices=UnitRole)
    is_read = models.BooleanField(_("推定"), default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("责任分工")
        ordering = ["clause", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["clause", "unit"],
                name="policy_responsibility_once",
                violation_error_message=_("该单位已是本条款的责任单位。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.printed} {self.get_role_display()}"
