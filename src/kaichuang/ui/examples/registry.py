"""The list of examples and how one is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template import Context, engines
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.problems import type_str
from kaichuang.ui.components import COMPONENTS, Component
from kaichuang.ui.examples.data import DATA
from kaichuang.ui.examples.states import STATES


@dataclass(frozen=True, slots=True)
class Example:
    """One state of a component, as a template would write it; `names` are taken from `examples.data`."""

    component: str
    state: type_str
    source: str


@dataclass(frozen=True, slots=True)
class Shown:
    state: type_str
    source: str
    html: SafeString


@dataclass(frozen=True, slots=True)
class Chapter:
    """One component with its declaration and all its examples, drawn."""

    component: Component
    examples: list[Shown]


EXAMPLES: tuple[Example, ...] = tuple(Example(*state) for state in STATES)
"""Every component has at least one; a test says so."""

GROUPS: tuple[tuple[type_str, tuple[str, ...]], ...] = (
    (
        _("页面"),
        ("page_header", "card", "stat", "panel_list", "tabs", "steps", "datagrid", "datum", "outline"),
    ),
    (
        _("文字与数值"),
        (
            "badge",
            "tag",
            "clause",
            "money",
            "number",
            "percent",
            "day",
            "period",
            "deadline",
            "avatar",
            "icon",
        ),
    ),
    (
        _("操作"),
        ("button", "dropdown", "menu_item", "dialog", "dialog_button", "copy_link", "print_button", "qr"),
    ),
    (_("列表与表单"), ("table", "filters", "pager", "form", "fields", "field", "errors")),
    (_("反馈"), ("alert", "problems", "empty_state", "toasts", "progress", "job_progress", "skeleton")),
    (_("历史与图表"), ("timeline", "redline", "chart", "region_map")),
)


def render_example(example: Example, request: HttpRequest) -> SafeString:
    """The HTML of an example, drawn as a page of `request` would draw it."""
    engine: Any = engines["django"]
    template = engine.engine.from_string(example.source)
    values = {name: make(request) for name, make in DATA.items()}
    html: SafeString = template.render(Context({**values, "request": request}))
    return html


def chapters(request: HttpRequest) -> list[tuple[type_str, list[Chapter]]]:
    """All components by group, each with its examples drawn."""
    return [
        (
            title,
            [
                Chapter(
                    COMPONENTS[name],
                    [
                        Shown(one.state, one.source, render_example(one, request))
                        for one in EXAMPLES
                        if one.component == name
                    ],
                )
                for name in names
            ],
        )
        for title, names in GROUPS
    ]
