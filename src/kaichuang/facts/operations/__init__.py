from kaichuang.facts.operations.observe import Told, observe, withdraw
from kaichuang.facts.operations.publish import publish_definitions

__all__ = ["Told", "observe", "publish_definitions", "withdraw"]
