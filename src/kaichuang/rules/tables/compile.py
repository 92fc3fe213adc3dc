"""From a table to definitions: one per row, one per value of a row, and the outputs by the hit policy.

A conflict is a value of its own (``<table>.conflict``); the outputs are then unknown, never one of the candidates.
"""

from __future__ import annotations

from kaichuang.rules.lang import Definition, Type
from kaichuang.rules.lang.syntax import quoted
from kaichuang.rules.tables.cells import parse
from kaichuang.rules.tables.model import Aggregation, DecisionTable, HitPolicy, Output

JOINED = {
    Aggregation.SUM: "{0} + {1}",
    Aggregation.MIN: "least({0}, {1})",
    Aggregation.MAX: "greatest({0}, {1})",
}
FEW = 24


def definitions(table: DecisionTable) -> tuple[Definition, ...]:
    """The definitions of a table; raises ``CellError`` if a cell cannot be read."""
    numbers = range(1, len(table.rules) + 1)
    made = [Definition(table.row_name(number), _row(table, number), Type.BOOL) for number in numbers]
    made += [_value(table, number, output) for number in numbers for output in table.outputs]
    rows = ", ".join(quoted(table.row_name(number)) for number in numbers)
    made.append(Definition(table.matched_name, f"count_of({rows})", Type.INT))
    made.append(Definition(table.conflict_name, _conflict(table), Type.BOOL))
    for output in table.outputs:
        made += _answers(table, output)
    return tuple(made)


def _row(table: DecisionTable, number: int) -> str:
    rule = table.rules[number - 1]
    cells = [parse(cell, column.source) for cell, column in zip(rule.when, table.inputs, strict=True)]
    return " AND ".join(cell.sql for cell in cells if not cell.is_any) or "TRUE"


def _value(table: DecisionTable, number: int, output: Output) -> Definition:
    expression = table.rules[number - 1].then[table.outputs.index(output)]
    known = expression.strip().upper() != "NULL"  # a choice between NULLs alone would have no type
    source = f"CASE WHEN {quoted(table.row_name(number))} THEN {expression} END" if known else "NULL"
    return Definition(table.value_name(number, output), source, output.type)


def _conflict(table: DecisionTable) -> str:
    if table.policy is HitPolicy.UNIQUE:
        return f"{quoted(table.matched_name)} > 1"
    if table.policy is HitPolicy.ANY:
        return _contradiction(table)
    return "FALSE"


def _contradiction(table: DecisionTable) -> str:
    """Two matching rows with different outputs; only rows whose expressions differ can contradict each other."""
    pairs: list[str] = []
    for later, rule in enumerate(table.rules, 1):
        for earlier in range(1, later):
            for place, output in enumerate(table.outputs):
                if rule.then[place].strip() != table.rules[earlier - 1].then[place].strip():
                    one, other = (quoted(table.row_name(n)) for n in (earlier, later))
                    a, b = (quoted(table.value_name(n, output)) for n in (earlier, later))
                    pairs.append(f"({one} AND {other} AND {a} <> {b})")
    return _any_of(pairs)


def _answers(table: DecisionTable, output: Output) -> list[Definition]:
    if not table.policy.many:
        return [Definition(table.output_name(output), _chosen(table, output), output.type)]
    if table.policy is not HitPolicy.COLLECT or table.aggregation is Aggregation.LIST:
        return []
    return _aggregated(table, output)


def _chosen(table: DecisionTable, output: Output) -> str:
    """The first matching row by the policy's order; unknown where rows conflict, or where an earlier row is unknown."""
    order = table.ranked() if table.policy is HitPolicy.PRIORITY else range(1, len(table.rules) + 1)
    branches = [f"WHEN {quoted(table.row_name(n))} THEN {quoted(table.value_name(n, output))}" for n in order]
    guarded = table.policy in (HitPolicy.UNIQUE, HitPolicy.ANY)
    guard = f"WHEN {quoted(table.conflict_name)} THEN NULL " if guarded else ""
    return f"CASE {guard}{' '.join(branches)} ELSE {output.default or 'NULL'} END"


def _aggregated(table: DecisionTable, output: Output) -> list[Definition]:
    name, matched = table.output_name(output), quoted(table.matched_name)
    if table.aggregation is Aggregation.COUNT:
        return [Definition(name, f"{matched} + 0", Type.INT)]
    steps = _running(table, output)
    last = quoted(steps[-1].name)
    return [
        *steps,
        Definition(name, f"CASE WHEN {matched} > 0 THEN {last} ELSE {output.default or 'NULL'} END"),
    ]


def _running(table: DecisionTable, output: Output) -> list[Definition]:
    """The aggregate of the rows so far, row by row; "no row yet" is kept apart from "unknown"."""
    name, steps = table.output_name(output), list[Definition]()
    for number in range(1, len(table.rules) + 1):
        row, value = quoted(table.row_name(number)), quoted(table.value_name(number, output))
        some, so_far = (quoted(f"{name}.{part}{number - 1}") for part in ("some", "upto"))
        if number == 1:
            some_source, source = row, value
        else:
            some_source = f"{some} OR {row}"
            both = JOINED[table.aggregation].format(so_far, value)
            source = f"CASE WHEN NOT {row} THEN {so_far} WHEN NOT {some} THEN {value} ELSE {both} END"
        steps.append(Definition(f"{name}.some{number}", some_source, Type.BOOL))
        steps.append(Definition(f"{name}.upto{number}", source, output.type))
    return steps


def _any_of(conditions: list[str]) -> str:
    """A disjunction in brackets of a few, so that a long one does not nest deeply."""
    while len(conditions) > FEW:
        groups = range(0, len(conditions), FEW)
        conditions = [f"({' OR '.join(conditions[start : start + FEW])})" for start in groups]
    return " OR ".join(conditions) or "FALSE"
