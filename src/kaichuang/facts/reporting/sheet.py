"""A form laid out in cells, with its expressions compiled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from kaichuang.facts.reporting.schema import ADDITIVE, Check, Column, FormErrors, FormSpec, Row, read_form
from kaichuang.rules.lang import Definition, Field, LanguageErrors, Program, Type
from kaichuang.rules.lang.types import INT_LIMIT, MONEY_LIMIT, Value

FIRST_OF_YEAR = "first_of_year"
"""In expressions: whether the report is the first of its calendar year."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. `how`: entered, sum of rows or columns, cumulative, or repeated from the last report."""

    name: str
    row: Row
    column: Column
    how: str
    formula: str = ""

    @property
    def is_entered(self) -> bool:
        return self.how == "enter"

    @property
    def fact(self) -> str:
        return self.row.facts.get(self.column.code or "", "")

    @property
    def bounds(self) -> tuple[str, str]:
        """Smallest and largest value as people write them; what is left open is what rules can compute with."""
        if self.row.type not in ADDITIVE:
            return "", ""
        most = INT_LIMIT if self.row.type == "int" else MONEY_LIMIT // 100
        return self.row.minimum or "0", self.row.maximum or str(most)

    @property
    def told(self) -> str:
        """Under which name an opening balance of a cumulative cell is entered, when there is no last report."""
        return f"told.{self.name}"


class Sheet:
    """A form ready to be filled in. Build it with `sheet_of`."""

    def __init__(self, spec: FormSpec) -> None:
        self.spec = spec
        self.cells: dict[str, Cell] = {cell.name: cell for cell in _cells(spec)}
        self.checks: tuple[Check, ...] = (*_own_checks(spec, self.cells), *spec.checks)
        self.program = self._compile()

    @cached_property
    def entered(self) -> list[Cell]:
        return [cell for cell in self.cells.values() if cell.is_entered]

    def at(self, row: Row, column: Column) -> Cell | None:
        """The cell where a row and a column meet, if there is one."""
        return self.cells.get(f"{row.code}.{column.code}") if row.code else None

    def cells_of(self, check: Check) -> tuple[str, ...]:
        """The cells that a check is about: those it declares, else those of this report that its test names."""
        if check.cells:
            return check.cells
        return tuple(name for name in self.cells if name in self.program.uses(_test(check)))

    def compute(
        self, entries: Mapping[str, Any], last: Mapping[str, Any], *, opens_a_year: bool
    ) -> dict[str, Value]:
        """Every cell's value and every check's answer (under `check.<id>`); unknown is None."""
        facts: dict[str, object] = {FIRST_OF_YEAR: opens_a_year}
        facts.update((name, value) for name, value in entries.items())
        facts.update((f"last.{name}", value) for name, value in last.items())
        known = {name: value for name, value in facts.items() if name in self.program.fields}
        answers = self._answer(known)
        return {**{cell.name: entries.get(cell.name) for cell in self.entered}, **answers}

    def opening_cells(self, last: Mapping[str, Any], *, opens_a_year: bool) -> set[str]:
        """Cumulative cells whose earlier part nobody knows, so that it must be entered."""
        if opens_a_year:
            return set()
        return {
            cell.name
            for cell in self.cells.values()
            if cell.how == "cumulative" and last.get(cell.name) is None
        }

    @cached_property
    def _answer(self) -> Any:
        return self.program.case()

    def _compile(self) -> Program:
        fields = [Field(FIRST_OF_YEAR, Type.BOOL)]
        for cell in self.cells.values():
            if cell.is_entered:
                fields.append(_field(cell.name, cell))
            if cell.how == "cumulative":
                fields.append(_field(cell.told, cell))
            fields.append(_field(f"last.{cell.name}", cell))
        formulas = [Definition(cell.name, cell.formula) for cell in self.cells.values() if cell.formula]
        tests = [Definition(_test(check), check.test, Type.BOOL) for check in self.checks]
        try:
            return Program.build(fields, (), [*formulas, *tests])
        except LanguageErrors as error:
            raise FormErrors(self.spec.id, [str(found) for found in error.problems]) from error


def passes(answers: Mapping[str, Value], check: Check) -> bool:
    """A check fails only where it is known to fail: an empty cell has a finding of its own."""
    return answers[_test(check)] is not False


@lru_cache(maxsize=64)
def sheet_of(text: str) -> Sheet:
    """The sheet of a form kept as JSON text. Raises `FormErrors`."""
    import json

    return Sheet(read_form(json.loads(text)))


def _test(check: Check) -> str:
    return f"check.{check.id}"


def _field(name: str, cell: Cell) -> Field:
    kind = Type[cell.row.type.upper()]
    values = tuple(cell.row.values) or None
    limit = {Type.INT: INT_LIMIT, Type.MONEY: MONEY_LIMIT}.get(kind)
    return Field(name, kind, values=values, maximum=limit, minimum=-limit if limit else None)


def _cells(spec: FormSpec) -> Iterator[Cell]:
    leaves = spec.leaves
    plain = [column for column in leaves if column.kind == "enter"]
    for _depth, row in spec.all_rows:
        if row.code is None:
            continue
        wanted = row.columns or tuple(
            column.code or "" for column in (leaves if row.type in ADDITIVE else plain[:1])
        )
        for column in leaves:
            if column.code in wanted:
                yield _cell(row, column)


def _cell(row: Row, column: Column) -> Cell:
    name = f"{row.code}.{column.code}"
    if column.kind == "last":
        return Cell(name, row, column, "last", f"last.{row.code}.{column.of[0]}")
    if row.sum and column.kind != "sum":
        return Cell(name, row, column, "total", " + ".join(f"{part}.{column.code}" for part in row.sum))
    if column.kind == "cumulative":
        this = f"{row.code}.{column.of[0]}"
        formula = (
            f"CASE WHEN {FIRST_OF_YEAR} THEN {this} ELSE coalesce(last.{name} + {this}, told.{name}) END"
        )
        return Cell(name, row, column, "cumulative", formula)
    if column.kind == "sum":
        return Cell(name, row, column, "sum", " + ".join(f"{row.code}.{part}" for part in column.of))
    return Cell(name, row, column, "enter")


def _own_checks(spec: FormSpec, cells: Mapping[str, Cell]) -> Iterator[Check]:
    """Checks that rows bring along: parts within their whole, and moves that need a reason."""
    for cell in cells.values():
        whole = f"{cell.row.part_of}.{cell.column.code}"
        if cell.row.part_of and whole in cells and cell.how != "last":
            yield Check.model_validate(
                {
                    "id": f"part-{cell.name.replace('.', '-')}",
                    "test": f"{cell.name} <= {whole}",
                    "message": {
                        "zh": f"“{cell.row.title.zh}”不能大于“{cells[whole].row.title.zh}”",
                        "en": f"“{cell.row.title.en}” cannot exceed “{cells[whole].row.title.en}”",
                    },
                    "cells": [cell.name],
                }
            )
        if cell.row.swing is not None and cell.column.kind == "enter":
            yield Check.model_validate(_swing(cell))


def _swing(cell: Cell) -> dict[str, Any]:
    share, last = cell.row.swing, f"last.{cell.name}"
    assert share is not None
    part, whole = share.numerator, share.denominator
    percent = f"{float(share):.0%}"
    return {
        "id": f"swing-{cell.name.replace('.', '-')}",
        "kind": "explain",
        "test": (
            f"({cell.name} - {last}) * {whole} <= {last} * {part}"
            f" AND ({last} - {cell.name}) * {whole} <= {last} * {part}"
        ),
        "message": {
            "zh": f"“{cell.row.title.zh}”与上期相比变动超过{percent}，请核实",
            "en": f"“{cell.row.title.en}” moved by more than {percent} since the last report",
        },
        "cells": [cell.name],
    }
