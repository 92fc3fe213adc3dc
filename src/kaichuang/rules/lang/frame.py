"""Running a program over a Polars frame, and the door for a population: its columns are checked before they are used.

Set ``_RJEM_MALLOC_CONF=dirty_decay_ms:-1,muzzy_decay_ms:-1`` in the environment before Polars is imported when the same
process runs over a population again and again: Polars' allocator otherwise gives its pages back between runs, and
fetching them anew costs as much as the rules.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from kaichuang.rules.lang.admission import slots_of
from kaichuang.rules.lang.columns import DTYPES, Columns
from kaichuang.rules.lang.errors import FactErrors, Problem, Wrong
from kaichuang.rules.lang.plan import plan_for
from kaichuang.rules.lang.types import Field, Type

if TYPE_CHECKING:
    from kaichuang.rules.lang.program import Program

ACCEPTED: dict[Type, tuple[type[pl.DataType], ...]] = {
    Type.BOOL: (pl.Boolean,),
    Type.INT: (pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.UInt8, pl.UInt16, pl.UInt32),
    Type.MONEY: (pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.UInt8, pl.UInt16, pl.UInt32),
    Type.RATIO: (pl.Decimal, pl.Struct),
    Type.DATE: (pl.Date,),
    Type.TEXT: (pl.String, pl.Enum, pl.Categorical),
}


def run(
    program: Program,
    population: pl.LazyFrame,
    parameters: Mapping[str, object] | None,
    outputs: Iterable[str] | None,
    *,
    trusted: bool,
) -> pl.LazyFrame:
    """The population with the outputs as further columns, lazily.

    Unless ``trusted`` (checked before), the columns are scanned once here for values out of bounds.
    Raises ``FactErrors`` if a column is refused.
    """
    names = program.known_names(outputs)
    plan = plan_for(program, parameters)
    ready = prepare(program, population, names)
    if not trusted:
        verify(program, ready, names)
    before = population.collect_schema().names()
    for step in Columns(plan, program.needed_for(names)).steps:
        ready = ready.with_columns(step)
    kept = [name for name in before if name not in names]
    return ready.select([*kept, *(answer(program, name) for name in names)])


def answer(program: Program, name: str) -> pl.Expr:
    """The column of an output; a ratio becomes a structure of numerator and denominator."""
    if program.type_of(name) is not Type.RATIO:
        return pl.col(name)
    num, den = slots_of(name, Type.RATIO)
    pair = pl.struct(num=pl.col(num), den=pl.col(den))
    return pl.when(pl.col(num).is_not_null() & pl.col(den).is_not_null()).then(pair).alias(name)


def prepare(program: Program, population: pl.LazyFrame, outputs: Iterable[str]) -> pl.LazyFrame:
    """The population with every field that is read in a column of our type; an absent column is unknown throughout."""
    schema = population.collect_schema()
    refused: list[Problem] = []
    changes: list[pl.Expr] = []
    for field in program.fields_of(outputs):
        try:
            changes += _column(field, schema.get(field.name))
        except Wrong as wrong:
            refused.append(wrong.at(field.name))
    if refused:
        raise FactErrors(refused)
    return population.with_columns(changes) if changes else population


def _column(field: Field, dtype: pl.DataType | None) -> list[pl.Expr]:
    """What has to be done to a column before it is read; nothing, if it already has our type."""
    if dtype is None or dtype == pl.Null:
        if not field.nullable:
            raise Wrong("required", name=field.name)
        kind = Type.INT if field.type is Type.RATIO else field.type
        return [pl.lit(None, dtype=DTYPES[kind]).alias(slot) for slot in slots_of(field.name, field.type)]
    if not isinstance(dtype, ACCEPTED[field.type]):
        wanted = field.type
        raise Wrong("wrong_fact", name=field.name, expected=wanted.zh, expected_en=wanted.value, value=dtype)
    column = pl.col(field.name)
    if field.type is Type.RATIO:
        return _ratio_columns(field, dtype)
    if field.type.is_number and dtype != pl.Int64:
        return [column.cast(pl.Int64)]
    return []


def _ratio_columns(field: Field, dtype: pl.DataType) -> list[pl.Expr]:
    num, den = slots_of(field.name, field.type)
    column = pl.col(field.name)
    if isinstance(dtype, pl.Decimal):
        whole = 10**dtype.scale
        top = (column * whole).cast(pl.Int128).cast(pl.Int64)
        return [top.alias(num), pl.when(column.is_not_null()).then(pl.lit(whole, dtype=pl.Int64)).alias(den)]
    parts = (column.struct.field(part).cast(pl.Int64) for part in ("num", "den"))
    return [part.alias(slot) for part, slot in zip(parts, (num, den), strict=True)]


def verify(program: Program, ready: pl.LazyFrame, outputs: Iterable[str]) -> None:
    """Scan the columns that are read for values that a rule must not see; raises ``FactErrors`` with all of them."""
    fields = program.fields_of(outputs)
    schema = ready.collect_schema()
    found = ready.select([expr for f in fields for expr in _extent(f, schema)]).collect(engine="streaming")
    extent: dict[str, Any] = found.row(0, named=True) if found.width else {}
    refused: list[Problem] = []
    for field in fields:
        try:
            _judge(field, extent)
        except Wrong as wrong:
            refused.append(wrong.at(field.name))
    if refused:
        raise FactErrors(refused)


def _extent(field: Field, schema: pl.Schema) -> list[pl.Expr]:
    tests: list[pl.Expr] = []
    for slot in slots_of(field.name, field.type):
        column = pl.col(slot)
        if field.type in (Type.INT, Type.MONEY, Type.RATIO, Type.DATE):
            tests += [column.min().alias(f"{slot}#min"), column.max().alias(f"{slot}#max")]
        if not field.nullable:
            tests.append(column.null_count().alias(f"{slot}#null"))
    if field.values is not None and not _closed(schema[field.name], field.values):
        strange = pl.col(field.name).cast(pl.String)
        strange = strange.filter(strange.is_in(list(field.values)).not_())
        tests.append(strange.first().alias(f"{field.name}#strange"))
    return tests


def _closed(dtype: pl.DataType, values: tuple[str, ...]) -> bool:
    return isinstance(dtype, pl.Enum) and set(dtype.categories) <= set(values)


def _judge(field: Field, extent: Mapping[str, Any]) -> None:
    low, high = field.bounds
    for slot in slots_of(field.name, field.type):
        least = 1 if slot.endswith("#den") else low
        for value in (extent.get(f"{slot}#min"), extent.get(f"{slot}#max")):
            if value is not None and not least <= _size(value) <= high:
                raise Wrong(
                    "out_of_range",
                    name=field.name,
                    value=value,
                    low=_shown(field, least),
                    high=_shown(field, high),
                )
        if extent.get(f"{slot}#null"):
            raise Wrong("required", name=field.name)
    strange = extent.get(f"{field.name}#strange")
    if strange is not None:
        raise Wrong("vocabulary", value=strange, suggestion=" | ".join(field.values or ()))


def _size(value: int | dt.date) -> int:
    return value.toordinal() if isinstance(value, dt.date) else value


def _shown(field: Field, bound: int) -> object:
    return dt.date.fromordinal(bound) if field.type is Type.DATE else bound
