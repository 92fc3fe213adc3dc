"""What is wrong with a table before it runs: overlapping rows, gaps, rows that can never decide.

Every input's values are cut into the pieces between the bounds that its cells name.  Within a piece all cells answer the
same, so the table is a finite grid: a row is a box in it, and gaps and overlaps are found exactly.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

from kaichuang.rules.lang import Type
from kaichuang.rules.lang.types import Value
from kaichuang.rules.tables.cells import Cell, Test, parse
from kaichuang.rules.tables.model import DecisionTable, HitPolicy, Input

GRID_LIMIT = 500_000
"""Larger grids are not searched for gaps; a finding says so."""
REPORTED = 20
WHOLE = -1
"""The place on an axis that stands for all its pieces."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at: ``kind`` is overlap, gap, unreachable, empty, open (not analysable) or large."""

    kind: str
    rows: tuple[int, ...]
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of an input's values: a single value, or all that lie between two bounds (exclusive)."""

    sample: Any
    label: str


@dataclass(frozen=True, slots=True)
class Grid:
    """The pieces of every input, and for every row and input the pieces that its cell admits."""

    pieces: tuple[tuple[Piece, ...], ...]
    boxes: dict[int, tuple[frozenset[int], ...]]

    def describe(self, point: Sequence[int]) -> str:
        """A point of the grid in words; an axis at ``WHOLE`` is left out."""
        labels = [self.pieces[axis][place].label for axis, place in enumerate(point) if place != WHOLE]
        return ", ".join(labels) or "…"


def analyse(table: DecisionTable) -> tuple[Finding, ...]:
    """All findings of a table; raises ``CellError`` if a cell cannot be read."""
    cells = {
        number: [parse(cell, column.source) for cell, column in zip(rule.when, table.inputs, strict=True)]
        for number, rule in enumerate(table.rules, 1)
    }
    closed = {number: row for number, row in cells.items() if not any(cell.is_free for cell in row)}
    grid = _grid(table, closed)
    found = [_open(number) for number in cells if number not in closed]
    found += [_empty(number) for number, box in grid.boxes.items() if not all(box)]
    found += _overlaps(table, grid)
    found += _unreachable(table, grid)
    if len(closed) == len(cells):
        found += _gaps(grid)
    return tuple(found)


def _grid(table: DecisionTable, cells: dict[int, list[Cell]]) -> Grid:
    pieces = tuple(
        tuple(_pieces(column, [row[axis] for row in cells.values()]))
        for axis, column in enumerate(table.inputs)
    )
    boxes = {
        number: tuple(
            frozenset(place for place, piece in enumerate(pieces[axis]) if admits(cell, piece.sample))
            for axis, cell in enumerate(row)
        )
        for number, row in cells.items()
    }
    return Grid(pieces, boxes)


def admits(cell: Cell, value: Value) -> bool:
    """Whether a known value passes a cell."""
    return cell.is_any or any(_passes(test, value) for test in cell.tests) is not cell.negated


def _passes(test: Test, value: Any) -> bool:
    if test.null:
        return value is None
    if value is None:
        return False
    if test.excluded is not None:
        return bool(value != test.excluded)
    low: Any = test.low
    high: Any = test.high
    above = low is None or (value > low if test.low_open else value >= low)
    below = high is None or (value < high if test.high_open else value <= high)
    return bool(above and below)


def _pieces(column: Input, cells: Sequence[Cell]) -> Iterator[Piece]:
    tests = [test for cell in cells for test in cell.tests]
    if any(test.null for test in tests):
        yield Piece(None, f"{column.source} IS NULL")
    bounds = {bound for test in tests for bound in (test.low, test.high, test.excluded) if bound is not None}
    if column.type is Type.BOOL:
        yield from (Piece(value, f"{column.source} = {value}") for value in (True, False))
    elif column.type is Type.TEXT:
        yield from _words(column, bounds)
    else:
        yield from _stretches(column, bounds)


def _words(column: Input, bounds: set[Any]) -> Iterator[Piece]:
    known = column.values or tuple(sorted(bounds))
    yield from (Piece(word, f"{column.source} = '{word}'") for word in known)
    if column.values is None:
        yield Piece("\N{REPLACEMENT CHARACTER}", f"{column.source}: …")


def _stretches(column: Input, bounds: set[Any]) -> Iterator[Piece]:
    """Every bound by itself, and what lies between two neighbours, below the first and above the last."""
    ends = [_scaled(bound) for bound in (column.minimum, column.maximum)]
    marks = sorted({_scaled(bound) for bound in bounds} | {end for end in ends if end is not None})
    marks = [m for m in marks if (ends[0] is None or m >= ends[0]) and (ends[1] is None or m <= ends[1])]
    whole = column.type is not Type.RATIO
    if marks and ends[0] is None:
        yield _piece(column, marks[0] - 1, f"{column.source} < {_shown(column, marks[0])}")
    for mark, after in zip(marks, [*marks[1:], None], strict=True):
        yield _piece(column, mark, f"{column.source} = {_shown(column, mark)}")
        if after is not None and not (whole and after - mark <= 1):
            label = f"{_shown(column, mark)} < {column.source} < {_shown(column, after)}"
            yield _piece(column, mark + 1 if whole else (mark + after) / 2, label)
    if marks and ends[1] is None:
        yield _piece(column, marks[-1] + 1, f"{column.source} > {_shown(column, marks[-1])}")
    if not marks:
        yield _piece(column, Fraction(0), f"{column.source}: …")


def _scaled(bound: Value) -> Any:
    if isinstance(bound, dt.date):
        return Fraction(bound.toordinal())
    return None if bound is None or isinstance(bound, str) else Fraction(bound)


def _piece(column: Input, number: Fraction, label: str) -> Piece:
    if column.type is Type.DATE:
        clipped = max(1, min(dt.date.max.toordinal(), int(number)))
        return Piece(dt.date.fromordinal(clipped), label)
    return Piece(number, label)


def _shown(column: Input, number: Fraction) -> str:
    if column.type is Type.DATE:
        return dt.date.fromordinal(int(number)).isoformat()
    if column.type is Type.MONEY:
        return f"¥{int(number) // 100}.{int(number) % 100:02d}"
    return str(number)


def _overlaps(table: DecisionTable, grid: Grid) -> Iterator[Finding]:
    """Pairs of rows that can match together, where the policy does not expect it."""
    if table.policy not in (HitPolicy.UNIQUE, HitPolicy.ANY):
        return
    for one, other in _pairs(grid):
        same = table.rules[one - 1].then == table.rules[other - 1].then
        shared = [a & b for a, b in zip(grid.boxes[one], grid.boxes[other], strict=True)]
        if all(shared) and not (table.policy is HitPolicy.ANY and same):
            where = grid.describe([min(places) for places in shared])
            yield Finding(
                "overlap",
                (one, other),
                f"第 {one} 行与第 {other} 行重叠,例如 {where}",
                f"rows {one} and {other} overlap, for example at {where}",
            )


def _pairs(grid: Grid) -> Iterator[tuple[int, int]]:
    numbers = list(grid.boxes)
    yield from ((a, b) for place, b in enumerate(numbers) for a in numbers[:place])


def _unreachable(table: DecisionTable, grid: Grid) -> Iterator[Finding]:
    """Rows of FIRST and PRIORITY tables that rows before them always take."""
    if table.policy not in (HitPolicy.FIRST, HitPolicy.PRIORITY):
        return
    order = table.ranked() if table.policy is HitPolicy.PRIORITY else list(grid.boxes)
    order = [number for number in order if number in grid.boxes]
    for place, number in enumerate(order):
        box, before = grid.boxes[number], [grid.boxes[n] for n in order[:place]]
        if all(box) and prod(map(len, box)) <= GRID_LIMIT and before and _covered(box, before):
            yield Finding(
                "unreachable",
                (number,),
                f"第 {number} 行永远不会生效,总是被前面的行取代",
                f"row {number} can never decide: rows before it always match first",
            )


def _covered(box: tuple[frozenset[int], ...], by: Sequence[tuple[frozenset[int], ...]]) -> bool:
    return all(any(_holds(other, point) for other in by) for point in product(*box))


def _holds(box: tuple[frozenset[int], ...], point: Sequence[int]) -> bool:
    return all(place in places for place, places in zip(point, box, strict=True))


def _gaps(grid: Grid) -> Iterator[Finding]:
    """Points of the grid that no row covers."""
    if prod(map(len, grid.pieces)) > GRID_LIMIT:
        yield Finding("large", (), "表过大,未检查空缺", "the table is too large to be searched for gaps")
        return
    boxes = list(grid.boxes.values())
    sizes = [len(axis) for axis in grid.pieces]
    points = {p for p in product(*map(range, sizes)) if not any(_holds(box, p) for box in boxes)}
    for point in sorted(_merged(points, sizes))[:REPORTED]:
        where = grid.describe(point)
        yield Finding("gap", (), f"没有一行适用于 {where}", f"no row covers {where}")


def _merged(points: set[tuple[int, ...]], sizes: Sequence[int]) -> set[tuple[int, ...]]:
    """Points that fill a whole axis brought together into one."""
    for axis, size in reversed(list(enumerate(sizes))):
        lines: dict[tuple[int, ...], set[tuple[int, ...]]] = {}
        for point in points:
            lines.setdefault((*point[:axis], WHOLE, *point[axis + 1 :]), set()).add(point)
        points = {p for whole, line in lines.items() for p in ({whole} if len(line) == size else line)}
    return points


def _empty(number: int) -> Finding:
    return Finding("empty", (number,), f"第 {number} 行没有任何值能满足", f"no value satisfies row {number}")


def _open(number: int) -> Finding:
    zh = f"第 {number} 行含有无法静态分析的条件"
    return Finding("open", (number,), zh, f"row {number} holds a condition that cannot be analysed")
