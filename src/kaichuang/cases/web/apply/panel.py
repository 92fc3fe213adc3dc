"""What the statements come to, beside the form: status, amount step by step with clauses, what is missing, what cuts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kaichuang.entitlement.queries.asking import Asked
from kaichuang.entitlement.queries.results import MeasureLine, result_of
from kaichuang.entitlement.words import title_of, words
from kaichuang.packs.schema.matters import Matter
from kaichuang.rules.measures import Entitlement


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step of the amount; `cuts` says that it made the amount smaller."""

    text: str
    fen: int | None
    clause: str
    cuts: bool


@dataclass(frozen=True, slots=True)
class Lacking:
    """A fact that is missing; `here` is the field to fill in, empty where others supply it.

    `partly` says that rows are there, but not all their cells.
    """

    title: str
    here: str
    suppliers: tuple[str, ...]
    by_bureau: bool
    partly: bool = False


@dataclass(frozen=True)
class Panel:
    """The answer about one case."""

    asked: Asked
    line: MeasureLine
    steps: list[StepLine]
    lacking: list[Lacking]
    requested_fen: int | None

    @property
    def above(self) -> bool:
        """More is asked for than the rules allow."""
        limit = self.line.payable_fen
        return self.requested_fen is not None and limit is not None and self.requested_fen > limit

    @property
    def waits(self) -> bool:
        """What is missing is for others to supply."""
        return bool(self.lacking) and not any(one.here for one in self.lacking)

    @property
    def tone(self) -> str:
        return {"yes": "success", "open": "info", "no": "danger"}[self.line.standing]


def panel_of(
    asked: Asked, matter: Matter, *, fields: frozenset[str], requested_fen: int | None = None
) -> Panel | None:
    """The panel of a case; none where there is no measure. `fields` are the names that the form asks for.

    Raises `RulesError` for amounts too large to be computed.
    """
    if matter.measure is None:
        return None
    found = asked.answers[matter.measure]
    (line,) = result_of(asked).lines
    lacking = list(_lacking(asked, found, line, fields))
    return Panel(asked, line, list(_steps(asked, found)), lacking, requested_fen)


def _steps(asked: Asked, found: Entitlement) -> Iterator[StepLine]:
    used = {step.name: list(step.parts.values()) for step in found.plan.steps}
    rooms = {room.room: room.cap for room in found.plan.rooms}
    amount, payable = found.amount_fen, found.payable_fen
    before: int | None = None
    for step in found.steps:
        if step.fen is None:
            continue
        cap = rooms.get(step.name)
        if cap is not None:
            cuts = amount is not None and payable is not None and step.fen == payable < amount
        else:
            cuts = step.kind == "cap" and before is not None and step.fen < before
            before = step.fen
        clause = (cap.clause if cap is not None else "") or _clause(asked, found, used.get(step.name, []))
        yield StepLine(words(step.message), step.fen, clause, cuts)


def _clause(asked: Asked, found: Entitlement, names: list[str]) -> str:
    """The clause of the figure that a step uses, else the measure's."""
    for name in names:
        own = f"{found.plan.symbol}."
        figure = found.measure.parameters.get(name.removeprefix(own)) if name.startswith(own) else None
        figure = figure or asked.book.rules.parameters.get(name)
        if figure is not None and figure.clause:
            return figure.clause
    return found.measure.clause


def _lacking(
    asked: Asked, found: Entitlement, line: MeasureLine, fields: frozenset[str]
) -> Iterator[Lacking]:
    seen: set[str] = set()
    for one in line.missing:
        field = asked.book.table_of(one.name) or one.name
        if field in seen:
            continue
        seen.add(field)
        here = field if field in fields else ""
        title = title_of(asked.book, field) if here else one.title
        partly = bool(asked.told.tables.get(field))
        yield Lacking(title, here, one.suppliers, one.by_bureau, partly)
