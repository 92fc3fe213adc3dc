"""The queue with ten thousand cases: as many queries as with one."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kaichuang.cases.models import Case

from .conftest import Place
from .test_desk import client_of
from .test_filing import submitted


def multiply(case: Case, times: int) -> None:
    """Copies of a case with its stay and its running limit, each due on another day."""
    skip = {"id", "number", "beneficiary_id"}
    names = [field.attname for field in Case._meta.concrete_fields if field.attname not in skip]
    columns = ", ".join(names)
    stay = case.stays.get(left_at=None)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO cases_case (number, {columns}) "
            f"SELECT 'N' || lpad(g::text, 6, '0'), {columns} FROM cases_case, generate_series(1, %s) g WHERE id = %s",
            [times, case.pk],
        )
        cursor.execute(
            "INSERT INTO clock_deadline (programme_id, subject_type, subject_id, name, clause, started_on, "
            '"limit", in_working_days, from_next_day, extends, due_on) '
            "SELECT programme_id, 'test.case', id::text, '受理', '', as_of, 5, true, true, true, as_of + (id % 40)::int - 20 "
            "FROM cases_case WHERE number LIKE 'N%'"
        )
        cursor.execute(
            "INSERT INTO cases_stay (case_id, state, stage, desk_id, entered_at, entered_on, left_by, deadline_id) "
            "SELECT c.id, c.state, c.stage, c.desk_id, %s, %s, '', d.id FROM cases_case c "
            "JOIN clock_deadline d ON d.subject_type = 'test.case' AND d.subject_id = c.id::text",
            [stay.entered_at, stay.entered_on],
        )
        cursor.execute("ANALYZE cases_case, cases_stay, clock_deadline")


def test_ten_thousand_cases_cost_no_more_queries_than_one(qinghai: Place) -> None:
    case = submitted(qinghai, qinghai.party("青海新芽科技")[1])
    client = client_of(qinghai, qinghai.staff("officer"))
    address = reverse("cases:desk")
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    multiply(case, 10_000)
    client.get(address)
    for query in (
        "",
        "?cases-sort=-ceiling_fen",
        "?cases-page=150",
        "?stage=acceptance&due=overdue",
        "?q=青海",
    ):
        with CaptureQueriesContext(connection) as many:
            page = client.get(address + query)
        assert page.context["table"].total > 0
        assert len(many) <= len(few) + 1
    assert len(few) <= 32, len(few)
