"""timeline: what happened, newest or oldest first as given.

Props: `events` (of `Event`, or of journal entries turned into them).

redline: two texts, what went and what came.
Props: `old`, `new` (texts) · `old_label`, `new_label` · `side_by_side`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kaichuang.kit.problems import type_str
from kaichuang.ui.components.core import component, from_template


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """`before` and `after` are labels of states; `actor` is who did it, for whom if it is someone else."""

    at: date | datetime
    title: type_str
    actor: type_str = ""
    text: type_str = ""
    before: type_str = ""
    after: type_str = ""
    tone: str = "neutral"
    url: str = ""
    clause: str = ""


@component()
def timeline(events: Iterable[Event]) -> SafeString:
    """Who did what, when and why."""
    return from_template("timeline", {"events": list(events)})


# Chinese is compared sign by sign, but words and figures of other scripts stay whole: 30% -> 50% is one change.
_PIECES = re.compile(r"[A-Za-z]+|\d[\d,.]*[%％]?|\s+|.", re.DOTALL)


def differences(old: str, new: str) -> Iterator[tuple[str, str, str]]:
    """(`equal` | `change`, old piece, new piece) in order; joined they give both texts back."""
    left, right = _PIECES.findall(old), _PIECES.findall(new)
    matcher = difflib.SequenceMatcher(None, left, right, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        yield "equal" if kind == "equal" else "change", "".join(left[a:b]), "".join(right[c:d])


@component()
def redline(
    old: str,
    new: str,
    *,
    old_label: type_str = "",
    new_label: type_str = "",
    side_by_side: bool = False,
) -> SafeString:
    """What was struck out and what was put in."""
    pieces = list(differences(old, new))
    if not side_by_side:
        html = format_html_join("", "{}", ((_piece(*piece),) for piece in pieces))
        return format_html('<div class="kc-redline">{}</div>', html)
    left = format_html_join("", "{}", ((_piece(kind, gone, ""),) for kind, gone, _came in pieces))
    right = format_html_join(
        "", "{}", ((came if kind == "equal" else _piece(kind, "", came),) for kind, _gone, came in pieces)
    )
    return from_template(
        "redline",
        {
            "left": left,
            "right": right,
            "old_label": old_label or _("修改前"),
            "new_label": new_label or _("修改后"),
        },
    )


def _piece(kind: str, gone: str, came: str) -> SafeString:
    if kind == "equal":
        return format_html("{}", gone)
    struck = (
        format_html('<del><span class="visually-hidden">{}</span>{}</del>', _("［删除］"), gone)
        if gone
        else ""
    )
    added = (
        format_html('<ins><span class="visually-hidden">{}</span>{}</ins>', _("［新增］"), came)
        if came
        else ""
    )
    return format_html("{}{}", struck, added)
