"""Facts that the platform computes from its own tables.

Each is declared once, as a query that yields one row (object, value) per object. The same query, filtered, answers
for one object; unfiltered, for the whole population: so the two can never disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from kaichuang.parties.models import Party
from kaichuang.places.models import Programme

Rows = Callable[[Programme, date], "QuerySet[Any]"]


@dataclass(frozen=True, slots=True)
class Derived:
    """`rows(programme, as_of)` yields objects annotated with `value`; `key` names the column of the object."""

    code: str
    rows: Rows
    key: str = "pk"
    object_type: str = "parties.party"

    def of_all(self, programme: Programme, as_of: date) -> dict[int, Any]:
        """Object → value, for every object for which it is known."""
        return dict(self._known(programme, as_of))

    def of(self, programme: Programme, as_of: date, object_ids: Iterable[int]) -> dict[int, Any]:
        """The same for some objects only."""
        return dict(self._known(programme, as_of).filter(**{f"{self.key}__in": list(object_ids)}))

    def _known(self, programme: Programme, as_of: date) -> QuerySet[Any]:
        return self.rows(programme, as_of).filter(value__isnull=False).values_list(self.key, "value")


_registry: dict[str, Derived] = {}


def register(derived: Derived) -> None:
    """Called from a context's `apps.ready`. A code is declared once."""
    if derived.code in _registry:
        raise ValueError(f"derived fact {derived.code} is declared twice")
    _registry[derived.code] = derived


def derived_facts() -> dict[str, Derived]:
    return dict(_registry)


_ON_TIME = Q(reports__late=False, reports__submitted_at__isnull=False)


def _reports(programme: Programme, as_of: date, counted: Q) -> QuerySet[Any]:
    """How many reports on periods of the year of `as_of` were due by then, or of these handed in on time."""
    due = Q(
        reports__programme=programme,
        reports__version=1,
        reports__starts_on__year=as_of.year,
        reports__ends_on__lte=as_of,
    )
    return Party.objects.filter(due).annotate(value=Count("reports", filter=counted))


def register_own() -> None:
    """What the register of parties itself knows."""
    register(
        Derived("registered_on", lambda programme, as_of: Party.objects.annotate(value=F("registered_on")))
    )
    register(Derived("reports_due", lambda programme, as_of: _reports(programme, as_of, Q())))
    register(Derived("reports_on_time", lambda programme, as_of: _reports(programme, as_of, _ON_TIME)))
    register(
        Derived("division_code", lambda programme, as_of: Party.objects.annotate(value=F("division_id")))
    )
