"""What the checks share: the pack, its compiled rules, and values that depend on nothing but figures and readings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from kaichuang.rules.lang import Definition, LanguageErrors, Program
from kaichuang.rules.lang import Parameter as Figure
from kaichuang.rules.measures import Measure, Rulebook
from kaichuang.rules.measures.scope import names_of, qualify, symbol
from kaichuang.rules.measures.values import Value

from ..loader import Pack
from ..problems import Mark, Problem

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
        own = symbol(measure.id)
        parts = [*measure.parameters, *measure.let, *(t.code for t in measure.totals)]
        parts += [*(c.id for c in measure.conditions), *(o.id for o in measure.outcomes)]
        names = {name: f"{own}.{name}" for name in (*parts, "amount", "payable", "eligible", "in_force")}
        return qualify(source, {**names, "reference_date": measure.on}).text

    def constant(self, measure: Measure, source: str | None) -> Value | None:
        """The value of an expression that needs no fact; ``None`` where it needs one or cannot be computed."""
        if source is None:
            return None
        text = self.qualified(measure, source)
        if not self._figures_only(text):
            return None
        figures: list[Figure] = list(self.book.program.parameters.values())
        try:
            program = Program.build((), figures, [*self._helpers(text), Definition("lint.value", text)])
        except LanguageErrors:
            return None
        found: Mapping[str, Value | None] = program.case(("lint.value",))({})
        return found["lint.value"]

    def _figures_only(self, text: str) -> bool:
        program = self.book.program
        for name in names_of(text):
            if name in program.compiled:
                if program.depends_on(name) & program.fields.keys():
                    return False
            elif name not in program.parameters:
                return False
        return True

    def _helpers(self, text: str) -> list[Definition]:
        program = self.book.program
        used = [name for name in names_of(text) if name in program.compiled]
        return (
            [Definition(name, program.source_of(name)) for name in program.needed_for(used)] if used else []
        )
