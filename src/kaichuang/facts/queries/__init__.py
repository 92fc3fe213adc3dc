from kaichuang.facts.queries.about import Known, known_rows, series_of
from kaichuang.facts.queries.frame import frame
from kaichuang.facts.queries.known import history_of, known_about, observations_for
from kaichuang.facts.queries.population import parties_where
from kaichuang.facts.queries.reports import figures_of, forms_of, last_values, reports_for

__all__ = [
    "Known",
    "figures_of",
    "forms_of",
    "frame",
    "history_of",
    "known_about",
    "known_rows",
    "last_values",
    "observations_for",
    "parties_where",
    "reports_for",
    "series_of",
]
