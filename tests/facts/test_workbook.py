"""Excel out and in: the identity, and errors by cell."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from python_calamine import CalamineWorkbook

from kaichuang.facts.evaluation import evaluate, evaluate_cells
from kaichuang.facts.models import Report
from kaichuang.facts.operations import import_workbook, open_reports, return_report
from kaichuang.facts.queries.reports import last_values
from kaichuang.facts.reporting.sheet import Sheet
from kaichuang.facts.workbook import read_workbook, write_workbook
from kaichuang.facts.workbook.writing import shown_in
from kaichuang.kit.problems import NotAllowed, Refused
from kaichuang.places.models import Division, Programme

from .conftest import BUREAU, World, at, fill_in, make_world
from .forms import form

ENTERED = (
    "incubating.end",
    "small.end",
    "tech.quarter",
    "other.quarter",
    "remarks.end",
    "tech.year",
    "other.year",
)


def report_of(world: World) -> Report:
    open_reports(actor=BUREAU, now=at(world.programme, date(2026, 1, 5)), form=world.form)
    return Report.objects.select_related("form", "party").get()


def exported(report: Report, *, unit: str = "元") -> bytes:
    return write_workbook(report, evaluate(report, last_values(report)), unit=unit)


def rows_of(data: bytes) -> list[list[Any]]:
    return (
        CalamineWorkbook.from_filelike(io.BytesIO(data))
        .get_sheet_by_index(0)
        .to_python(skip_empty_area=False)
    )


def rewritten(data: bytes, change: dict[tuple[int, int], Any]) -> bytes:
    """The workbook as somebody saves it who has typed into some cells (row and column from 0)."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"strings_to_formulas": False})
    page = book.add_worksheet()
    rows = rows_of(data)
    for (row, column), value in change.items():
        rows[row][column] = value
    for number, row in enumerate(rows):
        for index, value in enumerate(row):
            if value != "":
                page.write(number, index, value)
    book.close()
    return file.getvalue()


def line_of(data: bytes, code: str) -> int:
    return next(number for number, row in enumerate(rows_of(data)) if row[2] == code)


class TestOut:
    def test_headings_of_several_levels_codes_and_figures(self, world: World) -> None:
        report = fill_in(world, report_of(world), at(world.programme, date(2026, 1, 6)))
        rows = rows_of(exported(report))
        assert rows[3][3:7] == ["期末状况", "", "本期发生", ""]
        assert rows[4][3:7] == ["期末数", "上期末数", "本季", "本年累计"]
        assert rows[5][3:7] == ["end", "before", "quarter", "year"]
        line = rows[line_of(exported(report), "revenue")]
        assert line[:3] == ["营业收入", "元", "revenue"]
        assert line[5] == 1_200_000.5

    def test_in_thousands_the_parts_add_up(self, world: World) -> None:
        entries = {"tech.quarter": "1500", "other.quarter": "1500"}
        report = fill_in(world, report_of(world), at(world.programme, date(2026, 1, 6)), entries)
        data = exported(report, unit="千元")
        figures = {row[2]: row[5] for row in rows_of(data) if row[2] in ("revenue", "tech", "other")}
        assert figures == {"revenue": 3, "tech": 2, "other": 1}

    @given(st.lists(st.integers(0, 10**9), min_size=2, max_size=2))
    def test_whatever_the_figures(self, fens: list[int]) -> None:
        sheet = Sheet(form())
        values = sheet.compute(
            {"tech.quarter": fens[0], "other.quarter": fens[1]},
            {"tech.year": 5, "other.year": 7},
            opens_a_year=False,
        )
        cells = {name: values.get(name) for name in sheet.cells}
        rounded = shown_in("千元", sheet, cells)
        for column in ("quarter", "year"):
            assert rounded[f"revenue.{column}"] == rounded[f"tech.{column}"] + rounded[f"other.{column}"]

    def test_a_returned_report_carries_its_notes_at_the_cells(self, world: World) -> None:
        now = at(world.programme, date(2026, 1, 6))
        report = fill_in(world, report_of(world), now)
        report = return_report(
            actor=world.statistician,
            now=now,
            report=report,
            reason="见批注",
            notes={"tech.quarter": "请核对合同"},
        )
        import zipfile

        with zipfile.ZipFile(io.BytesIO(exported(report))) as archive:
            comments = archive.read("xl/comments1.xml").decode()
        assert "请核对合同" in comments


class TestIn:
    def test_filled_in_in_excel_it_comes_back(self, world: World) -> None:
        report = report_of(world)
        data = exported(report)
        change = {
            (line_of(data, "incubating"), 3): 20,
            (line_of(data, "tech"), 5): 1234.5,
            (line_of(data, "remarks"), 3): "=SUM(A1)",
        }
        report, count, problems = import_workbook(
            actor=world.editor,
            now=at(world.programme, date(2026, 1, 6)),
            report=report,
            data=rewritten(data, change),
        )
        assert (count, problems) == (3, [])
        assert report.entries == {
            "incubating.end": "20",
            "tech.quarter": "1234.50",
            "remarks.end": "=SUM(A1)",
        }

    def test_cells_that_cannot_be_read_are_named_and_kept_as_typed(self, world: World) -> None:
        report = report_of(world)
        data = exported(report)
        line = line_of(data, "incubating")
        report, _count, problems = import_workbook(
            actor=world.editor,
            now=at(world.programme, date(2026, 1, 6)),
            report=report,
            data=rewritten(data, {(line, 3): "二十家"}),
        )
        (problem,) = problems
        assert str(problem).startswith(f"D{line + 1}：")
        assert "整数" in str(problem)
        assert report.entries == {"incubating.end": "二十家"}

    def test_lines_may_be_moved(self, world: World) -> None:
        report = report_of(world)
        rows = rows_of(rewritten(exported(report), {}))
        moved = [*rows[:6], *reversed(rows[6:])]
        file = io.BytesIO()
        book = xlsxwriter.Workbook(file)
        page = book.add_worksheet()
        for number, row in enumerate(moved):
            for index, value in enumerate(row):
                page.write(number, index, 7 if row[2] == "incubating" and index == 3 else value)
        book.close()
        entries, problems = read_workbook(report, file.getvalue(), editable=evaluate(report, {}).editable)
        assert (entries, problems) == ({"incubating.end": "7"}, [])

    @pytest.mark.parametrize(
        ("place", "value", "code"),
        [
            ((2, 2), "T-Q1 2025-07-01 1", "other_report"),
            ((2, 1), "千元", "wrong_unit"),
            ((5, 2), "", "not_a_template"),
        ],
    )
    def test_another_file_is_refused(
        self, world: World, place: tuple[int, int], value: str, code: str
    ) -> None:
        report = report_of(world)
        data = rewritten(exported(report), {place: value})
        with pytest.raises(Refused) as refusal:
            read_workbook(report, data, editable=frozenset())
        assert refusal.value.codes == {code}

    def test_codes_that_were_changed_are_all_named(self, world: World) -> None:
        report = report_of(world)
        data = exported(report)
        changed = rewritten(data, {(line_of(data, "tech"), 2): "tecc", (5, 3): "ende"})
        with pytest.raises(Refused) as refusal:
            read_workbook(report, changed, editable=frozenset())
        assert refusal.value.codes == {"code_unknown", "row_missing", "column_missing"}

    def test_what_is_no_workbook_is_refused(self, world: World) -> None:
        with pytest.raises(Refused):
            read_workbook(report_of(world), b"PK not really", editable=frozenset())

    def test_a_stranger_cannot_import(self, world: World) -> None:
        report = report_of(world)
        with pytest.raises(NotAllowed):
            import_workbook(
                actor=world.stranger,
                now=at(world.programme, date(2026, 1, 6)),
                report=report,
                data=exported(report),
            )


numbers = st.integers(0, 10**9).map(str)
amounts = st.integers(0, 10**15).map(lambda fen: f"{fen // 100}.{fen % 100:02d}")
texts = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=40)
raw = st.one_of(
    numbers, amounts, texts, st.sampled_from(["20万", "1,234.50", " 7 ", "-3", "1e5", "∞", "TRUE", "0"])
)


class TestIdentity(TestCase):
    """Exported and imported again, nothing has changed: whatever was typed, right or wrong."""

    @settings(max_examples=60, deadline=None)
    @given(st.dictionaries(st.sampled_from(ENTERED), raw))
    def test_out_and_in_changes_nothing(self, entries: dict[str, str]) -> None:
        place, _ = Division.objects.get_or_create(code="330226", defaults={"name": "宁海县", "level": 3})
        programme = Programme.objects.create(slug="identity", name="往返", place=place)
        world = make_world(programme)
        report = report_of(world)
        report.entries = {name: text.strip() for name, text in entries.items() if text.strip()}
        outcome = evaluate_cells(report.form.sheet, report.entries, last={}, opens_a_year=False)
        data = write_workbook(report, outcome)
        found, _problems = read_workbook(report, data, editable=outcome.editable)
        assert found == {}
