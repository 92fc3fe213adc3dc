"""Agreement of types and units between operands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kaichuang.rules.lang.errors import Wrong
from kaichuang.rules.lang.nodes import Const, Node, null
from kaichuang.rules.lang.ratios import as_ratio
from kaichuang.rules.lang.types import Type


def expect(node: Node, *types: Type, what: str, suggestion: str | None = None) -> Node:
    """The node, given its type if it is a bare NULL; raises ``Wrong`` if it has another type."""
    if node.type is None:
        return null(types[0])
    if node.type not in types:
        raise Wrong(
            "type",
            what=what,
            suggestion=suggestion,
            expected="或".join(t.zh for t in types),
            expected_en=" or ".join(t.value for t in types),
            given=node.type.zh,
            given_en=node.type.value,
        )
    return node


def common(nodes: Sequence[Node], *, what: str) -> Type:
    """The one type of several expressions.  The literal 0 may stand for no money; a NULL takes any type."""
    types = {node.type for node in nodes if node.type is not None and not _is_zero(node)}
    if not types:
        types = {node.type for node in nodes if node.type is not None}
    if types == {Type.RATIO, Type.INT}:
        types = {Type.RATIO}
    if not types:
        raise Wrong("untyped")
    if len(types) > 1:
        raise mixed(what, nodes)
    return types.pop()


def mixed(what: str, nodes: Sequence[Node], suggestion: str | None = None) -> Wrong:
    """The mistake of putting two types together."""
    left, right, *_ = dict.fromkeys(
        node.type for node in nodes if node.type is not None and not _is_zero(node)
    )
    words = {"left": left.zh, "right": right.zh, "left_en": left.value, "right_en": right.value}
    return Wrong("mixed", what=what, suggestion=suggestion, **words)


def agree(nodes: Sequence[Node], *, what: str) -> list[Node]:
    """The expressions brought to their common type; raises ``Wrong`` if types or units differ."""
    type_ = common(nodes, what=what)
    common_unit(nodes)
    return [as_type(node, type_, what=what) for node in nodes]


def as_type(node: Node, type_: Type, *, what: str) -> Node:
    """The expression as one of a type: NULL, the literal 0 and whole numbers as ratios adapt."""
    if node.type is None:
        return null(type_)
    if type_ is Type.RATIO and node.type is Type.INT:
        return as_ratio(node)
    if type_ is Type.MONEY and _is_zero(node):
        return replace(node, type=Type.MONEY)
    return expect(node, type_, what=what)


def common_unit(nodes: Sequence[Node]) -> str | None:
    """The one unit of several expressions; an expression without a unit goes with any."""
    units = list(dict.fromkeys(node.unit for node in nodes if node.unit is not None))
    if len(units) > 1:
        raise Wrong("unit", left=units[0], right=units[1])
    return units[0] if units else None


def _is_zero(node: Node) -> bool:
    return isinstance(node, Const) and node.type is Type.INT and node.value == 0
