"""The answer about one measure: whether, how much, why, what is missing, and each with its clause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from .model import Measure
from .values import Text, Value, ValueType, show_money, write_value

Status = Literal["met", "not_met", "unknown"]


def status_of(value: object) -> Status:
    """The word for a three-valued answer."""
    return "unknown" if value is None else "met" if value is True else "not_met"


@dataclass(frozen=True, slots=True)
class Found:
    """A named value with its words: what was found, or what is required."""

    name: str
    title: Text
    value: Value | None
    type: ValueType
    unit: str = ""
    clause: str | None = None
    source: str = ""
    """``declared``, ``derived``, ``reported``, ``assumed``, ``parameter``, ``reading`` or ``computed``."""

    @property
    def shown(self) -> str:
        """The value as text in Chinese."""
        return show_value(self.value, self.type, self.unit)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "name": self.name, "title": {"zh": self.title.zh, "en": self.title.en}, "type": self.type,
            "value": write_value(self.value, self.type), "unit": self.unit, "clause": self.clause,
            "source": self.source,
        }  # fmt: skip


def show_value(value: Value | None, type_: ValueType, unit: str = "") -> str:
    """A value as people read it: money in yuan, ratios in per cent, yes and no."""
    from .values import show_ratio

    if value is None:
        return "未知"
    if type_ == "money":
        return f"{show_money(int(value))} 元"  # type: ignore[arg-type]  # money is an integer
    if type_ == "ratio":
        return show_ratio(value)  # type: ignore[arg-type]  # a ratio is a fraction
    if isinstance(value, bool):
        return "是" if value else "否"
    return f"{value} {unit}".strip()


@dataclass(frozen=True, slots=True)
class ConditionResult:
    """One condition: its answer, what was found and what was needed, and a sentence."""

    id: str
    status: Status
    title: Text
    clause: str
    test: str
    found: tuple[Found, ...]
    needed: tuple[Found, ...]
    message: Text
    evidence: tuple[str, ...] = ()
    suppliers: tuple[str, ...] = ()
    hint: Text | None = None


@dataclass(frozen=True, slots=True)
class StepResult:
    """One step of the amount, as a sentence."""

    name: str
    kind: str
    fen: int | None
    message: Text


@dataclass(frozen=True, slots=True)
class MissingFact:
    """A fact that would settle the answer, and who can supply it."""

    name: str
    title: Text
    suppliers: tuple[str, ...]
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NearMiss:
    """How little is lacking: the fact to move, by how much, and what it would be worth."""

    name: str
    title: Text
    now: Value
    needed: Value
    gap: Value
    payable_fen: int | None
    message: Text


@dataclass(frozen=True, slots=True)
class OutcomeResult:
    """A result other than money."""

    id: str
    title: Text
    clause: str
    value: Value | None
    type: ValueType
    message: Text


@dataclass(frozen=True)
class Entitlement:
    """Everything there is to say about one measure for one case."""

    measure: Measure
    status: Status
    conditions: tuple[ConditionResult, ...]
    steps: tuple[StepResult, ...] = ()
    amount_fen: int | None = None
    payable_fen: int | None = None
    allowed: bool | None = None
    by_agreement: bool = False
    outcomes: tuple[OutcomeResult, ...] = ()
    missing: tuple[MissingFact, ...] = ()
    near: tuple[NearMiss, ...] = ()
    assumed: tuple[str, ...] = ()
    unset: tuple[str, ...] = ()
    """Parameters of the measure that the bureau has not filled in."""
    budget: str | None = None
    values: Mapping[str, Value | None] | None = None

    @property
    def nature(self) -> str:
        """``ceiling`` when the officer may grant less, ``exact`` when not."""
        return self.measure.nature

    @property
    def sentence(self) -> Text:
        """The answer in one sentence."""
        from .sentences import conclusion

        return conclusion(self)

    def condition(self, id_: str) -> ConditionResult:
        """The condition of that id; raises ``KeyError``."""
        return {condition.id: condition for condition in self.conditions}[id_]

    def outcome(self, id_: str) -> OutcomeResult:
        """The outcome of that id; raises ``KeyError``."""
        return {outcome.id: outcome for outcome in self.outcomes}[id_]

    def as_dict(self) -> dict[str, Any]:
        """For JSON: money in yuan as text, words in both languages."""
        return {
            "measure": self.measure.id, "title": _text(self.measure.title), "clause": self.measure.clause,
            "status": self.status, "nature": self.nature, "sentence": _text(self.sentence),
            "amount": write_value(self.amount_fen, "money"), "payable": write_value(self.payable_fen, "money"),
            "allowed": self.allowed, "by_agreement": self.by_agreement, "budget": self.budget,
            "conditions": [_condition(condition) for condition in self.conditions],
            "steps": [{"name": s.name, "kind": s.kind, "amount": write_value(s.fen, "money"), "text": _text(s.message)}
                      for s in self.steps],
            "outcomes": [{"id": o.id, "title": _text(o.title), "clause": o.clause,
                          "value": write_value(o.value, o.type), "text": _text(o.message)} for o in self.outcomes],
            "missing": [{"name": m.name, "title": _text(m.title), "suppliers": list(m.suppliers),
                         "evidence": list(m.evidence)} for m in self.missing],
            "near": [{"name": n.name, "now": str(n.now), "needed": str(n.needed),
                      "payable": write_value(n.payable_fen, "money"), "text": _text(n.message)} for n in self.near],
            "assumed": list(self.assumed), "unset": list(self.unset),
        }  # fmt: skip


def _text(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.get("en")}


def _condition(condition: ConditionResult) -> dict[str, Any]:
    return {
        "id": condition.id, "status": condition.status, "title": _text(condition.title), "clause": condition.clause,
        "test": condition.test, "found": [found.as_dict() for found in condition.found],
        "needed": [needed.as_dict() for needed in condition.needed], "text": _text(condition.message),
        "evidence": list(condition.evidence), "suppliers": list(condition.suppliers),
        "hint": _text(condition.hint) if condition.hint else None,
    }  # fmt: skip
