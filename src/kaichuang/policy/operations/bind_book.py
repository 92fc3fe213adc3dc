"""Make the PDF of a compilation; runs in the background."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import pypdfium2
import typst
from django.db import transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kaichuang.files import store
from kaichuang.files.enums import DocumentKind
from kaichuang.files.models import Document
from kaichuang.files.operations import issue_document
from kaichuang.files.pdf.reader import LOCK
from kaichuang.journal.operations import transition
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import Stale
from kaichuang.policy.models import Book, BookState
from kaichuang.policy.queries.books import chapter_of, unit_index
from kaichuang.policy.workflow import BOOKS

TEMPLATE = "policy/book"


def bind_book(*, book_id: int, now: datetime) -> Book | None:
    """Collect the texts, set them, keep the PDF. None when somebody else made the book already.

    A failure is written down in words and can be tried again; nothing half made is left.
    """
    book = Book.objects.select_related("programme__place").filter(pk=book_id, state=BookState.MAKING).first()
    if book is None:
        return None
    actor = Actor.system("policy.make_book", programme_id=book.programme_id)
    with translation.override("zh-hans"):
        chapters = _collect(book)
        try:
            return _keep(book, chapters, actor, now)
        except Stale:
            return None  # another worker was faster; its book is the book
        except typst.TypstError as error:
            return transition(
                workflow=BOOKS,
                instance=book,
                move="fail",
                actor=actor,
                now=now,
                changes={"failure": str(error)[:300]},
                scope=book.programme.slug,
            )


def _collect(book: Book) -> list[dict[str, Any]]:
    chapters = []
    entries = book.entries.select_related("edition__document__programme__place").order_by("position")
    for done, entry in enumerate(entries, start=1):
        chapters.append(chapter_of(entry.edition))
        Book.objects.filter(pk=book.pk).update(done=done, total=len(entries) + 1)
    return chapters


def _keep(book: Book, chapters: list[dict[str, Any]], actor: Actor, now: datetime) -> Book:
    issuer = book.programme.name
    data = {
        "edition": _("第%d期") % book.ordinal,
        "date": date_format(timezone.localdate(now), "Y年n月j日"),
        "preface": [line for line in book.preface.splitlines() if line.strip()],
        "chapters": chapters,
        "units": unit_index(chapters),
    }
    with transaction.atomic():
        paper = issue_document(
            actor=actor,
            now=now,
            programme=book.programme,
            template=TEMPLATE,
            title=book.title,
            issuer=issuer,
            data=data,
            kind=DocumentKind.REPORT,
            subject=book,
            facts=[(_("收录文件"), str(len(chapters)))],
        )
        changes = {"paper": paper, "done": len(chapters) + 1, "pages": _pages(paper)}
        return transition(
            workflow=BOOKS,
            instance=book,
            move="finish",
            actor=actor,
            now=now,
            changes=changes,
            scope=book.programme.slug,
        )


def _pages(paper: Document) -> int:
    with store.open_content(paper.attachment.content_id) as stream, LOCK:
        document = pypdfium2.PdfDocument(io.BytesIO(stream.read()))
        try:
            return len(document)
        finally:
            document.close()
