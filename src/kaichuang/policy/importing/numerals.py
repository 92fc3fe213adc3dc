"""Ordinals as Chinese documents print them: 十二, 12, １２, Ⅻ, ⑫, and their common scanning damage (—, ニ, l, O)."""

from __future__ import annotations

_UNITS = {"十": 10, "百": 100}
_DIGITS = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {
    "零": 0,
    "○": 0,
    "两": 2,
    "—": 1,
    "-": 1,
    "–": 1,
    "ー": 1,
    "ニ": 2,
}
_ROMAN = {"I": 1, "V": 5, "X": 10}
_LOOKALIKE = str.maketrans({"l": "1", "I": "1", "|": "1", "O": "0", "o": "0"})
DAMAGED_CHINESE = frozenset("—-–ーニ")
DAMAGED_ARABIC = frozenset("lI|Oo")


def chinese(text: str) -> int | None:
    """Value of a Chinese numeral below 1000, or of a digit string (二〇一五); ``None`` if it is not one."""
    if not text or any(c not in _DIGITS and c not in _UNITS for c in text):
        return None
    if not any(c in _UNITS for c in text):
        if len(text) > 1 and not any(c in "〇零○" for c in text) and len(text) != 4:
            return None
        return int("".join(str(_DIGITS[c]) for c in text))
    total = current = 0
    for c in text:
        if c in _UNITS:
            total += (current or (1 if total == 0 or c == "十" else 0)) * _UNITS[c]
            current = 0
        else:
            current = _DIGITS[c]
    return total + current


def arabic(text: str) -> int | None:
    """Value of Arabic digits, reading l and I as 1 and O as 0."""
    digits = text.translate(_LOOKALIKE)
    return int(digits) if digits.isascii() and digits.isdigit() else None


def roman(text: str) -> int | None:
    """Value of a Roman numeral up to 39 in canonical form."""
    value = 0
    for here, following in zip(text, text[1:] + " ", strict=True):
        if here not in _ROMAN:
            return None
        value += -_ROMAN[here] if _ROMAN.get(following, 0) > _ROMAN[here] else _ROMAN[here]
    return value if to_roman(value) == text else None


def to_roman(value: int) -> str:
    """Canonical Roman numeral of a number up to 39."""
    ones = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
    return "X" * (value // 10) + ones[value % 10]


def to_chinese(value: int) -> str:
    """Chinese numeral of a number from 1 to 999 as used in ordinals (一百零三, 十二)."""
    digits = "零一二三四五六七八九"
    if value < 10:
        return digits[value]
    if value < 20:
        return "十" + (digits[value - 10] if value > 10 else "")
    if value < 100:
        return digits[value // 10] + "十" + (digits[value % 10] if value % 10 else "")
    rest = value % 100
    if rest == 0:
        return digits[value // 100] + "百"
    if rest < 10:
        return digits[value // 100] + "百零" + digits[rest]
    tens = digits[rest // 10] + "十" + (digits[rest % 10] if rest % 10 else "")
    return digits[value // 100] + "百" + tens
