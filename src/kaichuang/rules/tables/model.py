"""The nouns of a decision table (OMG DMN 1.3, chapter 8)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import Enum

from kaichuang.rules.lang import Type


class HitPolicy(Enum):
    """What to do when several rules match."""

    UNIQUE = "unique"
    """At most one rule may match; two are a conflict."""
    ANY = "any"
    """Several may match if their outputs are equal; otherwise it is a conflict."""
    PRIORITY = "priority"
    """The matching rule whose output stands first in the output's list of values."""
    FIRST = "first"
    """The first matching rule, in the order of the table."""
    COLLECT = "collect"
    """All matching rules, or their sum, least, greatest or number."""
    RULE_ORDER = "rule order"
    """All matching rules, in the order of the table."""
    OUTPUT_ORDER = "output order"
    """All matching rules, in the order of the output's list of values."""

    @property
    def many(self) -> bool:
        """Whether the answer is a list of rules rather than one value."""
        return self in (HitPolicy.COLLECT, HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER)


class Aggregation(Enum):
    """How COLLECT brings the matching rules together."""

    LIST = "list"
    SUM = "sum"
    MIN = "min"
    MAX = "max"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Input:
    """A column of conditions: an expression, and what is known of its values (for the analysis of gaps)."""

    source: str
    type: Type
    values: tuple[str, ...] | None = None
    minimum: int | dt.date | None = None
    maximum: int | dt.date | None = None


@dataclass(frozen=True, slots=True)
class Output:
    """A column of results.  ``values`` are expressions, the most important first, for PRIORITY and OUTPUT ORDER."""

    name: str
    type: Type
    values: tuple[str, ...] = ()
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A row: one cell per input, one expression per output, and the clause or remark it comes from."""

    when: tuple[str, ...]
    then: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """A table.  Raises ``ValueError`` if a row does not have one cell for every column."""

    name: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    policy: HitPolicy = HitPolicy.UNIQUE
    aggregation: Aggregation = Aggregation.LIST

    def __post_init__(self) -> None:
        for number, rule in enumerate(self.rules, 1):
            if len(rule.when) != len(self.inputs) or len(rule.then) != len(self.outputs):
                message = f"{self.name}: 第 {number} 行的单元格数与列数不符 / row {number} does not fill the columns"
                raise ValueError(message)
        if self.policy in (HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER) and not self.outputs[0].values:
            message = f"{self.name}: 优先级策略需要列出输出值 / {self.policy.value} needs the output's values"
            raise ValueError(message)

    def output_name(self, output: Output) -> str:
        """The definition that holds an output: the table's own name if it has only one."""
        return self.name if len(self.outputs) == 1 else f"{self.name}.{output.name}"

    def row_name(self, number: int) -> str:
        """The definition that says whether a row matches; rows are counted from 1."""
        return f"{self.name}.row{number}"

    def value_name(self, number: int, output: Output) -> str:
        """The definition that holds an output of one row, if the row matches."""
        return f"{self.row_name(number)}.{output.name}"

    @property
    def matched_name(self) -> str:
        """The definition that counts the matching rows."""
        return f"{self.name}.matched"

    @property
    def conflict_name(self) -> str:
        """The definition that says whether matching rows contradict each other."""
        return f"{self.name}.conflict"

    def ranked(self) -> list[int]:
        """Row numbers by the place of their first output in its list of values, then by their order."""
        places = {value.strip(): place for place, value in enumerate(self.outputs[0].values)}
        last = len(places)
        numbers = range(1, len(self.rules) + 1)
        return sorted(numbers, key=lambda number: places.get(self.rules[number - 1].then[0].strip(), last))
