"""Compilations: policies bound into one book (P03)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.models import Model
from kaichuang.kit.triggers import one_door
from kaichuang.policy.models.document import Edition


class BookState(models.TextChoices):
    MAKING = "making", _("正在生成")
    READY = "ready", _("已生成")
    RELEASED = "released", _("已发布")
    FAILED = "failed", _("生成失败")


class Book(Model):
    """One edition of a programme's compilation: the chosen texts, and the PDF once it is made.

    `done` of `total` steps are finished while it is being made; `failure` says in words why it could not be.
    """

    programme = models.ForeignKey("places.Programme", models.CASCADE, related_name="policy_books")
    ordinal = models.PositiveSmallIntegerField(_("期次"))
    title = models.CharField(_("书名"), max_length=120)
    preface = models.TextField(_("编印说明"), blank=True)
    editions = models.ManyToManyField(Edition, through="BookEntry", related_name="books")
    state = models.CharField(_("状态"), max_length=10, choices=BookState, default=BookState.MAKING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    failure = models.CharField(_("失败原因"), max_length=300, blank=True)
    pages = models.PositiveIntegerField(_("页数"), null=True, blank=True)
    paper = models.ForeignKey("files.Document", models.RESTRICT, null=True, blank=True, related_name="+")
    made_by = models.ForeignKey("accounts.User", models.RESTRICT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField(_("编制时间"))
    released_at = models.DateTimeField(_("发布时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("政策汇编")
        ordering = ["programme", "-ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "ordinal"], name="policy_book_once"),
            models.CheckConstraint(
                name="policy_book_released_with_paper",
                condition=~Q(state__in=[BookState.READY, BookState.RELEASED]) | Q(paper__isnull=False),
                violation_error_message=_("没有生成文件的汇编不能发布。"),
            ),
        ]
        triggers = [one_door()]

    def __str__(self) -> str:
        return self.title


class BookEntry(Model):
    """One text in a book, in its order."""

    book = models.ForeignKey(Book, models.CASCADE, related_name="entries")
    edition = models.ForeignKey(Edition, models.CASCADE, related_name="book_entries")
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("汇编篇目")
        ordering = ["book", "position"]
        constraints = [
            models.UniqueConstraint(fields=["book", "edition"], name="policy_book_entry_once"),
        ]

    def __str__(self) -> str:
        return f"{self.position}"
