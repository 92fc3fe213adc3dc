"""Printed text as HTML: citations become links, doubtful places are marked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kaichuang.policy.models import Doubt, DoubtState, Edition, Reference
from kaichuang.policy.queries.reading import document_url
from kaichuang.ui.citations import Citation
from kaichuang.ui.components.clause import clause as clause_chip

_TITLE = re.compile(r"《[^《》]{2,120}》")
_NUMBER = re.compile(r"[\u4e00-\u9fff]{2,12}[〔\[［(（]\d{4}[〕\]］)）]\s*\d{1,5}号")


class Linker:
    """Makes links out of what an edition cites. Everything is escaped; nothing is added to the words."""

    def __init__(self, references: Iterable[Reference], doubts: Iterable[Doubt] = ()) -> None:
        self._urls: dict[str, tuple[str, str]] = {}
        for reference in references:
            goal = goal_of(reference)
            for words in (
                reference.printed,
                reference.number,
                f"《{reference.title}》" if reference.title else "",
            ):
                if len(words) > 3:
                    self._urls.setdefault(words, goal)
        self._doubts = {
            doubt.found: doubt
            for doubt in doubts
            if doubt.found.strip() and (doubt.decided or doubt.proposed)
        }
        known = sorted([*self._urls, *self._doubts], key=len, reverse=True)
        pieces = [re.escape(words) for words in known]
        self._pattern = re.compile("|".join([*pieces, _TITLE.pattern, _NUMBER.pattern]))

    def html(self, text: str) -> SafeString:
        """One paragraph."""
        parts: list[str] = []
        end = 0
        for match in self._pattern.finditer(text):
            parts.append(format_html("{}", text[end : match.start()]))
            parts.append(self._piece(match[0]))
            end = match.end()
        parts.append(format_html("{}", text[end:]))
        return SafeString("".join(parts))

    def _piece(self, words: str) -> str:
        doubt = self._doubts.get(words)
        if doubt is not None:
            return _marked(doubt)
        goal = self._urls.get(words)
        if goal is None:
            return self._unknown(words)
        url, hint = goal
        return format_html('<a href="{}" title="{}">{}</a>', url, hint, words)

    def _unknown(self, words: str) -> str:
        """A title or number that the importer did not list as a citation: where else it is cited."""
        inner = words[1:-1] if words.startswith("《") else ""
        url = cited_url(title=inner) if inner else cited_url(number=words)
        return format_html('<a class="kp-faint" href="{}">{}</a>', url, words)


def goal_of(reference: Reference) -> tuple[str, str]:
    """(address, hint): the document when the library has it, else the page of all that cite it."""
    if reference.target is not None:
        return document_url(reference.target.code), reference.target.title
    url = cited_url(number=reference.number, title=reference.title)
    return url, _("政策库尚无全文，点击查看引用它的条款")


def cited_url(*, number: str = "", title: str = "") -> str:
    query = {"number": number} if number else {"title": title}
    return f"{reverse('policy:cited')}?{urlencode(query)}"


def chip_of(reference: Reference) -> SafeString:
    """A citation as a chip."""
    url, hint = goal_of(reference)
    label = " ".join(filter(None, [f"《{reference.title}》" if reference.title else "", reference.number]))
    return clause_chip(Citation(label=label, url=url, document=hint))


def _marked(doubt: Doubt) -> str:
    """The printed words, with the correction as a hint and for screen readers."""
    if doubt.state == DoubtState.KEPT:
        return format_html("{}", doubt.found)
    read = doubt.decided or doubt.proposed
    hint = _("原文如此，应为“%(read)s”") % {"read": read}
    return format_html(
        '<a class="kp-doubt" href="#corrections" title="{}">{}<span class="visually-hidden">（{}）</span></a>',
        hint,
        doubt.found,
        hint,
    )


def linker_for(edition: Edition, references: Iterable[Reference], doubts: Iterable[Doubt] = ()) -> Linker:
    """Links of an edition; its own title is none."""
    return Linker([one for one in references if one.title != edition.title], doubts)
