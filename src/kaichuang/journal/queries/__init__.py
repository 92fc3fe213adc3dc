from kaichuang.journal.queries.entries import entries_for, filter_entries, head
from kaichuang.journal.queries.history import history_of
from kaichuang.journal.queries.verify import Finding, Verification, verify

__all__ = ["Finding", "Verification", "entries_for", "filter_entries", "head", "history_of", "verify"]
