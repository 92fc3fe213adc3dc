"""Measures: conditions, amounts, caps and validity, compiled into one program and answered with every reason."""

from .book import CaseFacts, Rulebook, Settings
from .compile import Compiled, RuleErrors, RuleProblem
from .entitlement import ConditionResult, Entitlement, MissingFact, NearMiss, OutcomeResult, Status
from .evaluate import evaluate
from .model import Condition, Measure, Parameter, Reading
from .plan import Rules

__all__ = [
    "CaseFacts",
    "Compiled",
    "Condition",
    "ConditionResult",
    "Entitlement",
    "Measure",
    "MissingFact",
    "NearMiss",
    "OutcomeResult",
    "Parameter",
    "Reading",
    "RuleErrors",
    "RuleProblem",
    "Rulebook",
    "Rules",
    "Settings",
    "Status",
    "evaluate",
]
