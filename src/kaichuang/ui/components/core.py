"""What a component is: a function with declared props and slots, found by name.

A component takes props (its parameters) and slots (parts of the page written between its tags). Templates use
it as `{% name prop=value %}`, or with slots as `{% name prop=value %}…{% fill slot %}…{% endfill %}{% endname %}`.
A prop or slot that the function does not declare is an error when the template is compiled.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.template import Context, engines
from django.utils.safestring import SafeString

from kaichuang.kit.problems import type_str

TONES = ("neutral", "info", "success", "warning", "danger")
"""The meanings that colour may carry; colour is never the only sign of them."""

F = TypeVar("F", bound=Callable[..., str])


@dataclass(frozen=True, slots=True)
class Prop:
    name: str
    required: bool
    default: object
    positional: bool


@dataclass(frozen=True, slots=True)
class Component:
    """One entry of the library; `doc` is the text at the top of the file that defines it."""

    name: str
    render: Callable[..., str]
    props: tuple[Prop, ...]
    slots: tuple[str, ...]
    takes_context: bool
    doc: str

    @property
    def is_block(self) -> bool:
        return bool(self.slots)

    @property
    def required(self) -> frozenset[str]:
        return frozenset(prop.name for prop in self.props if prop.required)

    @property
    def prop_names(self) -> tuple[str, ...]:
        return tuple(prop.name for prop in self.props)


COMPONENTS: dict[str, Component] = {}
"""All components by name, filled when `kaichuang.ui.components` is imported."""


def component(*, slots: tuple[str, ...] = ()) -> Callable[[F], F]:
    """Declare a function as a component under its own name (a trailing `_` is dropped).

    Parameters named in `slots` receive the slots' HTML, `context` the template's context, the others are props.
    """

    def declare(function: F) -> F:
        name = function.__name__.rstrip("_")
        if name in COMPONENTS:
            raise ValueError(f"two components named {name}")
        parameters = inspect.signature(function).parameters
        props = tuple(
            Prop(
                name=parameter.name,
                required=parameter.default is parameter.empty,
                default=None if parameter.default is parameter.empty else parameter.default,
                positional=parameter.kind is parameter.POSITIONAL_OR_KEYWORD,
            )
            for parameter in parameters.values()
            if parameter.name != "context" and parameter.name not in slots
        )
        COMPONENTS[name] = Component(
            name=name,
            render=function,
            props=props,
            slots=slots,
            takes_context="context" in parameters,
            doc=inspect.cleandoc(function.__doc__ or ""),
        )
        return function

    return declare


def from_template(name: str, values: dict[str, Any]) -> SafeString:
    """The HTML of `ui/components/<name>.html` with `values` and nothing else."""
    template = _engine().get_template(f"ui/components/{name}.html")
    html: SafeString = template.render(Context(values))
    return html


def _engine() -> Any:
    return engines["django"].engine  # type: ignore[attr-defined]  # the stubs know only the base backend


def check_tone(tone: str) -> str:
    """Refuse a colour that is not in the vocabulary."""
    if tone not in TONES:
        raise ValueError(f"tone {tone!r}: one of {', '.join(TONES)}")
    return tone


def text(value: type_str | None) -> str:
    """A lazily translated text in the language of now."""
    return "" if value is None else str(value)
