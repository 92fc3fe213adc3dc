"""An evaluation sheet as a pack states it."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from kaichuang.rules.measures.facts import Clause, Expression, Id, Name
from kaichuang.rules.measures.values import Part, Ratio, Text

Points = Ratio
"""Points are exact: ``5``, ``0.1``."""


class Band(Part):
    """So many points from a value on (inclusive)."""

    from_: Ratio = Field(alias="from")
    points: Points


class RankBand(Part):
    """So many points for the best part of a round: ``top: 10%``."""

    top: Ratio
    points: Points


class ItemBase(Part):
    """What all items have in common."""

    id: Name
    title: Text
    clause: Clause
    group: Text | None = None
    most: Points | None = None
    """The item's ceiling. ``null`` is a weight the bureau still has to set."""
    bonus: bool = False
    """Adds to the total beyond the base, up to the sheet's ceiling for bonuses."""
    evidence: tuple[str, ...] = ()


class PointsItem(ItemBase):
    """Points given directly, by an expert or by another system."""

    kind: Literal["points"]
    value: Expression


class StepItem(ItemBase):
    """Nothing below a threshold, ``base`` at it, ``each`` more for every ``per`` beyond it, up to the ceiling."""

    kind: Literal["step"]
    value: Expression
    threshold: Ratio
    base: Points
    per: Annotated[Ratio, Field(gt=0)] = Fraction(1)
    each: Points = Fraction(0)


class RatioItem(ItemBase):
    """The ceiling times part over whole, measured between ``zero_at`` and ``full_at``."""

    kind: Literal["ratio"]
    part: Expression
    whole: Expression
    zero_at: Ratio = Fraction(0)
    full_at: Ratio = Fraction(1)

    @model_validator(mode="after")
    def _spread(self) -> Self:
        if self.zero_at == self.full_at:
            raise ValueError("zero_at 与 full_at 不能相同 | zero_at and full_at are the same")
        return self


class BandItem(ItemBase):
    """Points by band of a value; below the lowest band nothing."""

    kind: Literal["band"]
    value: Expression
    bands: tuple[Band, ...] = Field(min_length=1)


class RankItem(ItemBase):
    """Points by place in the round. Equal values share the better place."""

    kind: Literal["rank"]
    value: Expression
    best: Literal["highest", "lowest"] = "highest"
    bands: tuple[RankBand, ...] = Field(min_length=1)
    otherwise: Points = Fraction(0)


class CheckItem(ItemBase):
    """The ceiling (or ``points``) when a test holds, nothing otherwise; points may be negative (a deduction)."""

    kind: Literal["check"]
    test: Expression
    points: Points | None = None


class VetoItem(ItemBase):
    """When the test holds the whole sheet fails, whatever the points."""

    kind: Literal["veto"]
    test: Expression


Item = Annotated[
    PointsItem | StepItem | RatioItem | BandItem | RankItem | CheckItem | VetoItem,
    Field(discriminator="kind"),
]


class Grade(Part):
    """A grade from so many points on (inclusive). ``from: null`` is a mark the bureau still has to set."""

    id: Name
    title: Text
    from_: Points | None = Field(alias="from")
    passed: bool = True


class Override(Part):
    """A grade that holds whatever the points, such as 上级评为优秀的直接定为优秀."""

    test: Expression
    grade: Name
    clause: Clause
    title: Text


class Streak(Part):
    """So many results in a row with a consequence."""

    grades: tuple[Name, ...]
    times: Annotated[int, Field(ge=1)]
    missing: Literal["breaks", "skips", "counts"] = "breaks"
    """What a year without a result does: ends the run, is passed over, or counts as such a result."""
    title: Text
    clause: Clause


class Sheet(Part):
    """An evaluation sheet: items, grades and what follows from results over the years."""

    id: Id
    title: Text
    clause: Clause
    catalogue: tuple[str, ...] = ()
    subject: str
    period: Literal["year", "quarter", "round"] = "year"
    items: tuple[Item, ...] = Field(min_length=1)
    bonus_most: Points | None = None
    overrides: tuple[Override, ...] = ()
    grades: tuple[Grade, ...] = Field(min_length=1)
    """Best first; the last one is given when no other is reached."""
    streaks: tuple[Streak, ...] = ()
    published: bool = True
    responsible: tuple[Id, ...] = ()
    readings: tuple[Id, ...] = ()
    notes: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _grades_fall(self) -> Self:
        marks = [grade.from_ for grade in self.grades if grade.from_ is not None]
        if marks != sorted(marks, reverse=True):
            raise ValueError("等级应从高到低排列 | list the grades from best to worst")
        known = {grade.id for grade in self.grades}
        named = {override.grade for override in self.overrides} | {g for s in self.streaks for g in s.grades}
        if named - known:
            raise ValueError(f"没有等级 {sorted(named - known)} | no such grade: {sorted(named - known)}")
        return self
