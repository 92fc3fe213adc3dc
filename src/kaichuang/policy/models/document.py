"""Policy documents and their editions."""

from __future__ import annotations

from datetime import date

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.models import Model
from kaichuang.kit.triggers import one_door


class Document(Model):
    """One policy document of a programme, the same through all its editions.

    `code` is how clauses are cited (`NH 三(二)`); an annex is a part of its document, cited by a code of its own
    (`QDA 六`), which stands in `annex_code`.
    """

    programme = models.ForeignKey("places.Programme", models.CASCADE, related_name="policy_documents")
    code = models.CharField(
        _("引用代号"),
        max_length=12,
        unique=True,
        validators=[RegexValidator(r"^[A-Z][A-Z0-9]*$", _("引用代号用大写字母和数字。"))],
    )
    annex_code = models.CharField(_("附件引用代号"), max_length=12, blank=True)
    title = models.CharField(_("标题"), max_length=300)
    title_en = models.CharField(_("英文标题"), max_length=300, blank=True)
    pack = models.CharField(_("政策包"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("政策文件")
        verbose_name_plural = _("政策文件")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.title


class EditionState(models.TextChoices):
    IMPORTED = "imported", _("已导入")
    CHECKED = "checked", _("已校对")
    PUBLISHED = "published", _("已发布")
    REPEALED = "repealed", _("已废止")
    WITHDRAWN = "withdrawn", _("已撤回")


class Printed(models.TextChoices):
    """The validity that the source itself prints."""

    IN_FORCE = "in_force", _("现行有效")
    EXPIRED = "expired", _("失效")
    REPEALED = "repealed", _("废止")
    SUPERSEDED = "superseded", _("被替代")


class Edition(Model):
    """One text of a document: the original, a renewal, an amended one. `outline_only` while the full text is not imported.

    Dates are as printed or computed from what is printed; empty means that the source does not say. `expires_on`
    is the last day in force. `text` keeps the source to the letter.
    """

    document = models.ForeignKey(Document, models.CASCADE, related_name="editions")
    ordinal = models.PositiveSmallIntegerField(_("版次"))
    state = models.CharField(_("状态"), max_length=10, choices=EditionState, default=EditionState.IMPORTED)
    outline_only = models.BooleanField(_("仅有提纲"), default=False)
    title = models.CharField(_("标题"), max_length=300)
    issuer = models.CharField(_("发文机关"), max_length=120, blank=True)
    number = models.CharField(_("发文字号"), max_length=60, blank=True)
    signed_on = models.DateField(_("成文日期"), null=True, blank=True)
    published_on = models.DateField(_("发布日期"), null=True, blank=True)
    effective_on = models.DateField(_("施行日期"), null=True, blank=True)
    expires_on = models.DateField(_("有效期至"), null=True, blank=True)
    printed_status = models.CharField(_("标注的时效"), max_length=10, choices=Printed, blank=True)
    metadata = models.JSONField(_("其他元数据"), default=dict, blank=True)
    notes = models.JSONField(_("编者说明"), default=list, blank=True)
    text = models.TextField(_("原文"), blank=True)
    file_name = models.CharField(_("来源文件"), max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    unplaced = models.JSONField(_("页面杂项"), default=list, blank=True)
    imported_at = models.DateTimeField(_("导入时间"))
    issued_at = models.DateTimeField(_("上网时间"), null=True, blank=True)
    repealed_on = models.DateField(_("废止日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("版本")
        ordering = ["document", "ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["document", "ordinal"], name="policy_edition_once"),
            models.UniqueConstraint(
                fields=["document", "sha256"],
                condition=~Q(sha256="") & ~Q(state=EditionState.WITHDRAWN),
                name="policy_edition_text_once",
                violation_error_message=_("同样的原文已经导入过。"),
            ),
            models.CheckConstraint(
                name="policy_edition_validity_order",
                condition=Q(effective_on=None) | Q(expires_on=None) | Q(expires_on__gte=F("effective_on")),
                violation_error_message=_("有效期至不能早于施行日期。"),
            ),
            models.CheckConstraint(
                name="policy_edition_published_since",
                condition=~Q(state=EditionState.PUBLISHED) | Q(issued_at__isnull=False),
                violation_error_message=_("发布的版本必须有上网时间。"),
            ),
            models.CheckConstraint(
                name="policy_edition_repealed_since",
                condition=~Q(state=EditionState.REPEALED) | Q(repealed_on__isnull=False),
                violation_error_message=_("废止的版本必须有废止日期。"),
            ),
        ]
        triggers = [one_door()]

    def __str__(self) -> str:
        return f"{self.title} ({self.ordinal})"

    @property
    def begins_on(self) -> date | None:
        """First day in force; the day of signature or publication where the text names none (catalogue A38)."""
        return self.effective_on or self.signed_on or self.published_on

    def in_force_on(self, day: date) -> bool:
        """Whether the text is in force on `day`, both ends inclusive, by its own dates and its repeal."""
        begins = self.begins_on
        if begins is not None and day < begins:
            return False
        if self.repealed_on is not None and day >= self.repealed_on:
            return False
        return self.expires_on is None or day <= self.expires_on
