"""What a rule may ask about: facts of the case, tables of rows, and totals over those rows."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema, model_validator

from .values import Part, Text, Value, ValueType, parse_value

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
"""A name used inside expressions."""
Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$")]
"""An identifier that people see, such as ``NH-M4``."""
Clause = Annotated[str, StringConstraints(pattern=r"^[A-Z]+ \S+$")]
"""A document and a place in its outline: ``NH 三(二)``."""


def _expression(value: Any) -> Any:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return str(value) if isinstance(value, (int, Decimal)) else value


Expression = Annotated[
    str,
    BeforeValidator(_expression),
    StringConstraints(min_length=1),
    WithJsonSchema({"type": ["string", "number", "boolean"], "description": "SQL scalar expression"}),
]

Take = Literal["sum", "count", "max", "min", "any", "all"]
Source = Literal["declared", "derived", "reported"]
Period = Literal["moment", "case", "month", "quarter", "year", "lifetime"]


class Described(Part):
    """A typed value with its words; shared by facts and the columns of tables."""

    code: Name
    title: Text
    type: ValueType
    unit: str = ""
    values: dict[str, Text] = Field(default_factory=dict)
    """The closed list of a text value, in ascending order where it has one."""
    default: Any = None
    """Assumed when nobody has told; ``as_of`` is the day of evaluation. Listed as an assumption in every result."""
    minimum: Any = None
    """Smallest lawful number, amount or day; numbers and amounts are never negative unless this says so."""
    maximum: Any = None
    note: Text | None = None

    @property
    def bounds(self) -> tuple[Value | None, Value | None]:
        """Smallest and largest lawful value, as rules use them; ``None`` leaves a side open."""
        lowest = parse_value(self.minimum, self.type)
        if lowest is None and self.type in ("int", "money"):
            lowest = 0
        return lowest, parse_value(self.maximum, self.type)

    @model_validator(mode="after")
    def _default_fits(self) -> Self:
        if self.default is not None and not (self.default == "as_of" and self.type == "date"):
            parse_value(self.default, self.type)
        if self.type in ("bool", "text", "ratio") and (self.minimum is not None or self.maximum is not None):
            raise ValueError("只有整数、金额、日期有上下限 | only int, money and date have bounds")
        self.bounds  # noqa: B018 - raises when a bound does not fit the type
        if self.values and self.type != "text":
            raise ValueError("只有文字型才有取值表 | only text has a list of values")
        return self


class Fact(Described):
    """One thing that can be known about a subject, under the name that rules, forms and statistics share."""

    subject: str = "case"
    period: Period = "moment"
    source: Source = "declared"
    evidence: tuple[str, ...] = ()
    suppliers: tuple[str, ...] = ()
    """Who can supply it, best first (codes of the pack's ``suppliers``)."""
    direction: Literal["up", "down"] | None = None
    """The way in which the party can and would move it; near misses are looked for along it."""
    formula: Expression | None = None
    """A fact derived from other facts by an expression."""
    clause: Clause | None = None

    @model_validator(mode="after")
    def _formula_is_derived(self) -> Self:
        if self.formula is not None and self.source != "derived":
            raise ValueError("有公式的事实 source 应为 derived | a fact with a formula has source: derived")
        return self


class Column(Described):
    """One column of a table of rows."""


class Collection(Part):
    """A table of rows that belong to one case: invoices, hires, selected persons, contracts."""

    code: Name
    title: Text
    subject: str = "case"
    source: Source = "declared"
    evidence: tuple[str, ...] = ()
    suppliers: tuple[str, ...] = ()
    columns: tuple[Column, ...]


class Grouped(Part):
    """One column of a grouping: what is taken of the rows of each group."""

    take: Take
    of: Expression | None = None

    @model_validator(mode="after")
    def _count_needs_nothing(self) -> Self:
        if (self.of is None) != (self.take == "count"):
            raise ValueError("count 不写 of,其余必须写 | count takes no of, all others need it")
        return self


class Grouping(Part):
    """A table made of another one: one row per group, such as the best award of each person."""

    code: Name
    title: Text
    from_: Name = Field(alias="from")
    where: Expression | None = None
    by: tuple[Name, ...]
    columns: dict[Name, Grouped]


class Total(Grouped):
    """A value of the case taken over the rows of a table; an unknown row makes it unknown."""

    code: Name
    title: Text
    from_: Name = Field(alias="from")
    where: Expression | None = None
    once_per: tuple[Name, ...] = ()
    """Rows with the same key count once (the largest one): the same invoice, the same person."""
    unit: str = ""
    direction: Literal["up", "down"] | None = None
    clause: Clause | None = None
