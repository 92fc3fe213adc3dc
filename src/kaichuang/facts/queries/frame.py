"""The whole population, one row an object and one column a fact: what the rule engine runs on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from typing import TYPE_CHECKING

from django.db import connection
from psycopg import sql

from kaichuang.facts.derived import derived_facts
from kaichuang.facts.models import Definition, ValueType
from kaichuang.places.models import Programme

if TYPE_CHECKING:
    import polars as pl

_COLUMN = {
    ValueType.BOOL: sql.SQL("bool_or(o.flag) FILTER (WHERE o.definition_id = {})"),
    ValueType.INT: sql.SQL("max(o.number) FILTER (WHERE o.definition_id = {})"),
    ValueType.MONEY: sql.SQL("max(o.number) FILTER (WHERE o.definition_id = {})"),
    ValueType.RATIO: sql.SQL("max(o.number || '/' || o.divisor) FILTER (WHERE o.definition_id = {})"),
    ValueType.DATE: sql.SQL("max(o.day) FILTER (WHERE o.definition_id = {})"),
    ValueType.TEXT: sql.SQL("max(o.text) FILTER (WHERE o.definition_id = {})"),
}
# At most one row stands behind each aggregate: the exclusion constraint says so.

_FRAME = sql.SQL("""
COPY (
    SELECT s.object_id AS id, {columns}
      FROM facts_observation o JOIN facts_subject s ON s.id = o.subject_id
     WHERE o.programme_id = {programme} AND s.object_type = {object_type} AND o.valid @> {on}::date
       AND o.definition_id = ANY({definitions}) AND {known}
     GROUP BY s.object_id
     ORDER BY s.object_id
) TO STDOUT (FORMAT csv, HEADER)
""")


def frame(
    programme: Programme,
    *,
    codes: Sequence[str],
    on: date,
    known_at: datetime | None = None,
    object_type: str = "parties.party",
) -> pl.DataFrame:
    """A Polars frame with `id` and a column per code: what was true `on` that day, as known at `known_at`.

    Money is Int64 fen; what is not known is null. Objects of which nothing asked for is known have no row. Derived
    facts are joined in as of now. Raises `KeyError` for a code that is neither published nor derived.
    """
    import polars as pl

    known = {row.code: row for row in Definition.objects.filter(code__in=codes)}
    derived = {
        code: fact
        for code, fact in derived_facts().items()
        if code in codes and fact.object_type == object_type
    }
    missing = [code for code in codes if code not in known and code not in derived]
    if missing:
        raise KeyError(", ".join(missing))
    observed = [known[code] for code in codes if code not in derived or known_at is not None]
    table = (
        _observed(programme, observed, on, known_at, object_type)
        if observed
        else pl.DataFrame({"id": []}, {"id": pl.Int64})
    )
    if known_at is None:
        for code, fact in derived.items():
            values = fact.of_all(programme, on)
            column = pl.DataFrame(
                {"id": list(values), code: list(values.values())},
                schema_overrides={"id": pl.Int64},
                strict=False,
            )
            table = table.join(column, on="id", how="full", coalesce=True)
    return table.select("id", *codes).sort("id")


def _observed(
    programme: Programme, definitions: list[Definition], on: date, known_at: datetime | None, object_type: str
) -> pl.DataFrame:
    import polars as pl

    types = {
        ValueType.BOOL: pl.String,
        ValueType.INT: pl.Int64,
        ValueType.MONEY: pl.Int64,
        ValueType.RATIO: pl.String,
        ValueType.DATE: pl.Date,
        ValueType.TEXT: pl.String,
    }
    columns = sql.SQL(", ").join(
        sql.SQL("{} AS {}").format(
            _COLUMN[ValueType(row.type)].format(sql.Literal(row.pk)), sql.Identifier(row.code)
        )
        for row in definitions
    )
    statement = _FRAME.format(
        columns=columns,
        programme=sql.Literal(programme.pk),
        object_type=sql.Literal(object_type),
        on=sql.Literal(on),
        definitions=sql.Literal([row.pk for row in definitions]),
        known=sql.SQL("upper_inf(o.known)")
        if known_at is None
        else sql.SQL("o.known @> {}::timestamptz").format(sql.Literal(known_at)),
    )
    data = BytesIO()
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for chunk in copy:
            data.write(chunk)
    schema = {"id": pl.Int64, **{row.code: types[ValueType(row.type)] for row in definitions}}
    table = pl.read_csv(data.getvalue(), schema=schema)
    flags = [row.code for row in definitions if row.type == ValueType.BOOL]
    return table.with_columns(pl.col(code) == "t" for code in flags)
