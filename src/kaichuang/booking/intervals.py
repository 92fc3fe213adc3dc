"""Arithmetic of half-open spans [start, end). Pure; everything that is free or busy is computed here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise

Span = tuple[datetime, datetime]


def overlap(a: Span, b: Span) -> bool:
    """Whether two spans share an instant; back to back they do not."""
    return a[0] < b[1] and b[0] < a[1]


def merge(spans: Iterable[Span]) -> list[Span]:
    """The union, as sorted, disjoint, non-adjacent spans."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def subtract(spans: Iterable[Span], busy: Iterable[Span]) -> list[Span]:
    """What of `spans` is left without `busy`."""
    taken = merge(busy)
    left: list[Span] = []
    for start, end in merge(spans):
        for busy_start, busy_end in taken:
            if busy_end <= start or busy_start >= end:
                continue
            if busy_start > start:
                left.append((start, busy_start))
            start = max(start, busy_end)
        if start < end:
            left.append((start, end))
    return left


def intersect(left: Iterable[Span], right: Iterable[Span]) -> list[Span]:
    """What stands in both."""
    a, b = merge(left), merge(right)
    common: list[Span] = []
    i = j = 0
    while i < len(a) and j < len(b):
        start, end = max(a[i][0], b[j][0]), min(a[i][1], b[j][1])
        if start < end:
            common.append((start, end))
        if a[i][1] < b[j][1]:
            i += 1
        else:
            j += 1
    return common


def full(taken: Sequence[tuple[Span, int]], *, capacity: int, quantity: int) -> list[Span]:
    """When fewer than `quantity` of `capacity` units are free, given the units taken per span."""
    steps = sorted(
        step for (start, end), units in taken for step in ((start, units), (end, -units)) if start < end
    )
    busy: list[Span] = []
    used, since = 0, None
    for at, change in steps:
        used += change
        if used > capacity - quantity:
            since = since or at
        elif since is not None:
            busy.append((since, at))
            since = None
    return merge(busy)


Lanes = tuple[int, int]
Taken = tuple[Span, Lanes]


def allocate(span: Span, taken: Sequence[Taken], *, capacity: int, quantity: int) -> list[Taken] | None:
    """Which lanes to take during `span`, or None when at some instant too few are free.

    The same lanes throughout where that is possible; else the span is cut where claims begin and end and each
    piece gets its own, so that what is free by count can always be claimed.
    """
    near = [(other, lanes) for other, lanes in taken if overlap(other, span)]
    whole = free_lanes((lanes for _, lanes in near), capacity=capacity, quantity=quantity)
    if whole is not None:
        return [(span, lanes) for lanes in whole]
    cuts = sorted({span[0], span[1], *(cut for other, _ in near for cut in other if span[0] < cut < span[1])})
    pieces: list[Taken] = []
    for piece in pairwise(cuts):
        lanes = free_lanes(
            (used for other, used in near if overlap(other, piece)), capacity=capacity, quantity=quantity
        )
        if lanes is None:
            return None
        pieces.extend((piece, one) for one in lanes)
    return pieces


def free_lanes(taken: Iterable[Lanes], *, capacity: int, quantity: int) -> list[Lanes] | None:
    """The first `quantity` free lanes as half-open ranges, or None when there are too few."""
    chosen: list[Lanes] = []
    missing, lane = quantity, 0
    for lower, upper in [*sorted(taken), (capacity, capacity)]:
        take = min(lower - lane, missing)
        if take > 0:
            chosen.append((lane, lane + take))
            missing -= take
        lane = max(lane, upper)
    return chosen if missing == 0 else None
