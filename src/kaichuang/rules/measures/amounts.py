"""The kinds of amount a measure can promise. Every figure in them is an expression, so that it can be a parameter."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from .facts import Expression
from .values import Part, Text


class Fixed(Part):
    """The same amount for everybody."""

    kind: Literal["fixed"]
    value: Expression


class Rate(Part):
    """A share of a base, with an optional ceiling and floor."""

    kind: Literal["rate"]
    of: Expression
    rate: Expression
    cap: Expression | None = None
    floor: Expression | None = None


class TierRow(Part):
    """One step: ``is`` a text value, or a number ``from`` (inclusive, 以上) or ``above`` (exclusive, 超过)."""

    is_: str | None = Field(None, alias="is")
    from_: Expression | None = Field(None, alias="from")
    above: Expression | None = None
    value: Expression

    @model_validator(mode="after")
    def _one_boundary(self) -> Self:
        if sum(part is not None for part in (self.is_, self.from_, self.above)) != 1:
            raise ValueError("is、from、above 三者写且只写一个 | exactly one of is, from, above")
        return self


class Tier(Part):
    """An amount by step. A value on no step gives nothing; an unknown value gives an unknown amount."""

    kind: Literal["tier"]
    by: Expression
    tiers: tuple[TierRow, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_sort(self) -> Self:
        if len({row.is_ is None for row in self.tiers}) > 1:
            raise ValueError("一张档表里 is 与数值档不能混用 | do not mix is with numeric steps")
        return self


class Bracket(Part):
    """The rate that applies to the part of the base above a threshold."""

    above: Expression
    rate: Expression


class Scale(Part):
    """A marginal scale: each part of the base at the rate of its own bracket (lowest threshold first)."""

    kind: Literal["scale"]
    of: Expression
    brackets: tuple[Bracket, ...] = Field(min_length=1)


class PerHead(Part):
    """So much for each one counted, for at most ``most`` of them."""

    kind: Literal["per_head"]
    count: Expression
    value: Expression
    most: Expression | None = None


class Formula(Part):
    """Any money expression, for what the other kinds cannot say; ``say`` puts it in words."""

    kind: Literal["formula"]
    value: Expression
    say: Text | None = None


class Parts(Part):
    """Several amounts together: their sum, the highest or the lowest of them."""

    kind: Literal["sum", "highest", "lowest"]
    parts: tuple[Amount, ...] = Field(min_length=2)


Amount = Annotated[Fixed | Rate | Tier | Scale | PerHead | Formula | Parts, Field(discriminator="kind")]
"""An amount of any kind."""

Parts.model_rebuild()
