"""What the rules answered, in the shape and the words that pages, papers and the API show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from kaichuang.entitlement.queries.asking import Asked
from kaichuang.entitlement.words import localised, named, shown, title_of, unit_name, words
from kaichuang.kit.money import format_yuan
from kaichuang.rules.measures import ConditionResult, Entitlement, NearMiss
from kaichuang.rules.measures.entitlement import Found
from kaichuang.rules.measures.model import Measure
from kaichuang.rules.stacking import Dropped, Kept

MONEY_KINDS = {
    "grant": "money",
    "award": "money",
    "transfer": "money",
    "relief": "money",
    "sanction": "money",
}
"""Which measures add up: money that is given. Loans, vouchers and shares of funds are counted apart."""


@dataclass(frozen=True, slots=True)
class ValueLine:
    """A named value beside a condition."""

    title: str
    value: str
    clause: str = ""


@dataclass(frozen=True, slots=True)
class ConditionLine:
    """One condition: what holds, what does not, what was found and what was needed."""

    id: str
    status: str
    title: str
    message: str
    clause: str
    found: tuple[ValueLine, ...]
    needed: tuple[ValueLine, ...]
    hint: str
    suppliers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MissingLine:
    """A fact that is lacking, and who can supply it with which paper."""

    name: str
    title: str
    suppliers: tuple[str, ...]
    evidence: tuple[str, ...]
    by_bureau: bool
    said_unknown: bool


@dataclass(frozen=True, slots=True)
class NearLine:
    """How little is lacking, and what it would be worth."""

    sentence: str
    payable_fen: int | None


@dataclass(frozen=True, slots=True)
class ReadingLine:
    """How an open question of the text was answered."""

    id: str
    question: str
    answer: str
    reason: str
    clause: str
    by_bureau: bool


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """Everything to show about one measure. ``standing`` is `yes`, `open` or `no`."""

    id: str
    title: str
    clause: str
    summary: str
    kind: str
    standing: str
    sentence: str
    payable_fen: int | None
    amount_fen: int | None
    exact: bool
    by_agreement: bool
    pays: bool
    priced: bool
    """Whether the text or the bureau states the figures."""
    out_of_force: bool
    met: tuple[ConditionLine, ...]
    failed: tuple[ConditionLine, ...]
    unsettled: tuple[ConditionLine, ...]
    missing: tuple[MissingLine, ...]
    near: tuple[NearLine, ...]
    steps: tuple[str, ...]
    passed_over: tuple[str, ...]
    """The rows of which "the highest only" takes nothing, in sentences."""
    outcomes: tuple[ValueLine, ...]
    readings: tuple[ReadingLine, ...]
    assumed: tuple[ValueLine, ...]
    evidence: tuple[str, ...]
    responsible: tuple[str, ...]
    granted_fen: int | None = None
    dropped: str = ""
    cut_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Result:
    """The answer to a case."""

    asked: Asked
    lines: tuple[MeasureLine, ...]
    totals: tuple[tuple[str, int], ...] = field(default=())
    """Sums of what can lawfully be taken together, by kind: `money`, `voucher`, `loan`, `fund`."""

    @property
    def yes(self) -> list[MeasureLine]:
        """What applies; the largest first."""
        return sorted((e for e in self.lines if e.standing == "yes"), key=lambda e: -(e.granted_fen or 0))

    @property
    def open(self) -> list[MeasureLine]:
        """What cannot be said yet; what lacks least first."""
        return sorted((e for e in self.lines if e.standing == "open"), key=lambda e: len(e.missing))

    @property
    def no(self) -> list[MeasureLine]:
        """What does not apply; near misses first."""
        return sorted((e for e in self.lines if e.standing == "no"), key=lambda e: not e.near)

    @property
    def near(self) -> list[MeasureLine]:
        return [line for line in self.no if line.near]

    @property
    def dropped(self) -> list[MeasureLine]:
        return [line for line in self.lines if line.dropped]


def result_of(asked: Asked) -> Result:
    """Ask, and put the answers into words."""
    kept = {one.award.id: one for one in asked.choice.kept}
    dropped = {one.award.id: one for one in asked.choice.dropped}
    lines = tuple(
        _line(asked, measure, kept.get(measure.id), dropped.get(measure.id)) for measure in asked.measures
    )
    sums: dict[str, int] = {}
    for measure, line in zip(asked.measures, lines, strict=True):
        if line.granted_fen:
            kind = MONEY_KINDS.get(measure.kind, measure.kind)
            sums[kind] = sums.get(kind, 0) + line.granted_fen
    return Result(asked, lines, tuple(sums.items()))


def _line(asked: Asked, measure: Measure, kept: Kept | None, dropped: Dropped | None) -> MeasureLine:
    found = asked.entitlement(measure)
    conditions = [condition_line(asked, found, one) for one in found.conditions]
    pays = found.plan.payable is not None
    missing = tuple(_missing(asked, found))
    standing = {"met": "yes", "not_met": "no", "unknown": "open"}[found.status]
    if standing == "yes" and pays and found.payable_fen is None and not found.unset:
        standing = "open"
    if standing == "open" and missing and all(line.by_bureau for line in missing):
        standing = "yes" if not any(c.status == "unknown" for c in conditions) else standing
    return MeasureLine(
        id=measure.id,
        title=words(measure.title),
        clause=measure.clause,
        summary=words(measure.summary),
        kind=measure.kind,
        standing=standing,
        sentence=words(found.sentence),
        payable_fen=found.payable_fen,
        amount_fen=found.amount_fen,
        exact=found.nature == "exact",
        by_agreement=found.by_agreement,
        pays=pays,
        priced=not found.unset,
        out_of_force=conditions[0].status == "not_met",
        met=tuple(c for c in conditions if c.status == "met"),
        failed=tuple(c for c in conditions if c.status == "not_met"),
        unsettled=tuple(c for c in conditions if c.status == "unknown"),
        missing=missing,
        near=tuple(_near(found.near)),
        steps=tuple(words(step.message) for step in found.steps if step.fen is not None),
        passed_over=tuple(_passed_over(asked, measure)),
        outcomes=tuple(
            ValueLine(words(one.title), words(one.message), one.clause)
            for one in found.outcomes
            if one.value is not None
        ),
        readings=tuple(reading_lines(asked, measure)),
        assumed=tuple(_assumed(asked, found)),
        evidence=tuple(named(asked.loaded.pack, "evidence", code) for code in measure.evidence),
        responsible=tuple(unit_name(asked.loaded.pack, unit) for unit in measure.responsible),
        granted_fen=kept.fen if kept else 0 if dropped else found.payable_fen,
        dropped=words(dropped.why) if dropped else "",
        cut_by=tuple(words(rule.title) for rule in kept.cut_by) if kept else (),
    )


def _passed_over(asked: Asked, measure: Measure) -> Iterator[str]:
    left = asked.book.passed_over(measure.id, asked.facts, as_of=asked.as_of, settings=asked.loaded.settings)
    for grouping in measure.groupings:
        for one in left.get(grouping.code, ()):
            yield _(
                "%(table)s第%(row)s行（%(fen)s元）不另计：%(rule)s，已按第%(kept)s行的%(kept_fen)s元计算。"
            ) % {
                "table": title_of(asked.book, grouping.from_),
                "row": one.row + 1,
                "fen": format_yuan(one.fen),
                "rule": words(grouping.title),
                "kept": one.kept + 1,
                "kept_fen": format_yuan(one.kept_fen),
            }


def condition_line(asked: Asked, found: Entitlement, condition: ConditionResult) -> ConditionLine:
    """One condition in the reader's words."""
    pack = asked.loaded.pack
    return ConditionLine(
        id=condition.id,
        status=condition.status,
        title=words(condition.title),
        message=words(condition.message),
        clause="" if condition.clause.startswith("GLOBAL") else condition.clause,
        found=tuple(_values(found, condition.found)),
        needed=tuple(_values(found, (n for n in condition.needed if n.source != "reading"))),
        hint=words(condition.hint),
        suppliers=tuple(named(pack, "suppliers", code) for code in condition.suppliers),
    )


def _values(found: Entitlement, items: Iterable[Found]) -> Iterator[ValueLine]:
    for item in items:
        if item.value is not None and item.title.zh:
            yield ValueLine(words(item.title), shown(found.book, item.name, found.values), item.clause or "")


def _missing(asked: Asked, found: Entitlement) -> Iterator[MissingLine]:
    pack, unset = asked.loaded.pack, found.book.compiled.unset
    for one in found.missing:
        yield MissingLine(
            name=one.name,
            title=words(one.title),
            suppliers=tuple(named(pack, "suppliers", code) for code in one.suppliers),
            evidence=tuple(named(pack, "evidence", code) for code in one.evidence),
            by_bureau=one.name in unset,
            said_unknown=one.name in asked.told.unknown,
        )


def _near(misses: Iterable[NearMiss]) -> Iterator[NearLine]:
    for miss in misses:
        yield NearLine(words(miss.message), miss.payable_fen)


def _assumed(asked: Asked, found: Entitlement) -> Iterator[ValueLine]:
    """What nobody told and a default stands for; the day of the question stands on the page already."""
    defaults = found.book.defaults
    for name in found.assumed:
        if defaults.get(name) != "as_of":
            yield ValueLine(title_of(found.book, name), shown(found.book, name, found.values), name)


def reading_lines(asked: Asked, measure: Measure) -> Iterator[ReadingLine]:
    """The readings that bear on a measure, with the answer in force."""
    book, values = asked.book, asked.answers.known
    for id_ in measure.readings:
        reading = book.readings.get(id_)
        if reading is None:
            continue
        answer = values.get(reading.name)
        choice = reading.choices.get(str(answer))
        chosen = reading.name in asked.loaded.settings
        yield ReadingLine(
            id=reading.id,
            question=words(reading.question),
            answer=words(choice) if choice else localised(str(answer)),
            reason=words(reading.reason),
            clause=reading.clause,
            by_bureau=chosen and asked.loaded.settings[reading.name] != reading.default,
        )
