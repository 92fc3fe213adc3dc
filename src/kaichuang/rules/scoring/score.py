"""Points and grades from values, for one subject or for a whole round.

Values come in already computed (numbers, truth values or ``None`` for unknown), keyed by item; a ratio item takes a
pair ``(part, whole)``. An unknown value, an unset weight or an unset mark makes what depends on it unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from kaichuang.rules.measures.values import Text

from .model import (
    BandItem,
    CheckItem,
    Grade,
    Item,
    PointsItem,
    RankItem,
    RatioItem,
    Sheet,
    StepItem,
    VetoItem,
)

Given = int | Fraction | bool | None | tuple[int | Fraction | None, int | Fraction | None]
Values = Mapping[str, Given]


@dataclass(frozen=True, slots=True)
class Mark:
    """The points of one item with the sentence that explains them. ``points`` is ``None`` while unknown."""

    item: Item
    points: Fraction | None
    why: Text
    bonus: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """A filled sheet."""

    sheet: Sheet
    marks: tuple[Mark, ...]
    total: Fraction | None
    vetoed: tuple[str, ...]
    grade: Grade | None
    why: Text

    @property
    def passed(self) -> bool | None:
        """Whether the grade is a pass; ``None`` while unknown."""
        return self.grade.passed if self.grade else None


def show_points(points: Fraction) -> str:
    """Points as a decimal where that is exact, else as a fraction."""
    if points.denominator == 1:
        return str(points.numerator)
    if (points * 1000).denominator == 1:
        return f"{Decimal(points.numerator) / Decimal(points.denominator):f}"
    return f"{points.numerator}/{points.denominator}"


def score(sheet: Sheet, values: Values, *, places: Mapping[str, Place] | None = None) -> Card:
    """Fill the sheet for one subject. ``places`` holds its place in the round for each rank item."""
    marks = tuple(_mark(item, values.get(item.id), (places or {}).get(item.id)) for item in sheet.items)
    vetoed = tuple(
        item.id for item in sheet.items if isinstance(item, VetoItem) and values.get(item.id) is True
    )
    total = _total(sheet, marks)
    grade, why = _grade(sheet, values, marks, vetoed, total)
    return Card(sheet, marks, total, vetoed, grade, why)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a round: ``rank`` 1 is best, equal values share the better one; ``of`` subjects were ranked."""

    rank: int
    of: int

    @property
    def share(self) -> Fraction:
        """The best part of the round that this place closes: 3rd of 20 is 15%."""
        return Fraction(self.rank, self.of)


def score_round(sheet: Sheet, subjects: Mapping[str, Values]) -> dict[str, Card]:
    """Fill the sheet for every subject of a round; rank items compare those whose value is known."""
    places: dict[str, dict[str, Place]] = {name: {} for name in subjects}
    for item in sheet.items:
        if isinstance(item, RankItem):
            for name, place in rank({n: v.get(item.id) for n, v in subjects.items()}, item.best).items():
                places[name][item.id] = place
    return {name: score(sheet, values, places=places[name]) for name, values in subjects.items()}


def rank(values: Mapping[str, Given], best: str = "highest") -> dict[str, Place]:
    """Competition places (1, 2, 2, 4) of those whose value is a number."""
    known = {
        n: Fraction(v)
        for n, v in values.items()
        if isinstance(v, (int, Fraction)) and not isinstance(v, bool)
    }
    sign = -1 if best == "highest" else 1
    ordered = sorted(sign * value for value in known.values())
    first: dict[Fraction, int] = {}
    for index, value in enumerate(ordered, start=1):
        first.setdefault(value, index)
    return {name: Place(first[sign * value], len(known)) for name, value in known.items()}


def _mark(item: Item, given: Given, place: Place | None) -> Mark:
    points, zh, en = _points(item, given, place)
    if points is not None and item.most is not None and points > item.most:
        points = item.most
        zh, en = f"{zh}，封顶 {show_points(points)} 分", f"{en}, capped at {show_points(points)}"
    return Mark(item, points, Text(zh=zh, en=en), item.bonus)


_UNKNOWN = (None, "缺少数据", "data missing")
_UNSET = (None, "分值尚未设定", "weight not set yet")


def _points(item: Item, given: Given, place: Place | None) -> tuple[Fraction | None, str, str]:
    if isinstance(item, RatioItem):
        return _ratio(item, given)
    if isinstance(given, tuple):
        raise TypeError(f"{item.id}: only a ratio item takes a pair")
    if given is None:
        return _UNKNOWN
    if isinstance(item, CheckItem):
        worth = item.points if item.points is not None else item.most
        if worth is None:
            return _UNSET
        return (worth, "符合", "holds") if given is True else (Fraction(0), "不符合", "does not hold")
    if isinstance(item, VetoItem):
        return (Fraction(0), "触发一票否决", "veto") if given is True else (Fraction(0), "未触发", "no veto")
    value = Fraction(given)
    if isinstance(item, RankItem):
        return _by_place(item, place)
    if isinstance(item, StepItem):
        return _step(item, value)
    if isinstance(item, BandItem):
        reached = [band for band in item.bands if value >= band.from_]
        best = max(reached, key=lambda band: band.from_, default=None)
        points = best.points if best else Fraction(0)
        mark = show_points(best.from_) if best else show_points(min(band.from_ for band in item.bands))
        sign = "≥" if best else "<"
        return points, f"{show_points(value)} {sign} {mark}", f"{show_points(value)} {sign} {mark}"
    assert isinstance(item, PointsItem)
    return value, f"得 {show_points(value)} 分", f"{show_points(value)} given"


def _step(item: StepItem, value: Fraction) -> tuple[Fraction, str, str]:
    at = show_points(item.threshold)
    if value < item.threshold:
        return Fraction(0), f"{show_points(value)} 未达到 {at}", f"{show_points(value)} is below {at}"
    steps = (value - item.threshold) // item.per
    points = item.base + steps * item.each
    base, each = show_points(item.base), show_points(item.each)
    return (
        points,
        f"达到 {at} 得 {base} 分，超出 {steps} 档各加 {each} 分",
        f"{base} at {at}, {steps} steps of {each}",
    )


def _ratio(item: RatioItem, given: Given) -> tuple[Fraction | None, str, str]:
    part, whole = given if isinstance(given, tuple) else (None, None)
    if part is None or whole is None or whole == 0:
        return _UNKNOWN
    if item.most is None:
        return _UNSET
    share = Fraction(part) / Fraction(whole)
    reached = (share - item.zero_at) / (item.full_at - item.zero_at)
    points = item.most * min(max(reached, Fraction(0)), Fraction(1))
    return points, f"{part}/{whole}", f"{part}/{whole}"


def _by_place(item: RankItem, place: Place | None) -> tuple[Fraction | None, str, str]:
    if place is None:
        return None, "须在同一轮评价中排名", "needs the whole round"
    fitting = [band for band in item.bands if place.share <= band.top]
    points = min(fitting, key=lambda band: band.top).points if fitting else item.otherwise
    return points, f"第 {place.rank} 名，共 {place.of} 家", f"place {place.rank} of {place.of}"


def _total(sheet: Sheet, marks: tuple[Mark, ...]) -> Fraction | None:
    if any(mark.points is None for mark in marks):
        return None
    base = sum((mark.points or Fraction(0) for mark in marks if not mark.bonus), Fraction(0))
    extra = sum((mark.points or Fraction(0) for mark in marks if mark.bonus), Fraction(0))
    return base + (min(extra, sheet.bonus_most) if sheet.bonus_most is not None else extra)


def _grade(
    sheet: Sheet, values: Values, marks: tuple[Mark, ...], vetoed: tuple[str, ...], total: Fraction | None
) -> tuple[Grade | None, Text]:
    by_id = {grade.id: grade for grade in sheet.grades}
    if vetoed:
        titles = "、".join(mark.item.title.zh for mark in marks if mark.item.id in vetoed)
        return sheet.grades[-1], Text(zh=f"一票否决：{titles}", en=f"veto: {', '.join(vetoed)}")
    for override in sheet.overrides:
        holds = values.get(f"override.{override.grade}")
        if holds is None:
            return None, Text(
                zh=f"缺少数据：{override.title.zh}", en=f"data missing: {override.title.get('en')}"
            )
        if holds is True:
            return by_id[override.grade], override.title
    open_veto = any(isinstance(item, VetoItem) and values.get(item.id) is None for item in sheet.items)
    if total is None or open_veto:
        missing = "、".join(mark.item.title.zh for mark in marks if mark.points is None)
        return None, Text(zh=f"尚不能定级：{missing}", en="cannot be graded yet")
    for grade in sheet.grades[:-1]:
        if grade.from_ is None:
            return None, Text(
                zh=f"“{grade.title.zh}”的分数线尚未设定",
                en=f"the mark for {grade.title.get('en')} is not set",
            )
        if total >= grade.from_:
            mark = show_points(grade.from_)
            return grade, Text(
                zh=f"总分 {show_points(total)} ≥ {mark}", en=f"total {show_points(total)} ≥ {mark}"
            )
    last = sheet.grades[-1]
    return last, Text(zh=f"总分 {show_points(total)}", en=f"total {show_points(total)}")
