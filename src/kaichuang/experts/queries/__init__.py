from kaichuang.experts.queries.panels import draws_for, panels_for, results_for, scores_for, seats_for
from kaichuang.experts.queries.pool import eligible_for, experts_for
from kaichuang.experts.queries.results import ItemResult, preview, result_of

__all__ = [
    "ItemResult",
    "draws_for",
    "eligible_for",
    "experts_for",
    "panels_for",
    "preview",
    "result_of",
    "results_for",
    "scores_for",
    "seats_for",
]
