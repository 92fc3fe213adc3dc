from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kaichuang.booking.intervals import Span, allocate, full, intersect, merge, overlap, subtract

ZERO = datetime(2026, 1, 1, tzinfo=UTC)
SIZE = 24


def span(a: int, b: int) -> Span:
    return ZERO + timedelta(hours=a), ZERO + timedelta(hours=b)


hours = st.integers(0, SIZE)
spans = st.lists(st.tuples(hours, hours).map(lambda pair: span(*pair)), max_size=6)


def hours_of(several: list[Span]) -> set[int]:
    """Brute force: which whole hours are covered."""
    return {
        hour for hour in range(SIZE) for start, end in several if start <= ZERO + timedelta(hours=hour) < end
    }


@given(spans)
def test_merge_covers_the_same_hours_without_touching_spans(several: list[Span]) -> None:
    merged = merge(several)
    assert hours_of(merged) == hours_of(several)
    assert all(a[1] < b[0] for a, b in pairwise(merged))


@given(spans, spans)
def test_subtract_and_intersect_agree_with_sets_of_hours(left: list[Span], right: list[Span]) -> None:
    assert hours_of(subtract(left, right)) == hours_of(left) - hours_of(right)
    assert hours_of(intersect(left, right)) == hours_of(left) & hours_of(right)


@given(st.tuples(hours, hours), st.tuples(hours, hours))
def test_overlap_means_a_shared_hour(a: tuple[int, int], b: tuple[int, int]) -> None:
    if a[0] < a[1] and b[0] < b[1]:
        assert overlap(span(*a), span(*b)) == bool(set(range(*a)) & set(range(*b)))


asks = st.lists(st.tuples(hours, hours, st.integers(1, 3)).filter(lambda ask: ask[0] < ask[1]), max_size=8)


@given(asks, st.integers(1, 4), st.integers(1, 3))
def test_allocation_succeeds_exactly_when_every_hour_has_units_left(
    several: list[tuple[int, int, int]], capacity: int, quantity: int
) -> None:
    taken: list[tuple[Span, tuple[int, int]]] = []
    used = [0] * SIZE
    for start, end, units in several:
        pieces = allocate(span(start, end), taken, capacity=capacity, quantity=units)
        fits = all(used[hour] + units <= capacity for hour in range(start, end))
        assert (pieces is not None) == fits
        if pieces is not None:
            taken.extend(pieces)
            for hour in range(start, end):
                used[hour] += units
    for index, (when, lanes) in enumerate(taken):
        for other, others in taken[:index]:
            assert not (overlap(when, other) and lanes[0] < others[1] and others[0] < lanes[1])
    if quantity <= capacity:
        busy = full(
            [(when, lanes[1] - lanes[0]) for when, lanes in taken], capacity=capacity, quantity=quantity
        )
        assert hours_of(busy) == {hour for hour in range(SIZE) if used[hour] + quantity > capacity}
