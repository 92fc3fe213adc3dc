"""table: rows that can be sorted, paged, selected and exported; on a phone every row becomes a card.

Props: `page` (a `ui.tables.TablePage`). Slot: none; what a cell shows is declared in the table's columns.

filters: the form above a table. Works as a plain GET form; with scripts it changes the table at once.
Props: `form` (a `ui.forms.FilterForm`) · `table` (the page of the table that it filters).
"""

from __future__ import annotations

from typing import Any

from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from kaichuang.ui.components.core import component, from_template
from kaichuang.ui.components.values import NOTHING, day, money, number, percent
from kaichuang.ui.tables import Column, TablePage

_SHOW = {
    "number": lambda value: number(value),
    "money": lambda value: money(value),
    "wan": lambda value: money(value, unit="wan"),
    "percent": lambda value: percent(value),
    "day": lambda value: day(value),
    "time": lambda value: day(value, time=True),
}


@component()
def table(context: Context, page: TablePage) -> SafeString:
    """One page of a declared table."""
    from django.middleware.csrf import get_token

    declared = page.table
    return from_template(
        "table",
        {
            "page": page,
            "table": declared,
            "heads": [_head(page, column) for column in declared.columns],
            "rows": [
                {
                    "key": declared.key(row) if declared.bulk else "",
                    "cells": SafeString("".join(_cell(column, row) for column in declared.columns)),
                }
                for row in page.rows
            ],
            "token": get_token(page.request) if declared.bulk else "",
            "span": len(declared.columns) + bool(declared.bulk),
        },
    )


def _head(page: TablePage, column: Column) -> dict[str, Any]:
    name = page.sort.lstrip("-")
    sorted_now = bool(column.sort) and name == column.name
    direction = "descending" if page.sort.startswith("-") else "ascending"
    return {
        "label": column.label,
        "url": page.sort_url(column) if column.sort else "",
        "sort": direction if sorted_now else "",
        "classes": _classes(column),
    }


def _classes(column: Column) -> str:
    names = (
        ("kc-code", column.kind == "code"),
        ("kc-right", column.is_figure),
        ("kc-wide", column.wide),
        ("kc-minor", column.minor),
    )
    return " ".join(name for name, wanted in names if wanted)


def _cell(column: Column, row: Any) -> SafeString:
    value = column.value_of(row)
    if column.show is not None:
        shown = column.show(row) or NOTHING
    elif value is None or value == "":
        shown = NOTHING
    elif column.kind in _SHOW:
        shown = _SHOW[column.kind](value)
    else:
        shown = value
    if column.url is not None and (address := column.url(row)):
        shown = format_html('<a href="{}">{}</a>', address, shown)
    return format_html('<td class="{}" data-label="{}">{}</td>', _classes(column), column.label, shown)


@component()
def filters(form: Any, *, table: TablePage | None = None) -> SafeString:
    """The form above a list; every active filter can be taken off by itself."""
    sort = table.sort if table is not None and table.sort != table.table.default_sort else ""
    active = []
    if table is not None:
        active = [
            {"label": label, "value": value, "url": table.url(**{name: "", f"{table.table.name}-page": ""})}
            for name, label, value in form.active()
        ]
    return from_template(
        "filters",
        {
            "form": form,
            "table": table,
            "sort": sort,
            "active": active,
            "clear": table.request.path if table is not None else "?",
        },
    )
