"""Compile policies into a book."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from kaichuang.journal.operations import record, transition
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, refuse_if
from kaichuang.places.models import Programme
from kaichuang.policy.models import Book, BookEntry, Edition
from kaichuang.policy.permissions import may_edit_library
from kaichuang.policy.workflow import BOOKS

TASK = "policy.make_book"


def compile_book(
    *,
    actor: Actor,
    now: datetime,
    programme: Programme,
    title: str,
    editions: Sequence[Edition],
    preface: str = "",
) -> Book:
    """Ask for a book of these texts in this order; a background job makes it."""
    require(may_edit_library(actor, programme.pk))
    problems = []
    if not title.strip():
        problems.append(Problem("title_required", _("请填写书名。"), field="title"))
    if not editions:
        problems.append(Problem("nothing_chosen", _("请至少选择一份文件。"), field="editions"))
    refuse_if(problems)
    with transaction.atomic():
        Programme.objects.select_for_update(of=("self",), no_key=True).get(pk=programme.pk)
        last = programme.policy_books.aggregate(last=Max("ordinal"))["last"] or 0
        book = Book.objects.create(
            programme=programme,
            ordinal=last + 1,
            title=title.strip()[:120],
            preface=preface.strip(),
            total=len(editions) + 1,
            made_by_id=actor.user_id,
            asked_at=now,
        )
        BookEntry.objects.bulk_create(
            BookEntry(book=book, edition=edition, position=position)
            for position, edition in enumerate(editions)
        )
        record(
            actor=actor,
            now=now,
            action="compile",
            subject=book,
            scope=programme.slug,
            to_state=book.state,
            payload={"editions": [edition.pk for edition in editions]},
        )
        transaction.on_commit(lambda: _start(book))
    return book


def make_again(*, actor: Actor, now: datetime, book: Book) -> Book:
    """Try once more after a failure."""
    with transaction.atomic():
        book = transition(
            workflow=BOOKS,
            instance=book,
            move="retry",
            actor=actor,
            now=now,
            changes={"done": 0, "failure": ""},
            scope=book.programme.slug,
        )
        transaction.on_commit(lambda: _start(book))
    return book


def release_book(*, actor: Actor, now: datetime, book: Book) -> Book:
    """Let everybody download it."""
    return transition(
        workflow=BOOKS,
        instance=book,
        move="release",
        actor=actor,
        now=now,
        changes={"released_at": now},
        scope=book.programme.slug,
    )


def _start(book: Book) -> None:
    app.configure_task(TASK).defer(book_id=book.pk)
