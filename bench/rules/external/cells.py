"""Cells (unary tests) of foreign tables in the notation of ours."""

from __future__ import annotations

from bench.rules.external.translate import COMPARISONS, Names, Translator, interval, plain
from bench.rules.external.verdict import NotCovered

OWN = "?"
"""In our cells a question mark stands for the input."""


class Cell(Translator):
    """One cell. Alternatives stand between commas; zen also joins tests with ``and`` and ``or``."""

    def tests(self) -> str:
        """The cell in our notation."""
        if self.next.word == "not" and self.words[self.place + 1].word == "(":
            self.place += 2
            inside = self.alternatives()
            self.need(")")
            return f"not({inside})"
        return self.alternatives()

    def alternatives(self) -> str:
        """Tests between commas."""
        found = [self.joined()]
        while self.accept(","):
            found.append(self.joined())
        return ", ".join(found)

    def joined(self) -> str:
        """Tests joined by ``and`` and ``or``; a single one keeps its own notation, so that it can be analysed."""
        short, long = self.one()
        if self.next.word not in ("and", "or"):
            return short
        parts = [long]
        while (word := self.accept("and", "or")) is not None:
            parts += [word.upper(), self.one()[1]]
        return f"({' '.join(parts)})"

    def one(self) -> tuple[str, str]:
        """A test in the notation of cells, and as an expression over the input."""
        sign = self.accept(*COMPARISONS)
        if sign is not None:
            bound = self.total()
            return f"{COMPARISONS[sign]} {bound}", f"({OWN} {COMPARISONS[sign]} {bound})"
        if self.next.word in ("[", "]") or (self.next.word == "(" and self._is_interval()):
            return self._interval()
        if self.next.word == "in" or (self.next.word == "not" and self.words[self.place + 1].word == "in"):
            negated = self.accept("not") is not None
            self.need("in")
            inside = self.membership(OWN)
            return (f"NOT {inside}", f"(NOT {inside})") if negated else (inside, inside)
        return self._value()

    def _is_interval(self) -> bool:
        depth = 0
        for token in self.words[self.place :]:
            depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(token.word, 0)
            if token.word == ".." and depth == 1:
                return True
            if depth == 0:
                return False
        return False

    def _interval(self) -> tuple[str, str]:
        opening = self.take().word
        first = self.choice()
        self.need("..")
        last = self.choice()
        closing = self.take().word
        return f"{opening}{first}..{last}{closing}", interval(OWN, opening, first, last, closing)

    def _value(self) -> tuple[str, str]:
        value = self.comparison()
        return (value, value) if OWN in value else (value, f"({OWN} = {value})")


def cell(source: str, *, named: Names = plain) -> str:
    """A cell in our notation; an empty one and ``-`` admit everything."""
    if source.strip() in ("", "-"):
        return "-"
    reader = Cell(source, subject=OWN, named=named)
    made = reader.tests()
    if not reader.done:
        raise NotCovered("other syntax")
    return made
