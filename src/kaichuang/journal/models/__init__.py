from kaichuang.journal.models.entry import Entry
from kaichuang.journal.models.seal import Seal, Unsealed

__all__ = ["Entry", "Seal", "Unsealed"]
