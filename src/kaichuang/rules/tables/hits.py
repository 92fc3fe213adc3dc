"""Reading a table's answers of one case: which rows matched, in the policy's order, and whether they conflict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kaichuang.rules.lang.types import Value
from kaichuang.rules.tables.model import DecisionTable, HitPolicy


@dataclass(frozen=True, slots=True)
class Hits:
    """The rows that matched (counted from 1) with their outputs; rows of which it is not known; the conflict, if any."""

    rows: tuple[int, ...]
    values: tuple[tuple[Value, ...], ...]
    unknown: tuple[int, ...]
    conflict: bool | None


def hits(table: DecisionTable, answers: Mapping[str, Value]) -> Hits:
    """The hits of a table among a program's answers (all definitions of the table must have been computed)."""
    ordered = table.policy in (HitPolicy.OUTPUT_ORDER, HitPolicy.PRIORITY)
    order = table.ranked() if ordered else list(range(1, len(table.rules) + 1))
    rows = tuple(number for number in order if answers[table.row_name(number)] is True)
    values = tuple(tuple(answers[table.value_name(n, output)] for output in table.outputs) for n in rows)
    unknown = tuple(number for number in order if answers[table.row_name(number)] is None)
    conflict = answers[table.conflict_name]
    return Hits(rows, values, unknown, conflict if isinstance(conflict, bool) else None)
