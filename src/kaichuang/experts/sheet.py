"""The scoring sheet as data: criteria with their most points and weights. Pure Python, validated by pydantic.

Points are given in tenths (8.5 points are 85), so that nothing is ever a float. A score's total is the sum of
points times weight: criteria that add up to 100 have weight 1, criteria of 100 points each have weights 0.3, 0.7.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

TENTHS = 10
_Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
_Words = Annotated[str, Field(max_length=400, pattern=r"^[^\x00]*$")]


class Criterion(BaseModel):
    """One line of the sheet. `max_points` has at most one decimal, `weight` at most four."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: _Code
    title: Annotated[str, Field(min_length=1, max_length=120)]
    title_en: Annotated[str, Field(max_length=120)] = ""
    max_points: Annotated[Decimal, Field(gt=0, le=1000, decimal_places=1)]
    weight: Annotated[Decimal, Field(gt=0, le=100, decimal_places=4)] = Decimal(1)
    hint: _Words = ""
    hint_en: _Words = ""
    comment_required: bool = False

    @property
    def max_tenths(self) -> int:
        return int(self.max_points * TENTHS)

    @property
    def factor(self) -> Fraction:
        return Fraction(self.weight)


class Sheet(BaseModel):
    """What an expert fills in for each item; `recommends_amount` asks for a sum of money besides."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1, max_length=40)]
    recommends_amount: bool = False
    comment_required: bool = False

    @field_validator("criteria")
    @classmethod
    def _once(cls, value: tuple[Criterion, ...]) -> tuple[Criterion, ...]:
        twice = [code for code, count in Counter(one.code for one in value).items() if count > 1]
        if twice:
            raise ValueError(f"criterion given twice: {', '.join(twice)}")
        return value

    @model_validator(mode="after")
    def _has_points(self) -> Self:
        if self.full <= 0:
            raise ValueError("the sheet gives no points")
        return self

    def __getitem__(self, code: str) -> Criterion:
        return next(one for one in self.criteria if one.code == code)

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(one.code for one in self.criteria)

    @property
    def full(self) -> Fraction:
        """The most points that an item can get."""
        return sum((Fraction(one.max_tenths, TENTHS) * one.factor for one in self.criteria), Fraction(0))

    @property
    def needs_comment(self) -> bool:
        return self.comment_required or any(one.comment_required for one in self.criteria)

    def plain(self) -> dict[str, Any]:
        """As kept in the database: JSON values only."""
        return self.model_dump(mode="json")
