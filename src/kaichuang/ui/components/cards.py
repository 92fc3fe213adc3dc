"""card: a box with an optional head.

Props: `title` · `subtitle` · `icon` · `flush` (no padding: tables and lists reach the edge) · `id` · `level`
(of the heading, 2 to 4) · `tone` (a coloured edge). Slots: `body` · `actions` (right of the title) · `footer`.

stat: one figure that matters.
Props: `label` · `value` (text or HTML of a value component) · `unit` · `note` (what it is measured against)
· `trend` (`up`, `down` or empty) · `icon` · `tone` · `url` (to the rows behind the figure).

panel_list: rows of title, note and link in a card (no table needed). Props: `rows` of `Row`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.safestring import SafeString

from kaichuang.kit.problems import type_str
from kaichuang.ui.components.core import check_tone, component, from_template


@component(slots=("body", "actions", "footer"))
def card(
    title: type_str = "",
    *,
    subtitle: type_str = "",
    icon: str = "",
    flush: bool = False,
    id: str = "",
    level: int = 2,
    tone: str = "neutral",
    body: str = "",
    actions: str = "",
    footer: str = "",
) -> SafeString:
    """A box with an optional head, actions and foot."""
    return from_template(
        "card",
        {
            "title": title,
            "subtitle": subtitle,
            "icon": icon,
            "flush": flush,
            "id": id,
            "heading": f"h{level}",
            "tone": check_tone(tone),
            "body": body,
            "actions": actions,
            "footer": footer,
        },
    )


@component()
def stat(
    label: type_str,
    value: type_str | int,
    *,
    unit: type_str = "",
    note: type_str = "",
    trend: str = "",
    icon: str = "",
    tone: str = "neutral",
    url: str = "",
) -> SafeString:
    """One figure, what it means, and the way to its rows."""
    if trend not in {"", "up", "down"}:
        raise ValueError(f"trend {trend!r}: up, down or empty")
    return from_template(
        "stat",
        {
            "label": label,
            "value": f"{value:,}" if isinstance(value, int) else value,
            "unit": unit,
            "note": note,
            "trend": trend,
            "icon": icon,
            "tone": check_tone(tone),
            "url": url,
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of `panel_list`; `aside` is HTML of a value component or plain text."""

    title: type_str
    url: str = ""
    note: type_str = ""
    aside: type_str = ""
    icon: str = ""


@component()
def panel_list(rows: Iterable[Row]) -> SafeString:
    """Linked rows, one under the other."""
    return from_template("panel_list", {"rows": list(rows)})
