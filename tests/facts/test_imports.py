"""Tables of bureaus: mapping, dry run, applying, going on after a crash."""

from __future__ import annotations

import io
from datetime import date, timedelta
from importlib import import_module
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from kaichuang.facts import importing
from kaichuang.facts.models import Feed, ImportRun, Observation
from kaichuang.facts.operations import (
    Told,
    apply_import,
    compare,
    drop_import,
    observe,
    preview_import,
    run_import,
    upload_table,
)
from kaichuang.facts.queries import known_about
from kaichuang.facts.tabular import address, read_table
from kaichuang.kit.problems import NotAllowed, Refused
from kaichuang.notices.models import Notice
from kaichuang.parties.models import Party
from kaichuang.places.models import Programme

from .conftest import BUREAU, NOW, user_of

TODAY = date(2026, 3, 2)
HEADINGS = ["企业名称", "统一社会信用代码", "职工人数", "研发费用（元）", "备注"]
MAPPING = {
    "企业名称": "name",
    "统一社会信用代码": "uscc",
    "职工人数": "t_staff",
    "研发费用（元）": "t_cost",
    "备注": "",
}


def code(number: int) -> str:
    body = f"91330226MADEX{number:04d}"
    return body + uscc.calc_check_digit(body)


@pytest.fixture
def firms(db: None) -> list[Party]:
    parties = [Party(kind="organisation", name=f"公司{n}", uscc=code(n)) for n in range(5)]
    for party in parties:
        party.index()
    return Party.objects.bulk_create(parties)


@pytest.fixture
def clerk(programme: Programme) -> Any:
    return user_of(programme, "clerk", "statistician")


def csv_of(rows: list[list[Any]], *, encoding: str = "utf-8-sig") -> SimpleUploadedFile:
    text = "\n".join(",".join(str(cell) for cell in row) for row in [HEADINGS, *rows])
    return SimpleUploadedFile("税务数据.csv", text.encode(encoding))


def xlsx_of(rows: list[list[Any]]) -> SimpleUploadedFile:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    page = book.add_worksheet()
    for number, row in enumerate([HEADINGS, *rows]):
        page.write_row(number, 0, row)
    book.close()
    return SimpleUploadedFile("税务数据.xlsx", file.getvalue())


def uploaded(programme: Programme, actor: Any, upload: Any, **changes: Any) -> ImportRun:
    values: dict[str, Any] = {
        "actor": actor,
        "now": NOW,
        "programme": programme,
        "name": "税务数据",
        "supplier": "县税务局",
        "upload": upload,
        "data_as_of": date(2026, 2, 28),
        "today": TODAY,
        "since": date(2025, 1, 1),
        "until": date(2025, 12, 31),
    }
    return upload_table(**{**values, **changes})


def rows(count: int = 3) -> list[list[Any]]:
    return [[f"公司{n}", code(n), 10 + n, f"{1000 + n}.50", "x"] for n in range(count)]


class TestUpload:
    @pytest.mark.parametrize("make", [csv_of, xlsx_of, lambda rows: csv_of(rows, encoding="gb18030")])
    def test_columns_are_recognised_in_every_kind_of_file(
        self, programme, definitions, firms, clerk, make: Any
    ) -> None:
        run = uploaded(programme, clerk, make(rows()))
        assert run.mapping == {**MAPPING, "职工人数": "t_staff", "研发费用（元）": "t_cost"}
        assert (run.total, run.state) == (3, "uploaded")

    def test_everything_wrong_is_said_at_once(self, programme, definitions, clerk) -> None:
        with pytest.raises(Refused) as refusal:
            uploaded(
                programme,
                clerk,
                csv_of(rows()),
                name=" ",
                supplier="",
                data_as_of=TODAY + timedelta(days=1),
                until=date(2024, 1, 1),
            )
        assert {problem.field for problem in refusal.value.problems} == {
            "name",
            "supplier",
            "data_as_of",
            "until",
        }

    @pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", "统一社会信用代码\n".encode()])
    def test_an_empty_table_is_refused(self, programme, definitions, clerk, content: bytes) -> None:
        with pytest.raises(Refused):
            uploaded(programme, clerk, SimpleUploadedFile("x.csv", content))

    def test_only_collectors_import(self, programme, definitions) -> None:
        founder = user_of(programme, "founder", "founder")
        with pytest.raises(NotAllowed):
            uploaded(programme, founder, csv_of(rows()))


class TestPreview:
    def test_counts_without_writing_anything(self, programme, definitions, firms, clerk) -> None:
        observe(
            actor=BUREAU,
            now=NOW,
            programme=programme,
            source="reported",
            kind="import",
            told=[
                Told(firms[0].pk, "t_staff", 10, since=date(2026, 1, 1)),
                Told(firms[1].pk, "t_staff", 99, since=date(2026, 1, 1)),
            ],
            data_as_of=date(2026, 3, 1),
        )
        before = Observation.objects.count()
        table = [*rows(), ["陌生公司", code(77), 5, "", ""]]
        run = preview_import(
            actor=clerk, now=NOW, run=uploaded(programme, clerk, xlsx_of(table)), mapping=MAPPING
        )
        found = run.findings
        assert (found["matched"], found["new"], found["changed"], found["same"]) == (3, 4, 1, 1)
        assert found["unmatched"] == [[5, code(77), "陌生公司"]]
        assert found["outdated"] == 2
        assert Observation.objects.count() == before

    def test_wrong_cells_are_named_by_their_address(self, programme, definitions, firms, clerk) -> None:
        table = [
            ["公司0", code(0), "十", "1000", ""],
            ["公司1", "9133", 3, "1000.555", ""],
            ["公司2", code(2), -1, "1000", ""],
            ["公司2", code(2), 4, "1000", ""],
        ]
        run = preview_import(
            actor=clerk, now=NOW, run=uploaded(programme, clerk, xlsx_of(table)), mapping=MAPPING
        )
        places = [place for place, _message in run.findings["wrong"]]
        assert places == ["C2", "B3", "C4", "B5"]
        assert run.findings["wrong_count"] == 4

    def test_a_mapping_that_makes_no_sense_is_refused_with_every_reason(
        self, programme, definitions, firms, clerk
    ) -> None:
        run = uploaded(programme, clerk, csv_of(rows()), since=None, until=None)
        wrong = {"企业名称": "t_staff", "职工人数": "t_staff", "研发费用（元）": "t_cost", "备注": "nonsense"}
        with pytest.raises(Refused) as refusal:
            preview_import(actor=clerk, now=NOW, run=run, mapping=wrong)
        assert refusal.value.codes == {"code_missing", "mapped_twice", "fact_unknown", "period_required"}

    def test_the_mapping_is_remembered_for_the_next_file(self, programme, definitions, firms, clerk) -> None:
        mapping = {**MAPPING, "备注": "t_level"}
        table = [["公司0", code(0), 1, "1", "县级"]]
        preview_import(actor=clerk, now=NOW, run=uploaded(programme, clerk, csv_of(table)), mapping=mapping)
        assert uploaded(programme, clerk, csv_of(table)).mapping["备注"] == "t_level"
        assert Feed.objects.count() == 1


class TestApply:
    def previewed(self, programme: Programme, clerk: Any, table: list[list[Any]]) -> ImportRun:
        run = uploaded(programme, clerk, xlsx_of(table))
        return preview_import(actor=clerk, now=NOW, run=run, mapping=MAPPING)

    def test_values_are_known_for_their_time_with_their_origin(
        self, programme, definitions, firms, clerk
    ) -> None:
        run = apply_import(actor=clerk, now=NOW, run=self.previewed(programme, clerk, rows()))
        run = run_import(run_id=run.pk, now=NOW)
        assert (run.state, run.done) == ("applied", 3)
        firm = firms[1].pk
        assert known_about(programme, firm, on=date(2025, 6, 1), codes=["t_staff", "t_cost"]) == {
            "t_cost": 100150
        }
        assert known_about(programme, firm, on=TODAY, codes=["t_staff", "t_cost"]) == {"t_staff": 11}
        origin = Observation.objects.filter(subject__object_id=firm).first().origin
        assert (str(origin), origin.data_as_of) == ("县税务局《税务数据》", date(2026, 2, 28))
        assert origin.sha256 == run.attachment.content_id
        assert Notice.objects.filter(kind="facts.imported").count() == 1

    def test_wrong_cells_need_a_decision(self, programme, definitions, firms, clerk) -> None:
        table = [*rows(2), ["公司2", code(2), "许多", "5", ""]]
        run = self.previewed(programme, clerk, table)
        with pytest.raises(Refused) as refusal:
            apply_import(actor=clerk, now=NOW, run=run)
        assert refusal.value.codes == {"cells_wrong"}
        run = run_import(run_id=apply_import(actor=clerk, now=NOW, run=run, skip_wrong=True).pk, now=NOW)
        assert run.state == "applied"
        assert known_about(programme, firms[2].pk, on=date(2025, 6, 1), codes=["t_cost"]) == {"t_cost": 500}

    def test_an_import_that_broke_goes_on_where_it_stopped(
        self, programme, definitions, firms, clerk, monkeypatch
    ) -> None:
        # The package's attribute of this name is the operation, not its module.
        monkeypatch.setattr(import_module("kaichuang.facts.operations.apply_import"), "SLICE", 2)
        run = apply_import(actor=clerk, now=NOW, run=self.previewed(programme, clerk, rows(5)))
        real, calls = importing.TableReader.told, []

        def breaks(self: Any, start: int = 0, stop: int | None = None) -> Any:
            calls.append(start)
            if start == 2 and calls.count(2) == 1:
                raise OSError("disk gone")
            return real(self, start, stop)

        monkeypatch.setattr(importing.TableReader, "told", breaks)
        with pytest.raises(OSError, match="disk gone"):
            run_import(run_id=run.pk, now=NOW)
        run.refresh_from_db()
        assert (run.state, run.done, run.failure) == ("failed", 2, "disk gone")
        later = NOW + timedelta(hours=1)
        run = apply_import(actor=clerk, now=later, run=run)
        run = run_import(run_id=run.pk, now=later)
        assert (run.state, run.done) == ("applied", 5)
        # All of it is known since one moment, and nothing was told twice.
        assert Observation.objects.values("known").distinct().count() == 1
        assert Observation.objects.count() == 10

    def test_applied_again_nothing_happens(self, programme, definitions, firms, clerk) -> None:
        run = apply_import(actor=clerk, now=NOW, run=self.previewed(programme, clerk, rows()))
        run_import(run_id=run.pk, now=NOW)
        count = Observation.objects.count()
        assert run_import(run_id=run.pk, now=NOW).state == "applied"
        again = self.previewed(programme, clerk, rows())
        assert (again.findings["same"], again.findings["new"], again.findings["changed"]) == (6, 0, 0)
        assert Observation.objects.count() == count

    def test_a_dropped_file_cannot_be_applied(self, programme, definitions, firms, clerk) -> None:
        run = drop_import(actor=clerk, now=NOW, run=self.previewed(programme, clerk, rows()))
        with pytest.raises(Refused):
            apply_import(actor=clerk, now=NOW, run=run)


class TestTables:
    @given(st.integers(0, 20_000), st.integers(1, 10**6))
    def test_addresses_are_those_of_a_spreadsheet(self, column: int, row: int) -> None:
        from xlsxwriter.utility import xl_rowcol_to_cell

        assert address(column, row) == xl_rowcol_to_cell(row - 1, column)

    def test_repeated_headings_are_refused(self) -> None:
        with pytest.raises(Refused) as refusal:
            read_table("甲,甲\n1,2\n".encode(), "x.csv")
        assert refusal.value.codes == {"headings_repeated"}

    def test_comparing_says_what_observing_will_do(self, programme, definitions, firm) -> None:
        told = [Told(firm.pk, "t_staff", 5, since=date(2026, 1, 1)), Told(firm.pk, "t_in_park", True)]
        first = compare(programme=programme, told=told, as_of=TODAY)
        assert (first.new, first.changed, first.same) == (2, 0, 0)
        observe(actor=BUREAU, now=NOW, programme=programme, source="reported", kind="import", told=told)
        second = compare(programme=programme, told=told, as_of=TODAY)
        assert (second.new, second.changed, second.same) == (0, 0, 2)
