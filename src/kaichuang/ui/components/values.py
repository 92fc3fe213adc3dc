"""Values that people read: the same amount, day or deadline looks the same everywhere.

money — Props: `fen` (integer fen or None) · `unit` (`yuan`, `wan`, or `auto`: in Chinese 万元 from 10,000 yuan when exact)
· `sign` (show + too).
day — Props: `value` (date, datetime or None) · `time` (show hours and minutes too).
period — Props: `start`, `end` (dates, either may be None).
deadline — Props: `due_on` (date or None) · `today` · `met_on` (done on) · `paused` · `left` (days left when counted
otherwise, e.g. in working days) · `working` (`left` are working days).
number — Props: `value` · `unit` · `digits` (decimals).
percent — Props: `part`, `whole`, or `value` (a ratio) · `digits`.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from kaichuang.kit.money import FEN_PER_WAN, format_wan, format_yuan
from kaichuang.kit.problems import type_str
from kaichuang.ui.components.core import component

NOTHING = SafeString('<span class="kc-nothing">—</span>')
SOON_DAYS = 3


@component()
def money(fen: int | None, *, unit: str = "yuan", sign: bool = False) -> SafeString:
    """An amount of money with its unit."""
    if fen is None:
        return NOTHING
    if unit not in {"yuan", "wan", "auto"}:
        raise ValueError(f"unit {unit!r}: yuan, wan or auto")
    plus = "+" if sign and fen > 0 else ""
    # Only Chinese counts in ten thousands.
    round_wan = abs(fen) >= FEN_PER_WAN and fen % (FEN_PER_WAN // 100) == 0
    in_wan = unit == "wan" or (unit == "auto" and round_wan and (get_language() or "zh").startswith("zh"))
    number_text, word = (_group(format_wan(fen)), _("万元")) if in_wan else (format_yuan(fen), _("元"))
    return format_html(
        '<span class="kc-money"><span class="kc-figure">{}{}</span> <span class="kc-unit">{}</span></span>',
        plus,
        number_text,
        word,
    )


def _group(digits: str) -> str:
    whole, dot, rest = digits.partition(".")
    return f"{int(whole):,}{dot}{rest}" if whole not in {"-0", "-"} else digits


@component()
def day(value: date | datetime | None, *, time: bool = False) -> SafeString:
    """A day as `2026-11-22`, with `time` also `09:30`, in the time of the place."""
    if value is None:
        return NOTHING
    if isinstance(value, datetime):
        value = timezone.localtime(value) if timezone.is_aware(value) else value
        shown = f"{value:%Y-%m-%d %H:%M}" if time else f"{value:%Y-%m-%d}"
        return format_html('<time datetime="{}">{}</time>', value.isoformat(timespec="minutes"), shown)
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), value.isoformat())


@component()
def period(*, start: date | None, end: date | None) -> SafeString:
    """From a day to a day; an open end says so."""
    if start is None and end is None:
        return NOTHING
    if end is None:
        return format_html("{} {}", day(start), _("起"))
    if start is None:
        return format_html("{} {}", _("截至"), day(end))
    if start == end:
        return day(start)
    return format_html('<span class="kc-period">{} {} {}</span>', day(start), _("至"), day(end))


@component()
def deadline(
    due_on: date | None,
    *,
    today: date,
    met_on: date | None = None,
    paused: bool = False,
    left: int | None = None,
    working: bool = False,
) -> SafeString:
    """A due date with what it means today: met, paused, plenty of time, soon, today, overdue."""
    if due_on is None and not paused and met_on is None:
        return NOTHING
    tone, words = _urgency(due_on, today, met_on, paused, left, working)
    due = format_html("{} ", day(due_on)) if due_on is not None else ""
    return format_html(
        '<span class="kc-deadline">{}<span class="kc-badge kc-{}"><span class="kc-dot" aria-hidden="true"></span>'
        "{}</span></span>",
        due,
        tone,
        words,
    )


def _urgency(
    due_on: date | None, today: date, met_on: date | None, paused: bool, left: int | None, working: bool
) -> tuple[str, str]:
    if met_on is not None:
        late = due_on is not None and met_on > due_on
        return ("warning", _("逾期办结")) if late else ("success", _("按期办结"))
    if paused or due_on is None:
        return "neutral", _("时限中止")
    days = (due_on - today).days if left is None or due_on < today else left
    if days < 0:
        return "danger", ngettext("已超期 %(n)d 天", "已超期 %(n)d 天", -days) % {"n": -days}
    if days == 0:
        return "warning", _("今日到期")
    tone = "warning" if days <= SOON_DAYS else "info"
    if working and left is not None:
        return tone, ngettext("还剩 %(n)d 个工作日", "还剩 %(n)d 个工作日", days) % {"n": days}
    return tone, ngettext("还剩 %(n)d 天", "还剩 %(n)d 天", days) % {"n": days}


@component()
def number(
    value: int | float | Decimal | None, *, unit: type_str = "", digits: int | None = None
) -> SafeString:
    """A number with grouped digits and its unit."""
    if value is None:
        return NOTHING
    shown = f"{value:,}" if digits is None else f"{value:,.{digits}f}"
    suffix = format_html(' <span class="kc-unit">{}</span>', unit) if unit else ""
    return format_html('<span class="kc-figure">{}</span>{}', shown, suffix)


@component()
def percent(
    value: Decimal | float | None = None,
    *,
    part: int | None = None,
    whole: int | None = None,
    digits: int = 1,
) -> SafeString:
    """A ratio in percent; nothing of nothing is shown as a dash."""
    if part is not None and whole:
        value = Decimal(part) / Decimal(whole)
    if value is None:
        return NOTHING
    return format_html('<span class="kc-figure">{}%</span>', f"{Decimal(value) * 100:.{digits}f}")
