"""Answers and effects as text for a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from kaichuang.rules.measures.values import show_money

if TYPE_CHECKING:
    from kaichuang.rules.measures import Entitlement
    from kaichuang.rules.measures.whatif import Effect

MARKS = {"met": "✓", "not_met": "✗", "unknown": "?"}
HEADER = ("措施", "分组", "户数", "原金额(元)", "新金额(元)", "增减(元)", "受益", "受损")


def width(text: str) -> int:
    """The columns that a text takes in a terminal: Chinese letters take two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def grid(rows: Sequence[Sequence[str]], *, left: int = 1) -> str:
    """Rows as aligned columns; the first ``left`` columns to the left, the others to the right."""
    widths = [max(width(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = []
        for at, cell in enumerate(row):
            space = " " * (widths[at] - width(cell))
            cells.append(cell + space if at < left else space + cell)
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def table_of_effects(effects: Iterable[Effect]) -> str:
    """Effects as a table; measures that stay as they are are left out."""
    rows: list[Sequence[str]] = [HEADER]
    before = after = 0
    for effect in effects:
        if effect.group == "*":
            before, after = before + effect.before_fen, after + effect.after_fen
        if effect.winners or effect.losers:
            rows.append(
                (
                    effect.measure, effect.group, f"{effect.cases:,}", show_money(effect.before_fen),
                    show_money(effect.after_fen), show_money(effect.change_fen), f"{effect.winners:,}", f"{effect.losers:,}",
                )
            )  # fmt: skip
    total = f"合计 / total: {show_money(before)} → {show_money(after)} 元（{show_money(after - before)}）"
    return f"{grid(rows, left=2)}\n{total}" if len(rows) > 1 else f"没有变化 / nothing changes\n{total}"


def entitlement(answer: Entitlement, language: str) -> Iterator[str]:
    """Everything about one measure, line by line."""
    yield f"{MARKS[answer.status]} {answer.measure.id} {answer.sentence.get(language)}"
    for condition in answer.conditions:
        yield f"    {MARKS[condition.status]} {condition.message.get(language)}  [{condition.clause}]"
        for found in condition.found:
            shown = found.shown if language == "zh" else found.shown_en
            yield f"        {found.title.get(language)} = {shown}"
    for step in answer.steps:
        yield f"    = {step.message.get(language)}"
    for outcome in answer.outcomes:
        yield f"    → {outcome.message.get(language)}  [{outcome.clause}]"
    for missing in answer.missing:
        suppliers = "、".join(missing.suppliers)
        yield f"    ? {missing.title.get(language)}" + (f"（{suppliers}）" if suppliers else "")
    for near in answer.near:
        yield f"    ~ {near.message.get(language)}"
