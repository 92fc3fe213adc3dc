"""Two editions, clause by clause."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from kaichuang.policy.models import Clause, Edition

Change = Literal["same", "added", "removed", "changed", "moved"]
Run = tuple[Literal["same", "added", "removed"], str]


@dataclass(frozen=True, slots=True)
class Difference:
    """One clause of either edition, what became of it, and its text as runs of same, added and removed signs."""

    change: Change
    old: Clause | None
    new: Clause | None
    runs: tuple[Run, ...]


def compare(old: Edition, new: Edition) -> list[Difference]:
    """All clauses in the order of the new edition; removed ones stand where they stood.

    Clauses are matched by their place, and where the place is new, by an equal or very similar text.
    """
    before, after = _clauses(old), _clauses(new)
    pairs = {key: key for key in after if key in before}
    _match_moved(before, after, pairs)
    matched = set(pairs.values())
    differences: list[Difference] = []
    left = [key for key in before if key not in matched]
    order = {key: index for index, key in enumerate(before)}
    for key, clause in after.items():
        source = pairs.get(key)
        while left and (source is None or order[left[0]] < order[source]) and source is not None:
            differences.append(_removed(before[left.pop(0)]))
        differences.append(_difference(before[source] if source is not None else None, clause, source == key))
    differences.extend(_removed(before[key]) for key in left)
    return differences


@dataclass(frozen=True, slots=True)
class Frame:
    """Words of a part that stand outside its clauses: before the first (`preamble`) or after the last (`closing`)."""

    kind: str
    place: Literal["preamble", "closing"]
    old: str
    new: str


def compare_frames(old: Edition, new: Edition) -> list[Frame]:
    """Preambles and closings that differ; parts are matched by kind and order."""
    before, after = _frames(old), _frames(new)
    return [
        Frame(kind, place, before.get(key, ""), after.get(key, ""))
        for key in dict.fromkeys([*before, *after])
        for kind, _number, place in [key]
        if before.get(key, "") != after.get(key, "")
    ]


FrameKey = tuple[str, int, Literal["preamble", "closing"]]


def _frames(edition: Edition) -> dict[FrameKey, str]:
    counts: dict[str, int] = {}
    found: dict[FrameKey, str] = {}
    for part in edition.parts.order_by("position"):
        counts[part.kind] = number = counts.get(part.kind, 0) + 1
        found[part.kind, number, "preamble"] = "\n".join(part.preamble)
        found[part.kind, number, "closing"] = "\n".join(part.closing)
    return found


Key = tuple[str, str]


def _clauses(edition: Edition) -> dict[Key, Clause]:
    clauses = edition.clauses.select_related("part").order_by("position")
    return {(clause.part.kind, clause.path): clause for clause in clauses}


def _match_moved(before: dict[Key, Clause], after: dict[Key, Clause], pairs: dict[Key, Key]) -> None:
    free = [key for key in before if key not in pairs.values()]
    for key in [key for key in after if key not in pairs]:
        text = text_of(after[key])
        best = max(free, key=lambda old: _likeness(text_of(before[old]), text), default=None)
        if best is not None and _likeness(text_of(before[best]), text) >= 0.8:
            pairs[key] = best
            free.remove(best)


def _likeness(a: str, b: str) -> float:
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= 0.8 and matcher.quick_ratio() >= 0.8 else 0.0


def text_of(clause: Clause) -> str:
    """Heading, paragraphs and items; the gist where the full text is not here."""
    lines = [clause.heading, *clause.paragraphs, *clause.items]
    if not clause.paragraphs and not clause.items and clause.gist:
        lines.append(clause.gist)
    return "\n".join(filter(None, lines))


def _difference(old: Clause | None, new: Clause, in_place: bool) -> Difference:
    text = text_of(new)
    if old is None:
        return Difference("added", None, new, (("added", text),))
    before = text_of(old)
    if before == text:
        return Difference("same" if in_place else "moved", old, new, (("same", text),))
    return Difference("changed", old, new, tuple(_runs(before, text)))


def _removed(clause: Clause) -> Difference:
    return Difference("removed", clause, None, (("removed", text_of(clause)),))


def _runs(old: str, new: str) -> list[Run]:
    runs: list[Run] = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            runs.append(("same", new[k:m]))
            continue
        if j > i:
            runs.append(("removed", old[i:j]))
        if m > k:
            runs.append(("added", new[k:m]))
    return runs
