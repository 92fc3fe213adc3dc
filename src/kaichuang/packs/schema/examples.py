"""Worked examples: the tests that a pack carries with it."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from kaichuang.rules.measures.facts import Clause, Id
from kaichuang.rules.measures.values import Day, Part

Facts = dict[str, Any]
"""Facts as people write them: money in yuan, tables as lists of rows."""


class Case(Part):
    """One example: what is changed against the common facts, and what comes out.

    ``expect`` names results of the measure: ``status`` (met, not_met, unknown), ``amount``, ``payable``, ``allowed``,
    ``missing`` (a list of facts), a condition (true, false, null) or an outcome.
    """

    name: str
    facts: Facts = Field(default_factory=dict)
    readings: dict[str, Any] = Field(default_factory=dict)
    parameters: dict[str, Any] = Field(default_factory=dict)
    as_of: Day | None = None
    expect: dict[str, Any]


class MeasureTest(Part):
    """Examples of one measure around common facts."""

    measure: Id
    clause: Clause | None = None
    as_of: Day | None = None
    facts: Facts = Field(default_factory=dict)
    readings: dict[str, Any] = Field(default_factory=dict)
    parameters: dict[str, Any] = Field(default_factory=dict)
    cases: tuple[Case, ...] = ()
    table: tuple[tuple[Any, ...], ...] = ()
    """A compact form: the first row names facts, then ``=`` and results; each further row is one example."""

    @model_validator(mode="after")
    def _has_examples(self) -> Self:
        if not self.cases and len(self.table) < 2:
            raise ValueError("测试没有例子 | a test without examples")
        if self.table and "=" not in self.table[0]:
            raise ValueError("表头应写成 [事实…, =, 结果…] | the header reads [facts…, =, results…]")
        if any(len(row) != len(self.table[0]) for row in self.table):
            raise ValueError("表中各行列数不同 | the rows of the table differ in length")
        return self


class BudgetTest(Part):
    """Whether a new commitment fits a line."""

    budget: Id
    line: Id
    cases: tuple[tuple[Any, Any, Literal["fits", "refuse", "queue"]], ...]
    """Committed so far, new amount, answer."""


class SheetTest(Part):
    """Examples of an evaluation sheet."""

    sheet: Id
    as_of: Day
    facts: Facts = Field(default_factory=dict)
    parameters: dict[str, Any] = Field(default_factory=dict)
    cases: tuple[Case, ...]


class StackTest(Part):
    """Awards of one applicant and the combination that must be found."""

    stack: str
    as_of: Day | None = None
    awards: tuple[dict[str, Any], ...]
    expect: dict[str, Any]


def _kind(value: Any) -> str | None:
    keys = value if isinstance(value, dict) else type(value).model_fields
    return next((key for key in ("measure", "budget", "sheet", "stack") if key in keys), None)


Test = Annotated[
    Annotated[MeasureTest, Tag("measure")]
    | Annotated[BudgetTest, Tag("budget")]
    | Annotated[SheetTest, Tag("sheet")]
    | Annotated[StackTest, Tag("stack")],
    Discriminator(
        _kind,
        custom_error_type="test_kind",
        custom_error_message="测试须写 measure、budget、sheet 或 stack | a test names a measure, budget, sheet or stack",
    ),
]
"""One group of examples; its kind is told by the key that names what is tested."""
