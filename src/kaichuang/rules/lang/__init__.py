"""The rule language: one source text, one meaning, several engines.

A ``Program`` is built from declared facts (``Field``), values that may change (``Parameter``) and named expressions
(``Definition``).  It answers one case (``case``, ``traced``), a population (``frame``), a cluster (``spark``) and a
series of what-if questions (``incremental``), always with the same answers.
"""

from kaichuang.rules.lang.errors import FactErrors, LanguageErrors, OutOfRange, Problem, RulesError, Span
from kaichuang.rules.lang.program import Program
from kaichuang.rules.lang.types import Definition, Field, Parameter, Type

__all__ = [
    "Definition",
    "FactErrors",
    "Field",
    "LanguageErrors",
    "OutOfRange",
    "Parameter",
    "Problem",
    "Program",
    "RulesError",
    "Span",
    "Type",
]
