"""The limit: the same programs as one bare compiled loop over rows, three-valued, one thread a core.

Written from the very plan that the column engine runs, so it computes the same cells: for every definition a value
and, where it can be unknown, whether it is known. No engine, no frame, no safety.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import numba
import numpy as np
import polars as pl

from bench.rules.sources import EPOCH, Source
from kaichuang.rules.lang import Type
from kaichuang.rules.lang.nodes import Call, Case, Const, Kind, Node, Op, Ref

THREADS = 2
SIGNS = {Op.EQ: "==", Op.NE: "!=", Op.LT: "<", Op.LE: "<=", Op.GT: ">", Op.GE: ">="}
ARITHMETIC = {Op.ADD: "+", Op.SUB: "-", Op.MUL: "*", Op.FLOOR_DIV: "//", Op.MOD: "%"}
OTHERS = {
    Op.NOT: "not {0}",
    Op.NEG: "-{0}",
    Op.ABS: "abs({0})",
    Op.NONZERO: "{0}",
    Op.ADD_DAYS: "{0} + {1}",
    Op.DAYS_BETWEEN: "{1} - {0}",
    Op.ADD_MONTHS: "_add_months({0}, {1})",
    Op.YEAR: "_civil({0})[0]",
    Op.MONTH: "_civil({0})[1]",
    Op.DATE_FROM: "_days({0}, {1}, {2})",
}
DTYPES = {Type.BOOL: np.bool_, Type.DATE: np.int32, Type.TEXT: np.uint8}


@numba.njit(inline="always")
def _civil(days: int) -> tuple[int, int, int]:
    z = days + 719_468
    era = z // 146_097
    doe = z - era * 146_097
    yoe = (doe - doe // 1460 + doe // 36_524 - doe // 146_096) // 365
    doy = doe - (365 * yoe + yoe // 4 - yoe // 100)
    mp = (5 * doy + 2) // 153
    month = mp + 3 if mp < 10 else mp - 9
    return yoe + era * 400 + (month <= 2), month, doy - (153 * mp + 2) // 5 + 1


@numba.njit(inline="always")
def _days(year: int, month: int, day: int) -> int:
    y = year - (month <= 2)
    era = y // 400
    yoe = y - era * 400
    doy = (153 * (month - 3 if month > 2 else month + 9) + 2) // 5 + day - 1
    return era * 146_097 + yoe * 365 + yoe // 4 - yoe // 100 + doy - 719_468


@numba.njit(inline="always")
def _length(year: int, month: int) -> int:
    if month == 2:
        return 29 if (year % 4 == 0 and year % 100 != 0) or year % 400 == 0 else 28
    return 30 if month in (4, 6, 9, 11) else 31


@numba.njit(inline="always")
def _add_months(days: int, months: int) -> int:
    year, month, day = _civil(days)
    total = year * 12 + month - 1 + months
    y, m = total // 12, total % 12 + 1
    return _days(y, m, min(day, _length(y, m)))


class Writer:
    """Writes one program as the body of a loop; every node becomes a value and a known-or-not, in locals."""

    def __init__(self, source: Source) -> None:
        self.source, self.plan = source, source.plan
        self.lines: list[str] = []
        self.depth = 2
        self.count = 0
        self.inputs: dict[str, str] = {}
        self.codes: dict[str, int] = {}

    def text(self) -> str:
        slots = list(self.plan.nodes)
        for slot in slots:
            value, known = self.node(self.plan.nodes[slot])
            self.put(f"s_{_name(slot)} = {value}")
            self.put(f"k_{_name(slot)} = {known}")
            self.put(f"O_{_name(slot)}[i] = s_{_name(slot)}")
            if self.plan.slot_nullable[slot]:
                self.put(f"Q_{_name(slot)}[i] = k_{_name(slot)}")
        outs = [f"O_{_name(slot)}" for slot in slots]
        outs += [f"Q_{_name(slot)}" for slot in slots if self.plan.slot_nullable[slot]]
        ins = [part for name in self.inputs for part in (f"I_{name}", f"N_{name}")]
        head = f"def kernel(start, stop, {', '.join(ins + outs)}):\n  for i in range(start, stop):\n"
        loads = [f"    v_{n} = I_{n}[i]\n    n_{n} = N_{n}[i]\n" for n in self.inputs]
        return head + "".join(loads) + "\n".join(self.lines) + "\n"

    def put(self, line: str) -> None:
        self.lines.append("  " * self.depth + line)

    def fresh(self) -> str:
        self.count += 1
        return f"t{self.count}"

    def node(self, node: Node) -> tuple[str, str]:
        match node:
            case Const(value=None):
                return ("False" if node.type is Type.BOOL else "0"), "False"
            case Const(value=value):
                return self.constant(value), "True"
            case Ref(name=name, kind=Kind.DEFINITION):
                return f"s_{_name(name)}", f"k_{_name(name)}"
            case Ref(name=name):
                self.inputs[_name(name)] = name
                return f"v_{_name(name)}", f"n_{_name(name)}"
            case Case():
                return self.case(node)
            case Call(op=Op.AND | Op.OR):
                return self.kleene(node)
            case Call():
                return self.call(node)
        raise NotImplementedError(node)

    def constant(self, value: Any) -> str:
        if isinstance(value, str):
            return str(self.codes.setdefault(value, len(self.codes)))
        if hasattr(value, "toordinal"):
            return str(value.toordinal() - EPOCH.toordinal())
        return repr(value)

    def case(self, node: Case) -> tuple[str, str]:
        value, known = self.fresh(), self.fresh()
        depth = self.depth
        for condition, then in node.branches:
            c, k = self.node(condition)
            self.put(f"if not {k}:")
            self.put(f"  {value} = {'False' if node.type is Type.BOOL else '0'}; {known} = False")
            self.put(f"elif {c}:")
            self.depth += 1
            self.assign(value, known, then)
            self.depth -= 1
            self.put("else:")
            self.depth += 1
        self.assign(value, known, node.default)
        self.depth = depth
        return value, known

    def assign(self, value: str, known: str, node: Node) -> None:
        v, k = self.node(node)
        self.put(f"{value} = {v}; {known} = {k}")

    def kleene(self, node: Call) -> tuple[str, str]:
        parts = [self.node(arg) for arg in node.args]
        value, known = self.fresh(), self.fresh()
        if node.op is Op.AND:
            self.put(f"{value} = {' and '.join(f'({k} and {v})' for v, k in parts)}")
            self.put(f"{known} = {value} or {' or '.join(f'({k} and not {v})' for v, k in parts)}")
        else:
            self.put(f"{value} = {' or '.join(f'({k} and {v})' for v, k in parts)}")
            self.put(f"{known} = {value} or ({' and '.join(k for _, k in parts)})")
        return value, known

    def call(self, node: Call) -> tuple[str, str]:
        parts = [self.node(arg) for arg in node.args if not (node.op is Op.SHARE and arg.type is Type.TEXT)]
        known = " and ".join(dict.fromkeys(k for _, k in parts if k != "True")) or "True"
        v = [value for value, _ in parts]
        if node.op is Op.IS_NULL:
            return f"(not {parts[0][1]})", "True"
        if node.op is Op.COALESCE:
            return self.coalesce(node, parts)
        if node.op is Op.NONZERO:
            known = f"({parts[0][1]} and {v[0]} != 0)"
        value, flag = self.fresh(), self.fresh()
        self.put(f"{flag} = {known}")
        self.put(f"{value} = {self.operation(node, v)}")
        return value, flag

    def coalesce(self, node: Call, parts: list[tuple[str, str]]) -> tuple[str, str]:
        value, known = self.fresh(), self.fresh()
        text = parts[-1][0]
        for v, k in reversed(parts[:-1]):
            text = f"({v} if {k} else {text})"
        self.put(f"{value} = {text}")
        self.put(f"{known} = {' or '.join(k for _, k in parts)}")
        return value, known

    def operation(self, node: Call, v: list[str]) -> str:
        op = node.op
        if op in SIGNS:
            return f"{v[0]} {SIGNS[op]} {v[1]}"
        if op in ARITHMETIC:
            return f"{v[0]} {ARITHMETIC[op]} {v[1]}"
        if op is Op.IN:
            return " or ".join(f"{v[0]} == {other}" for other in v[1:])
        if op in (Op.LEAST, Op.GREATEST):
            return f"{'min' if op is Op.LEAST else 'max'}({', '.join(v)})"
        if op is Op.SHARE:
            return self.share(node, v)
        return OTHERS[op].format(*v)

    def share(self, node: Call, v: list[str]) -> str:
        mode = node.args[3]
        assert isinstance(mode, Const)
        if mode.value == "down":
            return f"{v[0]} * {v[1]} // max({v[2]}, 1)"
        if mode.value == "up":
            return f"-(-{v[0]} * {v[1]} // max({v[2]}, 1))"
        return f"(2 * {v[0]} * {v[1]} + {v[2]}) // max(2 * {v[2]}, 1)"


def _name(slot: str) -> str:
    return "".join(sign if sign.isalnum() and sign.isascii() else "_" for sign in slot)


class Loop:
    """A compiled program; `run` computes every cell on two threads, into arrays that it keeps from run to run."""

    def __init__(self, source: Source) -> None:
        self.source = source
        writer = Writer(source)
        self.text = writer.text()
        self._kept: list[np.ndarray[Any, Any]] | None = None
        self.inputs, self.codes = writer.inputs, writer.codes
        names: dict[str, Any] = {"_add_months": _add_months, "_civil": _civil, "_days": _days}
        exec(compile(self.text, f"<{source.pack}>", "exec"), names)
        self.kernel = numba.njit(nogil=True, error_model="numpy", boundscheck=False)(names["kernel"])

    def load(self, frame: pl.DataFrame) -> list[np.ndarray[Any, Any]]:
        """The columns as arrays, with their masks; done once, as every engine gets its data in memory."""
        arrays: list[np.ndarray[Any, Any]] = []
        for field_name in self.inputs.values():
            arrays += self._arrays(frame, field_name)
        return arrays

    def _arrays(self, frame: pl.DataFrame, name: str) -> list[np.ndarray[Any, Any]]:
        if name not in frame.columns:
            return [np.zeros(frame.height, np.int64), np.zeros(frame.height, np.bool_)]
        column = frame[name]
        known = column.is_not_null().to_numpy()
        if column.dtype == pl.Boolean:
            return [np.ascontiguousarray(column.fill_null(False).to_numpy()), known]
        if column.dtype == pl.Date:
            return [np.ascontiguousarray(column.cast(pl.Int32).fill_null(0).to_numpy()), known]
        if column.dtype == pl.Enum:
            words = column.dtype.categories.to_list()
            table = {word: self.codes.setdefault(word, len(self.codes)) for word in words}
            codes = column.cast(pl.String).replace_strict(table, return_dtype=pl.UInt8).fill_null(255)
            return [np.ascontiguousarray(codes.to_numpy()), known]
        return [np.ascontiguousarray(column.cast(pl.Int64).fill_null(0).to_numpy()), known]

    def outputs(self, rows: int) -> list[np.ndarray[Any, Any]]:
        plan = self.source.plan
        slots = list(plan.nodes)
        types = [DTYPES.get(plan.nodes[slot].type or Type.INT, np.int64) for slot in slots]
        nullable = [slot for slot in slots if plan.slot_nullable[slot]]
        return [np.empty(rows, kind) for kind in types] + [np.empty(rows, np.bool_) for _ in nullable]

    def run(self, arrays: list[np.ndarray[Any, Any]], rows: int) -> list[np.ndarray[Any, Any]]:
        # Kept, for fetching fresh pages costs several times the arithmetic; Polars' allocator keeps its own, too.
        if self._kept is None or len(self._kept[0]) != rows:
            self._kept = self.outputs(rows)
        out = self._kept
        cuts = [rows * part // THREADS for part in range(THREADS + 1)]
        with ThreadPoolExecutor(THREADS) as pool:
            jobs = [pool.submit(self.kernel, a, b, *arrays, *out) for a, b in pairwise(cuts)]
            for job in jobs:
                job.result()
        return out
