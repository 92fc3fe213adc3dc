"""Lists of rows, declared once: columns, what may be sorted, paging, and the same columns as CSV and Excel.

    table = Table(name="cases", caption=_("申请"), columns=(Column("number", _("编号"), sort="number"), …))
    return respond(request, table=table, rows=cases_for(request.actor), filters=form, template="cases/list.html")

The template shows it by `{% filters filters table=table %}{% table table %}`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from kaichuang.kit.problems import type_str

KINDS = ("text", "code", "number", "money", "wan", "percent", "day", "time", "html")
"""What a column holds: decides alignment, how it is shown and what type it has in Excel."""

Rows = QuerySet[Any, Any] | Sequence[Any]


@dataclass(frozen=True, slots=True)
class Column:
    """`value` is an attribute path (`party.name`) or a function of the row; money is in fen, `percent` a ratio,
    `code` a number or name that must not be broken in two lines.

    `sort` names the model fields to order by (one, or several separated by spaces); without it the column cannot
    be sorted. `show` gives the HTML where the bare value is not enough (a badge); exports use `value`.
    `url` makes the cell a link. `wide` keeps long text readable, `minor` hides the column on narrow screens.
    """

    name: str
    label: type_str
    value: str | Callable[[Any], Any] = ""
    kind: str = "text"
    sort: str = ""
    show: Callable[[Any], str] | None = None
    url: Callable[[Any], str] | None = None
    wide: bool = False
    minor: bool = False
    export: bool = True

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"column {self.name}: kind {self.kind!r} is none of {', '.join(KINDS)}")

    def value_of(self, row: Any) -> Any:
        if callable(self.value):
            return self.value(row)
        for part in (self.value or self.name).split("."):
            row = row.get(part) if isinstance(row, dict) else getattr(row, part, None)
        return row() if callable(row) else row

    @property
    def is_figure(self) -> bool:
        return self.kind in {"number", "money", "wan", "percent"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulk:
    """Something that can be done to the selected rows: posts their keys as `selected` to `url`."""

    label: type_str
    url: str
    tone: str = "plain"
    confirm: type_str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One list. `default_sort` is a column's name, with `-` for descending; `key` names the row for bulk actions."""

    name: str
    caption: type_str
    columns: tuple[Column, ...]
    default_sort: str = ""
    page_size: int = 25
    empty_title: type_str = ""
    empty_text: type_str = ""
    empty_label: type_str = ""
    empty_url: str = ""
    bulk: tuple[Bulk, ...] = ()
    key: Callable[[Any], str] = lambda row: str(row.pk)
    exports: bool = True

    def page(self, request: HttpRequest, rows: Rows) -> TablePage:
        """The page of `rows` that the address asks for, sorted as it asks."""
        sort = self._sort(request.GET.get(f"{self.name}-sort", ""))
        ordered = self.ordered(rows, sort)
        total = rows.count() if isinstance(rows, QuerySet) else len(rows)
        pages = max(1, -(-total // self.page_size))
        number = min(max(_whole(request.GET.get(f"{self.name}-page", "1")), 1), pages)
        start = (number - 1) * self.page_size
        return TablePage(
            table=self,
            rows=list(ordered[start : start + self.page_size]),
            total=total,
            number=number,
            pages=pages,
            sort=sort,
            request=request,
        )

    def ordered(self, rows: Rows, sort: str) -> Rows:
        """`rows` by a column of the table; ties are always broken the same way."""
        column = self._column(sort.lstrip("-"))
        if column is None:
            if isinstance(rows, QuerySet) and not rows.ordered:
                return rows.order_by("pk")
            return rows
        sign = "-" if sort.startswith("-") else ""
        if isinstance(rows, QuerySet):
            return rows.order_by(*(sign + name for name in column.sort.split()), "pk")
        present = [row for row in rows if column.value_of(row) is not None]
        missing = [row for row in rows if column.value_of(row) is None]
        return sorted(present, key=column.value_of, reverse=bool(sign)) + missing

    def export_rows(self, request: HttpRequest, rows: Rows) -> Iterator[list[Any]]:
        """The bare values of every row in the order on screen."""
        columns = self.export_columns
        ordered = self.ordered(rows, self._sort(request.GET.get(f"{self.name}-sort", "")))
        source: Iterable[Any] = (
            ordered.iterator(chunk_size=2000) if isinstance(ordered, QuerySet) else ordered
        )
        for row in source:
            yield [column.value_of(row) for column in columns]

    @property
    def export_columns(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.export)

    def _sort(self, asked: str) -> str:
        column = self._column(asked.lstrip("-"))
        return asked if column is not None else self.default_sort

    def _column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name and column.sort), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class TablePage:
    """One page of a table, bound to the request that asked for it."""

    table: Table
    rows: list[Any]
    total: int
    number: int
    pages: int
    sort: str
    request: HttpRequest

    @property
    def id(self) -> str:
        return f"table-{self.table.name}"

    @property
    def first(self) -> int:
        return (self.number - 1) * self.table.page_size + 1 if self.total else 0

    @property
    def last(self) -> int:
        return min(self.number * self.table.page_size, self.total)

    def url(self, **changes: str) -> str:
        """This address with some parameters changed; an empty value takes a parameter away."""
        query = self.request.GET.copy()
        query.pop("export", None)
        for name, value in changes.items():
            query.pop(name, None)
            if value:
                query[name] = value
        return f"{self.request.path}?{query.urlencode()}" if query else self.request.path

    def page_url(self, number: int) -> str:
        return self.url(**{f"{self.table.name}-page": str(number) if number > 1 else ""})

    def sort_url(self, column: Column) -> str:
        sort = f"-{column.name}" if self.sort == column.name else column.name
        return self.url(**{f"{self.table.name}-sort": sort, f"{self.table.name}-page": ""})

    def export_url(self, kind: str) -> str:
        return self.url(**{f"{self.table.name}-page": "", "export": f"{self.table.name}.{kind}"})

    @property
    def csv_url(self) -> str:
        return self.export_url("csv")

    @property
    def xlsx_url(self) -> str:
        return self.export_url("xlsx")

    @property
    def previous_url(self) -> str:
        return self.page_url(self.number - 1)

    @property
    def next_url(self) -> str:
        return self.page_url(self.number + 1)

    @property
    def links(self) -> list[tuple[int, str]]:
        """The pages around this one and both ends; an empty address stands for a gap."""
        near = {1, self.pages, *range(self.number - 2, self.number + 3)}
        numbers = sorted(number for number in near if 1 <= number <= self.pages)
        found: list[tuple[int, str]] = []
        for number in numbers:
            if found and number - found[-1][0] > 1:
                found.append((0, ""))
            found.append((number, self.page_url(number)))
        return found


def respond(
    request: HttpRequest,
    *,
    table: Table,
    rows: Rows,
    template: str,
    filters: Form | None = None,
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """The whole page; only the table for an exchange by htmx; a file when an export is asked for."""
    from kaichuang.ui import exports

    asked = request.GET.get("export", "")
    if table.exports and asked in {f"{table.name}.csv", f"{table.name}.xlsx"}:
        file: HttpResponse = exports.response(request, table=table, rows=rows, kind=asked.rpartition(".")[2])
        return file
    page = table.page(request, rows)
    htmx = getattr(request, "htmx", None)
    values = {**(context or {}), "table": page, "filters": filters}
    answer = (
        render(request, "ui/fragments/table.html", values)
        if htmx and htmx.target == page.id
        else render(request, template, values)
    )
    patch_vary_headers(answer, ("HX-Request", "HX-Target"))
    return answer


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 1
