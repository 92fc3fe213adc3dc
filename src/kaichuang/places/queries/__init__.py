from kaichuang.places.queries.divisions import (
    DivisionAmbiguous,
    DivisionUnknown,
    ancestors_of,
    descendants_of,
    find_division,
    full_name,
    is_within,
    prefix_of,
    resolve_division,
    search_divisions,
    successors_of,
)
from kaichuang.places.queries.programmes import programme_of_request, programmes_for

__all__ = [
    "DivisionAmbiguous",
    "DivisionUnknown",
    "ancestors_of",
    "descendants_of",
    "find_division",
    "full_name",
    "is_within",
    "prefix_of",
    "programme_of_request",
    "programmes_for",
    "resolve_division",
    "search_divisions",
    "successors_of",
]
