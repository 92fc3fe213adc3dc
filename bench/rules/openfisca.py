"""The same measures as OpenFisca variables, in its usual style: one variable a definition, numpy arrays, yuan as float.

OpenFisca has no unknown: it is given the population without nulls and does two-valued logic, which is less work than
ours. Money is its own float32, as there is no exact type; the difference that makes is reported, not hidden.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np
import polars as pl
from openfisca_core.entities import Entity
from openfisca_core.periods import ETERNITY
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from bench.rules.sources import Source
from kaichuang.rules.lang import Type
from kaichuang.rules.lang.nodes import Call, Case, Const, Node, Op, Ref

PERIOD = "2018-06"
VALUE = {Type.BOOL: bool, Type.INT: int, Type.MONEY: float, Type.DATE: dt.date, Type.TEXT: int}
SIGNS = {Op.EQ: "==", Op.NE: "!=", Op.LT: "<", Op.LE: "<=", Op.GT: ">", Op.GE: ">="}
JOINED = {Op.AND: " & ", Op.OR: " | ", Op.ADD: " + ", Op.SUB: " - ", Op.MUL: " * "}
OTHERS = {
    Op.NOT: "np.logical_not({0})",
    Op.IS_NULL: "({0} != {0})",
    Op.COALESCE: "{0}",
    Op.NONZERO: "{0}",
    Op.ORIENT: "{0}",
    Op.NEG: "(-{0})",
    Op.ADD_DAYS: "({0} + {1})",
    Op.ADD_MONTHS: "add_months({0}, {1})",
    Op.DATE_FROM: '((np.asarray({0}) - 1970).astype("datetime64[Y]").astype("datetime64[D]") + 364)',
    Op.YEAR: '({0}.astype("datetime64[Y]").astype(int) + 1970)',
}


class Rival:
    """One pack as a tax-benefit system; `calculate(frame)` answers every definition for the whole population."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.codes: dict[str, int] = {}
        self.entity = Entity("enterprise", "enterprises", "", "")
        self.system = TaxBenefitSystem([self.entity])
        nodes = source.plan.nodes
        self.slots = list(nodes)
        self.fields = {field.name: field for field in source.fields}
        read = {name for node in nodes.values() for name in _inputs(node)}
        for name in sorted(read):
            field = self.fields.get(name)
            self._add(name, field.type if field else Type.INT, None)
        for slot, node in nodes.items():
            self._add(slot, node.type or Type.INT, self._formula(node))
        self.read = sorted(read)

    def _add(self, slot: str, kind: Type, formula: Callable[..., Any] | None) -> None:
        members: dict[str, Any] = {
            "value_type": VALUE.get(kind, int),
            "entity": self.entity,
            "definition_period": ETERNITY,
            "label": slot,
        }
        if formula is not None:
            members["formula"] = formula
        self.system.add_variable(type(_name(slot), (Variable,), members))

    def _formula(self, node: Node) -> Callable[..., Any]:
        text = self._write(node)
        names: dict[str, Any] = {"np": np, "add_months": _add_months, "share": _share, "day": np.datetime64}
        exec(f"def formula(enterprise, period):\n    return {text}", names)
        function: Callable[..., Any] = names["formula"]
        return function

    def _write(self, node: Node) -> str:
        match node:
            case Const(value=value, type=kind):
                return self._constant(value, kind)
            case Ref(name=name):
                return f'enterprise("{_name(name)}", period)'
            case Case(branches=branches, default=default):
                text = self._write(default)
                for condition, value in reversed(branches):
                    text = f"np.where({self._write(condition)}, {self._write(value)}, {text})"
                return text
            case Call():
                return self._call(node)
        raise NotImplementedError(node)

    def _constant(self, value: Any, kind: Type | None) -> str:
        if value is None:
            return {Type.BOOL: "False", Type.DATE: 'day("1970-01-01")'}.get(kind or Type.INT, "0")
        if isinstance(value, dt.date):
            return f'day("{value}")'
        if isinstance(value, str):
            return str(self.codes.setdefault(value, len(self.codes)))
        if kind is Type.MONEY:
            return repr(value / 100)
        return repr(value)

    def _call(self, node: Call) -> str:
        op = node.op
        if op is Op.SHARE:
            amount, num, den = (self._write(arg) for arg in node.args[:3])
            return f"share({amount}, {num}, {den}, {node.type is Type.MONEY})"
        v = [self._write(arg) for arg in node.args]
        if op in SIGNS:
            return f"({v[0]} {SIGNS[op]} {v[1]})"
        if op in JOINED:
            return f"({JOINED[op].join(v)})"
        if op is Op.IN:
            return f"np.isin({v[0]}, [{', '.join(v[1:])}])"
        if op in (Op.LEAST, Op.GREATEST):
            name = "np.minimum" if op is Op.LEAST else "np.maximum"
            return reduce(lambda text, other: f"{name}({text}, {other})", v)
        return OTHERS[op].format(*v)

    def inputs(self, frame: pl.DataFrame) -> dict[str, np.ndarray[Any, Any]]:
        """The population as OpenFisca wants it."""
        return {_name(name): self._array(frame, name) for name in self.read}

    def _array(self, frame: pl.DataFrame, name: str) -> np.ndarray[Any, Any]:
        if name not in frame.columns:
            return np.zeros(frame.height, np.int32)
        column, field = frame[name], self.fields[name]
        if field.type is Type.TEXT:
            words = column.dtype.categories.to_list()  # type: ignore[attr-defined]  # an Enum by construction
            table = {word: self.codes.setdefault(word, len(self.codes)) for word in words}
            return column.cast(pl.String).replace_strict(table, return_dtype=pl.Int32).to_numpy()
        if field.type is Type.MONEY:
            return (column.to_numpy() / 100).astype(np.float32)
        if field.type is Type.DATE:
            return column.to_numpy().astype("datetime64[D]")
        return column.to_numpy()

    def load(self, inputs: dict[str, np.ndarray[Any, Any]], rows: int) -> Any:
        """A simulation with its inputs set: what every run needs."""
        simulation = SimulationBuilder().build_default_simulation(self.system, count=rows)
        for name, values in inputs.items():
            simulation.set_input(name, PERIOD, values)
        return simulation

    def calculate(self, simulation: Any) -> dict[str, np.ndarray[Any, Any]]:
        return {slot: simulation.calculate(_name(slot), PERIOD) for slot in self.slots}


def _share(amount: Any, num: Any, den: Any, money: bool) -> Any:
    share = amount * num / np.maximum(den, 1)
    return np.floor(share * 100) / 100 if money else np.ceil(share)


def _add_months(days: Any, months: Any) -> Any:
    days = np.asarray(days, "datetime64[D]")
    start = days.astype("datetime64[M]")
    day = (days - start.astype("datetime64[D]")).astype(int)
    target = start + np.asarray(months).astype("timedelta64[M]")
    last = ((target + 1).astype("datetime64[D]") - target.astype("datetime64[D]")).astype(int) - 1
    return target.astype("datetime64[D]") + np.minimum(day, last)


def _inputs(node: Node) -> set[str]:
    from kaichuang.rules.lang.nodes import Kind, walk

    return {part.name for part in walk(node) if isinstance(part, Ref) and part.kind is not Kind.DEFINITION}


def _name(slot: str) -> str:
    return "v_" + "".join(sign if sign.isalnum() and sign.isascii() else "_" for sign in slot)
