from kaichuang.journal.operations.record import record
from kaichuang.journal.operations.seal import seal
from kaichuang.journal.operations.transition import transition

__all__ = ["record", "seal", "transition"]
