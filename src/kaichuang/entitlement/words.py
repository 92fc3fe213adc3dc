"""Words of packs in the reader's language. Packs hold simplified Chinese and English; the rest is converted."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.utils.translation import get_language

from kaichuang.packs.loader import Pack
from kaichuang.rules.measures import Rulebook
from kaichuang.rules.measures.sentences import show
from kaichuang.rules.measures.values import Text


def language() -> str:
    """The language of packs that serves the reader: ``en`` or ``zh``."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def words(text: Text | None) -> str:
    """A text of a pack for the reader of this request."""
    if text is None:
        return ""
    return text.get("en") if language() == "en" else localised(text.zh)


def localised(chinese: str) -> str:
    """Simplified Chinese as the reader writes it."""
    return _traditional(chinese) if get_language() == "zh-hant" else chinese


@lru_cache(maxsize=1)
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("s2tw")


@lru_cache(maxsize=8192)
def _traditional(chinese: str) -> str:
    converted: str = _converter().convert(chinese)
    return converted


def shown(book: Rulebook, name: str, values: Any) -> str:
    """The value of a name of the program, as people read it."""
    return localised(show(book, name, values, language=language()))


def title_of(book: Rulebook, name: str) -> str:
    """What a name of the program or a table stands for."""
    if name in book.collections:
        return words(book.collections[name].title)
    meaning = book.meanings.get(name)
    return words(meaning.title) if meaning is not None else name


def named(pack: Pack, section: str, code: str) -> str:
    """The title of a subject, a supplier or a kind of evidence."""
    for item in getattr(pack.all, section):
        if item.code == code:
            return words(item.title)
    return code


def unit_name(pack: Pack, unit: str) -> str:
    """The name of a responsible unit."""
    for item in pack.all.units:
        if item.id == unit:
            return words(item.name)
    return unit
