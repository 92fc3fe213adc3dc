"""What a bureau settles by itself: figures that the text leaves open, readings, and the weights of evaluation sheets.

One document for one pack, in YAML or JSON::

    pack: ninghai-2016
    decided_by: 宁海县科学技术局
    decided_on: 2017-01-10
    readings: {A05: all_l2}
    parameters: {NH-U1.rate: 50%, NH-U1.ceiling: 2万}
    sheets:
      NH-EVAL: {weights: {mechanism: 20, service: 30}, marks: {passed: 60}}

Money is written in yuan, ratios as ``50%``. Nothing of the pack itself changes: the same document can be handed to every
question, a past answer keeps the settings it was frozen with.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from kaichuang.rules.measures import Rulebook
from kaichuang.rules.measures.values import (
    Text,
    Value,
    ValueType,
    parse_date,
    parse_ratio,
    parse_value,
    write_value,
)
from kaichuang.rules.scoring.model import Sheet

from .loader import Pack
from .problems import Mark, PackErrors, Problem, nearest
from .yamlfile import Path_, read_yaml

KEYS = ("pack", "version", "decided_by", "decided_on", "note", "readings", "parameters", "sheets")


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that the bureau may settle, with what is in force now."""

    kind: str
    """``reading``, ``parameter``, ``weight`` or ``mark``."""
    name: str
    title: Text
    clause: str
    type: ValueType
    default: Value | None
    value: Value | None
    choices: Mapping[str, Text] = field(default_factory=dict)
    reason: Text | None = None
    unit: str = ""
    measure: str | None = None

    @property
    def open(self) -> bool:
        """Whether nothing is in force, so that what depends on it stays unknown."""
        return self.value is None

    @property
    def written(self) -> bool | int | str | None:
        """The value in force as the document writes it."""
        return write_value(self.value, self.type)


@dataclass(frozen=True)
class BureauSettings:
    """A settings document that fits its pack. ``rules`` is what ``evaluate`` and ``run`` take as ``settings``."""

    pack: str = ""
    rules: Mapping[str, Value | None] = field(default_factory=dict)
    weights: Mapping[str, Mapping[str, Fraction]] = field(default_factory=dict)
    marks: Mapping[str, Mapping[str, Fraction]] = field(default_factory=dict)
    decided_by: str = ""
    decided_on: dt.date | None = None

    def sheet(self, sheet: Sheet) -> Sheet:
        """An evaluation sheet with the bureau's weights and pass marks.

        Raises ``ValueError`` where the marks no longer fall from grade to grade.
        """
        weights, marks = self.weights.get(sheet.id, {}), self.marks.get(sheet.id, {})
        items = tuple(
            item.model_copy(update={"most": weights[item.id]}) if item.id in weights else item
            for item in sheet.items
        )
        grades = tuple(
            grade.model_copy(update={"from_": marks[grade.id]}) if grade.id in marks else grade
            for grade in sheet.grades
        )
        known = [grade.from_ for grade in grades if grade.from_ is not None]
        if known != sorted(known, reverse=True):
            raise ValueError("等级分数线应从高到低 | the marks must fall from the best grade to the worst")
        return sheet.model_copy(update={"items": items, "grades": grades})


def load_settings(path: Path, pack: Pack, book: Rulebook) -> BureauSettings:
    """Read a settings document (YAML or JSON). Raises ``PackErrors`` with everything that is wrong, by line."""
    file = read_yaml(path, path.name)
    if file.problems:
        raise PackErrors(file.problems)
    return parse_settings(file.data, pack, book, mark=file.mark)


def parse_settings(
    document: Any, pack: Pack, book: Rulebook, *, mark: Callable[[Path_], Mark] | None = None
) -> BureauSettings:
    """A settings document already read. Raises ``PackErrors`` with everything that is wrong."""
    reader = _Reader(pack, book, mark or (lambda path: Mark(".".join(str(part) for part in path) or pack.id)))
    found = reader.read(document)
    if reader.problems:
        raise PackErrors(reader.problems)
    return found


class _Reader:
    def __init__(self, pack: Pack, book: Rulebook, mark: Callable[[Path_], Mark]) -> None:
        self.pack, self.book, self.mark = pack, book, mark
        self.problems: list[Problem] = []

    def read(self, document: Any) -> BureauSettings:
        if not isinstance(document, Mapping):
            self._problem((), "mapping", "设置文件应为键值对", "the document must be a mapping")
            return BureauSettings()
        for key in document:
            if key not in KEYS:
                self._problem(
                    (key,), "key", f"没有“{key}”一节", f"there is no “{key}”", nearest(str(key), KEYS)
                )
        if document.get("pack") != self.pack.id:
            zh = f"设置属于“{document.get('pack')}”，不是“{self.pack.id}”"
            self._problem(("pack",), "pack", zh, f"the document is not for {self.pack.id}", self.pack.id)
        rules = {**self._readings(document), **self._parameters(document)}
        weights, marks = self._sheets(document)
        by = str(document.get("decided_by") or "")
        found = BureauSettings(self.pack.id, rules, weights, marks, by, self._day(document))
        self._try_sheets(found)
        return found

    def _section(self, document: Mapping[str, Any], path: Path_) -> Iterator[tuple[str, Any]]:
        value: Any = document
        for part in path:
            value = value.get(part) if isinstance(value, Mapping) else None
        if value is None:
            return
        if not isinstance(value, Mapping):
            self._problem(path, "mapping", f"“{path[-1]}”应为键值对", f"“{path[-1]}” must be a mapping")
            return
        yield from ((str(name), entry) for name, entry in value.items())

    def _readings(self, document: Mapping[str, Any]) -> dict[str, Value | None]:
        known = {n: r for r in self.book.rules.readings for n in (r.id, r.name)}
        found: dict[str, Value | None] = {}
        for name, written in self._section(document, ("readings",)):
            path = ("readings", name)
            reading = known.get(name)
            if reading is None:
                self._unknown(path, "解读", "reading", name, known)
            elif reading.choices and written not in reading.choices:
                options = "、".join(reading.choices)
                zh = f"“{name}”的答案“{written}”不在选项中"
                self._problem(path, "choice", zh, f"“{written}” is not a choice of {name}", options)
            else:
                found |= self._value(path, reading.name, written, reading.type)
        return found

    def _parameters(self, document: Mapping[str, Any]) -> dict[str, Value | None]:
        readings = {n for r in self.book.rules.readings for n in (r.id, r.name)}
        known = [name for name in self.book.setting_names if name not in readings]
        found: dict[str, Value | None] = {}
        for name, written in self._section(document, ("parameters",)):
            path = ("parameters", name)
            if name not in known:
                self._unknown(path, "参数", "parameter", name, known)
                continue
            full, type_ = self.book.setting(name)
            value = self._value(path, full, written, type_)
            number = value.get(full)
            if isinstance(number, (int, Fraction)) and not isinstance(number, bool) and number < 0:
                self._problem(path, "negative", f"“{name}”不能为负", f"{name} must not be negative")
            found |= value
        return found

    def _value(self, path: Path_, full: str, written: Any, type_: ValueType) -> dict[str, Value | None]:
        try:
            return {full: parse_value(written, type_)}
        except ValueError as error:
            zh, _, en = str(error).partition(" | ")
            self._problem(path, "value", zh, en or zh)
            return {}

    def _sheets(
        self, document: Mapping[str, Any]
    ) -> tuple[dict[str, dict[str, Fraction]], dict[str, dict[str, Fraction]]]:
        sheets = {sheet.id: sheet for sheet in self.pack.all.sheets}
        weights: dict[str, dict[str, Fraction]] = {}
        marks: dict[str, dict[str, Fraction]] = {}
        for name, _ in self._section(document, ("sheets",)):
            sheet = sheets.get(name)
            if sheet is None:
                self._unknown(("sheets", name), "评价表", "sheet", name, sheets)
                continue
            items, grades = [item.id for item in sheet.items], [grade.id for grade in sheet.grades]
            weights[name] = self._points(document, ("sheets", name, "weights"), items, "指标", "item")
            marks[name] = self._points(document, ("sheets", name, "marks"), grades, "等级", "grade")
        return weights, marks

    def _points(
        self, document: Mapping[str, Any], path: Path_, known: list[str], zh: str, en: str
    ) -> dict[str, Fraction]:
        found: dict[str, Fraction] = {}
        for name, written in self._section(document, path):
            if name not in known:
                self._unknown((*path, name), zh, en, name, known)
                continue
            try:
                found[name] = parse_ratio(written)
            except ValueError:
                self._problem(
                    (*path, name), "value", f"“{name}”应为分数", f"{name} must be a number of points"
                )
        return found

    def _try_sheets(self, found: BureauSettings) -> None:
        for sheet in self.pack.all.sheets:
            if sheet.id in found.weights:
                try:
                    found.sheet(sheet)
                except ValueError as error:
                    zh, _, en = str(error).partition(" | ")
                    self._problem(("sheets", sheet.id, "marks"), "marks", zh, en)

    def _day(self, document: Mapping[str, Any]) -> dt.date | None:
        written = document.get("decided_on")
        try:
            return None if written is None else parse_date(written)
        except ValueError as error:
            zh, _, en = str(error).partition(" | ")
            self._problem(("decided_on",), "value", zh, en)
            return None

    def _unknown(self, path: Path_, zh: str, en: str, name: str, known: Any) -> None:
        self._problem(path, "unknown", f"没有{zh}“{name}”", f"no such {en}: “{name}”", nearest(name, known))

    def _problem(self, path: Path_, code: str, zh: str, en: str, hint: str | None = None) -> None:
        self.problems.append(Problem(self.mark(path), code, zh, en, hint))


def settable(pack: Pack, book: Rulebook, chosen: BureauSettings | None = None) -> list[Setting]:
    """Everything that a bureau may settle, with what is in force: for a form, and for the list of open figures."""
    rules = chosen.rules if chosen else {}
    found = []
    for reading in book.rules.readings:
        default = parse_value(reading.default, reading.type)
        found.append(
            Setting(
                "reading", reading.id, reading.question, reading.clause, reading.type, default,
                rules.get(reading.name, default), reading.choices, reading.reason,
            )
        )  # fmt: skip
    for full, (name, figure, measure) in _figures(book).items():
        default = figure.parsed
        found.append(
            Setting(
                "parameter", name, figure.title, figure.clause, figure.type, default, rules.get(full, default),
                unit=figure.unit, measure=measure,
            )
        )  # fmt: skip
    for sheet in pack.all.sheets:
        found += _sheet_settings(sheet, chosen)
    return found


def _figures(book: Rulebook) -> dict[str, tuple[str, Any, str | None]]:
    found: dict[str, tuple[str, Any, str | None]] = {
        n: (n, f, None) for n, f in book.rules.parameters.items()
    }
    for plan in book.plans.values():
        for name, figure in plan.measure.parameters.items():
            found[f"{plan.symbol}.{name}"] = (f"{plan.measure.id}.{name}", figure, plan.measure.id)
    return found


def _sheet_settings(sheet: Sheet, chosen: BureauSettings | None) -> Iterator[Setting]:
    now = chosen.sheet(sheet) if chosen else sheet
    for item, current in zip(sheet.items, now.items, strict=True):
        if item.kind != "veto":
            name = f"{sheet.id}.{item.id}"
            yield Setting(
                "weight", name, item.title, item.clause, "ratio", item.most, current.most, unit="分"
            )
    for grade, mark in zip(sheet.grades[:-1], now.grades, strict=False):
        name = f"{sheet.id}.{grade.id}"
        yield Setting("mark", name, grade.title, sheet.clause, "ratio", grade.from_, mark.from_, unit="分")
