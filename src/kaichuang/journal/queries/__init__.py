from kaichuang.journal.queries.history import history_of
from kaichuang.journal.queries.verify import Finding, verify

__all__ = ["Finding", "history_of", "verify"]
