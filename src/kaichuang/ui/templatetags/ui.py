"""Every component as a template tag, checked against its declaration when the template is compiled.

`{% fill slot %}…{% endfill %}` stands directly inside a component and fills one of its slots; what is outside
every fill is the slot `body`. `{% component … as name %}` keeps the HTML instead of printing it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import template
from django.template.base import FilterExpression, Node, NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe

from kaichuang.ui.components import COMPONENTS
from kaichuang.ui.components.core import Component

register = template.Library()
_KEYWORD = re.compile(r"^([a-z_]+)=(.+)$", re.DOTALL)


class FillNode(Node):
    """Belongs to the component around it, which takes it out of the node list."""

    def __init__(self, slot: str, nodelist: NodeList) -> None:
        self.slot = slot
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        raise template.TemplateSyntaxError(f"fill {self.slot} stands outside a component")


class ComponentNode(Node):
    def __init__(
        self,
        component: Component,
        props: Mapping[str, FilterExpression],
        slots: Mapping[str, NodeList],
        target: str | None,
    ) -> None:
        self.component = component
        self.props = props
        self.slots = slots
        self.target = target

    def render(self, context: Context) -> SafeString:
        values: dict[str, Any] = {name: value.resolve(context) for name, value in self.props.items()}
        for slot in self.component.slots:
            filled = self.slots.get(slot)
            # What a template renders is escaped already; strip() forgets that it is.
            values[slot] = mark_safe(filled.render(context).strip()) if filled is not None else ""  # noqa: S308
        if self.component.takes_context:
            values["context"] = context
        html = mark_safe(self.component.render(**values))  # noqa: S308  # components escape their props
        if self.target is not None:
            context[self.target] = html
            return SafeString("")
        return html

    @property
    def child_nodelists(self) -> tuple[str, ...]:
        return ()


def compile_component(parser: Parser, token: Token) -> ComponentNode:
    name, *bits = token.split_contents()
    component = COMPONENTS[name]
    target = None
    if len(bits) >= 2 and bits[-2] == "as":
        target = bits[-1]
        bits = bits[:-2]
    props = _props(parser, component, bits)
    slots = _slots(parser, component) if component.is_block else {}
    return ComponentNode(component, props, slots, target)


def _props(parser: Parser, component: Component, bits: list[str]) -> dict[str, FilterExpression]:
    props: dict[str, FilterExpression] = {}
    named = False
    positional = [prop.name for prop in component.props if prop.positional]
    for bit in bits:
        match = _KEYWORD.match(bit)
        if match is None and positional and not named:
            name, source = positional.pop(0), bit
        elif match is None:
            raise template.TemplateSyntaxError(f"{component.name}: {bit!r} needs a name (prop=value)")
        else:
            name, source = match[1], match[2]
            named = True
        if name not in component.prop_names:
            raise template.TemplateSyntaxError(
                f"{component.name} has no prop {name!r}; it has {', '.join(component.prop_names) or 'none'}"
            )
        if name in props:
            raise template.TemplateSyntaxError(f"{component.name}: prop {name!r} is given twice")
        props[name] = parser.compile_filter(source)
    missing = component.required - props.keys()
    if missing:
        raise template.TemplateSyntaxError(f"{component.name} needs {', '.join(sorted(missing))}")
    return props


def _slots(parser: Parser, component: Component) -> dict[str, NodeList]:
    nodes = parser.parse((f"end{component.name}",))
    parser.delete_first_token()
    slots: dict[str, NodeList] = {}
    body = NodeList()
    for node in nodes:
        if not isinstance(node, FillNode):
            body.append(node)
            continue
        if node.slot not in component.slots:
            raise template.TemplateSyntaxError(
                f"{component.name} has no slot {node.slot!r}; it has {', '.join(component.slots)}"
            )
        if node.slot in slots:
            raise template.TemplateSyntaxError(f"{component.name}: slot {node.slot!r} is filled twice")
        slots[node.slot] = node.nodelist
    if any(True for node in body for _ in node.get_nodes_by_type(FillNode)):
        raise template.TemplateSyntaxError(f"{component.name}: a fill must stand directly inside it")
    if "body" in component.slots:
        slots.setdefault("body", body)
    elif any(not _blank(node) for node in body):
        raise template.TemplateSyntaxError(f"{component.name}: content must stand inside a fill")
    return slots


def _blank(node: Node) -> bool:
    return isinstance(node, template.base.TextNode) and not node.s.strip()


@register.tag("fill")
def compile_fill(parser: Parser, token: Token) -> FillNode:
    parts = token.split_contents()
    if len(parts) != 2:
        raise template.TemplateSyntaxError("fill takes the name of one slot")
    nodelist = parser.parse(("endfill",))
    parser.delete_first_token()
    return FillNode(parts[1].strip("\"'"), nodelist)


for _name in COMPONENTS:
    register.tag(_name, compile_component)
