"""From the rows of a panel to its ranking: before the closing as a preview, afterwards as it was frozen."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from kaichuang.experts.models import Item, Panel, Result, Score, ScoreState, SeatState
from kaichuang.experts.scoring import Entry, Mark, Outcome, rank


@dataclass(frozen=True, slots=True)
class ItemResult:
    """What a caller gets for its row. `score` is exact; `reasons` have code, params, zh and en."""

    subject_type: str
    subject_id: str
    item_id: int
    key: str
    label: str
    party_id: int
    score: Fraction | None
    rank: int
    passed: bool
    within_quota: bool
    recommended_fen: int | None
    reasons: tuple[dict[str, Any], ...]


def counting_scores(panel: Panel) -> list[Score]:
    """The scores of the seats that are still taken, drafts and recusals included."""
    scores = Score.objects.filter(seat__panel=panel, seat__state=SeatState.ACCEPTED)
    return list(scores.select_related("seat", "item").order_by("item__number", "seat__number"))


def entries_of(panel: Panel, scores: list[Score] | None = None) -> list[Entry]:
    """The panel's items with the marks handed in."""
    marks: dict[int, list[Mark]] = defaultdict(list)
    expected: dict[int, int] = defaultdict(int)
    for score in counting_scores(panel) if scores is None else scores:
        expected[score.item_id] += score.state != ScoreState.RECUSED
        if score.state == ScoreState.SUBMITTED:
            marks[score.item_id].append(
                Mark(f"{score.seat.number:03d}", score.points, score.recommended_fen, score.seat.is_extra)
            )
    return [
        Entry(
            key=item.key,
            marks=tuple(marks[item.pk]),
            priority=item.is_priority,
            submitted_at=item.submitted_at,
            expected=expected[item.pk],
        )
        for item in items_of(panel)
    ]


def items_of(panel: Panel) -> list[Item]:
    return list(Item.objects.filter(panel=panel).select_related("party").order_by("number"))


def preview(panel: Panel) -> list[Outcome]:
    """The ranking as it would be if the panel were closed now."""
    return rank(entries_of(panel), panel.form, panel.rules)


def result_of(panel: Panel) -> list[ItemResult]:
    """The frozen ranking of a closed panel, the best first; empty before. Callers have asked for permission."""
    rows = Result.objects.filter(panel=panel).select_related("item").order_by("rank")
    return [as_result(row) for row in rows]


def as_result(row: Result) -> ItemResult:
    return ItemResult(
        subject_type=row.item.subject_type,
        subject_id=row.item.subject_id,
        item_id=row.item_id,
        key=row.item.key,
        label=row.item.label,
        party_id=row.item.party_id,
        score=Fraction(row.exact) if row.exact else None,
        rank=row.rank,
        passed=row.passed,
        within_quota=row.within_quota,
        recommended_fen=row.recommended_fen,
        reasons=tuple(row.reasons),
    )
