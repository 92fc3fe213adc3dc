"""Finding parties by name, importing organisations, units."""

from __future__ import annotations

import io

import pytest
import xlsxwriter

from kaichuang.journal.queries import history_of
from kaichuang.kit.problems import NotAllowed, Refused
from kaichuang.parties.models import Party
from kaichuang.parties.operations import UnitSpec, import_organisations, load_units, register_person
from kaichuang.parties.operations.import_organisations import Imported
from kaichuang.parties.queries import find_unit, search_parties, unit_today
from kaichuang.parties.queries.parties import similar_parties
from kaichuang.places.models import Programme

from .conftest import NOW, SYSTEM, TODAY, Act, code, organisation

pytestmark = pytest.mark.django_db


def found(text: str) -> set[str]:
    return {party.name for party in search_parties(Party.objects.all(), text)}


def test_names_are_found_by_part_pinyin_initials_and_code(act: Act) -> None:
    first = organisation("宁海县星火科技有限公司")
    organisation("南通江海创业园")
    for text in ("星火", "宁海县星火", "科", "xinghuo", "nhxxh", "XINGHUO ke ji", first.uscc.lower()):
        assert found(text) == {first.name}, text
    assert found("火星") == set()
    assert found("创业") == {"南通江海创业园"}
    assert found("，。") == set()
    assert len(found("")) == 2


def test_a_person_is_found_by_the_whole_number_only(act: Act) -> None:
    register_person(
        name="张三", identity_number="33022619900307418X", actor=act("丙", "officer"), now=NOW, today=TODAY
    )
    assert found("33022619900307418x") == {"张三"}
    assert found("330226199003") == set()


def test_nearly_equal_names_are_shown_before_a_second_registration() -> None:
    organisation("宁海县星火科技有限公司")
    organisation("青岛海洋仪器股份有限公司")
    near = similar_parties(Party.objects.all(), "宁海星火科技有限公司")
    assert [party.name for party in near] == ["宁海县星火科技有限公司"]


def workbook(*rows: tuple[object, ...]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return out.getvalue()


HEAD = ("单位名称", "统一社会信用代码", "所在地", "成立日期", "联系电话", "电子邮箱")


def read(act: Act, data: bytes, filename: str = "名单.xlsx") -> Imported:
    return import_organisations(
        data=data, filename=filename, actor=act("丙", "officer"), now=NOW, today=TODAY
    )


def test_a_workbook_is_taken_over_and_again_changes_nothing(act: Act, ninghai: Programme) -> None:
    rows = [
        HEAD,
        ("甲公司", code(1001), "宁海县", "2020-01-02", 13800001234, "a@example.com"),
        ("乙公司", code(1002).lower(), "330226", "2021/3/4", "", ""),
    ]
    result = read(act, workbook(*rows))
    assert (result.created, result.updated, result.unchanged) == (2, 0, 0)
    first = Party.objects.get(uscc=code(1001))
    assert (first.division_id, first.phone, str(first.registered_on)) == (
        "330226",
        "13800001234",
        "2020-01-02",
    )
    assert found("jiagongsi") == {"甲公司"}
    again = read(act, workbook(*rows))
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)
    rows[1] = ("甲新公司", code(1001), "", "", "", "")
    assert read(act, workbook(*rows)).updated == 1
    first.refresh_from_db()
    assert (first.name, first.phone) == ("甲新公司", "13800001234")
    assert history_of(ninghai).count() == 3


def test_every_wrong_cell_is_named_and_nothing_is_taken_over(act: Act) -> None:
    data = workbook(
        HEAD,
        ("甲公司", code(1001), "宁海县", "2020-01-02", "", ""),
        ("", "123", "火星", "某日", "", "not-mail"),
        ("丙公司", code(1001), "鼓楼区", "2030-01-01", "", ""),
    )
    with pytest.raises(Refused) as caught:
        read(act, data)
    fields = [problem.field for problem in caught.value.problems]
    assert fields == ["A3", "B3", "C3", "D3", "F3", "B4", "C4", "D4"]
    assert not Party.objects.exists()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_csv_of_both_encodings_is_read(act: Act, encoding: str) -> None:
    text = f"名称,统一社会信用代码\n丁公司,{code(1003)}\n"
    assert read(act, text.encode(encoding), "名单.csv").created == 1


@pytest.mark.parametrize(
    ("data", "filename", "message"),
    [
        (b"no workbook", "x.xlsx", "无法读取"),
        ("名称\n甲\n".encode(), "x.csv", "统一社会信用代码"),
        (b"", "x.csv", "缺少列"),
    ],
)
def test_a_file_that_is_no_list_is_refused(act: Act, data: bytes, filename: str, message: str) -> None:
    with pytest.raises(Refused, match=message):
        read(act, data, filename)


def test_founders_do_not_import(act: Act) -> None:
    with pytest.raises(NotAllowed):
        import_organisations(data=b"", filename="x.csv", actor=act("甲", "founder"), now=NOW, today=TODAY)


def test_units_come_from_packs_with_aliases_and_successors(ninghai: Programme) -> None:
    units = [
        UnitSpec(key="aic", name="县工商局", aliases=("工商局",), successor="县市场监督管理局"),
        UnitSpec(key="st", name="县科技局", aliases=("县科技部门",)),
    ]
    assert load_units(programme=ninghai, units=units, actor=SYSTEM, now=NOW) == 3
    assert load_units(programme=ninghai, units=units, actor=SYSTEM, now=NOW) == 0
    printed = find_unit(ninghai, "工商局")
    assert printed is not None
    assert (printed.name, unit_today(printed).name) == ("县工商局", "县市场监督管理局")
    assert find_unit(ninghai, "st") == find_unit(ninghai, "县科技部门")
    assert find_unit(ninghai, "不存在") is None
