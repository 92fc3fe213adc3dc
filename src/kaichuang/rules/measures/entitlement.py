"""The answer about one measure: whether, how much, why, what is missing, and each with its clause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from .values import Text, Value, ValueType, show_money, show_ratio, write_value

if TYPE_CHECKING:
    from .answers import Answers
    from .book import Rulebook
    from .plan import MeasurePlan

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

    @property
    def shown_en(self) -> str:
        """The value as text in English."""
        return show_value(self.value, self.type, self.unit, "en")

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "name": self.name, "title": {"zh": self.title.zh, "en": self.title.en}, "type": self.type,
            "value": write_value(self.value, self.type), "unit": self.unit, "clause": self.clause,
            "source": self.source,
        }  # fmt: skip


def show_value(value: Value | None, type_: ValueType, unit: str = "", language: str = "zh") -> str:
    """A value as people read it: money in yuan, ratios in per cent, yes and no."""
    chinese = language == "zh"
    if value is None:
        return "未知" if chinese else "unknown"
    if type_ == "money":
        return f"{show_money(int(value))} {'元' if chinese else 'yuan'}"  # type: ignore[arg-type]  # money is an integer
    if type_ == "ratio":
        return show_ratio(value)  # type: ignore[arg-type]  # a ratio is a fraction
    if isinstance(value, bool):
        return ("是" if value else "否") if chinese else ("yes" if value else "no")
    return f"{value} {unit if chinese else ''}".strip()


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


class Entitlement:
    """Everything there is to say about one measure for one case; words are put to it when they are read."""

    def __init__(self, answers: Answers, plan: MeasurePlan) -> None:
        self.answers, self.plan, self.measure = answers, plan, plan.measure

    # -- the answer -------------------------------------------------------------------------------------------------

    @property
    def values(self) -> Mapping[str, Value | None]:
        """Every value of the case: facts, figures and what was computed."""
        return self.answers.known

    @property
    def status(self) -> Status:
        """``met``, ``not_met`` or ``unknown``."""
        return status_of(self.answers.trace.values[self.plan.eligible])

    @property
    def amount_fen(self) -> int | None:
        """What the measure promises, before ceilings; ``None`` where unknown."""
        return self._fen(self.plan.amount)

    @property
    def payable_fen(self) -> int | None:
        """What may be paid: nothing where the conditions are not met; ``None`` where unknown."""
        return self._fen(self.plan.payable)

    @property
    def allowed(self) -> bool | None:
        """Whether the amount requested is within what is payable."""
        value = self._value(self.plan.allowed)
        return value if isinstance(value, bool) else None

    @property
    def by_agreement(self) -> bool:
        """Whether an agreement took the place of the rule."""
        return bool(self._value(self.plan.agreement))

    @property
    def budget(self) -> str | None:
        """The line that pays, as ``<budget>/<line>``."""
        value = self._value(self.plan.budget)
        return str(value) if value else None

    def _value(self, name: str | None) -> Value | None:
        return self.values.get(name) if name else None

    def _fen(self, name: str | None) -> int | None:
        value = self.answers.trace.values[name] if name else None
        return value if isinstance(value, int) else None

    # -- the reasons ------------------------------------------------------------------------------------------------

    @cached_property
    def conditions(self) -> tuple[ConditionResult, ...]:
        """Each condition with what was found and a sentence; the first is the document's validity."""
        from .explain import conditions

        return conditions(self)

    @cached_property
    def steps(self) -> tuple[StepResult, ...]:
        """Each step of the amount as a sentence."""
        from .explain import steps

        return steps(self)

    @cached_property
    def outcomes(self) -> tuple[OutcomeResult, ...]:
        """Results other than money."""
        from .explain import outcomes

        return outcomes(self)

    @cached_property
    def missing(self) -> tuple[MissingFact, ...]:
        """The smallest set of facts still needed, and who can supply them."""
        from .missing import missing_facts

        eligible = self.values[self.plan.eligible]
        return missing_facts(self.book, self.plan, self.answers.case, eligible, self.answers.settings)

    @cached_property
    def near(self) -> tuple[NearMiss, ...]:
        """By how little it fails; looked for only where the question asked for it."""
        from .nearmiss import near_misses

        if not self.answers.near or self.status != "not_met":
            return ()
        return near_misses(self.book, self.plan, self.answers.case, self.answers.settings)

    @property
    def assumed(self) -> tuple[str, ...]:
        """The facts that nobody told and that a default stands for."""
        reads = self.book.program.depends_on(self.plan.payable or self.plan.eligible)
        return tuple(name for name in self.answers.case.assumed if name in reads)

    @property
    def unset(self) -> tuple[str, ...]:
        """Parameters of the measure that the bureau has not filled in."""
        full = {name: f"{self.plan.symbol}.{name}" for name in self.measure.unpriced}
        return tuple(name for name, known in full.items() if self.values.get(known) is None)

    @property
    def book(self) -> Rulebook:
        """The rules that answered."""
        return self.answers.book

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
