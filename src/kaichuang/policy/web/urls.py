"""Addresses of the policy library. Words in small letters are pages; capitals are codes of documents."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, register_converter

from kaichuang.policy.web import (
    books,
    clauses,
    compare,
    desk,
    documents,
    duties,
    editions,
    feeds,
    intake,
    library,
    packs,
    questions,
    search,
)


class CodeConverter:
    """The code of a document or annex: `NH`, `QDA`."""

    regex = "[A-Z][A-Z0-9]*"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(CodeConverter, "code")

app_name = "policy"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", library.library, name="library"),
    path("search/", search.search, name="search"),
    path("go/", clauses.go, name="go"),
    path("references/", clauses.references, name="references"),
    path("cited/", library.cited, name="cited"),
    path("feed.rss", feeds.Rss(), name="rss"),
    path("feed.atom", feeds.Atom(), name="atom"),
    path("duties/", duties.duties, name="duties"),
    path("duties/matrix/", duties.matrix, name="matrix"),
    path("duties/units/<int:pk>/", duties.unit, name="unit"),
    path("questions/", questions.frequent, name="questions"),
    path("questions/ask/", questions.ask, name="ask"),
    path("questions/mine/", questions.mine, name="my_questions"),
    path("questions/desk/", desk.desk, name="desk"),
    path("questions/desk/<int:pk>/", desk.handle, name="handle"),
    path("questions/track/", questions.find, name="find_question"),
    path("questions/<str:ticket>/", questions.track, name="track"),
    path("books/", books.books, name="books"),
    path("books/new/", books.new, name="new_book"),
    path("books/<int:pk>/", books.book, name="book"),
    path("books/<int:pk>/progress/", books.progress, name="book_progress"),
    path("books/<int:pk>/download/", books.download, name="book_download"),
    path("books/<int:pk>/<str:move>/", books.move, name="book_move"),
    path("packs/", packs.packs, name="packs"),
    path("packs/<int:pk>/", packs.pack, name="pack"),
    path("making/", intake.making, name="making"),
    path("upload/", intake.upload, name="upload"),
    path("upload/<int:pk>/", intake.preview, name="preview"),
    path("upload/<int:pk>/discard/", intake.discard, name="discard"),
    path("editions/<int:pk>/", editions.edition, name="edition"),
    path("editions/<int:pk>/doubts/", editions.doubts, name="doubts"),
    path("editions/<int:pk>/describe/", editions.describe, name="describe"),
    path("editions/<int:pk>/renew/", editions.renew, name="renew"),
    path("editions/<int:pk>/<str:move>/", editions.move, name="move"),
    path("<code:code>/", documents.document, name="document"),
    path("<code:code>/compare/", compare.compare, name="compare"),
    path("<code:code>/source/", documents.source, name="source"),
    path("<code:code>/<path:path>/", clauses.clause, name="clause"),
]
