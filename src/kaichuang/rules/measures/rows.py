"""Tables of rows: from rows to groups to totals, for one case. ``columns.py`` does the same for populations.

A stage reads one table (a collection or a grouping), evaluates ``where`` and ``of`` per row in a small program of its
own, and takes a value per group. What is not known stays not known:

* a row of which it is not known whether it counts makes sums, counts and extremes of its group unknown;
* ``any`` and ``all`` follow Kleene (one known true row is enough for ``any``);
* no rows at all: sum, count and max of numbers are 0, ``any`` is false, ``all`` is true, other extremes are unknown;
* a table that is not given at all makes everything taken from it unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kaichuang.rules.lang import Definition, Field, LanguageErrors, Parameter, Program, Type

from .facts import Collection, Grouped, Grouping, Take, Total
from .plan import Place
from .scope import names_of, qualify
from .values import Value

Row = Mapping[str, Any]
WHERE = "row.where"
TAKES: Mapping[Take, tuple[Type, ...]] = {
    "sum": (Type.INT, Type.MONEY), "max": (Type.INT, Type.MONEY, Type.DATE), "min": (Type.INT, Type.MONEY, Type.DATE),
    "any": (Type.BOOL,), "all": (Type.BOOL,),
}  # fmt: skip
"""What can be taken of values of which types."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What one output takes of each group; ``of`` is the definition of the row's value (absent for a count)."""

    take: Take
    of: str | None
    type: Type


@dataclass(frozen=True)
class Stage:
    """One step from a table to another table (``by`` has keys) or to values of the case (``by`` is empty)."""

    output: str
    source: str
    program: Program
    columns: tuple[str, ...]
    """Columns of the source that the stage reads."""
    case_facts: tuple[str, ...]
    """Facts of the case that the row expressions read."""
    by: tuple[str, ...]
    taken: Mapping[str, Taken]
    once_per: tuple[str, ...] = ()
    where: bool = False

    @property
    def definitions(self) -> tuple[str, ...]:
        """The row definitions to compute."""
        return tuple(self.program.order)

    @cached_property
    def run(self) -> Callable[..., Row]:
        """The definitions of one row, compiled."""
        return self.program.case()


class StageError(Exception):
    """Mistakes in totals and groupings: (place, code, zh, en, suggestion)."""

    def __init__(self, problems: Sequence[tuple[Place, str, str, str, str | None]]) -> None:
        self.problems = list(problems)
        super().__init__(str(self.problems))


def empty_value(take: Take, type_: Type) -> Value | None:
    """What is taken of no rows at all."""
    if take == "any":
        return False
    if take == "all":
        return True
    if take in ("sum", "count") or (take == "max" and type_ in (Type.INT, Type.MONEY)):
        return 0
    return None


class _Stages:
    def __init__(
        self,
        collections: Mapping[str, Collection],
        fields: Mapping[str, Field],
        parameters: Mapping[str, Parameter],
    ) -> None:
        from .compile import as_field

        self.tables = {
            code: {c.code: as_field(c) for c in table.columns} for code, table in collections.items()
        }
        self.fields, self.parameters = fields, parameters
        self.stages: list[Stage] = []
        self.problems: list[tuple[Place, str, str, str, str | None]] = []

    def grouping(self, grouping: Grouping, names: Mapping[str, str], place: Place) -> None:
        outputs = {name: (grouped, f"row.{name}") for name, grouped in grouping.columns.items()}
        stage = self._stage(
            grouping.code, grouping.from_, grouping.where, grouping.by, (), outputs, names, place
        )
        if stage is None:
            return
        keys = {key: self.tables[grouping.from_][key] for key in grouping.by}
        values = {name: Field(name, taken.type) for name, taken in stage.taken.items()}
        self.tables[grouping.code] = {**keys, **values}

    def total(self, total: Total, name: str, names: Mapping[str, str], place: Place) -> Field | None:
        grouped = Grouped(take=total.take, of=total.of)
        outputs = {name: (grouped, "row.value")}
        stage = self._stage(name, total.from_, total.where, (), total.once_per, outputs, names, place)
        if stage is None:
            return None
        return Field(name, stage.taken[name].type)

    def _stage(
        self,
        output: str,
        source: str,
        where: str | None,
        by: tuple[str, ...],
        once_per: tuple[str, ...],
        outputs: Mapping[str, tuple[Grouped, str]],
        names: Mapping[str, str],
        place: Place,
    ) -> Stage | None:
        table = self.tables.get(source)
        if table is None:
            self._problem(
                place, "table", f"没有表“{source}”", f"there is no table “{source}”", ", ".join(self.tables)
            )
            return None
        for key in (*by, *once_per):
            if key not in table:
                self._problem(
                    place,
                    "column",
                    f"表“{source}”没有列“{key}”",
                    f"{source} has no column “{key}”",
                    ", ".join(table),
                )
                return None
        texts = {definition: grouped.of for grouped, definition in outputs.values() if grouped.of is not None}
        if where is not None:
            texts[WHERE] = where
        sources = {definition: qualify(text, names).text for definition, text in texts.items()}
        program = self._program(sources, table, place)
        if program is None:
            return None
        taken = {}
        for name, (grouped, definition) in outputs.items():
            type_ = Type.INT if grouped.of is None else program.type_of(definition)
            self._fits(grouped.take, type_, once=bool(once_per), place=place)
            taken[name] = Taken(grouped.take, None if grouped.of is None else definition, type_)
        used = {name for field in program.fields_of() for name in (field.name,)}
        columns = tuple(name for name in table if name in used or name in by or name in once_per)
        case_facts = tuple(name for name in program.fields if name not in table and name in used)
        stage = Stage(output, source, program, columns, case_facts, by, taken, once_per, where is not None)
        self.stages.append(stage)
        return stage

    def _program(
        self, sources: Mapping[str, str], table: Mapping[str, Field], place: Place
    ) -> Program | None:
        wanted = set[str]().union(*(names_of(text) for text in sources.values()))
        case = [field for name, field in self.fields.items() if name in wanted and name not in table]
        figures = [parameter for name, parameter in self.parameters.items() if name in wanted]
        try:
            return Program.build(
                [*table.values(), *case], figures, [Definition(n, s) for n, s in sources.items()]
            )
        except LanguageErrors as error:
            for problem in error.problems:
                self._problem(place, problem.code, problem.zh, problem.en, problem.suggestion)
            return None

    def _fits(self, take: Take, type_: Type, *, once: bool, place: Place) -> None:
        """Whether a value of this type can be taken in this way, exactly and by every engine."""
        if take != "count" and type_ not in TAKES[take]:
            fitting = "、".join(t.zh for t in TAKES[take])
            zh, en = f"{take} 需要{fitting}，得到{type_.zh}", f"{take} does not take {type_.value}"
            self._problem(place, "take", zh, en)
        if once and take not in ("sum", "count"):
            zh, en = (
                f"once_per 只用于 sum 和 count，不用于 {take}",
                f"once_per goes with sum and count, not {take}",
            )
            self._problem(place, "once_per", zh, en, "sum")

    def _problem(self, place: Place, code: str, zh: str, en: str, hint: str | None = None) -> None:
        self.problems.append((place, code, zh, en, hint))


def total_stages(
    totals: Iterable[tuple[Total, str, Mapping[str, str], Place]],
    groupings: Mapping[str, tuple[Grouping, Mapping[str, str], Place]],
    collections: Mapping[str, Collection],
    fields: Mapping[str, Field],
    parameters: Mapping[str, Parameter],
) -> tuple[list[Stage], list[Field]]:
    """Stages in the order in which they run, and the fields that totals add to the case.

    Raises ``StageError`` with every mistake.
    """
    stages = _Stages(collections, fields, parameters)
    for grouping, names, place in _ordered(groupings):
        stages.grouping(grouping, names, place)
    added = [stages.total(total, name, names, place) for total, name, names, place in totals]
    if stages.problems:
        raise StageError(stages.problems)
    return stages.stages, [field for field in added if field is not None]


def _ordered(
    groupings: Mapping[str, tuple[Grouping, Mapping[str, str], Place]],
) -> list[tuple[Grouping, Mapping[str, str], Place]]:
    """Groupings after the groupings they read; a circle is left to fail as a missing table."""
    ordered: dict[str, tuple[Grouping, Mapping[str, str], Place]] = {}
    left = dict(groupings)
    while left:
        ready = [code for code, (grouping, _, _) in left.items() if grouping.from_ not in left]
        for code in ready or list(left):
            ordered[code] = left.pop(code)
    return list(ordered.values())


def run_stages(
    stages: Iterable[Stage],
    tables: Mapping[str, Sequence[Row] | None],
    facts: Row,
    parameters: Row | None = None,
) -> dict[str, Value | None]:
    """The totals of one case. ``tables`` holds the rows of each collection, ``None`` where they are not known."""
    known: dict[str, Sequence[Row] | None] = dict(tables)
    values: dict[str, Value | None] = {}
    for stage in stages:
        rows = known.get(stage.source)
        if stage.by:
            known[stage.output] = (
                None if rows is None else _group(stage, _compute(stage, rows, facts, parameters))
            )
            continue
        (name, taken), *_ = stage.taken.items()
        if rows is None:
            values[name] = None
        elif not rows:
            values[name] = empty_value(taken.take, taken.type)
        else:
            computed = _compute(stage, rows, facts, parameters)
            values[name] = _take(taken, _once(stage, taken, computed) if stage.once_per else computed)
    return values


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A row that counts, but of which "the highest only" takes nothing. Rows are numbered from 0; amounts in fen."""

    row: int
    fen: int
    kept: int
    """The row that is taken in its place."""
    kept_fen: int


def passed_over(
    stage: Stage, rows: Sequence[Row], facts: Row, parameters: Row | None = None
) -> list[PassedOver]:
    """The rows that a stage of highest amounts leaves out; those of a group in which anything is unknown are not told."""
    columns = [taken.of for taken in stage.taken.values() if taken.of and taken.type is Type.MONEY]
    if not columns or any(taken.take != "max" for taken in stage.taken.values()):
        return []
    groups: dict[tuple[Any, ...], list[tuple[int, Row]]] = {}
    for at, (row, answers) in enumerate(_compute(stage, rows, facts, parameters)):
        if answers.get(WHERE, True) is not False:
            groups.setdefault(tuple([row.get(name) for name in stage.by]), []).append((at, answers))
    found: list[PassedOver] = []
    for key, members in groups.items():
        open_ = any(answers.get(WHERE, True) is None for _, answers in members)
        if not open_ and None not in key and not any(a[name] is None for _, a in members for name in columns):
            found += _left_out(members, columns)
    return found


def _left_out(members: Sequence[tuple[int, Row]], columns: Sequence[str]) -> list[PassedOver]:
    best = {name: max(members, key=lambda member: member[1][name]) for name in columns}
    kept = {at for name, (at, answers) in best.items() if answers[name] > 0}
    found = []
    for at, answers in members:
        name = max(columns, key=lambda name: answers[name])
        if at not in kept and answers[name] > 0:
            found.append(PassedOver(at, answers[name], best[name][0], best[name][1][name]))
    return found


Computed = tuple[Row, Row]
"""A row with what the stage's definitions answer of it."""
_NOTHING: Row = {}


def _compute(stage: Stage, rows: Sequence[Row], facts: Row, parameters: Row | None) -> list[Computed]:
    if not stage.program.order:
        return [(row, _NOTHING) for row in rows]
    run, given = stage.run, None
    if parameters:
        own = stage.program.parameters
        given = {name: value for name, value in parameters.items() if name in own} or None
    if not stage.case_facts:
        return [(row, run(row, given)) for row in rows]
    shared = {name: facts.get(name) for name in stage.case_facts}
    return [(row, run({**row, **shared}, given)) for row in rows]


def _group(stage: Stage, rows: Sequence[Computed]) -> list[Row] | None:
    groups: dict[tuple[Any, ...], list[Computed]] = {}
    for computed in rows:
        row, answers = computed
        if answers.get(WHERE, True) is False:
            continue
        key = tuple([row.get(name) for name in stage.by])
        if None in key:
            return None
        groups.setdefault(key, []).append(computed)
    made: list[Row] = []
    for key, members in groups.items():
        if not any(answers.get(WHERE, True) is True for _, answers in members):
            return None
        values = {name: _take(taken, members) for name, taken in stage.taken.items()}
        made.append({**dict(zip(stage.by, key, strict=True)), **values})
    return made


def _once(stage: Stage, taken: Taken, rows: Sequence[Computed]) -> Sequence[Computed]:
    """One row per key: the one with the largest value. A key that is not known leaves the total unknown."""
    best: dict[tuple[Any, ...], Computed] = {}
    for row, answers in rows:
        where = answers.get(WHERE, True)
        if where is False:
            continue
        key = tuple([row.get(name) for name in stage.once_per])
        value = None if taken.of is None else answers[taken.of]
        if where is None or None in key or (taken.of is not None and value is None):
            return [(row, {**answers, WHERE: None})]
        if key not in best or (value is not None and value > best[key][1][taken.of or ""]):
            best[key] = (row, answers)
    return list(best.values())


def _take(taken: Taken, rows: Sequence[Computed]) -> Value | None:
    wheres = [answers.get(WHERE, True) for _, answers in rows]
    if taken.take in ("any", "all"):
        return _truth(taken, rows, wheres)
    if None in wheres:
        return None
    if taken.of is None:
        return wheres.count(True)
    values = [answers[taken.of] for (_, answers), where in zip(rows, wheres, strict=True) if where]
    if None in values:
        return None
    if not values:
        return empty_value(taken.take, taken.type)
    total: Value = sum(values) if taken.take == "sum" else max(values) if taken.take == "max" else min(values)
    return total


def _truth(taken: Taken, rows: Sequence[Computed], wheres: Sequence[bool | None]) -> bool | None:
    """Kleene: some row counts and holds (``any``), or every row does not count or holds (``all``)."""
    decisive: bool = taken.take == "any"
    doubt = False
    for (_, answers), where in zip(rows, wheres, strict=True):
        value: bool | None = answers[taken.of or ""]
        if where is True and value is decisive:
            return decisive
        settled = where is False or value is (not decisive)
        doubt = doubt or not settled
    return None if doubt else not decisive
