from kaichuang.journal.operations.record import append, entry, record
from kaichuang.journal.operations.seal import seal
from kaichuang.journal.operations.transition import transition, transition_many

__all__ = ["append", "entry", "record", "seal", "transition", "transition_many"]
