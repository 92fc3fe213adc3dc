"""Tables sort by what they declare, page, and export without formulas."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from python_calamine import CalamineWorkbook

from kaichuang.places.models import Division
from kaichuang.ui import exports
from kaichuang.ui.tables import Bulk, Column, Table


def rows(count: int = 60) -> list[dict[str, Any]]:
    return [
        {
            "number": f"A{index:03d}",
            "name": ["=1+1", "@x", "-3", "王敏", '<b>"'][index % 5],
            "fen": None if index == 3 else index * 150,
            "on": date(2026, 1, 1 + index % 28),
            "at": datetime(2026, 1, 1, 16, 30, tzinfo=UTC),
        }
        for index in range(count)
    ]


TABLE = Table(
    name="t",
    caption="清单",
    columns=(
        Column("number", "编号", kind="code", sort="number", url=lambda row: f"/r/{row['number']}/"),
        Column("name", "名称"),
        Column("fen", "金额", kind="money", sort="fen"),
        Column("on", "日期", kind="day", sort="on"),
        Column("at", "时间", kind="time"),
    ),
    default_sort="number",
    page_size=25,
    key=lambda row: row["number"],
)


def draw(page: Any) -> str:
    return Template("{% table page %}").render(Context({"page": page}))


def test_a_page_shows_its_rows_and_where_it_stands(rf: RequestFactory) -> None:
    page = TABLE.page(rf.get("/l/?t-page=3&x=1"), rows())
    assert [row["number"] for row in page.rows] == [f"A{index:03d}" for index in range(50, 60)]
    assert (page.first, page.last, page.total, page.pages) == (51, 60, 60, 3)
    html = draw(page)
    assert "第 51–60 条，共 60 条" in html
    assert 'href="/l/?x=1&amp;t-page=2"' in html
    assert "&lt;b&gt;" in html


@pytest.mark.parametrize("asked", ["0", "-1", "99", "x", "１", "9" * 30])
def test_a_page_that_does_not_exist_is_the_nearest(rf: RequestFactory, asked: str) -> None:
    assert TABLE.page(rf.get("/", {"t-page": asked}), rows()).number in {1, 3}


def test_only_declared_columns_sort(rf: RequestFactory) -> None:
    assert TABLE.page(rf.get("/?t-sort=name"), rows()).sort == "number"
    page = TABLE.page(rf.get("/?t-sort=-fen"), rows())
    assert page.rows[0]["fen"] == 59 * 150
    assert 'aria-sort="descending"' in draw(page)
    last = TABLE.page(rf.get("/?t-sort=-fen&t-page=3"), rows())
    assert last.rows[-1]["fen"] is None


def test_the_first_page_drops_the_page_parameter_when_the_sort_changes(rf: RequestFactory) -> None:
    page = TABLE.page(rf.get("/?t-page=2"), rows())
    assert page.sort_url(TABLE.columns[2]) == "/?t-sort=fen"


def test_an_empty_table_says_what_to_do(rf: RequestFactory) -> None:
    assert "请放宽或清除筛选条件后再试。" in draw(TABLE.page(rf.get("/"), []))


def test_every_cell_carries_its_label_for_narrow_screens(rf: RequestFactory) -> None:
    html = draw(TABLE.page(rf.get("/"), rows(1)))
    assert all(f'data-label="{column.label}"' in html for column in TABLE.columns)


def test_bulk_actions_post_the_keys(rf: RequestFactory) -> None:
    from dataclasses import replace

    table = replace(TABLE, bulk=(Bulk(label="受理", url="/accept/", confirm="确定？"),))
    html = draw(table.page(rf.get("/"), rows(2)))
    assert 'name="selected" value="A001"' in html
    assert 'formaction="/accept/"' in html
    assert "csrfmiddlewaretoken" in html


def _csv(rf: RequestFactory) -> list[list[str]]:
    answer = exports.response(rf.get("/?t-sort=-number"), table=TABLE, rows=rows(), kind="csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_csv_holds_every_row_in_the_order_on_screen_and_no_formula(rf: RequestFactory) -> None:
    lines = _csv(rf)
    assert lines[0] == ["编号", "名称", "金额（元）", "日期", "时间"]
    assert len(lines) == 61
    assert lines[1][0] == "A059"
    assert {line[1] for line in lines[1:]} == {"'=1+1", "'@x", "'-3", "王敏", '<b>"'}
    assert lines[60][2:] == ["0", "2026-01-01", "2026-01-02 00:30"]


def test_excel_holds_numbers_dates_and_text_and_no_formula(rf: RequestFactory) -> None:
    answer = exports.response(rf.get("/"), table=TABLE, rows=rows(), kind="xlsx")
    data = b"".join(answer.streaming_content)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert sheet[0][:3] == ["编号", "名称", "金额（元）"]
    assert sheet[1][:4] == ["A000", "=1+1", 0.0, date(2026, 1, 1)]
    assert sheet[1][4].isoformat() == "2026-01-02T00:30:00"  # a cell has no zone: local time
    assert sheet[2][2] == 1.5
    assert sheet[4][2] == ""
    import zipfile

    xml = zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in xml
    assert "filename*=UTF-8''%E6%B8%85%E5%8D%95_" in answer["Content-Disposition"]


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_a_page_of_a_query_costs_two_queries(
    rf: RequestFactory, count: int, django_assert_num_queries: Any
) -> None:
    Division.objects.bulk_create(
        Division(code=f"9{index:05d}", name=f"区{index}", level=3) for index in range(count)
    )
    table = Table(
        name="d", caption="区划", columns=(Column("code", "代码", sort="code"), Column("name", "名称"))
    )
    with django_assert_num_queries(2):
        html = draw(table.page(rf.get("/"), Division.objects.filter(code__gte="9", code__lt="900010")))
    assert html.count("<tr>") == count + 1
