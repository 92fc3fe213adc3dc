"""A panel as officers see it: the matrix of totals and the ranking, preview or final, in a handful of queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from kaichuang.experts.models import Item, Panel, PanelState, Result, Score, ScoreState, Seat
from kaichuang.experts.queries.results import counting_scores, entries_of, items_of
from kaichuang.experts.reasons import points
from kaichuang.experts.scoring import Mark, divergence, rank, total


@dataclass(frozen=True, slots=True)
class Cell:
    """One reader's score of one item; `total` empty while it is not handed in."""

    score_id: int
    state: str
    total: str = ""
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class MatrixRow:
    item: Item
    cells: tuple[Cell | None, ...]
    spread: str
    diverged: bool
    open: bool


@dataclass(frozen=True, slots=True)
class Ranked:
    """A line of the ranking; reasons as plain data."""

    item: Item
    rank: int
    score: str
    count: int
    spread: str
    passed: bool
    within: bool
    recommended_fen: int | None
    reasons: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Board:
    """`seats` are the columns of the matrix: those still taken."""

    seats: tuple[Seat, ...]
    matrix: tuple[MatrixRow, ...]
    ranking: tuple[Ranked, ...]
    submitted: int
    expected: int
    is_final: bool


def board_of(panel: Panel) -> Board:
    scores = counting_scores(panel)
    items = items_of(panel)
    entries = {entry.key: entry for entry in entries_of(panel, scores)}
    outcomes = rank(entries.values(), panel.form, panel.rules)
    dropped = {one.key: set(one.dropped) for one in outcomes}
    seats = {score.seat_id: score.seat for score in scores}
    columns = tuple(sorted(seats.values(), key=lambda seat: seat.number))
    cells = {(score.item_id, score.seat_id): _cell(score, panel, dropped) for score in scores}
    matrix = []
    for item in items:
        apart = divergence(entries[item.key], panel.form, panel.rules)
        row = tuple(cells.get((item.pk, seat.pk)) for seat in columns)
        matrix.append(MatrixRow(item, row, points(apart.spread), apart.beyond, apart.open))
    by_key = {item.key: item for item in items}
    final = panel.state == PanelState.CLOSED
    ranking = _frozen(panel, by_key) if final else ()
    if not final and any(entry.marks for entry in entries.values()):
        ranking = tuple(
            Ranked(
                item=by_key[one.key],
                rank=one.rank,
                score=points(one.score) if one.score is not None else "",
                count=len(entries[one.key].marks),
                spread=points(one.divergence.spread),
                passed=one.passed,
                within=one.within_quota,
                recommended_fen=one.recommended_fen,
                reasons=[reason.plain() for reason in one.reasons],
            )
            for one in outcomes
        )
    expected = [score for score in scores if score.state != ScoreState.RECUSED]
    done = sum(score.state == ScoreState.SUBMITTED for score in expected)
    return Board(columns, tuple(matrix), ranking, done, len(expected), final)


def _cell(score: Score, panel: Panel, dropped: Mapping[str, set[str]]) -> Cell:
    if score.state != ScoreState.SUBMITTED:
        return Cell(score.pk, score.state)
    value = points(total(Mark("", score.points), panel.form))
    return Cell(score.pk, score.state, value, f"{score.seat.number:03d}" in dropped[score.item.key])


def _frozen(panel: Panel, items: Mapping[str, Item]) -> tuple[Ranked, ...]:
    rows = Result.objects.filter(panel=panel).select_related("item").order_by("rank")
    return tuple(
        Ranked(
            item=items[row.item.key],
            rank=row.rank,
            score=points(Fraction(row.exact)) if row.exact else "",
            count=len(row.details.get("totals", {})),
            spread=points(Fraction(row.details.get("spread", "0"))),
            passed=row.passed,
            within=row.within_quota,
            recommended_fen=row.recommended_fen,
            reasons=row.reasons,
        )
        for row in rows
    )
