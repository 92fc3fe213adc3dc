"""What is measured: the packs of the five places, each as one program, and a population for each."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl

from kaichuang.packs import load_pack
from kaichuang.packs.check import ensure
from kaichuang.rules.lang import Program, Type
from kaichuang.rules.lang.plan import Plan, plan_for
from kaichuang.rules.lang.types import Field

PACKS = ("ninghai-2016", "nantong-2015", "qingdao-2015", "lhasa-2019", "qinghai-2017")
MOST = {Type.INT: 200, Type.MONEY: 300_000_000}
EPOCH = dt.date(1970, 1, 1)


@dataclass(frozen=True)
class Source:
    """One pack's program with its plan; `fields` are the facts that its definitions read."""

    pack: str
    program: Program

    @cached_property
    def plan(self) -> Plan:
        return plan_for(self.program, None)

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        return tuple(field for field in self.program.fields_of() if field.type is not Type.RATIO)

    def population(self, rows: int, *, nulls: float, seed: int = 7) -> pl.DataFrame:
        """Enterprises with every fact unknown with probability `nulls`; the same for the same seed."""
        dice = np.random.default_rng([seed, len(self.fields), rows])
        return pl.DataFrame([_column(field, rows, nulls, dice) for field in self.fields])


def sources() -> list[Source]:
    """Those of the five packs that are here."""
    root = Path(__file__).resolve().parents[2] / "packs"
    return [
        Source(pack, ensure(load_pack(root / pack)).program)
        for pack in PACKS
        if (root / pack / "pack.yaml").exists()
    ]


def _column(field: Field, rows: int, nulls: float, dice: np.random.Generator) -> pl.Series:
    match field.type:
        case Type.BOOL:
            values = pl.Series(field.name, dice.random(rows) < 0.8)
        case Type.DATE:
            days = dice.integers(14_000, 18_300, rows).astype(np.int32)
            values = pl.Series(field.name, days).cast(pl.Date)
        case Type.TEXT:
            words = list(field.values or ("a", "b"))
            codes = pl.Series(field.name, dice.integers(0, len(words), rows).astype(np.uint32))
            values = codes.cast(pl.UInt8).cat.to(pl.Enum(words))
        case _:
            low, high = field.bounds
            least = max(low, 0)
            values = pl.Series(
                field.name, dice.integers(least, min(high, least + MOST[field.type]) + 1, rows)
            )
    if nulls == 0 or not field.nullable:
        return values
    unknown = pl.Series(dice.random(rows) < nulls)
    return pl.select(pl.when(~unknown).then(values)).to_series().alias(field.name)
