"""A measure as a pack states it: who gets what, on which conditions, up to how much, from which money."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from .amounts import Amount
from .facts import Clause, Expression, Grouping, Id, Name, Total
from .values import Day, Fen, Part, Text, Value, ValueType, parse_value

MeasureKind = Literal[
    "grant", "award", "transfer", "voucher", "loan", "fund", "relief",
    "right", "priority", "service", "title", "sanction",
]  # fmt: skip
Scope = Literal["case", "party", "person", "carrier", "issuer", "event", "programme"]
"""Within which payments add up; ``case`` means this case alone, whatever was paid before."""
Span = Literal["lifetime", "year", "validity"]


class Edition(Part):
    """A renewal decided after the document lapsed; both days inclusive."""

    from_: Day = Field(alias="from")
    until: Day | None = None
    basis: Text


class Validity(Part):
    """The days on which a document applies, both inclusive. ``until: null`` is open-ended."""

    from_: Day = Field(alias="from")
    until: Day | None = None
    starts: Expression | None = None
    """The first day where a reading decides it; may name ``<document>.valid_from``."""
    clause: Clause | None = None
    """Where the document says so; absent when it does not."""
    note: Text | None = None
    editions: tuple[Edition, ...] = ()


class Parameter(Part):
    """A figure of the text. ``value: null`` is a figure the bureau still has to set: until then results are unknown."""

    type: ValueType
    value: Any = None
    clause: Clause
    title: Text
    unit: str = ""
    note: Text | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        parse_value(self.value, self.type)
        return self

    @property
    def parsed(self) -> Value | None:
        """The value as rules use it (money in fen)."""
        return parse_value(self.value, self.type)


class Reading(Part):
    """A question that the text leaves open, with the answer used by default and the reason for it."""

    id: Id
    name: Name
    clause: Clause
    question: Text
    type: ValueType = "text"
    choices: dict[str, Text] = Field(default_factory=dict)
    default: Any
    reason: Text

    @model_validator(mode="after")
    def _default_is_choice(self) -> Self:
        if self.default is None:
            raise ValueError("解读必须有默认答案 default | a reading needs a default")
        if self.choices and self.type != "text":
            raise ValueError("有选项的解读 type 应为 text | a reading with choices has type: text")
        if self.choices and self.default not in self.choices:
            raise ValueError(
                f"默认值 {self.default!r} 不在选项 {list(self.choices)} 中 | default is not one of the choices"
            )
        parse_value(self.default, self.type)
        return self


class Condition(Part):
    """One requirement: an expression that is true, false or unknown, and the words around it."""

    id: Name
    clause: Clause
    title: Text
    """The requirement in words, as something that holds: 注册满 18 个月以内."""
    test: Expression
    unmet: Text | None = None
    """What to say when it does not hold; made from the title when absent."""
    evidence: tuple[str, ...] = ()
    suppliers: tuple[str, ...] = ()
    hint: Text | None = None
    """What the party can do about it."""


class GeneralCondition(Condition):
    """A condition added to every measure of the kinds named."""

    kinds: tuple[MeasureKind, ...] = ()
    """Empty: all kinds."""


class Let(Part):
    """A named step of a calculation."""

    value: Expression
    title: Text
    unit: str = ""


class Outcome(Part):
    """A result other than money: a right kept, a notice due, the last day of a ban."""

    id: Name
    value: Expression
    title: Text
    clause: Clause
    yes: Text | None = None
    no: Text | None = None


class Cap(Part):
    """A ceiling on what is paid within a scope and a span; what was used before comes from the ledger."""

    id: Name
    limit: Expression
    scope: Scope = "party"
    span: Span = "year"
    clause: Clause
    title: Text
    when: Expression | None = None
    """Applies only when this holds (a reading, mostly)."""


class Once(Part):
    """Awarded once: per scope and span, or once for each value of ``key`` (once per level)."""

    scope: Scope = "party"
    span: Span = "lifetime"
    key: Name | None = None
    clause: Clause
    when: Expression | None = None


class Agreement(Part):
    """An agreement prevails: where ``flag`` holds, the amount is what the agreement says."""

    flag: Name
    amount: Name
    clause: Clause


class Rounding(Part):
    """How the amount is brought to a whole unit, stated once for the measure."""

    mode: Literal["down", "half_up", "up"] = "down"
    unit: Fen = Field(default=1, validate_default=False)
    """Yuan in the file (0.01 by default), fen here."""


class BudgetLine(Part):
    """Where the money comes from; the first line whose ``when`` holds."""

    budget: Id
    line: Id
    when: Expression | None = None


class CostShare(Part):
    """The part of the amount that one level of government carries."""

    payer: Id
    share: Expression
    clause: Clause


class Use(Part):
    """A category of spending that earmarked money may be used for."""

    code: Name
    title: Text
    when: Expression | None = None
    clause: Clause


class Beneficiary(Part):
    """Whom the measure is for."""

    subject: str
    title: Text


class Measure(Part):
    """One promise of a document."""

    id: Id
    title: Text
    clause: Clause
    clauses: tuple[Clause, ...] = ()
    """Further clauses it rests on."""
    catalogue: tuple[str, ...] = ()
    kind: MeasureKind
    beneficiary: Beneficiary
    summary: Text
    on: Name = "application_date"
    """The date fact on which validity is judged and from which the year is taken."""
    parameters: dict[Name, Parameter] = Field(default_factory=dict)
    let: dict[Name, Let] = Field(default_factory=dict)
    groupings: tuple[Grouping, ...] = ()
    totals: tuple[Total, ...] = ()
    conditions: tuple[Condition, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    nature: Literal["ceiling", "exact"] = "ceiling"
    """Whether the officer may grant less than the amount, or grants exactly it."""
    amount: Amount | None = None
    rounding: Rounding = Rounding()
    caps: tuple[Cap, ...] = ()
    once: tuple[Once, ...] = ()
    agreement: Agreement | None = None
    budget: tuple[BudgetLine, ...] = ()
    sharing: tuple[CostShare, ...] = ()
    uses: tuple[Use, ...] = ()
    evidence: tuple[str, ...] = ()
    responsible: tuple[Id, ...] = ()
    readings: tuple[Id, ...] = ()
    """Readings that bear on it, named in the expressions or not."""
    notes: tuple[Text, ...] = ()

    @property
    def unpriced(self) -> tuple[str, ...]:
        """Names of the parameters that the bureau still has to fill in."""
        return tuple(name for name, parameter in self.parameters.items() if parameter.value is None)


class StackingRule(Part):
    """How measures (or the awards of one measure) go together."""

    id: Id
    kind: Literal["highest_only", "exclusive", "prevails", "shared_cap", "same_evidence"]
    title: Text
    clause: Clause
    measures: tuple[Id, ...] = ()
    """Empty: all measures of the pack."""
    over: tuple[Id, ...] = ()
    """For ``prevails``: the measures that fall away."""
    limit: Expression | None = None
    """For ``shared_cap``: what all of them together may reach in the span."""
    scope: Scope = "party"
    span: Span = "year"
    when: Expression | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.kind == "shared_cap") != (self.limit is not None):
            raise ValueError("shared_cap 必须写 limit,其余不写 | limit belongs to shared_cap")
        if (self.kind == "prevails") != bool(self.over):
            raise ValueError("prevails 必须写 over,其余不写 | over belongs to prevails")
        return self
