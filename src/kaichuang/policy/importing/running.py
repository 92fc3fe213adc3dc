"""Running heads and feet: lines that come again on page after page and belong to none of its paragraphs."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

from kaichuang.policy.importing import markers

if TYPE_CHECKING:
    from kaichuang.policy.importing.layout import Block

_REACH = 2
_LIMIT = 50
_SENTENCE = re.compile(r"[。;!?,]$|:|责任|牵头|配合|\t| {4,}\S+ {4,}")


def mark(blocks: list[Block]) -> None:
    """Gives the role ``PAGE_HEADER`` to running lines.

    A line runs when it recurs beside page breaks (a form feed or a page number), or, in a text whose page breaks are
    gone, at even distances. Its figures may count up.
    """
    places: dict[str, list[int]] = defaultdict(list)
    for index, block in enumerate(blocks):
        if not block.role and _may_run(block.text):
            places[re.sub(r"\d+", "#", block.compact)].append(index)
    tops, feet = _edges(blocks)
    breaks = max(sum(b.page_top for b in blocks[1:]), sum(b.role == "PAGE_NUMBER" for b in blocks))
    for found in places.values():
        beside = max(([i for i in found if i in edge] for edge in (tops, feet)), key=len)
        if breaks and len(beside) >= min(3, max(2, breaks)) and len(beside) >= 0.6 * len(found):
            taken = beside
        elif len(found) >= 4 and _evenly_spaced(found):
            taken = found
        else:
            continue
        for index in taken:
            blocks[index].role = "PAGE_HEADER"


def _may_run(text: str) -> bool:
    short = text.strip()
    return 3 <= len(short) <= _LIMIT and not _SENTENCE.search(short) and markers.line_marker(0, short) is None


def _edges(blocks: list[Block]) -> tuple[set[int], set[int]]:
    """Places of the lines at the top and at the foot of pages; a page number may stand at either."""
    breaks = [i for i, b in enumerate(blocks) if b.page_top]
    numbers = [i for i, b in enumerate(blocks) if b.role == "PAGE_NUMBER"]
    beside = {i for place in numbers for i in range(place - _REACH, place + _REACH + 1)}
    tops = {i for place in (0, *breaks) for i in range(place, place + _REACH)}
    feet = {i for place in (*breaks, len(blocks)) for i in range(place - _REACH, place)}
    return tops | beside, feet | beside


def _evenly_spaced(found: list[int]) -> bool:
    gaps = [after - before for before, after in pairwise(found)]
    return min(gaps) >= 8 and max(gaps) <= 1.35 * min(gaps)
