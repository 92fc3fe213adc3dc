"""The rule language: one source text, one meaning, several engines.

A ``Program`` is built from declared facts (``Field``), values that may change (``Parameter``) and named expressions
(``Definition``).  It answers one case (``case``, ``traced``), a population (``frame``), a cluster (``spark``) and a
series of what-if questions (``incremental``), always with the same answers.  ``missing`` and ``near_misses`` ask what
one case still needs.

Source text is SQL's scalar syntax: AND, OR, NOT, comparisons, BETWEEN, IN, IS NULL, IS TRUE, CASE, ``+ - * / %`` and the
functions in ``functions.FUNCTIONS``.  Names are dotted; a part that is not an identifier, or is one of the few reserved
words (``syntax.WORDS``), stands in double quotes: ``"NH-M4".amount``.

Types: BOOL, INT, MONEY (whole fen), RATIO (exact), DATE, TEXT.  ``INT / INT`` and ``MONEY / MONEY`` give a RATIO, which can
be compared, chosen between, and applied with ``share`` or ``scale``, where the rounding is stated; nothing is ever a float.
The literal 0 may stand for no money.  The meaning of "not known" is in ``nodes``; the bounds of values in ``types``.
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
