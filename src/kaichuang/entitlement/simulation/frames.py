"""The population of a simulation as the rule engine reads it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from io import BytesIO

import polars as pl

from kaichuang.entitlement.models import Population
from kaichuang.facts.derived import derived_facts
from kaichuang.facts.models import Definition
from kaichuang.facts.queries import frame
from kaichuang.places.models import Programme
from kaichuang.rules.measures import Rulebook

KEY = "case"
RATIO = pl.Struct({"num": pl.Int64, "den": pl.Int64})


def known_population(programme: Programme, book: Rulebook, *, on: date) -> pl.DataFrame:
    """Everything the platform knows about the programme's parties on a day, one row a party."""
    published = set(Definition.objects.filter(code__in=list(book.facts)).values_list("code", flat=True))
    codes = [code for code in book.facts if code in published or code in derived_facts()]
    table = frame(programme, codes=codes, on=on).rename({"id": KEY})
    ratios = [code for code in codes if book.facts[code].type == "ratio"]
    told = [code for code in codes if code in published and code not in derived_facts()]
    if told:  # a party of which only derived facts are known is no case of this programme
        table = table.filter(pl.any_horizontal(pl.col(code).is_not_null() for code in told))
    return table.with_columns(_ratio(pl.col(code)).alias(code) for code in ratios)


def brought_population(population: Population) -> pl.DataFrame:
    """An uploaded population."""
    return pl.read_parquet(BytesIO(bytes(population.content)))


def group_columns(table: pl.DataFrame, book: Rulebook) -> list[str]:
    """Columns with few enough values to group by: texts and truth values."""
    found = []
    for name, kind in table.schema.items():
        if name != KEY and kind in (pl.String, pl.Boolean) and table[name].null_count() < table.height:
            found.append(name)
    return sorted(found, key=lambda name: (name not in book.facts, name))


def hash_of(table: pl.DataFrame) -> str:
    """SHA-256 of the rows as written, so that a result names its population."""
    digest = hashlib.sha256()
    for column in sorted(table.columns):
        digest.update(column.encode())
        digest.update(b"\0")
    plain = table.sort(KEY).select(sorted(table.columns))
    digest.update(plain.write_ndjson().encode())
    return digest.hexdigest()


def as_parquet(table: pl.DataFrame) -> bytes:
    """The bytes that are kept."""
    out = BytesIO()
    table.write_parquet(out, compression="zstd")
    return out.getvalue()


def slices(table: pl.DataFrame, size: int) -> Iterable[pl.DataFrame]:
    """The table in pieces; an empty one is one piece."""
    return table.iter_slices(size) if table.height else [table]


def _ratio(text: pl.Expr) -> pl.Expr:
    parts = text.str.split_exact("/", 1)
    pair = pl.struct(
        num=parts.struct.field("field_0").cast(pl.Int64), den=parts.struct.field("field_1").cast(pl.Int64)
    )
    return pl.when(text.is_not_null()).then(pair)
