"""A bar chart of effects as SVG: what each measure or group costs before and after. Readable without colour."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from kaichuang.rules.measures.values import show_money

if TYPE_CHECKING:
    from kaichuang.rules.measures.whatif import Effect

WIDTH, LABEL, VALUE, ROW, BAR, TOP = 860, 180, 190, 52, 17, 70
STYLE = (
    "text{font:14px system-ui,'Noto Sans SC',sans-serif;fill:#1c2430}.title{font-size:17px;font-weight:600}"
    ".note{fill:#566173;font-size:12px}.before{fill:#b9c4d4}.after{fill:#2563a8}"
)


def chart(effects: Sequence[Effect], *, title: str, note: str = "", by_group: bool = False) -> str:
    """The chart as an SVG document; bars of what does not change are left out."""
    bars = _bars(effects, by_group=by_group)
    most = max((max(before, after) for _, before, after in bars), default=0) or 1
    height = TOP + ROW * len(bars) + 20
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}">',
        f"<style>{STYLE}</style><title>{escape(title)}</title>",
        f'<text class="title" x="16" y="28">{escape(title)}</text>',
        f'<text class="note" x="16" y="50">{escape(note)} 上：原 / above: before · 下：新 / below: after</text>',
    ]
    for at, (label, before, after) in enumerate(bars):
        y = TOP + at * ROW
        parts.append(f'<text x="16" y="{y + 22}">{escape(label)}</text>')
        parts += [_bar(before, most, y, "before"), _bar(after, most, y + BAR + 3, "after")]
    return "\n".join([*parts, "</svg>", ""])


def _bar(fen: int, most: int, y: int, name: str) -> str:
    """A bar with its amount; lengths in whole pixels."""
    length = fen * (WIDTH - LABEL - VALUE) // most
    text = f'<text x="{LABEL + length + 8}" y="{y + BAR - 3}">{show_money(fen)} 元</text>'
    return f'<rect class="{name}" x="{LABEL}" y="{y}" width="{length}" height="{BAR}"/>{text}'


def _bars(effects: Sequence[Effect], *, by_group: bool) -> list[tuple[str, int, int]]:
    sums: dict[str, tuple[int, int]] = {}
    for effect in effects:
        if by_group == (effect.group == "*") or not (effect.winners or effect.losers):
            continue
        name = effect.group if by_group else effect.measure
        before, after = sums.get(name, (0, 0))
        sums[name] = (before + effect.before_fen, after + effect.after_fen)
    return [(name, before, after) for name, (before, after) in sums.items()]
