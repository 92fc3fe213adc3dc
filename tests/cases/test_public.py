"""What anybody sees: the catalogue of matters, and how promises were kept."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kaichuang.cases.models import Case, Stay
from kaichuang.cases.queries.performance import performance_of
from kaichuang.parties.models import Unit

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore:No directory at:UserWarning")]


def test_the_catalogue_says_for_whom_what_when_and_how_long(ninghai: Any) -> None:
    client = Client()
    page = client.get(reverse("cases:matters"), {"programme": "ninghai"}).content.decode()
    for words in (
        "设备购置补助申领",
        "众创空间",
        "补助比例",
        "30%",
        "目前不受理",
        "常年受理",
        "发票",
        "个工作日",
    ):
        assert words in page, words
    matter = ninghai.matter("NH-S4")
    page = client.get(reverse("cases:matter", args=[matter.pk])).content.decode()
    for words in ("待受理", "公示", "测算我能得多少", "措施说明", "登录", "申请人是众创空间或创客服务中心"):
        assert words in page, words


def test_filters_leave_what_fits_and_an_empty_answer_says_what_to_do(ninghai: Any) -> None:
    client, address = Client(), reverse("cases:matters")
    page = client.get(address, {"programme": "ninghai", "when": "open"}).content.decode()
    assert "NH-S2" in page and "NH-S4" not in page
    page = client.get(address, {"programme": "ninghai", "q": "不存在的事项"}).content.decode()
    assert "没有符合条件的事项" in page and "清除筛选" in page


def test_the_catalogue_of_a_place_without_matters_leads_on(db: None) -> None:
    page = Client().get(reverse("cases:matters")).content.decode()
    assert "这里还没有可以申报的事项" in page


def handed_in(place: Any) -> Case:
    _party, actor = place.party()
    case: Case = place.draft("LS-S7", actor, financed=True, in_centre=True, registered_here=True)
    for number, paper in enumerate(("investment_agreement", "bank_slip", "licence")):
        add(case, paper, f"{number}-{case.pk}", actor, place)
    return place.move(case, "submit", actor)  # type: ignore[no-any-return]  # a fixture without types


def add(case: Case, paper: str, text: str, actor: Any, place: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from kaichuang.cases.operations.evidence import add_paper

    if paper in {one.code for one in case.version.file.matter.all_papers}:
        file = SimpleUploadedFile("材料.csv", f"{text},1\n".encode())
        add_paper(case=case, paper=paper, upload=file, actor=actor, now=place.now)


def test_days_taken_are_working_days_and_what_is_late_shows(lhasa: Any) -> None:
    first, second = handed_in(lhasa), handed_in(lhasa)
    officer = lhasa.staff("officer")
    lhasa.pass_days(2)
    lhasa.move(first, "accept", officer)
    lhasa.pass_days(12)
    rows = {row.state: row for row in performance_of(lhasa.programme, today=lhasa.programme.business_date)}
    row = rows["submitted"]
    assert (row.done, row.here, row.overdue, row.median, row.share) == (1, 1, 1, 2.0, 1.0)
    lhasa.move(second, "accept", officer)
    (row,) = [r for r in performance_of(lhasa.programme, today=date(2019, 6, 17)) if r.state == "submitted"]
    assert row.done == 2 and row.on_time == 1 and row.overdue == 0
    assert row.median == pytest.approx((2 + 9) / 2), "2019-06-07 is a holiday; weekends do not count"
    page = Client().get(reverse("cases:performance"), {"programme": "lhasa"}).content.decode()
    assert "待受理" in page and "50.0%" in page
    year = Client().get(
        reverse("cases:performance"), {"programme": "lhasa", "year": "2019", "export": "performance.csv"}
    )
    assert b"5.5" in b"".join(year.streaming_content)  # type: ignore[attr-defined]  # a file
    assert not [r for r in performance_of(lhasa.programme, today=date(2019, 6, 17), year=2018) if r.done]


def test_ten_thousand_cases_are_counted_in_one_statement_and_fast(lhasa: Any) -> None:
    case = handed_in(lhasa)
    stay = Stay.objects.get(case=case, left_at=None)
    with connection.cursor() as cursor:
        columns = [
            field.column for field in Case._meta.concrete_fields if field.column not in ("id", "number")
        ]
        named = ", ".join(f'"{column}"' for column in columns)
        cursor.execute(
            f"INSERT INTO cases_case (number, {named}) SELECT 'N' || g, {named} FROM cases_case, generate_series(1, 10000) g WHERE id = %s",
            [case.pk],
        )
        cursor.execute(
            "INSERT INTO cases_stay (case_id, state, stage, desk_id, entered_at, left_at, entered_on, left_on, left_by, deadline_id, late) "
            "SELECT c.id, 'submitted', 'acceptance', %s, now(), now(), '2019-06-03', '2019-06-03'::date + (c.id %% 9)::int, 'accept', %s, false "
            "FROM cases_case c, generate_series(1, 5) WHERE c.number LIKE 'N%%'",
            [stay.desk_id, stay.deadline_id],
        )
        cursor.execute("ANALYZE cases_stay")
    with CaptureQueriesContext(connection) as queries:
        (row,) = performance_of(lhasa.programme, today=lhasa.programme.business_date)
    assert row.done == 50_000 and row.median is not None
    assert Unit.objects.get(pk=row.unit_id).name == row.unit
    slowest = max(float(query["time"]) for query in queries.captured_queries)
    assert slowest < 2.0, f"{slowest} s"
