"""A rulebook: compiled rules with a name and a version, ready to answer cases and populations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from kaichuang.rules.lang import Program
from kaichuang.rules.lang.trace import Traced

from .compile import Compiled, compile_rules
from .facts import Collection, Fact
from .model import Measure, Reading
from .plan import MeasurePlan, Rules, Usage
from .rows import PassedOver, Row, passed_over, run_stages
from .scope import symbol
from .values import Text, Value, ValueType, parse_value

if TYPE_CHECKING:
    import polars as pl
    from pyspark.sql import DataFrame

Settings = Mapping[str, Value | None]
"""Readings and parameters given another value: ``{"A01": "cumulative", "NT-U1.rate": Fraction(1, 2)}``."""


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """The facts of one case as the program reads them: defaults filled in, tables turned into totals."""

    values: Mapping[str, Value | None]
    tables: Mapping[str, Sequence[Row] | None]
    as_of: dt.date
    told: Mapping[str, Any]
    """What was told about the case."""
    defaults: tuple[str, ...]
    taken: frozenset[str] = frozenset()
    """The totals that were taken from tables, not given directly."""

    @property
    def assumed(self) -> tuple[str, ...]:
        """The facts that nobody told and that a default stands for."""
        return tuple(name for name in self.defaults if self.told.get(name) is None)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a name stands for, in words."""

    title: Text
    type: ValueType
    unit: str = ""
    clause: str | None = None
    source: str = "computed"
    values: Mapping[str, Text] | None = None


class Rulebook:
    """Rules that can be asked. Build one with ``Rulebook.build`` or ``Pack.rulebook``; immutable."""

    def __init__(self, compiled: Compiled, *, id_: str = "", version: str = "", hash_: str = "") -> None:
        self.compiled, self.id, self.version, self.hash = compiled, id_, version, hash_
        self._defaults = {
            fact.code: fact.default if fact.default == "as_of" else parse_value(fact.default, fact.type)
            for fact in self.rules.facts
            if fact.default is not None
        }
        self._traced: dict[tuple[str, ...] | None, Traced] = {}

    @classmethod
    def build(cls, rules: Rules, *, id_: str = "", version: str = "", hash_: str = "") -> Rulebook:
        """Compile; raises ``RuleErrors`` with every mistake."""
        return cls(compile_rules(rules), id_=id_, version=version, hash_=hash_)

    # -- what it holds ----------------------------------------------------------------------------------------------

    @property
    def rules(self) -> Rules:
        """The rules as written."""
        return self.compiled.rules

    @property
    def program(self) -> Program:
        """The program that all engines run."""
        return self.compiled.program

    @property
    def plans(self) -> Mapping[str, MeasurePlan]:
        """The plan of each measure, by id."""
        return self.compiled.plans

    @property
    def usages(self) -> Mapping[str, Usage]:
        """The facts that the ledger has to supply."""
        return self.compiled.usages

    @cached_property
    def facts(self) -> Mapping[str, Fact]:
        """Facts by code."""
        return {fact.code: fact for fact in self.rules.facts}

    @cached_property
    def collections(self) -> Mapping[str, Collection]:
        """Tables by code."""
        return {collection.code: collection for collection in self.rules.collections}

    @cached_property
    def readings(self) -> Mapping[str, Reading]:
        """Readings by id."""
        return {reading.id: reading for reading in self.rules.readings}

    def measure(self, id_: str) -> Measure:
        """The measure of that id; raises ``KeyError``."""
        return self.plans[id_].measure

    # -- settings ---------------------------------------------------------------------------------------------------

    @cached_property
    def _setting_names(self) -> Mapping[str, tuple[str, ValueType]]:
        names: dict[str, tuple[str, ValueType]] = {}
        for reading in self.rules.readings:
            names[reading.id] = names[reading.name] = (reading.name, reading.type)
        for name, figure in self.rules.parameters.items():
            names[name] = (name, figure.type)
        for measure in self.rules.measures:
            for name, figure in measure.parameters.items():
                full = f"{symbol(measure.id)}.{name}"
                names[full] = names[f"{measure.id}.{name}"] = (full, figure.type)
        for document in self.rules.validity:
            for name in ("valid_from", "valid_until"):
                full = f"{symbol(document)}.{name}"
                names[full] = names[f"{document}.{name}"] = (full, "date")
        return names

    def setting(self, name: str) -> tuple[str, ValueType]:
        """The full name and type of a reading (by id or name) or parameter; raises ``KeyError``."""
        return self._setting_names[name]

    @property
    def setting_names(self) -> Iterable[str]:
        """Everything that can be set."""
        return self._setting_names.keys()

    def parse_settings(self, written: Mapping[str, Any]) -> dict[str, Value | None]:
        """Settings as people write them (yuan, per cent), by full name; raises ``KeyError`` or ``ValueError``."""
        parsed = {}
        for name, value in written.items():
            full, type_ = self.setting(name)
            parsed[full] = parse_value(value, type_)
        return parsed

    def split_settings(self, settings: Settings | None) -> tuple[dict[str, Any], dict[str, Any]]:
        """Settings as (overrides of parameters, values of parameters that the text leaves open)."""
        overrides: dict[str, Any] = {}
        opened: dict[str, Any] = {}
        for name, value in (settings or {}).items():
            full, _ = self.setting(name)
            (opened if full in self.compiled.unset else overrides)[full] = value
        return overrides, opened

    # -- facts ------------------------------------------------------------------------------------------------------

    def parse_facts(self, written: Mapping[str, Any]) -> dict[str, Any]:
        """Facts as people write them (money in yuan, rows as lists); raises ``ValueError`` naming what is wrong."""
        wrong: list[str] = []
        parsed: dict[str, Any] = {}
        for name, value in written.items():
            try:
                parsed[name] = self._parse_fact(name, value)
            except (KeyError, ValueError) as error:
                wrong.append(f"{name}: {error}")
        if wrong:
            raise ValueError("; ".join(wrong))
        return parsed

    def _parse_fact(self, name: str, value: Any) -> Any:
        if name in self.collections:
            if value is None:
                return None
            columns = {column.code: column for column in self.collections[name].columns}
            return [{key: parse_value(cell, columns[key].type) for key, cell in row.items()} for row in value]
        return parse_value(value, self.type_of(name))

    def type_of(self, name: str) -> ValueType:
        """The type of a field of the program, as packs write it; raises ``KeyError``."""
        kind: Any = self.compiled.fields[name].type.value.lower()
        checked: ValueType = kind
        return checked

    def case_facts(
        self, facts: Mapping[str, Any], *, as_of: dt.date, settings: Settings | None = None
    ) -> CaseFacts:
        """Fill in defaults and take the totals of the tables; totals may also be given directly."""
        defaults, blank = self._blank
        values = blank.copy()
        for name in self._days:
            values[name] = as_of
        for name in facts.keys() & blank.keys():
            value = facts[name]
            if value is not None:
                values[name] = value
        overrides, opened = self.split_settings(settings) if settings else ({}, {})
        values |= opened
        tables = self._rows(facts)
        totals = run_stages(self.compiled.stages, tables, values, overrides) if self.compiled.stages else {}
        taken = {name: total for name, total in totals.items() if facts.get(name) is None}
        values |= taken
        return CaseFacts(values, tables, as_of, facts, defaults, frozenset(taken))

    def passed_over(
        self, measure: str, facts: Mapping[str, Any], *, as_of: dt.date, settings: Settings | None = None
    ) -> dict[str, list[PassedOver]]:
        """Which told rows "the highest only" of a measure leaves out, by the grouping that does so."""
        codes = {grouping.code for grouping in self.measure(measure).groupings}
        stages = [stage for stage in self.compiled.stages if stage.by and stage.output in codes]
        if not stages:
            return {}
        overrides = self.split_settings(settings)[0] if settings else None
        case = self.case_facts(facts, as_of=as_of, settings=settings)
        found = {
            stage.output: passed_over(stage, case.tables.get(stage.source) or (), case.values, overrides)
            for stage in stages
            if stage.source in case.tables
        }
        return {code: rows for code, rows in found.items() if rows}

    @cached_property
    def defaults(self) -> Mapping[str, Value]:
        """What is assumed of the fields that nobody tells; ``as_of`` stands for the day of the question."""
        found: dict[str, Value] = {}
        for name in self.compiled.fields:
            value = 0 if name in self.usages else self._defaults.get(name)
            if value is not None:
                found[name] = value
        return found

    @cached_property
    def _days(self) -> tuple[str, ...]:
        return tuple(name for name, value in self.defaults.items() if value == "as_of")

    @cached_property
    def _blank(self) -> tuple[tuple[str, ...], dict[str, Any]]:
        return tuple(self.defaults), {name: self.defaults.get(name) for name in self.compiled.fields}

    @cached_property
    def row_defaults(self) -> Mapping[str, Mapping[str, Value]]:
        """What is assumed of the columns of each table that a row does not tell."""
        found: dict[str, dict[str, Value]] = {}
        for code, collection in self.collections.items():
            parsed = {c.code: parse_value(c.default, c.type) for c in collection.columns}
            found[code] = {name: value for name, value in parsed.items() if value is not None}
        return found

    def _rows(self, facts: Mapping[str, Any]) -> dict[str, Sequence[Row] | None]:
        """The tables of a case, with defaults where a row does not tell."""
        tables: dict[str, Sequence[Row] | None] = {}
        for code, defaults in self.row_defaults.items():
            rows: Sequence[Row] | None = facts.get(code)
            if rows and defaults:
                rows = [
                    {**row, **{k: v for k, v in defaults.items() if row.get(k) is None}}
                    if any(row.get(k) is None for k in defaults)
                    else row
                    for row in rows
                ]
            tables[code] = rows
        return tables

    # -- asking -----------------------------------------------------------------------------------------------------

    def values(
        self, case: CaseFacts, *, settings: Settings | None = None, outputs: Iterable[str] | None = None
    ) -> dict[str, Value | None]:
        """The values of definitions (all by default) for one case, without words."""
        overrides = self.split_settings(settings)[0] if settings else None
        run = self._everything if outputs is None else self.program.case(outputs)
        found: dict[str, Value | None] = run(case.values, overrides or None)
        return found

    @cached_property
    def _everything(self) -> Callable[..., dict[str, Value | None]]:
        return self.program.case()

    def figures(self, settings: Settings | None = None) -> dict[str, Any]:
        """The parameters and readings in force, by full name."""
        values: dict[str, Any] = {name: figure.value for name, figure in self.program.parameters.items()}
        return values | self.split_settings(settings)[0]

    def traced(self, ids: tuple[str, ...] | None = None) -> Traced:
        """The traced program of some measures (all by default); compiled once, raises ``KeyError``."""
        found = self._traced.get(ids)
        if found is None:
            names = None if ids is None else tuple(dict.fromkeys(n for i in ids for n in self.names_of(i)))
            found = self._traced[ids] = self.program.traced(names)
        return found

    def names_of(self, id_: str) -> tuple[str, ...]:
        """Every definition that an answer about a measure shows."""
        plan = self.plans[id_]
        own = tuple(name for name in self.program.order if name.startswith(f"{plan.symbol}."))
        starts = f"{symbol(plan.measure.clause.split()[0])}.starts"
        more = (starts,) if starts in self.program.compiled else ()
        return tuple(dict.fromkeys((*plan.names, *own, *more)))

    @cached_property
    def answer_names(self) -> tuple[str, ...]:
        """What a population run answers by default: of each measure whether, how much, from where, and its outcomes."""
        names: list[str | None] = []
        for plan in self.plans.values():
            names += [plan.eligible, plan.amount, plan.payable, plan.budget, *plan.outcomes.values()]
        return tuple(name for name in names if name is not None)

    @cached_property
    def _roots(self) -> Mapping[str, str]:
        sources = {
            name: stage.source for stage in self.compiled.stages for name in (stage.output, *stage.taken)
        }
        roots: dict[str, str] = {}
        for name in sources:
            at = name
            while at in sources and at not in self.collections:
                at = sources[at]
            roots[name] = at
        return roots

    def table_of(self, total: str) -> str | None:
        """The collection that a total is taken from, through any groupings."""
        return self._roots.get(total)

    def run(
        self,
        population: pl.LazyFrame | pl.DataFrame,
        *,
        as_of: dt.date,
        tables: Mapping[str, pl.LazyFrame | pl.DataFrame] | None = None,
        settings: Settings | None = None,
        outputs: Iterable[str] | None = None,
        key: str = "case",
        stacked: bool = False,
        trusted: bool = False,
    ) -> pl.LazyFrame:
        """A population with the answers as further columns, lazily; collect or sink it with ``engine="streaming"``.

        Columns are named like the facts (money in fen); a column that is absent is unknown, or the fact's default.
        ``tables`` hold the rows of collections, each with the column ``key`` that names the case; a table that is
        not given is unknown, a case without rows has none, and a column ``<table>_known`` tells where that is not so.
        ``outputs`` are definitions (see ``answer_names``); ``stacked`` adds ``<measure>.granted``, what is left of
        each amount in the best lawful combination, and their sum ``granted``.

        Raises ``FactErrors`` for columns and tables that are refused; ``trusted`` leaves out the scan of their values.
        """
        from .population import run

        return run(
            self, population, as_of=as_of, tables=tables, settings=settings, outputs=outputs, key=key,
            stacked=stacked, trusted=trusted,
        )  # fmt: skip

    def spark(
        self,
        population: DataFrame,
        *,
        as_of: dt.date,
        tables: Mapping[str, DataFrame] | None = None,
        settings: Settings | None = None,
        outputs: Iterable[str] | None = None,
        key: str = "case",
    ) -> DataFrame:
        """The same on a cluster, with the same answers; needs the extra ``kaichuang[spark]``."""
        from .cluster import run

        return run(self, population, as_of=as_of, tables=tables, settings=settings, outputs=outputs, key=key)

    @cached_property
    def meanings(self) -> Mapping[str, Meaning]:
        """The words for every name of the program."""
        from .sentences import meanings_of

        return meanings_of(self)
