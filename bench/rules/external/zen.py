"""zen-engine's fixtures: expressions and unary tests (CSV), and graphs of decision tables and expressions (JSON)."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from bench.rules.external.cells import cell
from bench.rules.external.dmn import type_of
from bench.rules.external.run import answer_of_expression, answer_of_table, held, same, typed
from bench.rules.external.translate import expression, plain
from bench.rules.external.verdict import NotCovered, Outcome, Verdict
from kaichuang.rules.lang import Field, Type
from kaichuang.rules.tables import DecisionTable, HitPolicy, Input, Output, Rule

SUBJECT = "in_subject"
UNKNOWN = "an absent or null value: unknown here, an ordinary value there"
GRAPHS = "graphs with branches, functions or sub-decisions"


def verdicts(folder: Path) -> Iterator[Verdict]:
    """Every example below a folder."""
    for path in sorted(folder.rglob("*.csv")):
        yield from rows(path)
    for path in sorted(folder.rglob("*.json")):
        yield from graph(path)


def rows(path: Path) -> Iterator[Verdict]:
    """The examples of a CSV file: expression; input; expected output."""
    suite = f"zen-engine: {path.stem}.csv"
    lines = [
        line for line in path.read_text(encoding="utf-8").splitlines() if line.strip() and line[0] != "#"
    ]
    for source, *rest in csv.reader(lines[1:], delimiter=";"):
        given, expected = ([*rest, "", ""])[:2]
        yield _judged(suite, source, lambda s=source, g=given, e=expected: _row(path.stem, s, g, e))


def _row(kind: str, source: str, given: str, expected: str) -> tuple[Any, Any, bool]:
    facts, wanted = relaxed(given) or {}, relaxed(expected)
    if not isinstance(facts, dict):
        raise NotCovered("objects")
    missing = any(value is None for value in flat(facts).values())
    if kind == "unary":
        return wanted, unary(source, facts), missing
    return wanted, standard(source, facts), missing


def relaxed(source: str) -> Any:
    """JSON5 read as YAML's flow style, which only wants a space after the colon."""
    text = source.strip()
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        spaced = re.sub(r"([\w$'\"]):(?=\S)", r"\1: ", text) if text.startswith("{") else text
    try:
        return yaml.safe_load(spaced)
    except yaml.YAMLError as error:
        raise NotCovered("objects") from error


def flat(data: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested values under dotted names."""
    found: dict[str, Any] = {}
    for key, value in data.items():
        found |= (
            flat(value, f"{prefix}{key}.") if isinstance(value, dict) and value else {f"{prefix}{key}": value}
        )
    return found


def name_of(path: str) -> str:
    """A name of zen's as one of ours."""
    return SUBJECT if path == "$" else plain(path)


def _fields(facts: Mapping[str, Any], used: str, dates: bool) -> tuple[list[Field], dict[str, Any]]:
    fields, held_ = list[Field](), dict[str, Any]()
    for path, value in flat(facts).items():
        name = name_of(path)
        if not re.search(rf"\b{re.escape(name)}\b", used):
            continue
        type_ = typed([value])
        if value is None:
            continue  # nothing tells its type: declared below, where it is asked for
        if type_ is Type.TEXT and dates:
            type_ = Type.DATE
        fields.append(Field(name, type_))
        held_[name] = held(value, type_)
    absent = set(re.findall(r"\bin_\w+", used)) - held_.keys()
    fields += [Field(name, Type.DATE if dates else Type.TEXT) for name in sorted(absent)]
    return fields, {**held_, **dict.fromkeys(absent)}


def unary(source: str, facts: Mapping[str, Any]) -> Any:
    """A unary test, run as the one cell of a decision table."""
    made = cell(source, named=name_of)
    fields, known = _fields(facts, f"{SUBJECT} {made}", "DATE '" in made)
    asked = next(field for field in fields if field.name == SUBJECT)
    column = Input(SUBJECT, asked.type)
    result = Output("answer", Type.BOOL, default="FALSE")
    table = DecisionTable("test", (column,), (result,), (Rule((made,), ("TRUE",)),), HitPolicy.FIRST)
    return answer_of_table(table, fields, known)


def standard(source: str, facts: Mapping[str, Any]) -> Any:
    """An expression over named facts."""
    made = expression(source, subject=SUBJECT, named=name_of, assigns=True)
    fields, known = _fields(facts, made, "DATE '" in made)
    return answer_of_expression(made, fields, known)


def graph(path: Path) -> Iterator[Verdict]:
    """The tests of a graph, if it is a chain of tables and expressions."""
    data = json.loads(path.read_text(encoding="utf-8"))
    suite = "zen-engine: graphs"
    for at, test in enumerate(data.get("tests", ()), 1):
        yield _judged(suite, f"{path.stem} {at}", lambda t=test: _graph(data, t))


def _graph(data: Mapping[str, Any], test: Mapping[str, Any]) -> tuple[Any, Any, bool]:
    given: dict[str, Any] = dict(test["input"])
    answer: Any = given
    names = flat(given)
    missing = False
    for node in chain(data):
        used = _asked(node)
        missing |= any(names.get(path) is None for path in used)
        result = _node(node, {**dict.fromkeys(used), **names})
        answer = (
            {**given, **result} if node["content"].get("passThrough") and isinstance(result, dict) else result
        )
        names = flat(answer) if isinstance(answer, dict) else {}
    return test["output"], answer, missing


def chain(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The nodes between input and output; raises ``NotCovered`` if they do not follow one another."""
    nodes = {node["id"]: node for node in data["nodes"]}
    follows: dict[str, list[str]] = {}
    for edge in data["edges"]:
        follows.setdefault(edge["sourceId"], []).append(edge["targetId"])
    at = next(key for key, node in nodes.items() if node["type"] == "inputNode")
    found: list[Mapping[str, Any]] = []
    while at in follows:
        if len(follows[at]) > 1:
            raise NotCovered(GRAPHS)
        at = follows[at][0]
        if nodes[at]["type"] in ("decisionTableNode", "expressionNode"):
            found.append(nodes[at])
        elif nodes[at]["type"] != "outputNode":
            raise NotCovered(GRAPHS)
    return found


def _asked(node: Mapping[str, Any]) -> list[str]:
    fields = [column.get("field", "") for column in node["content"].get("inputs", ())]
    return [field for field in fields if re.match(r"^[A-Za-z_][\w.]*$", field)]


def _node(node: Mapping[str, Any], names: Mapping[str, Any]) -> Any:
    content = node["content"]
    if node["type"] == "expressionNode":
        pairs = [(e["key"], expression(e["value"], named=name_of)) for e in content["expressions"]]
        found = {}
        for key, made in pairs:
            fields, known = _fields(names, made, False)
            found[key] = answer_of_expression(made, fields, known)
        return _nested(found)
    table = decision_table(content)
    dates = any("DATE '" in cell_ for rule in table.rules for cell_ in rule.when)
    used = " ".join(part for rule in table.rules for part in (*rule.when, *rule.then))
    used += " " + " ".join(column.source for column in table.inputs)
    fields, known = _fields(names, used, dates)
    answer = answer_of_table(table, fields, known)
    return _shaped(answer, [output["field"] for output in content["outputs"]])


def _shaped(answer: Any, outputs: list[str]) -> Any:
    if isinstance(answer, list):
        return [_shaped(item, outputs) for item in answer]
    values = answer if isinstance(answer, dict) else {plain(outputs[0]): answer}
    return _nested({field: values[plain(field)] for field in outputs if values[plain(field)] is not None})


def _nested(values: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path, value in values.items():
        *parents, last = path.split(".")
        place = found
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = value
    return found


def decision_table(content: Mapping[str, Any]) -> DecisionTable:
    """A zen decision table as ours. An input without a field is a column of whole conditions."""
    columns = content["inputs"]
    inputs = tuple(
        Input(expression(column["field"], named=name_of) if column.get("field") else "TRUE", Type.TEXT)
        for column in columns
    )
    rules = tuple(
        Rule(
            tuple(_cell(column, rule.get(column["id"], "")) for column in columns),
            tuple(_entry(rule.get(output["id"], "")) for output in content["outputs"]),
        )
        for rule in content["rules"]
    )
    outputs = tuple(
        Output(plain(output["field"]), type_of([rule.then[at] for rule in rules]))
        for at, output in enumerate(content["outputs"])
    )
    policy = {"first": HitPolicy.FIRST, "collect": HitPolicy.COLLECT}[content["hitPolicy"]]
    return DecisionTable("decision", inputs, outputs, rules, policy)


def _cell(column: Mapping[str, Any], source: str) -> str:
    if column.get("field") or not source.strip():
        return cell(source, named=name_of)
    return expression(source, named=name_of)


def _entry(source: str) -> str:
    return expression(source, named=name_of) if source.strip() else "NULL"


def _judged(suite: str, name: str, example: Any) -> Verdict:
    try:
        expected, given, missing = example()
    except NotCovered as error:
        return Verdict(suite, name, Outcome.NOT_COVERED, str(error))
    if same(expected, given):
        return Verdict(suite, name, Outcome.PASSED)
    absent = missing or "null" in name
    reason = UNKNOWN if absent else "another answer"
    return Verdict(suite, name, Outcome.DIFFERENT, reason, f"expected {expected}, given {given}")
