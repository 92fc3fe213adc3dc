"""When a document takes effect and how long it holds, read from its own sentence about that."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from kaichuang.policy.importing import numerals
from kaichuang.policy.importing.dates import FoundDate, find_dates

_N = r"[\d一二两三四五六七八九十]{1,3}"
_FORCE = r"(?:施行|实施|执行|生效|试行|实行)"
_DELAY = re.compile(rf"(满)?({_N})(个?工作)?(日|天|个月)(之?后|起)?")
_BEGINS = re.compile(
    rf"(?:之日)?(?P<from>起|开始)?(?:正式|开始|起)*(?P<delay>满?{_N}(?:个?工作)?(?:日|天|个月)(?:之?后|起)?)?(?:正式|开始|起)*{_FORCE}(?!的)"
)
_NAMED = re.compile(rf"{_FORCE}(?:日期|时间|之日)?(?:为|是|:)$")
_TO = re.compile(r"(?:之日)?起?(?:至|到|[-—~]{1,2})")
_PERIOD = re.compile(rf"有效|{_FORCE}|期限|适用")
_MONTH = re.compile(rf"(?:自|从)((?:19|20)\d\d)年(\d{{1,2}})月(?:份)?(?:起|开始)(?:正式|开始)*{_FORCE}(?!的)")
_EVENT = re.compile(
    rf"(?:自|从)(?:本[\u4e00-\u9fff]{{2,4}})?(?P<event>发布|公布|印发|颁布|下发|发文|签发|公告)之?日(?:起)?"
    rf"(?P<delay>满?{_N}(?:个?工作)?(?:日|天|个月)(?:之?后|起)?)?(?:正式|开始|起)*(?:{_FORCE})?"
)
_YEARS = re.compile(
    rf"(?:有效期(?:限)?|(?:施行|实施|执行|试行|适用)期(?:限)?|暂定(?:施行|实施|执行|试行)?|试行)(?:暂定|为|是)*:?({_N})(年|个月)"
)
_SAYS = re.compile(rf"(?:自|从|于)[^,。;]{{1,30}}{_FORCE}")


@dataclass(frozen=True, slots=True)
class Delay:
    """A time that passes before the effect; working days cannot be counted without a calendar."""

    days: int = 0
    months: int = 0
    working: bool = False

    def after(self, start: date) -> date:
        """The day the delay ends."""
        return add_months(start, self.months) + timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class Effect:
    """The sentence on effect: from a ``start`` (until ``end``), or from an ``event`` such as 发布, after a ``delay``."""

    printed: str
    offset: int
    start: FoundDate | None = None
    end: FoundDate | None = None
    event: str = ""
    delay: Delay | None = None
    month_only: date | None = None


def _delay(printed: str | None) -> Delay | None:
    found = _DELAY.fullmatch(printed or "")
    if found is None or not (found.group(1) or found.group(5)):
        return None
    amount = numerals.chinese(found.group(2)) or numerals.arabic(found.group(2)) or 0
    if found.group(4) == "个月":
        return Delay(months=amount)
    return Delay(days=0 if found.group(3) else amount, working=found.group(3) is not None)


def find_effect(text: str) -> Effect | None:
    """The first statement of effect in a folded text without spaces."""
    dates = find_dates(text)
    found = [effect for here in range(len(dates)) if (effect := _from_date(text, dates, here)) is not None]
    event = _EVENT.search(text)
    if event:
        found.append(Effect(event.group(), event.start(), event=event["event"], delay=_delay(event["delay"])))
    month = _MONTH.search(text)
    if month and 1 <= int(month.group(2)) <= 12:
        day = date(int(month.group(1)), int(month.group(2)), 1)
        found.append(Effect(month.group(), month.start(), month_only=day))
    return min(found, key=lambda effect: effect.offset) if found else None


def _from_date(text: str, dates: list[FoundDate], here: int) -> Effect | None:
    day = dates[here]
    before, after = text[max(0, day.start - 10) : day.start], text[day.end :]
    to = _TO.match(after)
    if to and here + 1 < len(dates) and dates[here + 1].start == day.end + to.end():
        opening = max(text.rfind("。", 0, day.start), text.rfind(";", 0, day.start)) + 1
        closing = text.find("。", day.end)
        if _PERIOD.search(text, opening, closing if closing >= 0 else len(text)):
            end = dates[here + 1]
            return Effect(text[day.start : end.end], day.start, day, end)
        return None
    begins = _BEGINS.match(after)
    if begins and (begins["from"] or re.search(r"[自从于]$|^$|,$", before) or begins.end() <= 4):
        return Effect(text[day.start : day.end + begins.end()], day.start, day, delay=_delay(begins["delay"]))
    return Effect(day.printed, day.start, day) if _NAMED.search(before) else None


def says_effect(text: str) -> bool:
    """Whether a text speaks of effect, even if the day cannot be read."""
    return _SAYS.search(text) is not None


def find_term(text: str) -> tuple[str, int] | None:
    """A term in words (有效期三年): what is printed and how many months it is."""
    found = _YEARS.search(text)
    if found is None:
        return None
    amount = numerals.chinese(found.group(1)) or numerals.arabic(found.group(1)) or 0
    return found.group(), amount * (12 if found.group(2) == "年" else 1)


def add_months(start: date, months: int) -> date:
    """The same day some months later, or the last day of a shorter month."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    for day in range(start.day, 27, -1):
        try:
            return date(year, month + 1, day)
        except ValueError:
            continue
    return date(year, month + 1, min(start.day, 28))
