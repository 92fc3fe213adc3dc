"""Compilations: list, make, watch, release, download."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kaichuang.files.web.download import file_response
from kaichuang.journal.queries import history_of
from kaichuang.kit.http import Request
from kaichuang.places.web.attempt import attempt
from kaichuang.policy.models import Book
from kaichuang.policy.operations import compile_book, make_again, release_book
from kaichuang.policy.permissions import may_edit_book, may_edit_library
from kaichuang.policy.queries.books import books_for
from kaichuang.policy.queries.editions import current_for
from kaichuang.policy.web.forms import BookForm
from kaichuang.policy.web.history import events_of
from kaichuang.policy.web.intake import programme_to_edit
from kaichuang.policy.web.tables import BOOKS
from kaichuang.ui.tables import respond


@require_safe
def books(request: Request) -> HttpResponse:
    """All compilations, released ones for everybody."""
    may_edit = bool(request.programme) and may_edit_library(request.actor, request.programme.pk)
    rows = books_for(request.actor)
    return respond(
        request, table=BOOKS, rows=rows, template="policy/books.html", context={"may_edit": may_edit}
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponse:
    """Choose the texts."""
    programme = programme_to_edit(request)
    choice = current_for(request.actor).order_by("document__programme__place__level", "document__code")
    own = choice.filter(document__programme=programme)
    initial = {"title": _("%(name)s政策汇编") % {"name": programme.place.name}, "editions": list(own)}
    form = BookForm(request.POST or None, editions=choice, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = {**form.cleaned_data, "editions": list(form.cleaned_data["editions"])}
        book = attempt(
            form, lambda: compile_book(actor=request.actor, now=request.now, programme=programme, **values)
        )
        if book is not None:
            return redirect("policy:book", book.pk)
    context = {"form": form, "crumbs": [(_("政策汇编"), reverse("policy:books"))]}
    return render(request, "policy/new_book.html", context, status=422 if form.errors else 200)


@require_safe
def book(request: Request, pk: int) -> HttpResponse:
    """One compilation: what is in it, and how far it is."""
    found = _book(request, pk)
    context = {
        "book": found,
        "entries": found.entries.select_related("edition__document__programme__place").order_by("position"),
        "may_edit": may_edit_book(request.actor, found),
        "events": events_of(history_of(found)),
        "crumbs": [(_("政策汇编"), reverse("policy:books"))],
    }
    return render(request, "policy/book.html", context)


@require_safe
def progress(request: Request, pk: int) -> HttpResponse:
    """The fragment that asks for itself until the book is made."""
    return render(request, "policy/fragments/book.html", {"book": _book(request, pk)})


@require_safe
def download(request: Request, pk: int) -> HttpResponseBase:
    """The PDF."""
    found = _book(request, pk)
    if found.paper is None:
        raise Http404
    try:
        return file_response(request, found.paper.attachment)
    except FileNotFoundError as error:
        raise Http404 from error


@login_required
@require_POST
def move(request: Request, pk: int, move: str) -> HttpResponse:
    """Release it, or try again after a failure."""
    found = _book(request, pk)
    if move == "release":
        release_book(actor=request.actor, now=request.now, book=found)
        messages.success(request, _("已发布，所有人可以下载。"))
    elif move == "retry":
        make_again(actor=request.actor, now=request.now, book=found)
    else:
        raise Http404
    return redirect("policy:book", pk)


def _book(request: Request, pk: int) -> Book:
    return get_object_or_404(books_for(request.actor), pk=pk)
