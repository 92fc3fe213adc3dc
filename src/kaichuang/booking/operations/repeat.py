"""Book again and again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from dateutil.rrule import rrulestr
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kaichuang.booking.intervals import Span
from kaichuang.booking.models import Booking, Series
from kaichuang.booking.operations.book import Refusal, book
from kaichuang.booking.queries.availability import Asked
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import Problem, Refused

_DAY = r"[-+]?[1-4]?(MO|TU|WE|TH|FR|SA|SU)"
_DATE = r"-?([1-9]|[12]\d|3[01])"
READABLE = re.compile(
    r"FREQ=(DAILY|WEEKLY|MONTHLY)"
    rf"(;(INTERVAL=[1-9]\d?|COUNT=[1-9]\d?\d?|UNTIL=\d{{8}}(T\d{{6}})?|BYDAY={_DAY}(,{_DAY})*"
    rf"|BYMONTHDAY={_DATE}(,{_DATE})*))*"
)
"""The part of RFC 5545 that people book by; some other rules would be searched for their first date for ever."""

LONGEST = timedelta(days=366)
MOST = 200


@dataclass(frozen=True, slots=True)
class Repetition:
    """What came of a series: the bookings made, and each occurrence refused with its reasons."""

    series: Series
    bookings: tuple[Booking, ...]
    refused: tuple[tuple[Span, Refusal], ...]


def occurrences(first: Span, rule: str) -> list[Span]:
    """The periods of a series, by an RFC 5545 rule, at the same local time each; at most a year and 200 of them.

    Raises `Refused` when the rule cannot be read or never ends.
    """
    if not READABLE.fullmatch(rule):
        raise Refused(Problem("rule", _("重复规则不正确。"), field="rule"))
    start = timezone.localtime(first[0]).replace(tzinfo=None)
    try:
        dates = rrulestr(rule, dtstart=start)
    except ValueError as error:
        raise Refused(Problem("rule", _("重复规则不正确。"), field="rule")) from error
    found: list[Span] = []
    for local in dates:
        if local - start > LONGEST or len(found) == MOST:
            raise Refused(
                Problem(
                    "rule_too_long", _("重复预约最长一年、最多200次，请设置结束日期或次数。"), field="rule"
                )
            )
        begin = timezone.make_aware(local)
        found.append((begin, begin + (first[1] - first[0])))
    return found


def repeat(
    *,
    actor: Actor,
    now: datetime,
    asked: Asked,
    first: Span,
    rule: str,
    skip_conflicts: bool = False,
    party_id: int | None = None,
    purpose: str = "",
) -> Repetition:
    """Book every occurrence; all or none, unless `skip_conflicts`, which leaves the refused ones out and lists them."""
    made: list[Booking] = []
    refused: list[tuple[Span, Refusal]] = []
    with transaction.atomic():
        series = Series.objects.create(rule=rule)
        for period in occurrences(first, rule):
            try:
                with transaction.atomic():
                    made.append(
                        book(
                            actor=actor,
                            now=now,
                            asked=asked,
                            period=period,
                            party_id=party_id,
                            purpose=purpose,
                            series=series,
                        )
                    )
            except Refusal as refusal:
                refused.append((period, refusal))
        if not made or (refused and not skip_conflicts):
            raise SeriesRefused(refused)
    return Repetition(series, tuple(made), tuple(refused))


def preview(
    *, actor: Actor, now: datetime, asked: Asked, first: Span, rule: str, party_id: int | None = None
) -> list[tuple[Span, Refusal | None]]:
    """Each occurrence, and what stands in its way: exactly what `repeat` would do, undone again."""
    stands: dict[Span, Refusal | None] = dict.fromkeys(occurrences(first, rule))
    with transaction.atomic():
        try:
            done = repeat(
                actor=actor,
                now=now,
                asked=asked,
                first=first,
                rule=rule,
                skip_conflicts=True,
                party_id=party_id,
            )
            stands.update(done.refused)
        except SeriesRefused as refused:
            stands.update(refused.occurrences)
        transaction.set_rollback(True)
    return list(stands.items())


class SeriesRefused(Refused):
    """No occurrence was booked; those in the way, each with its reasons."""

    def __init__(self, refused: list[tuple[Span, Refusal]]) -> None:
        self.occurrences = tuple(refused)
        problems = [
            Problem(
                problem.code,
                f"{timezone.localtime(period[0]):%Y-%m-%d %H:%M} {problem.message}",
                field="rule",
            )
            for period, refusal in refused
            for problem in refusal.problems
        ]
        super().__init__(*problems)
