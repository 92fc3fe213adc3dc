"""From marks to a ranking, exactly: fractions throughout, no database, each result with its reasons.

The order of items and of marks never matters. Every item gets a rank of its own: equal scores are separated by the
declared rules in their order, and by the seed of the draw where these leave off.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from kaichuang.experts.drawing import ticket
from kaichuang.experts.reasons import Reason, points
from kaichuang.experts.sheet import TENTHS, Sheet

MEAN, TRIMMED, MEDIAN = "mean", "trimmed", "median"
TRIM_FROM = 5
"""With fewer scores than this nothing is dropped."""

PRIORITY, SUBMITTED, DRAW, CRITERION = "priority", "submitted_at", "draw", "criterion:"


@dataclass(frozen=True, slots=True)
class Mark:
    """One reader's points by criterion, in tenths; `extra` when read because others diverged."""

    reader: str
    points: Mapping[str, int]
    recommended_fen: int | None = None
    extra: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One item with the marks that were handed in; `expected` readers were to mark it."""

    key: str
    marks: tuple[Mark, ...]
    priority: bool = False
    submitted_at: datetime | None = None
    expected: int = 0


@dataclass(frozen=True, slots=True)
class Rules:
    """How scores become a ranking. `divergence_points` or `divergence_share` (of the full points) asks for another
    reader when highest and lowest differ by more; None: never.
    """

    aggregate: str = MEAN
    divergence_points: Fraction | None = None
    divergence_share: Fraction | None = None
    pass_mark: Fraction | None = None
    quota: int | None = None
    ties: tuple[str, ...] = ()
    seed: str = ""
    panel: str = ""

    def limit(self, sheet: Sheet) -> Fraction | None:
        """The difference up to which readers agree; the stricter one where both are given."""
        shares = [self.divergence_share * sheet.full] if self.divergence_share is not None else []
        given = [*shares, *([self.divergence_points] if self.divergence_points is not None else [])]
        return min(given) if given else None


@dataclass(frozen=True, slots=True)
class Combined:
    """The score of an item and from which marks it came."""

    score: Fraction | None
    kept: tuple[Mark, ...]
    dropped: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Divergence:
    """How far apart the readers are; `open` while too far and nobody else has read it."""

    spread: Fraction
    limit: Fraction | None
    beyond: bool
    open: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an item got. `rank` is 1 for the best; `place` counts only those that pass."""

    key: str
    score: Fraction | None
    rank: int
    passed: bool
    within_quota: bool
    divergence: Divergence
    dropped: tuple[str, ...]
    criteria: Mapping[str, Fraction]
    recommended_fen: int | None
    reasons: tuple[Reason, ...] = field(default=())


def total(mark: Mark, sheet: Sheet) -> Fraction:
    """Points times weights. Raises ValueError for a missing criterion or points outside 0 to the most."""
    wrong = [
        one.code
        for one in sheet.criteria
        if not isinstance(mark.points.get(one.code), int) or not 0 <= mark.points[one.code] <= one.max_tenths
    ]
    if wrong or set(mark.points) - set(sheet.codes):
        raise ValueError(f"marks of {mark.reader} do not fit the sheet: {', '.join(wrong) or 'unknown code'}")
    return sum(
        (Fraction(mark.points[one.code], TENTHS) * one.factor for one in sheet.criteria), start=Fraction(0)
    )


def combine(marks: Iterable[Mark], sheet: Sheet, aggregate: str) -> Combined:
    """One score from those that are there; None when there is none."""
    ordered = sorted(marks, key=lambda mark: (total(mark, sheet), mark.reader))
    if not ordered:
        return Combined(None, ())
    if aggregate == TRIMMED and len(ordered) >= TRIM_FROM:
        kept, dropped = ordered[1:-1], [ordered[0], ordered[-1]]
    else:
        kept, dropped = ordered, []
    totals = [total(mark, sheet) for mark in kept]
    score = middle(totals) if aggregate == MEDIAN else sum(totals, Fraction(0)) / len(totals)
    return Combined(score, tuple(kept), tuple(dropped))


def middle(values: Sequence[Fraction]) -> Fraction:
    """The median; of an even number of values the mean of the two in the middle."""
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def divergence(entry: Entry, sheet: Sheet, rules: Rules) -> Divergence:
    """How far the readers of an item are apart. A further reader settles it, whatever this one says."""
    totals = [total(mark, sheet) for mark in entry.marks]
    first = [total(mark, sheet) for mark in entry.marks if not mark.extra]
    spread = max(totals) - min(totals) if totals else Fraction(0)
    limit = rules.limit(sheet)
    beyond = limit is not None and bool(first) and max(first) - min(first) > limit
    return Divergence(spread, limit, beyond, beyond and len(first) == len(totals))


def recommended(marks: Iterable[Mark]) -> int | None:
    """The median of the sums that readers recommend, in fen, rounded down; None when nobody does."""
    sums = [Fraction(mark.recommended_fen) for mark in marks if mark.recommended_fen is not None]
    return int(middle(sums)) if sums else None


def criterion_means(marks: Sequence[Mark], sheet: Sheet) -> dict[str, Fraction]:
    """The mean points of each criterion, over the marks that count."""
    if not marks:
        return {}
    return {
        code: sum((Fraction(mark.points[code], TENTHS) for mark in marks), Fraction(0)) / len(marks)
        for code in sheet.codes
    }


def with_draw(ties: Sequence[str]) -> tuple[str, ...]:
    """The rules up to the draw, which always decides last."""
    before = ties[: ties.index(DRAW)] if DRAW in ties else ties
    return (*before, DRAW)


@dataclass(frozen=True, slots=True)
class _Ranked:
    entry: Entry
    combined: Combined
    criteria: Mapping[str, Fraction]
    keys: tuple[object, ...]


def rank(entries: Iterable[Entry], sheet: Sheet, rules: Rules) -> list[Outcome]:
    """Every item, the best first. Items nobody marked come last, in the order of their keys, and do not pass."""
    ties = with_draw(rules.ties)
    prepared = [_prepare(entry, sheet, rules, ties) for entry in entries]
    marked = sorted(
        (one for one in prepared if one.combined.score is not None),
        key=lambda one: (-_score(one), *one.keys),
    )
    unmarked = sorted((one for one in prepared if one.combined.score is None), key=lambda one: one.entry.key)
    outcomes: list[Outcome] = []
    place = 0
    for number, one in enumerate([*marked, *unmarked], start=1):
        passed = one.combined.score is not None and (
            rules.pass_mark is None or one.combined.score >= rules.pass_mark
        )
        place += passed
        around = [marked[i] for i in (number - 2, number) if 0 <= i < len(marked) and number <= len(marked)]
        outcomes.append(_outcome(one, number, passed, place, around, sheet, rules, ties))
    return outcomes


def _score(one: _Ranked) -> Fraction:
    return one.combined.score if one.combined.score is not None else Fraction(-1)


def _prepare(entry: Entry, sheet: Sheet, rules: Rules, ties: Sequence[str]) -> _Ranked:
    combined = combine(entry.marks, sheet, rules.aggregate)
    means = criterion_means(combined.kept, sheet)
    keys = tuple(_tie_key(rule, entry, means, rules) for rule in ties)
    return _Ranked(entry, combined, means, (*keys, entry.key))


def _tie_key(rule: str, entry: Entry, means: Mapping[str, Fraction], rules: Rules) -> object:
    """What sorts first wins."""
    if rule == PRIORITY:
        return not entry.priority
    if rule == SUBMITTED:
        moment = entry.submitted_at
        return (moment is None, moment.timestamp() if moment is not None else 0)
    if rule == DRAW:
        return ticket(rules.seed, f"{rules.panel}/tie", entry.key)
    if rule.startswith(CRITERION):
        return -means.get(rule.removeprefix(CRITERION), Fraction(0))
    raise ValueError(f"unknown tie rule {rule!r}")


def _outcome(
    one: _Ranked,
    number: int,
    passed: bool,
    place: int,
    around: Sequence[_Ranked],
    sheet: Sheet,
    rules: Rules,
    ties: Sequence[str],
) -> Outcome:
    apart = divergence(one.entry, sheet, rules)
    within = passed and (rules.quota is None or place <= rules.quota)
    amount = recommended(one.entry.marks)
    reasons = [*_why_score(one, sheet, rules), *_why_apart(one, apart), *_why_tied(one, around, sheet, ties)]
    if one.combined.score is not None and not passed and rules.pass_mark is not None:
        reasons.append(Reason("below_pass", {"mark": points(rules.pass_mark)}))
    elif passed and rules.quota is not None:
        what = {"place": str(place), "quota": str(rules.quota)}
        reasons.append(Reason("within_quota" if within else "beyond_quota", what))
    if amount is not None:
        count = sum(mark.recommended_fen is not None for mark in one.entry.marks)
        reasons.append(Reason("recommended", {"count": str(count)}))
    return Outcome(
        key=one.entry.key,
        score=one.combined.score,
        rank=number,
        passed=passed,
        within_quota=within,
        divergence=apart,
        dropped=tuple(mark.reader for mark in one.combined.dropped),
        criteria=one.criteria,
        recommended_fen=amount,
        reasons=tuple(reasons),
    )


def _why_score(one: _Ranked, sheet: Sheet, rules: Rules) -> Iterable[Reason]:
    count = len(one.entry.marks)
    if not count:
        yield Reason("no_score")
        return
    if one.combined.dropped:
        low, high = (points(total(mark, sheet)) for mark in one.combined.dropped)
        yield Reason("trimmed", {"low": low, "high": high, "count": str(len(one.combined.kept))})
    elif rules.aggregate == TRIMMED:
        yield Reason("trimmed_few", {"count": str(count)})
    else:
        yield Reason("median" if rules.aggregate == MEDIAN else "mean", {"count": str(count)})
    if one.entry.expected > count:
        yield Reason("missing", {"expected": str(one.entry.expected), "count": str(count)})


def _why_apart(one: _Ranked, apart: Divergence) -> Iterable[Reason]:
    if not apart.beyond or apart.limit is None:
        return
    yield Reason("divergence", {"spread": points(apart.spread), "limit": points(apart.limit)})
    extra = sum(mark.extra for mark in one.entry.marks)
    yield Reason("extra_reader", {"count": str(extra)}) if extra else Reason("divergence_kept")


def _why_tied(one: _Ranked, around: Sequence[_Ranked], sheet: Sheet, ties: Sequence[str]) -> Iterable[Reason]:
    """The rules that separate an item from its neighbours with the same score."""
    decided: list[str] = []
    for other in around:
        if other.combined.score == one.combined.score:
            decided.append(
                next((rule for rule, a, b in zip(ties, one.keys, other.keys, strict=False) if a != b), DRAW)
            )
    for rule in dict.fromkeys(sorted(decided, key=list(ties).index)):
        if rule.startswith(CRITERION):
            criterion = sheet[rule.removeprefix(CRITERION)]
            title = {"title": criterion.title, "title_en": criterion.title_en or criterion.title}
            yield Reason("tie_criterion", title)
        else:
            yield Reason({PRIORITY: "tie_priority", SUBMITTED: "tie_submitted", DRAW: "tie_draw"}[rule])
