"""Facts that cases know about parties, for rules, the calculator and statistics alike."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from kaichuang.cases.queries.computing import bans_on
from kaichuang.facts.derived import Derived, register
from kaichuang.parties.models import Party
from kaichuang.places.models import Programme


def register_own() -> None:
    """Whether a party is barred from applying (catalogue G03)."""
    register(Derived("banned", _banned))


def _banned(programme: Programme, as_of: date) -> QuerySet[Party]:
    return Party.objects.annotate(value=Exists(bans_on(as_of).filter(party=OuterRef("pk"))))
