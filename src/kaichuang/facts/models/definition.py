"""What can be known: the facts that packs declare."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.models import Model


class ValueType(models.TextChoices):
    BOOL = "bool", _("是否")
    INT = "int", _("数量")
    MONEY = "money", _("金额")
    RATIO = "ratio", _("比率")
    DATE = "date", _("日期")
    TEXT = "text", _("文字")


class Definition(Model):
    """One fact that rules, report forms and statistics know by the same `code`; it comes from packs.

    `subject_kind` says about what it speaks (party, enterprise, carrier, project, place), `period` for how long
    one value holds, `source` who brings it: the party declares, the bureau reports, the platform derives.
    """

    code = models.SlugField(_("代码"), max_length=80, unique=True, allow_unicode=False)
    title = models.CharField(_("名称"), max_length=120)
    title_en = models.CharField(_("英文名称"), max_length=160, blank=True)
    subject_kind = models.CharField(_("数据对象"), max_length=20)
    type = models.CharField(_("类型"), max_length=6, choices=ValueType)
    unit = models.CharField(_("单位"), max_length=20, blank=True)
    period = models.CharField(_("期间"), max_length=10)
    source = models.CharField(_("来源"), max_length=10)
    values = models.JSONField(_("取值"), default=dict, blank=True)
    minimum = models.CharField(max_length=30, blank=True)
    maximum = models.CharField(max_length=30, blank=True)
    evidence = models.JSONField(_("证明材料"), default=list, blank=True)
    note = models.TextField(_("说明"), blank=True)
    pack = models.CharField(_("政策包"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("数据项")
        verbose_name_plural = _("数据项")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.title

    @property
    def words(self) -> str:
        """The title in the reader's language."""
        return (self.title_en or self.title) if get_language() == "en" else self.title
