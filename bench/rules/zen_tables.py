"""Eight decision tables of the kind that the packs hold, the same for zen-engine and for us."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import zen

from kaichuang.rules.lang import Definition, Field, Program, Type
from kaichuang.rules.tables import DecisionTable, HitPolicy, Input, Output, Rule, definitions

LEVELS = ("none", "county", "municipal", "provincial", "national")
TABLES, BANDS = 8, (0, 10, 50, 100, 300)


def _rows(table: int) -> list[tuple[str, int, int | None, int]]:
    """(level, staff from, staff below, amount in yuan)."""
    rows = []
    for place, level in enumerate(LEVELS[1:], 1):
        for low, high in zip(BANDS, (*BANDS[1:], None), strict=True):
            rows.append((level, low, high, (table + 1) * place * 10_000 + low * 100))
    return rows


def ours() -> Callable[[dict[str, Any]], dict[str, Any]]:
    """One compiled function that answers all eight tables."""
    fields = [Field("level", Type.TEXT, values=LEVELS), Field("staff", Type.INT, minimum=0)]
    made: list[Definition] = []
    for number in range(TABLES):
        table = DecisionTable(
            name=f"t{number}",
            inputs=(Input("level", Type.TEXT, LEVELS), Input("staff", Type.INT, minimum=0)),
            outputs=(Output("amount", Type.MONEY, default="yuan(0)"),),
            rules=tuple(
                Rule(
                    (f"'{level}'", f"[{low}..{high})" if high is not None else f">= {low}"),
                    (f"yuan({amount})",),
                )
                for level, low, high, amount in _rows(number)
            ),
            policy=HitPolicy.FIRST,
        )
        made.extend(definitions(table))
    program = Program.build(fields, [], made)
    return program.case([f"t{number}" for number in range(TABLES)])


def zens() -> Callable[[dict[str, Any]], dict[str, Any]]:
    """A decision of zen-engine with the eight tables side by side."""
    nodes: list[dict[str, Any]] = [{"id": "in", "type": "inputNode", "name": "in"}]
    edges: list[dict[str, Any]] = []
    for number in range(TABLES):
        rules = []
        for row, (level, low, high, amount) in enumerate(_rows(number)):
            staff = f"[{low}..{high})" if high is not None else f">= {low}"
            rules.append(
                {"_id": f"r{number}_{row}", "i1": f'"{level}"', "i2": staff, "o1": str(amount * 100)}
            )
        content = {
            "hitPolicy": "first",
            "inputs": [
                {"id": "i1", "name": "level", "type": "expression", "field": "level"},
                {"id": "i2", "name": "staff", "type": "expression", "field": "staff"},
            ],
            "outputs": [{"id": "o1", "name": "amount", "type": "expression", "field": f"t{number}"}],
            "rules": rules,
        }
        nodes.append(
            {"id": f"t{number}", "type": "decisionTableNode", "name": f"t{number}", "content": content}
        )
        edges.append({"id": f"a{number}", "sourceId": "in", "targetId": f"t{number}", "type": "edge"})
        edges.append({"id": f"b{number}", "sourceId": f"t{number}", "targetId": "out", "type": "edge"})
    nodes.append({"id": "out", "type": "outputNode", "name": "out"})
    decision = zen.ZenEngine().create_decision(json.dumps({"nodes": nodes, "edges": edges}))
    return lambda facts: decision.evaluate(facts)["result"]


def cases(count: int) -> list[dict[str, Any]]:
    dice = random.Random(3)
    return [{"level": dice.choice(LEVELS), "staff": dice.randrange(400)} for _ in range(count)]
