"""DMN models and their test cases, as the technology compatibility kit lays them out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from bench.rules.external import run
from bench.rules.external.cells import cell
from bench.rules.external.run import answer_of_expression, answer_of_table, held, same, typed
from bench.rules.external.translate import expression, plain
from bench.rules.external.verdict import NotCovered, Outcome, Verdict
from kaichuang.rules.lang import Field, Type
from kaichuang.rules.tables import Aggregation, DecisionTable, HitPolicy, Input, Output, Rule

TYPES = {"string": Type.TEXT, "boolean": Type.BOOL, "date": Type.DATE}
SUITE_TABLES = "DMN TCK level 2: decision tables"
SUITE_LITERALS = "DMN TCK level 2: literal expressions"
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


class Element:
    """An XML element looked at without its namespaces, which differ from version to version of DMN."""

    def __init__(self, node: ElementTree.Element) -> None:
        self.node = node

    @property
    def tag(self) -> str:
        """The local name."""
        return self.node.tag.rpartition("}")[2]

    def all(self, tag: str) -> list[Element]:
        """The children of this name."""
        return [found for child in self.node if (found := Element(child)).tag == tag]

    def first(self, tag: str) -> Element | None:
        """The first child of this name."""
        return next(iter(self.all(tag)), None)

    def get(self, name: str, default: str = "") -> str:
        """An attribute."""
        return self.node.get(name, default)

    def text(self, tag: str = "text") -> str:
        """The text of a child."""
        child = self.first(tag)
        return (child.node.text or "").strip() if child else ""


@dataclass(frozen=True, slots=True)
class Case:
    """One test case: inputs, and the results expected by decision."""

    name: str
    inputs: Mapping[str, Any]
    results: Mapping[str, Any]


def read(path: Path) -> Element:
    """The root of an XML file (the fixtures are the reader's own copy of a public kit)."""
    return Element(ElementTree.parse(path).getroot())


def verdicts(folder: Path) -> Iterator[Verdict]:
    """Every test case of every model below a folder."""
    for model in sorted(folder.rglob("*.dmn")):
        definitions = read(model)
        for tests in sorted(model.parent.glob("*.xml")):
            for case in cases(read(tests)):
                yield from _case(model.stem, definitions, case)


def cases(tests: Element) -> Iterator[Case]:
    """The test cases of a file."""
    for case in tests.all("testCase"):
        inputs = {node.get("name"): value(node) for node in case.all("inputNode")}
        results = {
            node.get("name"): value(found)
            for node in case.all("resultNode")
            for found in [*node.all("expected"), *node.all("computed")]
        }
        yield Case(case.get("id"), inputs, results)


def value(node: Element) -> Any:
    """A value of a test case: text as written, a list, or a mapping of components."""
    items = node.first("list")
    if items is not None:
        return [value(item) for item in items.all("item")]
    components = node.all("component")
    if components:
        return {component.get("name"): value(component) for component in components}
    written = node.first("value")
    return None if written is None or written.node.get(NIL) == "true" else (written.node.text or "").strip()


def _case(model: str, definitions: Element, case: Case) -> Iterator[Verdict]:
    decisions = {decision.get("name"): decision for decision in definitions.all("decision")}
    for name, expected in case.results.items():
        decision = decisions.get(name)
        label = f"{model} {case.name} {name}"
        table = decision.first("decisionTable") if decision else None
        suite = SUITE_TABLES if table else SUITE_LITERALS
        try:
            if decision is None:
                raise NotCovered("a result of no decision in the model")
            given = _answer(definitions, decision, table, case)
            known = _like(expected, given)
            outcome = Outcome.PASSED if same(known, given) else Outcome.DIFFERENT
            reason = "" if outcome is Outcome.PASSED else "another answer"
            yield Verdict(suite, label, outcome, reason, f"expected {expected}, given {given}")
        except NotCovered as error:
            yield Verdict(suite, label, Outcome.NOT_COVERED, str(error))


def _like(expected: Any, given: Any) -> Any:
    """The expected text as the type that came out: test cases write numbers and truth values as text."""
    if isinstance(expected, dict) and isinstance(given, dict):
        return {key: _like(word, given.get(key)) for key, word in expected.items()}
    if isinstance(expected, list) and isinstance(given, list):
        longer = [*given, *[None] * (len(expected) - len(given))]
        return [_like(word, answer) for word, answer in zip(expected, longer, strict=False)]
    if isinstance(given, bool):
        return {"true": True, "false": False}.get(str(expected), expected)
    return expected if expected is None or given is None or isinstance(given, str) else run.exact(expected)


def _answer(definitions: Element, decision: Element, table: Element | None, case: Case) -> Any:
    fields, facts = _facts(definitions, case)
    if table is not None:
        answer = answer_of_table(decision_table(decision, table, fields), fields.values(), facts)
        return _renamed(answer, {plain(name): name for name in _outputs(table)})
    literal = decision.first("literalExpression")
    if literal is None:
        raise NotCovered("contexts, invocations and functions")
    return answer_of_expression(expression(literal.text()), fields.values(), facts)


def _renamed(answer: Any, names: Mapping[str, str]) -> Any:
    if isinstance(answer, list):
        return [_renamed(item, names) for item in answer]
    return {names[key]: item for key, item in answer.items()} if isinstance(answer, dict) else answer


def _facts(definitions: Element, case: Case) -> tuple[dict[str, Field], dict[str, Any]]:
    fields, facts = dict[str, Field](), dict[str, Any]()
    for node in definitions.all("inputData"):
        name = node.get("name")
        variable = node.first("variable")
        kind = (variable.get("typeRef") if variable else "").rpartition(":")[2]
        given = case.inputs.get(name)
        known = {"true": True, "false": False, None: None}[given] if kind == "boolean" else given
        type_ = TYPES.get(kind) or typed([known if known is None else run.exact(known)])
        fields[name] = Field(plain(name), type_)
        facts[plain(name)] = held(known, type_)
    return fields, facts


def _outputs(table: Element) -> list[str]:
    return [output.get("name") or f"output{at}" for at, output in enumerate(table.all("output"))]


def decision_table(decision: Element, table: Element, fields: Mapping[str, Field]) -> DecisionTable:
    """A DMN decision table as ours."""
    inputs = tuple(_input(node, fields) for node in table.all("input"))
    rules = tuple(
        Rule(
            tuple(cell(entry.text()) for entry in rule.all("inputEntry")),
            tuple(expression(entry.text()) for entry in rule.all("outputEntry")),
        )
        for rule in table.all("rule")
    )
    outputs = tuple(
        _output(node, name, [rule.then[at] for rule in rules])
        for at, (node, name) in enumerate(zip(table.all("output"), _outputs(table), strict=True))
    )
    policy = HitPolicy(table.get("hitPolicy", "UNIQUE").lower())
    aggregation = Aggregation(table.get("aggregation", "LIST").lower())
    return DecisionTable("decision", inputs, outputs, rules, policy, aggregation)


def _input(node: Element, fields: Mapping[str, Field]) -> Input:
    asked = node.first("inputExpression")
    source = asked.text() if asked else ""
    if not source:
        raise NotCovered("an input without an expression")
    field = fields.get(source)
    values = node.first("inputValues")
    words = tuple(part.strip().strip('"') for part in values.text().split(",")) if values else None
    return Input(expression(source), field.type if field else Type.INT, values=words)


def _output(node: Element, name: str, entries: list[str]) -> Output:
    values = node.first("outputValues")
    ordered = tuple(expression(part) for part in values.text().split(",")) if values else ()
    default = node.first("defaultOutputEntry")
    return Output(
        plain(name), type_of(entries), values=ordered, default=expression(default.text()) if default else None
    )


def type_of(entries: list[str]) -> Type:
    """The type of a column of literal results."""
    found = {_literal_type(entry) for entry in entries if entry not in ("", "NULL")}
    if found == {Type.INT, Type.RATIO}:
        return Type.RATIO
    if len(found) != 1:
        raise NotCovered(run.MIXED)
    return found.pop()


def _literal_type(entry: str) -> Type:
    if entry.startswith("'"):
        return Type.TEXT
    if entry.startswith("DATE "):
        return Type.DATE
    if entry in ("TRUE", "FALSE"):
        return Type.BOOL
    return Type.RATIO if "." in entry else Type.INT
