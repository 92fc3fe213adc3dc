"""What compiling a set of rules leaves behind: definitions with their origin, and a plan for each measure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from .decisions import Table
from .facts import Collection, Fact, Grouping, Total
from .model import (
    Cap,
    Condition,
    GeneralCondition,
    Measure,
    Once,
    Outcome,
    Parameter,
    Reading,
    Scope,
    Span,
    StackingRule,
    Validity,
)
from .scope import Qualified
from .values import Text

Place = tuple[str, str, tuple[str | int, ...]]
"""Section, key and path inside the item: where an expression stands in the pack."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a definition's text comes from."""

    place: Place
    qualified: Qualified


@dataclass(frozen=True, slots=True)
class Usage:
    """A fact that the ledger supplies: what was paid, or how often, before this case.

    ``measures`` are the ids that count; ``key`` narrows to awards whose fact of that name had the same value.
    """

    name: str
    what: Literal["money", "times"]
    measures: tuple[str, ...]
    scope: Scope
    span: Span
    key: str | None
    title: Text
    day: str
    """The date fact that tells the year meant."""


@dataclass(frozen=True, slots=True)
class Step:
    """One visible step of an amount: the definition that holds it and what its sentence needs."""

    name: str
    kind: str
    parts: Mapping[str, str]
    """Role (``of``, ``rate``, ``cap`` …) to the name that holds its value."""
    data: Any = None


@dataclass(frozen=True, slots=True)
class Check:
    """A condition as compiled: the definition that answers it."""

    name: str
    condition: Condition


@dataclass(frozen=True, slots=True)
class Room:
    """What a cap leaves: ``limit`` and ``used`` name values, ``room`` the definition of what is left."""

    cap: Cap | StackingRule
    room: str
    limit: str
    used: str | None


@dataclass(frozen=True)
class MeasurePlan:
    """The definitions of one measure, by role."""

    measure: Measure
    symbol: str
    checks: tuple[Check, ...]
    eligible: str
    steps: tuple[Step, ...] = ()
    amount: str | None = None
    payable: str | None = None
    allowed: str | None = None
    rooms: tuple[Room, ...] = ()
    agreement: str | None = None
    budget: str | None = None
    outcomes: Mapping[str, str] = field(default_factory=dict)
    lets: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """All definitions that an answer about the measure shows."""
        single = (self.eligible, self.amount, self.payable, self.allowed, self.budget)
        many = (*(check.name for check in self.checks), *(step.name for step in self.steps))
        more = (*(room.room for room in self.rooms), *self.outcomes.values(), *self.lets.values())
        return tuple(dict.fromkeys(name for name in (*single, *many, *more) if name is not None))


@dataclass(frozen=True)
class Checklist:
    """Conditions outside a measure, such as those of a recognition level; answered as ``<symbol>.eligible``."""

    id: str
    title: Text
    conditions: tuple[Condition, ...]
    section: str
    key: str
    """The item of the section that the conditions belong to."""
    paths: tuple[tuple[str | int, ...], ...]
    """Where each condition stands inside the item."""


@dataclass(frozen=True)
class Rules:
    """Everything that compiles into one program: what a pack hands over."""

    facts: tuple[Fact, ...] = ()
    collections: tuple[Collection, ...] = ()
    groupings: tuple[Grouping, ...] = ()
    totals: tuple[Total, ...] = ()
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    readings: tuple[Reading, ...] = ()
    validity: Mapping[str, Validity] = field(default_factory=dict)
    conditions: tuple[GeneralCondition, ...] = ()
    measures: tuple[Measure, ...] = ()
    stacking: tuple[StackingRule, ...] = ()
    checklists: tuple[Checklist, ...] = ()
    tables: tuple[Table, ...] = ()
    values: Mapping[str, tuple[Place, str]] = field(default_factory=dict)
    """Further named expressions (items of scoring sheets) with their places."""


__all__ = [
    "Check", "Checklist", "MeasurePlan", "Once", "Origin", "Outcome", "Place", "Room", "Rules", "Step", "Usage",
]  # fmt: skip
