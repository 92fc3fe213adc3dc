"""What is known already: told by the visitor, or known to the platform, with source and age."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kaichuang.entitlement.queries.asking import Asked
from kaichuang.entitlement.words import shown, title_of
from kaichuang.facts.models.observation import Source


@dataclass(frozen=True, slots=True)
class AnsweredLine:
    """One value in force. `own` ones were told here and can be taken back."""

    name: str
    title: str
    value: str
    source: str
    age: str
    told_on: date | None
    own: bool
    field: str
    """What the question is called: the table, where the value is one of its totals."""


def answered_lines(asked: Asked) -> list[AnsweredLine]:
    """Everything told and known, what was told here first."""
    return [*_told(asked), *_known(asked)]


def _told(asked: Asked) -> Iterator[AnsweredLine]:
    book, told = asked.book, asked.told
    here = _("您填写")
    for name, value in told.facts.items():
        field = book.table_of(name) or name
        if name in asked.known and asked.known[name].value != value:
            before = shown(book, name, {name: asked.known[name].value})
            source = _("您改填（原为%(value)s）") % {"value": before}
        else:
            source = here
        yield AnsweredLine(
            name, title_of(book, name), shown(book, name, {name: value}), source, "", None, True, field
        )
    for code, rows in told.tables.items():
        value = ngettext("%(n)d 行", "%(n)d 行", len(rows)) % {"n": len(rows)} if rows else _("无")
        yield AnsweredLine(code, title_of(book, code), value, here, "", None, True, code)
    for name in sorted(told.unknown):
        yield AnsweredLine(name, title_of(book, name), _("不知道"), here, "", None, True, name)


def _known(asked: Asked) -> Iterator[AnsweredLine]:
    for name, known in asked.known.items():
        if name not in asked.told.names:
            value = shown(asked.book, name, {name: known.value})
            source = str(Source(known.source).label)
            age = age_of(known.told_on, asked.as_of)
            yield AnsweredLine(
                name, title_of(asked.book, name), value, source, age, known.told_on, False, name
            )


def age_of(told_on: date, today: date) -> str:
    """How old a value is, in words."""
    days = (today - told_on).days
    if days <= 0:
        return _("当日数据")
    if days < 60:
        return ngettext("%(n)d 天前", "%(n)d 天前", days) % {"n": days}
    if days < 730:
        months = days // 30
        return ngettext("约 %(n)d 个月前", "约 %(n)d 个月前", months) % {"n": months}
    years = days // 365
    return ngettext("约 %(n)d 年前", "约 %(n)d 年前", years) % {"n": years}
