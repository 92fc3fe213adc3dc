"""All rules of a pack as one program, with every mistake found at once and placed where it was written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kaichuang.rules.lang import Definition, Field, LanguageErrors, Parameter, Problem, Program, Type
from kaichuang.rules.lang.types import LAST_DAY
from kaichuang.rules.tables import CellError, definitions

from .compile_measure import OWN_WORDS, MeasureCompiler
from .decisions import decision_table
from .facts import Described, Grouping, Total
from .model import Measure, Validity
from .model import Parameter as Figure
from .plan import Check, Checklist, MeasurePlan, Origin, Place, Rules, Usage
from .rows import Stage, StageError, total_stages
from .scope import qualify, reserved, symbol

TYPES: Mapping[str, Type] = {
    "bool": Type.BOOL, "int": Type.INT, "money": Type.MONEY, "ratio": Type.RATIO, "date": Type.DATE, "text": Type.TEXT,
}  # fmt: skip
OPEN_END = LAST_DAY
"""The last day of a document that states none: far enough to mean “open-ended”."""


@dataclass(frozen=True, slots=True)
class RuleProblem:
    """A mistake in the rules of a pack, at a place of the pack (and an offset in the text there)."""

    place: Place
    code: str
    zh: str
    en: str
    suggestion: str | None = None
    offset: int = 0


class RuleErrors(Exception):
    """The rules do not compile; ``problems`` holds every mistake."""

    def __init__(self, problems: Iterable[RuleProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(f"{p.place}: {p.zh} | {p.en}" for p in self.problems))


@dataclass(frozen=True)
class Compiled:
    """A program with everything needed to feed it and to explain its answers."""

    rules: Rules
    program: Program
    fields: Mapping[str, Field]
    plans: Mapping[str, MeasurePlan]
    checklists: Mapping[str, tuple[Check, ...]]
    stages: tuple[Stage, ...]
    usages: Mapping[str, Usage]
    origins: Mapping[str, Origin]
    unset: Mapping[str, Figure]
    """Parameters without a value: fields of the program until the bureau fills them in."""


def as_field(fact: Described, name: str | None = None) -> Field:
    """A fact or column as the language declares it."""
    low, high = fact.bounds
    return Field(
        name or fact.code,
        TYPES[fact.type],
        values=tuple(fact.values) or None,
        minimum=low,  # type: ignore[arg-type]  # bounds exist only for numbers, amounts and days
        maximum=high,  # type: ignore[arg-type]  # see above
    )


class _Builder:
    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.fields: dict[str, Field] = {}
        self.parameters: dict[str, Parameter] = {}
        self.definitions: dict[str, str] = {}
        self.origins: dict[str, Origin] = {}
        self.types: dict[str, Type | None] = {}
        """Types of definitions that do not tell them by their name."""
        self.plans: dict[str, MeasurePlan] = {}
        self.checklists: dict[str, tuple[Check, ...]] = {}
        self.usages: dict[str, Usage] = {}
        self.unset: dict[str, Figure] = {}
        self.stages: list[Stage] = []
        self.problems: list[RuleProblem] = []
        self.lost: set[str] = set()
        """Totals that could not be made; complaints about their absence would only repeat the mistake."""

    def build(self) -> Compiled:
        self._facts()
        self._figures("parameters", "", self.rules.parameters)
        self._readings()
        self._validity()
        for measure in self.rules.measures:
            self._measure(measure)
        for checklist in self.rules.checklists:
            self._checklist(checklist)
        for rule in self.rules.stacking:
            if rule.when is not None:
                self._define(f"{symbol(rule.id)}.when", rule.when, ("stacking", rule.id, ("when",)))
        for name, (place, source) in self.rules.values.items():
            self._define(name, source, place)
        self._tables()
        self._totals()
        program = self._program()
        if self.problems or program is None:
            raise RuleErrors(self.problems)
        return Compiled(
            self.rules, program, self.fields, self.plans, self.checklists, tuple(self.stages), self.usages,
            self.origins, self.unset,
        )  # fmt: skip

    def _define(self, name: str, source: str, place: Place, names: Mapping[str, str] | None = None) -> None:
        text = qualify(source, names or {})
        self.definitions[name] = text.text
        self.origins[name] = Origin(place, text)

    def _facts(self) -> None:
        for fact in self.rules.facts:
            place: Place = ("facts", fact.code, ())
            self._not_reserved([fact.code], place)
            if fact.formula is not None:
                self._define(fact.code, fact.formula, ("facts", fact.code, ("formula",)))
            else:
                self.fields[fact.code] = as_field(fact)

    def _figures(self, section: str, prefix: str, figures: Mapping[str, Figure], key: str = "") -> None:
        for name, figure in figures.items():
            full = f"{prefix}{name}"
            place: Place = (section, key or name, ("parameters", name) if key else ())
            self._not_reserved([name], place)
            type_ = TYPES[figure.type]
            if figure.value is None:
                self.fields[full] = Field(full, type_)
                self.unset[full] = figure
            else:
                self.parameters[full] = Parameter(full, type_, figure.parsed)

    def _readings(self) -> None:
        for reading in self.rules.readings:
            self._not_reserved([reading.name], ("readings", reading.id, ("name",)))
            value = Figure(
                type=reading.type, value=reading.default, clause=reading.clause, title=reading.question
            ).parsed
            values = tuple(reading.choices) or None
            self.parameters[reading.name] = Parameter(reading.name, TYPES[reading.type], value, values=values)

    def _validity(self) -> None:
        for document, validity in self.rules.validity.items():
            for name, day in (("valid_from", validity.from_), ("valid_until", validity.until or OPEN_END)):
                full = f"{symbol(document)}.{name}"
                self.parameters[full] = Parameter(full, Type.DATE, day)
            if validity.starts is not None:
                place: Place = ("documents", document, ("validity", "starts"))
                self._define(f"{symbol(document)}.starts", validity.starts, place)

    def _measure(self, measure: Measure) -> None:
        own = symbol(measure.id)
        place: Place = ("measures", measure.id, ())
        compiler = MeasureCompiler(measure, self.rules.conditions, self.rules.stacking)
        self._own_names(measure, place)
        self._figures("measures", f"{own}.", measure.parameters, measure.id)
        document = measure.clause.split()[0]
        if document in self.rules.validity:
            source = _in_force(measure.on, document, self.rules.validity[document])
        else:
            source = "TRUE"
        self._define(f"{own}.in_force", source, ("documents", document, ("validity",)))
        self.plans[measure.id] = compiler.compile()
        for name in compiler.repeated:
            zh = f"措施内名称“{name}”与系统生成的名称相同"
            self.problems.append(RuleProblem(place, "duplicate", zh, f"the name “{name}” is taken"))
        self.definitions |= compiler.definitions
        self.origins |= compiler.origins
        for usage in compiler.usages:
            self.usages[usage.name] = usage
            type_ = Type.MONEY if usage.what == "money" else Type.INT
            self.fields[usage.name] = Field(usage.name, type_, minimum=0)

    def _own_names(self, measure: Measure, place: Place) -> None:
        own = [*measure.parameters, *measure.let, *(t.code for t in measure.totals)]
        own += [*(c.id for c in measure.conditions), *(o.id for o in measure.outcomes)]
        for name in sorted({n for n in own if own.count(n) > 1} | (set(own) & OWN_WORDS)):
            zh = f"措施内名称“{name}”重复或与固有名称相同"
            self.problems.append(RuleProblem(place, "duplicate", zh, f"the name “{name}” is taken"))
        self._not_reserved(own, place)

    def _not_reserved(self, names: Iterable[str], place: Place) -> None:
        for name in reserved(names):
            zh = f"“{name}”是规则语言的保留字"
            self.problems.append(
                RuleProblem(place, "reserved", zh, f"“{name}” is a word of the rule language")
            )

    def _checklist(self, checklist: Checklist) -> None:
        own = symbol(checklist.id)
        checks: list[Check] = []
        for path, condition in zip(checklist.paths, checklist.conditions, strict=True):
            name = f"{own}.{condition.id}"
            self._define(name, condition.test, (checklist.section, checklist.key, (*path, "test")))
            checks.append(Check(name, condition))
        source = " AND ".join(check.name for check in checks) or "TRUE"
        self._define(f"{own}.eligible", source, (checklist.section, checklist.key, ()))
        self.checklists[checklist.id] = tuple(checks)

    def _tables(self) -> None:
        facts = {fact.code: fact for fact in self.rules.facts}
        for table in self.rules.tables:
            place: Place = ("tables", table.id, ())
            self._not_reserved([table.id], place)
            try:
                decision = decision_table(table, facts)
                made = definitions(decision)
            except (CellError, ValueError) as error:
                zh, _, en = str(error).replace(" / ", " | ").partition(" | ")
                self.problems.append(RuleProblem(place, "table", zh, en or zh))
                continue
            rows = {f"{decision.row_name(number)}.": number - 1 for number in range(1, len(table.rows) + 1)}
            for definition in made:
                row = next((at for name, at in rows.items() if f"{definition.name}.".startswith(name)), None)
                path: tuple[str | int, ...] = () if row is None else ("rows", row)
                self._define(definition.name, definition.source, ("tables", table.id, path))
                self.types[definition.name] = definition.type

    def _totals(self) -> None:
        jobs: list[tuple[Total, str, Mapping[str, str], Place]] = [
            (total, total.code, {}, ("totals", total.code, ())) for total in self.rules.totals
        ]
        groupings: dict[str, tuple[Grouping, Mapping[str, str], Place]] = {
            grouping.code: (grouping, {}, ("groupings", grouping.code, ()))
            for grouping in self.rules.groupings
        }
        for measure in self.rules.measures:
            own = symbol(measure.id)
            names = {name: f"{own}.{name}" for name in measure.parameters} | {"reference_date": measure.on}
            for at, grouping in enumerate(measure.groupings):
                groupings[grouping.code] = (grouping, names, ("measures", measure.id, ("groupings", at)))
            for at, total in enumerate(measure.totals):
                jobs.append((total, f"{own}.{total.code}", names, ("measures", measure.id, ("totals", at))))
        tables = {collection.code: collection for collection in self.rules.collections}
        try:
            self.stages, fields = total_stages(jobs, groupings, tables, self.fields, self.parameters)
        except StageError as error:
            self.problems.extend(RuleProblem(*problem) for problem in error.problems)
            self.lost = {name for _, name, _, _ in jobs}
            return
        self.fields |= {field.name: field for field in fields}

    def _program(self) -> Program | None:
        self.fields.setdefault("requested", Field("requested", Type.MONEY, minimum=0))
        try:
            return Program.build(
                self.fields.values(),
                self.parameters.values(),
                [
                    Definition(name, source, self.types[name] if name in self.types else _type(name))
                    for name, source in self.definitions.items()
                ],
            )
        except LanguageErrors as error:
            for problem in error.problems:
                if problem.code != "unknown_name" or not any(f"“{name}”" in problem.zh for name in self.lost):
                    self.problems.append(self._placed(problem.definition, problem))
            return None

    def _placed(self, definition: str, problem: Problem) -> RuleProblem:
        origin = self.origins.get(definition)
        place: Place = origin.place if origin else ("measures", definition, ())
        offset = origin.qualified.original_offset(problem.span.start) if origin and problem.span else 0
        return RuleProblem(place, problem.code, problem.zh, problem.en, problem.suggestion, offset)


def _type(name: str) -> Type | None:
    last = name.rsplit(".", 1)[-1]
    if last in ("eligible", "allowed", "in_force"):
        return Type.BOOL
    if last in ("amount", "payable"):
        return Type.MONEY
    return Type.TEXT if last == "budget" else None


def _in_force(day: str, document: str, validity: Validity) -> str:
    own = symbol(document)
    first = f"{own}.starts" if validity.starts is not None else f"{own}.valid_from"
    spans = [f"{day} >= {first} AND {day} <= {own}.valid_until"]
    for edition in validity.editions:
        until = (edition.until or OPEN_END).isoformat()
        spans.append(f"{day} >= DATE '{edition.from_.isoformat()}' AND {day} <= DATE '{until}'")
    return spans[0] if len(spans) == 1 else " OR ".join(f"({span})" for span in spans)


def compile_rules(rules: Rules) -> Compiled:
    """Compile everything. Raises ``RuleErrors`` with every mistake."""
    return _Builder(rules).build()
