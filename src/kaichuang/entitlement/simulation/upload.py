"""A population brought as CSV or Parquet: every column checked, every problem told at once.

Text columns (all of a CSV) are read as people write them: money in yuan (`20万`), ratios as `30%`, days as
`2019-06-01`, `是`/`否`, words or codes for closed lists. Typed columns of a Parquet file are taken as
`kaichuang rules run` takes them: money as whole fen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from io import BytesIO
from typing import Any

import polars as pl
from django.utils.translation import gettext as _

from kaichuang.entitlement.simulation.frames import KEY, RATIO
from kaichuang.entitlement.words import title_of, words
from kaichuang.kit.problems import Problem, Refused
from kaichuang.packs.problems import nearest
from kaichuang.rules.measures import Rulebook
from kaichuang.rules.measures.values import Value, ValueType, parse_date, parse_money, parse_ratio

MOST_ROWS = 2_000_000
MOST_BYTES = 40 * 1024 * 1024
_SHOWN = 3
_EPOCH = date(1970, 1, 1).toordinal()
_TRUTH = {
    "是": True,
    "否": False,
    "true": True,
    "false": False,
    "yes": True,
    "no": False,
    "1": True,
    "0": False,
}
_KEYS = (KEY, "id", "编号", "统一社会信用代码", "uscc")
DTYPES: dict[ValueType, Any] = {
    "bool": pl.Boolean, "int": pl.Int64, "money": pl.Int64, "ratio": RATIO, "date": pl.Date, "text": pl.String,
}  # fmt: skip


@dataclass(frozen=True)
class Brought:
    """A checked population. ``groups`` are columns that rules do not know, kept for grouping."""

    table: pl.DataFrame
    columns: list[str]
    groups: list[str] = field(default_factory=list)


def read_population(name: str, content: bytes, book: Rulebook) -> Brought:
    """Read and check. Raises ``Refused`` with every problem, each naming its column."""
    table = _table(name, content)
    if table.height == 0:
        raise Refused(Problem("empty", _("文件里没有数据行。"), field="file"))
    if table.height > MOST_ROWS:
        raise Refused(
            Problem("too_many", _("最多 %(most)d 行，请分批上传。") % {"most": MOST_ROWS}, field="file")
        )
    return _Reader(table, book).read()


def _table(name: str, content: bytes) -> pl.DataFrame:
    try:
        if name.lower().endswith(".parquet"):
            return pl.read_parquet(BytesIO(content))
        text = content.decode("utf-8-sig") if _is_utf8(content) else content.decode("gb18030")
        return pl.read_csv(BytesIO(text.encode()), infer_schema=False)
    except (pl.exceptions.PolarsError, UnicodeDecodeError, OSError) as error:
        message = _("无法读取文件，请上传 CSV（UTF-8 或 GB18030）或 Parquet：%(why)s") % {
            "why": str(error)[:120]
        }
        raise Refused(Problem("unreadable", message, field="file")) from error


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


class _Reader:
    def __init__(self, table: pl.DataFrame, book: Rulebook) -> None:
        self.table, self.book = table, book
        self.problems: list[Problem] = []
        self.titles = {title_of(book, name): name for name in book.compiled.fields}

    def read(self) -> Brought:
        columns: list[pl.Series] = [self._key()]
        facts, groups = [], []
        for series in self.table.iter_columns():
            if series.name in _KEYS:
                continue
            name = self._name(series.name)
            if name is None:
                groups.append(series.name)
                columns.append(series.cast(pl.String, strict=False))
                self._suggest(series.name)
            elif name in facts:
                self._problem("repeated", series.name, _("与另一列是同一项数据"))
            else:
                facts.append(name)
                columns.append(self._read(series, name))
        if not facts:
            self.problems.append(
                Problem("no_facts", _("没有一列是规则所用的数据项，请按模板的列名填写。"), field="file")
            )
        if self.problems:
            raise Refused(*self.problems)
        return Brought(pl.DataFrame(columns), facts, groups)

    def _key(self) -> pl.Series:
        for name in _KEYS:
            if name in self.table.columns:
                key = self.table[name].cast(pl.String, strict=False)
                if key.null_count() or key.n_unique() != key.len():
                    self._problem("key", name, _("编号有空值或重复，每行须各不相同"))
                return key.alias(KEY)
        return pl.Series(KEY, [str(n) for n in range(1, self.table.height + 1)])

    def _name(self, column: str) -> str | None:
        written = column.strip()
        return written if written in self.book.compiled.fields else self.titles.get(written)

    def _suggest(self, column: str) -> None:
        """A column that is nearly one of ours is a slip of the pen, not a group."""
        near = nearest(column.strip(), [*self.book.compiled.fields, *self.titles])
        if near is not None:
            self._problem(
                "unknown_column", column, _("没有这一数据项，您是否要写“%(near)s”") % {"near": near}
            )

    def _read(self, series: pl.Series, name: str) -> pl.Series:
        kind = self.book.type_of(name)
        if series.dtype == pl.String and kind != "text":
            series = self._parsed(series, name, kind)
        elif series.dtype == pl.String:
            series = self._worded(series, name)
        elif series.dtype.is_integer() and kind in ("int", "money"):
            series = series.cast(pl.Int64)
        elif series.dtype != DTYPES[kind] and series.dtype != pl.Null:
            self._problem("type", series.name, _("类型应为%(type)s") % {"type": _kind(kind)})
            return pl.Series(name, [None] * series.len(), dtype=DTYPES[kind])
        self._bounds(series, name)
        return series.cast(DTYPES[kind]).alias(name)

    def _parsed(self, series: pl.Series, name: str, kind: ValueType) -> pl.Series:
        parse = _PARSERS[kind]
        known: dict[str, Value | None] = {}
        wrong: list[str] = []
        for text in series.unique().drop_nulls():
            try:
                known[text] = parse(text.strip()) if text.strip() else None
            except ValueError:
                wrong.append(text)
        if wrong:
            self._wrong(series, wrong, _("应为%(type)s") % {"type": _kind(kind)})
        values = [known.get(text) if text is not None else None for text in series]
        if kind == "ratio":
            plain = [
                {"num": v.numerator, "den": v.denominator} if isinstance(v, Fraction) else None
                for v in values
            ]
            return pl.Series(series.name, plain, dtype=RATIO)
        return pl.Series(series.name, values, dtype=DTYPES[kind])

    def _worded(self, series: pl.Series, name: str) -> pl.Series:
        fact = self.book.facts.get(name)
        text = series.str.strip_chars()
        text = text.set(text == "", None)
        if fact is None or not fact.values:
            return text
        codes = {words(title): code for code, title in fact.values.items()} | {
            code: code for code in fact.values
        }
        wrong = [value for value in text.unique().drop_nulls() if value not in codes]
        if wrong:
            options = "、".join(words(title) for title in fact.values.values())
            self._wrong(series, wrong, _("应为以下之一：%(options)s") % {"options": options})
        return text.replace_strict(codes, default=None, return_dtype=pl.String)

    def _bounds(self, series: pl.Series, name: str) -> None:
        if series.dtype not in (pl.Int64, pl.Date):
            return
        low, high = self.book.compiled.fields[name].bounds
        # Polars counts days from 1970, the rules from the year one.
        sizes = series.cast(pl.Int64) + (_EPOCH if series.dtype == pl.Date else 0)
        outside = (sizes < low) | (sizes > high)
        count = int(outside.sum() or 0)
        if count:
            self._problem("bounds", series.name, _("有 %(n)d 行超出允许范围") % {"n": count})

    def _wrong(self, series: pl.Series, wrong: list[str], should: str) -> None:
        rows = [at for at, value in enumerate(series, start=2) if value in set(wrong)][:_SHOWN]
        examples = "、".join(f"“{value[:20]}”" for value in wrong[:_SHOWN])
        lines = "、".join(str(row) for row in rows)
        self._problem(
            "value",
            series.name,
            _("%(should)s；第 %(rows)s 行等共 %(n)d 种值读不出：%(examples)s")
            % {"should": should, "rows": lines, "n": len(wrong), "examples": examples},
        )

    def _problem(self, code: str, column: str, text: str) -> None:
        message = _("列“%(column)s”：%(text)s。") % {"column": column, "text": text}
        self.problems.append(Problem(code, message, field="file"))


def _truth(text: str) -> bool:
    if text.lower() not in _TRUTH:
        raise ValueError(text)
    return _TRUTH[text.lower()]


_PARSERS: dict[str, Callable[[str], Value]] = {
    "bool": _truth,
    "int": lambda text: int(text.replace(",", "")),
    "money": parse_money,
    "ratio": parse_ratio,
    "date": parse_date,
}


def _kind(kind: ValueType) -> str:
    return {
        "bool": _("是或否"),
        "int": _("整数"),
        "money": _("金额（元）"),
        "ratio": _("比例（如 30%）"),
        "date": _("日期（如 2019-06-01）"),
        "text": _("文字"),
    }[kind]


def template_columns(book: Rulebook) -> Iterator[tuple[str, str, str]]:
    """(name, title, type) of every column that a population may tell."""
    for name in book.compiled.fields:
        if name in book.facts or book.table_of(name) is not None:
            yield name, title_of(book, name), _kind(book.type_of(name))
