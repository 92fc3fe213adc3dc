"""Parts that give a page its shape.

tabs — Props: `items` (of `Tab`) · `label` (what the tabs choose). Links: each tab is an address.
steps — Props: `items` (of `Step`).
datagrid — names and values. Props: `items` (pairs). Slot: `body` (made of `datum`).
datum — Props: `label`. Slot: `body`.
outline — a tree of links. Props: `nodes` (of `Node`) · `current` (address of the present one) · `label` · `open_depth`.
dialog — Props: `id` · `title`. Slots: `body` · `footer`.
dialog_button — opens a dialog. Props: `target` · `label` · `tone` · `icon`.
dropdown — Props: `label` · `icon` · `small` · `quiet` (no border). Slot: `body` (made of `menu_item`).
menu_item — Props: `label` · `url` · `icon` · `active` · `danger`.
avatar — Props: `name` · `small`.
pager — Props: `page` (a `ui.tables.TablePage` or any object with `number`, `pages`, `links`, `previous_url`,
`next_url`) · `label` (of the list, where a page has several).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from kaichuang.kit.problems import type_str
from kaichuang.ui.components.core import component, from_template
from kaichuang.ui.components.icon import icon as icon_html


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    label: type_str
    url: str
    active: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`state` is `done`, `current`, `todo` or `failed`."""

    label: type_str
    state: str = "todo"
    on: date | datetime | None = None
    note: type_str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One entry of an outline: `number` as printed, then the words."""

    label: type_str
    url: str
    number: str = ""
    children: list[Node] = field(default_factory=list)

    def leads_to(self, url: str) -> bool:
        return self.url == url or any(child.leads_to(url) for child in self.children)


@component()
def tabs(items: Iterable[Tab], *, label: type_str = "") -> SafeString:
    """Views of one thing side by side; each has its own address."""
    return from_template("tabs", {"items": list(items), "label": label})


@component()
def steps(items: Iterable[Step]) -> SafeString:
    """Where something stands on its way."""
    return from_template("steps", {"items": list(items)})


@component(slots=("body",))
def datagrid(items: Iterable[tuple[type_str, Any]] = (), *, body: str = "") -> SafeString:
    """Names and values of one object."""
    return from_template("datagrid", {"items": list(items), "body": body})


@component(slots=("body",))
def datum(label: type_str, *, body: str = "") -> SafeString:
    """One name and value of a `datagrid`."""
    return format_html("<div><dt>{}</dt><dd>{}</dd></div>", label, body or "—")


@component()
def outline(
    nodes: Iterable[Node], *, current: str = "", label: type_str = "", open_depth: int = 1
) -> SafeString:
    """A tree of links; the way to the present one is open."""
    entries = [_entry(node, current, open_depth) for node in nodes]
    return from_template("outline", {"entries": entries, "label": label, "root": True})


def _entry(node: Node, current: str, open_depth: int) -> dict[str, Any]:
    children = [_entry(child, current, open_depth - 1) for child in node.children]
    return {
        "node": node,
        "is_current": bool(current) and node.url == current,
        "is_open": open_depth > 0 or (bool(current) and node.leads_to(current)),
        "html": from_template("outline", {"entries": children, "label": "", "root": False})
        if children
        else "",
    }


@component(slots=("body", "footer"))
def dialog(id: str, *, title: type_str, body: str = "", footer: str = "") -> SafeString:
    """A window over the page; Esc closes it, focus stays in it and returns."""
    return from_template("dialog", {"id": id, "title": title, "body": body, "footer": footer})


@component()
def dialog_button(target: str, label: type_str, *, tone: str = "plain", icon: str = "") -> SafeString:
    """Opens the dialog with the id `target`."""
    classes = {"primary": "btn btn-primary", "danger": "btn btn-danger", "plain": "btn"}[tone]
    return format_html(
        '<button type="button" class="{}" command="show-modal" commandfor="{}" aria-haspopup="dialog">{}{}</button>',
        classes,
        target,
        icon_html(icon) if icon else "",
        label,
    )


@component(slots=("body",))
def dropdown(
    label: type_str, *, icon: str = "", small: bool = False, quiet: bool = False, body: str = ""
) -> SafeString:
    """A menu that opens on click or key, with or without scripts."""
    values = {"label": label, "icon": icon, "small": small, "quiet": quiet, "body": body}
    return from_template("dropdown", values)


@component()
def menu_item(
    label: type_str, *, url: str, icon: str = "", active: bool = False, danger: bool = False
) -> SafeString:
    """One entry of a `dropdown`."""
    return format_html(
        '<a class="kc-menu-item{}" href="{}"{}>{}{}</a>',
        " kc-danger" if danger else "",
        url,
        SafeString(' aria-current="true"') if active else "",
        icon_html(icon) if icon else "",
        label,
    )


@component()
def avatar(name: str, *, small: bool = False) -> SafeString:
    """The initials of a person or organisation, in a colour of their own."""
    plain = name.strip() or "?"
    initials = plain[:2].upper() if plain.isascii() else plain[-2:] if len(plain) <= 3 else plain[:2]
    shade = sum(plain.encode()) % 6
    size = " kc-avatar-small" if small else ""
    return format_html(
        '<span class="kc-avatar kc-shade-{}{}" aria-hidden="true">{}</span>', shade, size, initials
    )


@component()
def pager(page: Any, *, label: type_str = "") -> SafeString:
    """Numbers of the pages of a list."""
    return from_template("pager", {"page": page, "label": label})
