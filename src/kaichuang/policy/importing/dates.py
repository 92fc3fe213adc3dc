"""Dates as documents print and damage them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from kaichuang.policy.importing import numerals
from kaichuang.policy.importing.vocabulary import DAMAGED_DATE, DATE_TEXT

_FULL = re.compile(r"([12]\s?\d\s?\d\s?\d)\s?(?:年|[-/.])\s?(\d{1,2})\s?(?:月|[-/.])\s?(\d{1,2})(?!\d)\s?日?")
_CHINESE = re.compile(
    r"([一二][〇零0oO一二三四五六七八九]{3})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日"
)
_DAMAGED = re.compile(r"(?<![\dOlI])([12][\dOlI〇]{3})(年?)([\dOlI]{1,4})(月?)([\dOlI]{0,2})日")
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)")
_LOOKALIKE = str.maketrans({"O": "0", "o": "0", "l": "1", "I": "1", "〇": "0"})
ANY_DATE = re.compile(f"{DATE_TEXT}|{DAMAGED_DATE}")


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date in a text: ``value`` is ``None`` when it cannot be read in one way only; ``readings`` lists the ways."""

    start: int
    end: int
    printed: str
    value: date | None
    readings: tuple[date, ...]
    damaged: bool

    @property
    def proposed(self) -> str | None:
        """The date as it should be printed, all readings if there are several."""
        return " 或 ".join(f"{d.year}年{d.month}月{d.day}日" for d in self.readings) or None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _found(match: re.Match[str], values: list[date | None], damaged: bool) -> FoundDate:
    readings = tuple(dict.fromkeys(v for v in values if v is not None))
    value = readings[0] if len(readings) == 1 else None
    return FoundDate(match.start(), match.end(), match.group(), value, readings, damaged or value is None)


def _splits(digits: str) -> list[tuple[int, int]]:
    pairs = []
    for cut in (1, 2):
        month, day = digits[:cut], digits[cut:]
        if month and day and len(day) <= 2 and month[0] != "0" and day[0] != "0":
            pairs.append((int(month), int(day)))
    if len(digits) == 4:
        pairs.append((int(digits[:2]), int(digits[2:])))
    return pairs


def _damaged_values(match: re.Match[str]) -> list[date | None]:
    year, first, second = (match.group(n).translate(_LOOKALIKE) for n in (1, 3, 5))
    if match.group(4) and second:
        return [_day(int(year), int(first), int(second))] if len(first) <= 2 else []
    return [_day(int(year), month, day) for month, day in _splits(first + second)]


def find_dates(text: str) -> list[FoundDate]:
    """All dates of a folded text in order, sound ones and damaged ones."""
    found = []
    for match in _FULL.finditer(text):
        year = int("".join(match.group(1).split()))
        found.append(_found(match, [_day(year, int(match.group(2)), int(match.group(3)))], False))
    for match in _CHINESE.finditer(text):
        year = int("".join(str(numerals.chinese(c) or 0) for c in match.group(1)))
        month, day = numerals.chinese(match.group(2)), numerals.chinese(match.group(3))
        found.append(_found(match, [_day(year, month or 0, day or 0)], False))
    taken = [(f.start, f.end) for f in found]
    for match in _DAMAGED.finditer(text):
        if not any(s < match.end() and match.start() < e for s, e in taken):
            found.append(_found(match, _damaged_values(match), True))
    for match in _COMPACT.finditer(text):
        if not any(f.start < match.end() and match.start() < f.end for f in found):
            year, month, day = (int(match.group(n)) for n in (1, 2, 3))
            found.append(_found(match, [_day(year, month, day)], False))
    return sorted(found, key=lambda f: f.start)


def first_date(text: str) -> FoundDate | None:
    """The first date of a text."""
    dates = find_dates(text)
    return dates[0] if dates else None
