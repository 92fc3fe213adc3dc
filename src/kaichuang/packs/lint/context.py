"""What the checks share: the pack, its compiled rules, and values that depend on nothing but figures and readings."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from kaichuang.rules.measures import Measure, Rulebook
from kaichuang.rules.measures.folding import fold, qualified
from kaichuang.rules.measures.values import Value

from ..loader import Pack
from ..problems import Mark, Problem
from .bounds import Sizes

Place = tuple[str, str, tuple[str | int, ...]]


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something to look at, at a place of the pack."""

    code: str
    place: Place
    zh: str
    en: str
    hint: str | None = None

    @property
    def key(self) -> str:
        """The id of the item that it is about."""
        return self.place[1]


class Lint:
    """One pack under inspection."""

    def __init__(self, pack: Pack, book: Rulebook, as_of: dt.date) -> None:
        self.pack, self.book, self.as_of = pack, book, as_of

    @cached_property
    def sizes(self) -> Sizes:
        """How large the amounts can become."""
        return Sizes(self.book)

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The pack's own measures."""
        return self.pack.own.measures

    def problem(self, doubt: Doubt) -> Problem:
        """A doubt with its file and line."""
        section, key, path = doubt.place
        mark: Mark = self.pack.mark(section, key, *path)
        return Problem(mark, doubt.code, doubt.zh, doubt.en, doubt.hint, "warning")

    def unnamed(self, section: str, at: int) -> Place:
        """The place of an item of a section whose items have no id."""
        keys = [key for (name, key) in self.pack.origins if name == section]
        return (section, keys[at] if at < len(keys) else "", ())

    def qualified(self, measure: Measure, source: str) -> str:
        """An expression of a measure with full names."""
        return qualified(measure, source)

    def constant(self, measure: Measure, source: str | None) -> Value | None:
        """The value of an expression that needs no fact; ``None`` where it needs one or cannot be computed."""
        return None if source is None else fold(self.book, qualified(measure, source)).value
