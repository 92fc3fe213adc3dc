"""The steps of an amount as sentences with their figures, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping

from .amounts import Scale
from .book import Rulebook
from .entitlement import StepResult, show_value
from .model import Rounding
from .plan import Room, Step
from .sentences import show, title
from .values import Text, Value, show_money

Values = Mapping[str, Value | None]
Shown = Mapping[str, str]

WAYS = {
    "down": ("舍去", "rounded down"), "up": ("进位", "rounded up"), "half_up": ("四舍五入", "rounded half up"),
}  # fmt: skip
LEADS = {"sum": ("合计", "total"), "highest": ("取最高", "highest of"), "lowest": ("取最低", "lowest of")}


def step_result(book: Rulebook, step: Step, values: Values) -> StepResult:
    """A step of the amount as a sentence with its figures."""
    value = values.get(step.name)
    fen = value if isinstance(value, int) else None
    zh, en = (
        f"{_sentence(book, step, values, language)} = {show_value(fen, 'money', language=language)}"
        for language in ("zh", "en")
    )
    return StepResult(step.name, step.kind, fen, Text(zh=zh, en=en))


def room_result(book: Rulebook, room: Room, values: Values) -> StepResult:
    """A ceiling as a sentence: its limit, what was used, what is left."""
    left = values.get(room.room)
    fen = left if isinstance(left, int) else None
    zh, en = f"{room.cap.title.zh}：上限 ", f"{room.cap.title.get('en')}: limit "
    zh, en = zh + show(book, room.limit, values), en + show(book, room.limit, values, language="en")
    if room.used is not None:
        zh += f"，此前已用 {show(book, room.used, values)}"
        en += f", used before {show(book, room.used, values, language='en')}"
    zh += f"，尚可 {show_value(fen, 'money')}"
    en += f", left {show_value(fen, 'money', language='en')}"
    return StepResult(room.room, "room", fen, Text(zh=zh, en=en))


def _sentence(book: Rulebook, step: Step, values: Values, language: str) -> str:
    shown = {role: show(book, name, values, language=language) for role, name in step.parts.items()}
    words = {role: title(book, name, language=language) for role, name in step.parts.items()}
    chinese = language == "zh"
    match step.kind:
        case "fixed":
            return words["value"] or ("定额" if chinese else "fixed amount")
        case "rate":
            return f"{words['of']} {shown['of']} × {shown['rate']}"
        case "cap":
            return f"{'不超过' if chinese else 'at most'} {shown['cap']}"
        case "floor":
            return f"{'不低于' if chinese else 'at least'} {shown['floor']}"
        case "tier":
            tail = "，对应档次" if chinese else ", its tier"
            return f"{words['by']}{'：' if chinese else ': '}{shown['by']}{tail}"
        case "scale":
            return _scale(step, shown, words, chinese)
        case "per_head":
            most = shown.get("most")
            limit = "" if most is None else f"（最多计 {most}）" if chinese else f" (at most {most})"
            return f"{words['count']} {shown['count']}{limit} × {shown['value']}"
        case "round":
            return _rounding(step, shown, chinese)
        case "formula":
            say = step.data if isinstance(step.data, Text) else Text(zh="按公式计算", en="by formula")
            return say.get(language)
    lead = LEADS[step.kind][0 if chinese else 1]
    joint = " + " if step.kind == "sum" else "、" if chinese else ", "
    return f"{lead} {joint.join(shown.values())}"


def _rounding(step: Step, shown: Shown, chinese: bool) -> str:
    assert isinstance(step.data, Rounding)
    zh, en = WAYS[step.data.mode]
    unit = show_money(step.data.unit)
    return f"{shown['of']} 按 {unit} 元{zh}" if chinese else f"{shown['of']} {en} to {unit} yuan"


def _scale(step: Step, shown: Shown, words: Shown, chinese: bool) -> str:
    assert isinstance(step.data, Scale)
    rows = range(len(step.data.brackets))
    edges = [(shown[f"edge_{at}"], shown[f"rate_{at}"]) for at in rows]
    if chinese:
        parts = "，".join(f"{edge} 以上部分 {rate}" for edge, rate in edges)
        return f"{words['of']} {shown['of']} 分段计算（{parts}）"
    parts = ", ".join(f"above {edge}: {rate}" for edge, rate in edges)
    return f"{words['of']} {shown['of']} by bracket ({parts})"
