"""What a pack's `forms` section may say about a report form; the pack itself leaves these keys free.

Rows and columns are trees: a head without a code only groups. A cell is `row.column`; expressions name cells so,
and the same cells of the previous report `last.row.column`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, PlainSerializer, ValidationError, model_validator

from kaichuang.rules.measures.facts import Clause, Expression, Id, Name
from kaichuang.rules.measures.values import Part, Text, ValueType, parse_ratio

Ratio = Annotated[Fraction, BeforeValidator(parse_ratio), PlainSerializer(str)]
Period = Literal["month", "quarter", "year", "once"]
ADDITIVE = ("int", "money")


class Column(Part):
    """A column, or with `columns` a heading over several.

    `enter` is filled in; `sum` adds the columns `of`; `cumulative` adds the column `of` over the reports of a year;
    `last` repeats the column `of` from the previous report.
    """

    title: Text
    code: Name | None = None
    kind: Literal["enter", "sum", "cumulative", "last"] = "enter"
    of: tuple[Name, ...] = ()
    columns: tuple[Column, ...] = ()

    @model_validator(mode="after")
    def _group_or_leaf(self) -> Self:
        if (self.code is None) != bool(self.columns):
            raise ValueError("列要么有 code，要么有下级 columns | a column has a code, a heading has columns")
        if (self.kind == "enter") == bool(self.of):
            raise ValueError("sum、cumulative、last 须写 of | sum, cumulative and last need of")
        if self.kind in ("cumulative", "last") and len(self.of) != 1:
            raise ValueError("cumulative、last 只取一列 | cumulative and last take one column")
        return self

    @property
    def depth(self) -> int:
        return 1 + max((column.depth for column in self.columns), default=0)

    def leaves(self) -> Iterator[Column]:
        """The columns that hold cells, from left to right."""
        if self.code is not None:
            yield self
        for column in self.columns:
            yield from column.leaves()


class Row(Part):
    """A row, a heading, or both: a figure whose parts stand below it.

    `facts` says under which fact a column's value becomes known when the report is accepted; `fill` where its value
    is taken from beforehand: what is known of that fact on the cut-off day, or the previous report. `sum` adds other
    rows, `part_of` may not exceed another row, `swing` asks for a reason when it moves more than that share.
    """

    title: Text
    code: Name | None = None
    type: ValueType = "int"
    unit: str = ""
    columns: tuple[Name, ...] = ()
    facts: dict[Name, Name] = Field(default_factory=dict)
    fill: Literal["none", "fact", "last"] = "none"
    sum: tuple[Name, ...] = ()
    part_of: Name | None = None
    swing: Ratio | None = None
    required: bool = True
    minimum: str | None = None
    maximum: str | None = None
    values: dict[str, Text] = Field(default_factory=dict)
    note: Text | None = None
    clause: Clause | None = None
    rows: tuple[Row, ...] = ()

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.code is None and not self.rows:
            raise ValueError("行要么有 code，要么有下级 rows | a row has a code or rows below it")
        if self.type not in ADDITIVE and (self.sum or self.part_of or self.swing):
            raise ValueError("只有数量和金额可以合计、比较 | only int and money add up and compare")
        if self.fill == "fact" and not self.facts:
            raise ValueError("fill: fact 须写 facts | fill: fact needs facts")
        return self

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Row]]:
        """This row and those below it, each with its depth."""
        yield depth, self
        for row in self.rows:
            yield from row.walk(depth + 1)


class Check(Part):
    """`test` must hold: `block` keeps the report from being signed, `explain` lets it pass with a reason."""

    id: Id
    kind: Literal["block", "explain"] = "block"
    test: Expression
    message: Text
    cells: tuple[str, ...] = ()
    clause: Clause | None = None


class FormSpec(Part):
    """A report form.

    `who` is a yes/no expression over facts: parties of which it is known to hold must report, beside those whom the
    statistician lists. The data are those of `cut_off` days after the period's last day; the report is due `due`
    working days after that, its review `review` working days after submission, a returned one again after `mend`.
    """

    id: Id
    title: Text
    clause: Clause
    reporter: str
    period: Period
    catalogue: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    who: Expression | None = None
    cut_off: int = 0
    due: int = Field(default=10, ge=1)
    review: int = Field(default=5, ge=1)
    mend: int = Field(default=3, ge=1)
    starts: date | None = None
    ends: date | None = None
    export_unit: Literal["元", "千元", "万元"] = "千元"
    columns: tuple[Column, ...] = Field(min_length=1)
    rows: tuple[Row, ...] = Field(min_length=1)
    checks: tuple[Check, ...] = ()
    note: Text | None = None
    notes: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _names_are_known(self) -> Self:
        if self.period == "once" and (self.starts is None or self.ends is None):
            raise ValueError("一次性报表须写 starts 和 ends | a form of period once needs starts and ends")
        columns = [column.code for column in self.leaves]
        rows = {row.code: row for _depth, row in self.all_rows if row.code}
        codes = [row.code for _depth, row in self.all_rows if row.code]
        for repeated in {code for code in (*columns, *codes) if (columns + codes).count(code) > 1}:
            raise ValueError(f"“{repeated}”重复 | “{repeated}” is repeated")
        if "last" in rows or "told" in rows:
            raise ValueError("行不能叫 last 或 told | no row may be called last or told")
        named = [name for column in self.leaves for name in column.of]
        named += [name for row in rows.values() for name in (*row.columns, *row.facts)]
        wrong = [name for name in named if name not in columns]
        wrong += [
            name
            for row in rows.values()
            for name in (*row.sum, *filter(None, [row.part_of]))
            if name not in rows
        ]
        parts = [name for row in rows.values() for name in row.sum]
        twice = [name for name in parts if parts.count(name) > 1]
        if twice:
            raise ValueError(f"“{twice[0]}”计入了两个合计 | “{twice[0]}” is part of two sums")
        if wrong:
            raise ValueError(f"没有这样的行或列：{wrong[0]} | no such row or column: {wrong[0]}")
        return self

    @property
    def leaves(self) -> list[Column]:
        return [leaf for column in self.columns for leaf in column.leaves()]

    @property
    def all_rows(self) -> list[tuple[int, Row]]:
        return [entry for row in self.rows for entry in row.walk()]


class FormErrors(ValueError):
    """The declaration of a form is wrong; every sentence says where and what."""

    def __init__(self, form: str, sentences: list[str]) -> None:
        self.form, self.sentences = form, sentences
        super().__init__(f"{form}: " + "; ".join(sentences))


def read_form(raw: Mapping[str, Any]) -> FormSpec:
    """A form as a pack or the database holds it. Raises `FormErrors` with everything that is wrong."""
    try:
        return FormSpec.model_validate(dict(raw))
    except ValidationError as error:
        found = [
            f"{'.'.join(map(str, one['loc']))}: {one['msg'].removeprefix('Value error, ')}"
            for one in error.errors(include_url=False)
        ]
        raise FormErrors(str(raw.get("id", "?")), found) from error
