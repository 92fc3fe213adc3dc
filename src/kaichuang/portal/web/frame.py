"""Header and footer of every page, drawn as rarely as possible.

The public header differs by language, programme and area only; the rest (where one is, the form's token, the words
searched for) is put into the finished HTML. That makes the frame of a public page cost microseconds.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING
from urllib.parse import quote

from django.middleware.csrf import get_token
from django.template import loader
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

if TYPE_CHECKING:
    from kaichuang.portal.web.context import Shell

_KEPT = 256
_WORDS = ("here", "here_quoted", "path_quoted", "token", "query")
_MARKS = {word: f"\x00{word}\x00" for word in _WORDS}
"""No name and no quoted address holds a NUL; the query may, so it is put in last and never looked at again."""

_headers: OrderedDict[tuple[str, ...], str] = OrderedDict()
_footers: dict[str, SafeString] = {}


def header(shell: Shell) -> SafeString:
    """The header of a page."""
    here = shell.request.get_full_path()
    values = {
        "here": here,
        "here_quoted": quote(here),
        "path_quoted": quote(shell.request.path),
        "query": shell.query,
        "token": get_token(shell.request),
    }
    if shell.signed_in:
        return loader.render_to_string("ui/shell/header.html", {"shell": shell, **values})
    programme = shell.programme
    key = (shell.language.code, shell.area, *((programme.slug, programme.name) if programme else ()))
    html = _headers.get(key)
    if html is None:
        html = _headers[key] = loader.render_to_string("ui/shell/header.html", {"shell": shell, **_MARKS})
        if len(_headers) > _KEPT:
            _headers.popitem(last=False)
    for word, mark in _MARKS.items():
        html = html.replace(mark, escape(values[word]))
    return mark_safe(html)  # noqa: S308  # drawn by a template, and what was put in is escaped


def footer(shell: Shell) -> SafeString:
    """The foot of a page."""
    if shell.signed_in:
        return loader.render_to_string("ui/shell/footer.html", {"shell": shell})
    language = shell.language.code
    if language not in _footers:
        _footers[language] = loader.render_to_string("ui/shell/footer.html", {"shell": shell})
    return _footers[language]


def forget() -> None:
    """Drop what is kept; for tests that register entries."""
    _headers.clear()
    _footers.clear()
