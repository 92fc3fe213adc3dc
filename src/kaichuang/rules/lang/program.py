"""A program: fields, parameters and definitions, checked together and ready to run on any engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from kaichuang.rules.lang import admission
from kaichuang.rules.lang.admission import spread
from kaichuang.rules.lang.elaborate import Step
from kaichuang.rules.lang.errors import FactErrors, nearest, problem
from kaichuang.rules.lang.nodes import Node
from kaichuang.rules.lang.types import Definition, Field, Parameter, Type, Value

if TYPE_CHECKING:
    import polars as pl
    from pyspark.sql import DataFrame

    from kaichuang.rules.lang.missing import Missing
    from kaichuang.rules.lang.near import NearMiss
    from kaichuang.rules.lang.session import Session
    from kaichuang.rules.lang.trace import Traced

Facts = Mapping[str, object]
Answers = dict[str, Value]


@dataclass(frozen=True, slots=True, eq=False)
class Compiled:
    """A checked definition: its type, its typed tree, the slots that hold its value, and its visible steps."""

    definition: Definition
    type: Type
    node: Node
    slots: tuple[tuple[str, Node], ...]
    steps: tuple[Step, ...]
    uses: frozenset[str]


class Program:
    """Checked definitions over declared facts and parameters.  Immutable; build one with ``Program.build``."""

    def __init__(
        self,
        fields: Mapping[str, Field],
        parameters: Mapping[str, Parameter],
        compiled: Mapping[str, Compiled],
        levels: tuple[tuple[str, ...], ...],
    ) -> None:
        self.fields = fields
        self.parameters = parameters
        self.compiled = compiled
        self.levels = levels
        self.order = tuple(name for level in levels for name in level)

    @classmethod
    def build(
        cls,
        fields: Iterable[Field],
        parameters: Iterable[Parameter],
        definitions: Iterable[Definition],
    ) -> Program:
        """Parse, check and order the definitions.

        Raises ``LanguageErrors`` with every problem found: unreadable text, unknown names, types and units that do not
        fit, cycles, and results that could not be computed exactly.
        """
        from kaichuang.rules.lang.builder import build

        return build(tuple(fields), tuple(parameters), tuple(definitions))

    # -- what it is -------------------------------------------------------------------------------------------------

    def type_of(self, name: str) -> Type:
        """The type of a definition, field or parameter; raises ``KeyError`` if there is none of that name."""
        if name in self.compiled:
            return self.compiled[name].type
        return self.fields[name].type if name in self.fields else self.parameters[name].type

    def source_of(self, name: str) -> str:
        """The text of a definition."""
        return self.compiled[name].definition.source

    def uses(self, name: str) -> frozenset[str]:
        """The fields, parameters and definitions that a definition's own text names."""
        return self.compiled[name].uses

    @cached_property
    def _reach(self) -> dict[str, frozenset[str]]:
        reach: dict[str, frozenset[str]] = {}
        for name in self.order:
            uses = self.compiled[name].uses
            reach[name] = uses.union(*(reach[used] for used in uses if used in reach))
        return reach

    def depends_on(self, name: str) -> frozenset[str]:
        """Everything that a definition depends on, directly or through other definitions."""
        return self._reach[name]

    def affected_by(self, *names: str) -> tuple[str, ...]:
        """The definitions that may change when one of these facts, parameters or definitions does, in order."""
        return tuple(name for name in self.order if self._reach[name].intersection(names))

    def needed_for(self, outputs: Iterable[str] | None) -> tuple[str, ...]:
        """The definitions that have to be computed for some outputs, in order; all of them for ``None``."""
        if outputs is None:
            return self.order
        wanted = set(self.known_names(outputs))
        wanted |= {used for name in wanted for used in self._reach[name]}
        return tuple(name for name in self.order if name in wanted)

    def known_names(self, outputs: Iterable[str] | None) -> tuple[str, ...]:
        """The names of outputs, checked; raises ``FactErrors`` if one is not a definition."""
        names = self.order if outputs is None else tuple(outputs)
        unknown = [name for name in names if name not in self.compiled]
        if unknown:
            raise FactErrors(
                [problem("unknown_name", name=n, suggestion=nearest(n, self.compiled)) for n in unknown]
            )
        return names

    def fields_of(self, outputs: Iterable[str] | None = None) -> tuple[Field, ...]:
        """The fields that some outputs read, in declaration order."""
        used = {name for output in self.needed_for(outputs) for name in self.compiled[output].uses}
        return tuple(field for name, field in self.fields.items() if name in used)

    # -- values -----------------------------------------------------------------------------------------------------

    def check(self, facts: Facts, outputs: Iterable[str] | None = None) -> dict[str, Value]:
        """The facts that some outputs read, as the engines read them.

        Raises ``FactErrors`` with every value that is refused.
        """
        return admission.admit_all(self.fields_of(outputs), facts)

    def bind(self, overrides: Facts | None = None) -> dict[str, Value]:
        """The slots of all parameters, with overrides; raises ``FactErrors`` if one is unknown or refused."""
        given = dict(overrides or {})
        unknown = [name for name in given if name not in self.parameters]
        if unknown:
            raise FactErrors(
                [problem("unknown_name", n, name=n, suggestion=nearest(n, self.parameters)) for n in unknown]
            )
        if not given:
            return self._defaults
        values = {name: given.get(name, parameter.value) for name, parameter in self.parameters.items()}
        return self._bound(values)

    @cached_property
    def _defaults(self) -> dict[str, Value]:
        return self._bound({name: parameter.value for name, parameter in self.parameters.items()})

    def _bound(self, values: Facts) -> dict[str, Value]:
        declared = [admission.as_field(parameter) for parameter in self.parameters.values()]
        admitted = admission.admit_all(declared, values)
        slots: dict[str, Value] = {}
        for name, value in admitted.items():
            slots |= spread(name, self.parameters[name].type, value)
        return slots

    def prove(self) -> None:
        """Raise ``LanguageErrors`` if a result could leave what can be computed exactly."""
        from kaichuang.rules.lang.analysis import prove

        prove(self)

    @cached_property
    def slot_nodes(self) -> dict[str, Node]:
        """The expression of every slot that definitions fill."""
        return {slot: node for name in self.order for slot, node in self.compiled[name].slots}

    # -- questions about one case -----------------------------------------------------------------------------------

    def missing(self, name: str, facts: Facts, parameters: Facts | None = None) -> Missing:
        """The smallest sets of unknown facts that could make a definition true, and that could settle it."""
        from kaichuang.rules.lang.missing import missing
        from kaichuang.rules.lang.situation import Situation

        (name,) = self.known_names([name])
        compiled = self.compiled[name]
        slots = tuple(node for _, node in compiled.slots)
        return missing(Situation(self, name, facts, parameters), slots, is_truth=compiled.type is Type.BOOL)

    def near_misses(self, name: str, facts: Facts, parameters: Facts | None = None) -> tuple[NearMiss, ...]:
        """For a condition that does not hold: what each single fact would have to be, and how far it is from that."""
        from kaichuang.rules.lang.near import near_misses
        from kaichuang.rules.lang.situation import Situation

        (name,) = self.known_names([name])
        if self.compiled[name].type is not Type.BOOL:
            raise FactErrors([problem("unknown_name", name, name=name)])
        return near_misses(Situation(self, name, facts, parameters), name)

    # -- engines ----------------------------------------------------------------------------------------------------

    def case(self, outputs: Iterable[str] | None = None) -> Callable[..., Answers]:
        """A function of facts (and parameters) that answers one case; compiled once per set of outputs."""
        from kaichuang.rules.lang import closure

        return closure.compile_case(self, self.known_names(outputs))

    def traced(self, outputs: Iterable[str] | None = None) -> Traced:
        """The same function with a trace: called with facts (and parameters) it gives a ``Trace``."""
        from kaichuang.rules.lang.trace import compile_traced

        return compile_traced(self, self.known_names(outputs))

    def frame(
        self,
        population: pl.LazyFrame | pl.DataFrame,
        parameters: Facts | None = None,
        outputs: Iterable[str] | None = None,
        *,
        trusted: bool = False,
    ) -> pl.LazyFrame:
        """A population with the outputs as further columns, lazily; collect it with ``engine="streaming"``.

        The columns are named like the fields.  Money and counts are integers (never floats), dates ``Date``, ratios
        ``Decimal`` or structures of ``num`` and ``den``; a column that is absent is unknown throughout.  The columns
        are scanned once for values out of bounds; ``trusted`` leaves that out for a population checked before.

        Raises ``FactErrors`` for columns that are refused, and when collecting, Polars' ``InvalidOperationError`` for
        a result that is too large.
        """
        from kaichuang.rules.lang import frame

        return frame.run(self, population.lazy(), parameters, outputs, trusted=trusted)

    def spark(
        self, population: DataFrame, parameters: Facts | None = None, outputs: Iterable[str] | None = None
    ) -> DataFrame:
        """A Spark population with the outputs as further columns; the same answers as the other engines.

        Raises ``FactErrors`` for columns of a wrong type.  A value out of bounds, or a result that is too large, makes
        the job fail.
        """
        from kaichuang.rules.lang import spark

        return spark.run(self, population, parameters, outputs)

    def incremental(
        self,
        population: pl.LazyFrame | pl.DataFrame,
        parameters: Facts | None = None,
        outputs: Iterable[str] | None = None,
        *,
        trusted: bool = False,
    ) -> Session:
        """A what-if session over a population held in memory; see ``frame`` for its columns."""
        from kaichuang.rules.lang.session import Session

        return Session(self, population.lazy(), parameters, outputs, trusted=trusted)
