from kaichuang.facts.queries.frame import frame
from kaichuang.facts.queries.known import history_of, known_about, observations_for

__all__ = ["frame", "history_of", "known_about", "observations_for"]
