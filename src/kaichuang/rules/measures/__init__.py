"""Measures: conditions, amounts, caps and validity, compiled into one program and answered with every reason."""

from .answers import Answers, evaluate, evaluate_all
from .book import CaseFacts, Rulebook, Settings
from .compile import Compiled, RuleErrors, RuleProblem
from .entitlement import ConditionResult, Entitlement, MissingFact, NearMiss, OutcomeResult, Status
from .model import Condition, Measure, Parameter, Reading
from .plan import Rules

__all__ = [
    "Answers",
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
    "evaluate_all",
]
