"""Decision tables as in DMN: inputs, outputs, rules and a hit policy; compiled into definitions that every engine runs."""

from kaichuang.rules.tables.analysis import Finding, analyse
from kaichuang.rules.tables.cells import CellError
from kaichuang.rules.tables.compile import definitions
from kaichuang.rules.tables.hits import Hits, hits
from kaichuang.rules.tables.model import Aggregation, DecisionTable, HitPolicy, Input, Output, Rule

__all__ = [
    "Aggregation",
    "CellError",
    "DecisionTable",
    "Finding",
    "HitPolicy",
    "Hits",
    "Input",
    "Output",
    "Rule",
    "analyse",
    "definitions",
    "hits",
]
