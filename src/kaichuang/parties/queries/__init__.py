from kaichuang.parties.queries.actor import actor_for
from kaichuang.parties.queries.conflicts import ConflictPath, conflicts, conflicts_for
from kaichuang.parties.queries.parties import own_parties, parties_for, search_parties
from kaichuang.parties.queries.units import find_unit, unit_today, units_for

__all__ = [
    "ConflictPath",
    "actor_for",
    "conflicts",
    "conflicts_for",
    "find_unit",
    "own_parties",
    "parties_for",
    "search_parties",
    "unit_today",
    "units_for",
]
