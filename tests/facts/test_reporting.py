"""Report forms as data: schema, periods, computed cells, rounding."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaichuang.facts.reporting.periods import Span, ended_spans, previous, span_of
from kaichuang.facts.reporting.rounding import apportion, in_units, nearest
from kaichuang.facts.reporting.schema import FormErrors, read_form
from kaichuang.facts.reporting.sheet import Sheet

from .forms import FORM, form


class TestSchema:
    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"columns": [{"title": "无码"}]}, "code"),
            ({"columns": [{"title": "期末", "code": "end", "kind": "last"}]}, "of"),
            ({"rows": [{"title": "甲", "code": "a"}, {"title": "乙", "code": "a"}]}, "a"),
            ({"rows": [{"title": "甲", "code": "last"}]}, "last"),
            ({"rows": [{"title": "甲", "code": "a", "sum": ["nowhere"]}]}, "nowhere"),
            ({"rows": [{"title": "甲", "code": "a", "type": "text", "swing": "30%"}]}, "int"),
            ({"period": "once"}, "starts"),
            ({"surprise": 1}, "surprise"),
        ],
    )
    def test_says_what_is_wrong(self, change: dict[str, Any], said: str) -> None:
        with pytest.raises(FormErrors) as error:
            read_form({**FORM, **change})
        assert said in str(error.value)

    def test_a_wrong_expression_is_named_with_its_check(self) -> None:
        with pytest.raises(FormErrors, match=r"check\.typo"):
            Sheet(form(checks=[{"id": "typo", "test": "incubatng.end > 0", "message": "错"}]))

    def test_a_row_is_part_of_one_sum_only(self) -> None:
        rows = [{"title": t, "code": t, "sum": s} for t, s in (("a", ["c"]), ("b", ["c"]), ("c", []))]
        with pytest.raises(FormErrors, match="c"):
            read_form({**FORM, "rows": rows, "checks": []})


class TestPeriods:
    @given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.sampled_from(["month", "quarter", "year"]))
    def test_every_day_lies_in_one_span_and_spans_touch(self, day: date, period: Any) -> None:
        span = span_of(period, day)
        assert span.starts_on <= day <= span.ends_on
        before = previous(period, span)
        assert before is not None
        assert before.until == span.starts_on
        assert span_of(period, span.until - timedelta(days=1)) == span

    def test_a_period_is_due_from_its_cut_off_day_on(self) -> None:
        spec = form(cut_off=5)
        since = date(2025, 5, 1)
        assert list(ended_spans(spec, since=since, today=date(2025, 7, 4))) == []
        assert list(ended_spans(spec, since=since, today=date(2025, 7, 5))) == [
            Span(date(2025, 4, 1), date(2025, 6, 30))
        ]

    def test_a_form_filled_in_once_has_one_period(self) -> None:
        spec = form(period="once", starts=date(2025, 1, 1), ends=date(2025, 12, 31))
        assert len(list(ended_spans(spec, since=date(2025, 6, 1), today=date(2027, 1, 1)))) == 1
        assert previous("once", Span(date(2025, 1, 1), date(2025, 12, 31))) is None


class TestCells:
    def compute(
        self, entries: dict[str, Any], last: dict[str, Any], *, first: bool = False
    ) -> dict[str, Any]:
        return dict(Sheet(form()).compute(entries, last, opens_a_year=first))

    def test_totals_and_cumulative_figures_follow(self) -> None:
        entries = {"tech.quarter": 500, "other.quarter": 250}
        last = {"tech.year": 1000, "other.year": 2000, "incubating.end": 9}
        values = self.compute(entries, last)
        assert values["revenue.quarter"] == 750
        assert (values["tech.year"], values["other.year"], values["revenue.year"]) == (1500, 2250, 3750)
        assert values["incubating.before"] == 9

    def test_the_first_report_of_a_year_starts_anew(self) -> None:
        values = self.compute({"tech.quarter": 500}, {"tech.year": 1000}, first=True)
        assert values["tech.year"] == 500

    def test_an_unknown_part_makes_the_total_unknown(self) -> None:
        assert self.compute({"tech.quarter": 500}, {})["revenue.quarter"] is None

    def test_an_opening_balance_is_asked_for_when_there_is_no_report_before(self) -> None:
        sheet = Sheet(form())
        assert sheet.opening_cells({}, opens_a_year=False) == {"tech.year", "other.year"}
        assert sheet.opening_cells({"tech.year": 1, "other.year": 1}, opens_a_year=False) == set()
        assert sheet.opening_cells({}, opens_a_year=True) == set()
        values = sheet.compute({"told.tech.year": 900, "tech.quarter": 500}, {}, opens_a_year=False)
        assert values["tech.year"] == 900


fens = st.integers(-(10**12), 10**12)


class TestRounding:
    @given(st.lists(st.integers(0, 10**9), min_size=1, max_size=20), st.sampled_from([100_000, 1_000_000]))
    def test_parts_add_up_to_their_rounded_total(self, parts: list[int], unit: int) -> None:
        shares = apportion(parts, nearest(sum(parts), unit), unit)
        assert sum(shares) == nearest(sum(parts), unit)
        assert all(abs(share * unit - part) < unit for share, part in zip(shares, parts, strict=True))

    @given(st.lists(fens, min_size=2, max_size=6), st.lists(fens, min_size=1, max_size=6))
    def test_so_do_totals_of_totals_and_negative_figures(self, first: list[int], second: list[int]) -> None:
        values = {f"a{n}": v for n, v in enumerate(first)} | {f"b{n}": v for n, v in enumerate(second)}
        values |= {"a": sum(first), "b": sum(second), "all": sum(first) + sum(second)}
        sums = {
            "a": [f"a{n}" for n in range(len(first))],
            "b": [f"b{n}" for n in range(len(second))],
            "all": ["a", "b"],
        }
        rounded = in_units(values, sums, 100_000)
        for total, parts in sums.items():
            assert rounded[total] == sum(rounded[part] for part in parts)
        assert all(abs(rounded[name] * 100_000 - value) < 100_000 for name, value in values.items())

    def test_rounding_each_figure_by_itself_would_not_add_up(self) -> None:
        values = {"a": 50_000, "b": 50_000, "sum": 100_000}
        assert [nearest(value, 100_000) for value in values.values()] == [1, 1, 1]
        rounded = in_units(values, {"sum": ["a", "b"]}, 100_000)
        assert rounded["a"] + rounded["b"] == rounded["sum"] == 1
