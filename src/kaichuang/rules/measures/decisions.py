"""Decision tables as a pack states them; ``rules.tables`` gives them their meaning (DMN's hit policies)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from kaichuang.rules.lang import Type
from kaichuang.rules.tables import Aggregation, DecisionTable, HitPolicy, Input, Output, Rule

from .facts import Clause, Expression, Fact, Name
from .values import Part, Text, ValueType, parse_value


def _cell(value: Any) -> Any:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return str(value) if isinstance(value, (int, Decimal)) else value


Cell = Annotated[
    str,
    BeforeValidator(_cell),
    WithJsonSchema(
        {
            "type": ["string", "number", "boolean", "null"],
            "description": "- | 'county' | >= 10 | [1..10) | not('a')",
        }
    ),
]


class TableInput(Part):
    """A column of conditions. The type is that of the fact where ``of`` is a fact's name."""

    of: Expression
    title: Text | None = None
    type: ValueType | None = None
    values: tuple[str, ...] = ()
    minimum: Any = None
    maximum: Any = None


class TableOutput(Part):
    """A column of results; with several outputs the name in expressions is ``<table>.<output>``."""

    name: Name
    title: Text
    type: ValueType
    values: tuple[Expression, ...] = ()
    """For priority and output order: the results, the most important first."""
    default: Expression | None = None
    """The result where no row matches; unknown when absent."""


class TableRow(Part):
    """One row: a cell for each input and an expression for each output."""

    when: tuple[Cell, ...]
    then: tuple[Expression, ...]
    clause: Clause | None = None
    note: Text | None = None


class Table(Part):
    """A decision table. Its id is the name of its result in expressions."""

    id: Name
    title: Text
    clause: Clause
    hit: Literal["unique", "any", "priority", "first", "collect", "rule order", "output order"] = "unique"
    collect: Literal["list", "sum", "min", "max", "count"] = "list"
    inputs: tuple[TableInput, ...] = Field(min_length=1)
    outputs: tuple[TableOutput, ...] = Field(min_length=1)
    rows: tuple[TableRow, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _rows_fill_the_columns(self) -> Self:
        for number, row in enumerate(self.rows, 1):
            if len(row.when) != len(self.inputs) or len(row.then) != len(self.outputs):
                raise ValueError(
                    f"第 {number} 行的单元格数与列数不符 | row {number} does not fill the columns"
                )
        if self.hit in ("priority", "output order") and not self.outputs[0].values:
            raise ValueError(f"{self.hit} 需要列出输出值 values | {self.hit} needs the values of the output")
        if self.collect != "list" and self.hit != "collect":
            raise ValueError("collect 只用于 hit: collect | collect belongs to hit: collect")
        return self


def decision_table(table: Table, facts: Mapping[str, Fact]) -> DecisionTable:
    """The table as ``rules.tables`` knows it. Raises ``ValueError`` for an input whose type is not known."""
    inputs = tuple(_input(column, facts.get(column.of.strip())) for column in table.inputs)
    outputs = tuple(Output(o.name, Type[o.type.upper()], o.values, o.default) for o in table.outputs)
    rows = tuple(Rule(row.when, row.then, row.clause or "") for row in table.rows)
    return DecisionTable(table.id, inputs, outputs, rows, HitPolicy(table.hit), Aggregation(table.collect))


def _input(column: TableInput, fact: Fact | None) -> Input:
    kind = column.type or (fact.type if fact else None)
    if kind is None:
        raise ValueError(f"输入列“{column.of}”要写明 type | the input “{column.of}” needs a type")
    low, high = (parse_value(bound, kind) for bound in (column.minimum, column.maximum))
    if fact is not None:
        lowest, highest = fact.bounds
        low, high = (lowest if low is None else low), (highest if high is None else high)
    values = column.values or (tuple(fact.values) if fact else ())
    return Input(column.of, Type[kind.upper()], values or None, low, high)  # type: ignore[arg-type]  # bounds only of numbers and days
