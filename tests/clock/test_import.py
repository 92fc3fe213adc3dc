"""Import and export of calendar days."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from kaichuang.clock.models import Calendar, Day, DayKind
from kaichuang.clock.operations import export_days, import_days
from kaichuang.clock.queries import is_working_day, working_calendar
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import Refused

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
SYSTEM = Actor.system("test")
TABLE = "日期,类别,节日,依据\n2027-01-01,节假日,元旦,测试通知\n2027-01-03,调休上班,元旦,测试通知\n"


def read(text: str | bytes, **more: object) -> int:
    data = text.encode() if isinstance(text, str) else text
    return import_days(calendar=Calendar.objects.get(slug="cn"), data=data, actor=SYSTEM, now=NOW, **more)


def test_a_published_list_makes_a_whole_year() -> None:
    assert read(TABLE, fill_year=2027) == 365
    assert 2027 in working_calendar().years
    worked = [is_working_day(date(2027, 1, day)) for day in range(1, 6)]
    assert worked == [False, False, True, True, True]


def test_the_list_may_come_from_a_chinese_excel() -> None:
    assert read(TABLE.encode("gb18030"), fill_year=2027) == 365
    assert Day.objects.get(calendar="cn", date="2027-01-01").name == "元旦"


def test_every_wrong_line_is_named_and_nothing_is_taken_over() -> None:
    text = TABLE + "2027-13-01,节假日,元旦,x\n2027-02-01,假期,春节,x\n2027-01-01,节假日,元旦,x\n"
    with pytest.raises(Refused) as caught:
        read(text, fill_year=2027)
    assert [problem.field for problem in caught.value.problems] == ["A4", "B5", "A6"]
    assert not Day.objects.filter(date__year=2027).exists()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("日期,节日\n2027-01-01,元旦\n", "column_missing"),
        ("日期,类别\n", "empty_table"),
        ("", "column_missing"),
    ],
)
def test_a_table_that_is_no_calendar_is_refused(text: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        read(text)
    assert code in caught.value.codes


def test_a_day_of_another_year_is_refused_when_a_year_is_filled() -> None:
    with pytest.raises(Refused, match="不在2028年内"):
        read(TABLE, fill_year=2028)


def test_what_is_exported_can_be_imported_again() -> None:
    days = list(Day.objects.filter(calendar="cn", date__year=2026))
    before = list(Day.objects.filter(date__year=2026).values_list("date", "kind", "name", "source"))
    assert read(export_days(days)) == 365
    assert list(Day.objects.filter(date__year=2026).values_list("date", "kind", "name", "source")) == before
    assert {day.kind for day in days} == set(DayKind)
