"""Divisions: loading, names, former names, successors, codes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaichuang.places.catalogue import catalogue, short_name
from kaichuang.places.models import Division, Level, Succession
from kaichuang.places.operations import load_divisions
from kaichuang.places.pinyin import initials, sort_key
from kaichuang.places.queries import (
    DivisionAmbiguous,
    DivisionUnknown,
    ancestors_of,
    descendants_of,
    find_division,
    full_name,
    is_within,
    resolve_division,
    search_divisions,
)
from kaichuang.places.queries.divisions import ancestor_codes

pytestmark = pytest.mark.django_db

CODES = st.sampled_from([entry.row.code for entry in catalogue().entries])


def test_a_migrated_database_has_all_divisions_of_today() -> None:
    current = Division.objects.filter(until_year=None)
    assert current.filter(level=Level.PROVINCE).count() == 34
    # 333 prefecture-level divisions, the four municipalities' own sections not counted.
    assert 330 <= current.filter(level=Level.CITY).count() <= 340
    assert 2800 <= current.filter(level=Level.COUNTY).count() <= 2900


def test_loading_twice_changes_nothing_and_keeps_own_divisions() -> None:
    Division.objects.create(code="330226001", name="跃龙街道", level=Level.TOWN, parent_id="330226")
    before = list(Division.objects.values_list())
    load_divisions()
    assert list(Division.objects.values_list()) == before
    assert Succession.objects.count() == len(catalogue().successions)


@pytest.mark.parametrize(
    ("code", "name", "above"),
    [
        ("330226", "宁海县", "浙江省宁波市"),
        ("320600", "南通市", "江苏省"),
        ("370200", "青岛市", "山东省"),
        ("540100", "拉萨市", "西藏自治区"),
        ("630000", "青海省", ""),
        ("330113", "临平区", "浙江省杭州市"),
        ("330114", "钱塘区", "浙江省杭州市"),
        ("419001", "济源市", "河南省"),
        ("232761", "加格达奇区", "黑龙江省大兴安岭地区"),
    ],
)
def test_a_division_knows_its_name_and_what_is_above(code: str, name: str, above: str) -> None:
    division = Division.objects.get(code=code)
    assert (division.name, full_name(division)) == (name, above + name)


@pytest.mark.parametrize(
    "text",
    ["宁海县", "宁海", "330226", "浙江省宁波市宁海县", "浙江宁海", "浙江省 宁海县", "宁波市宁海县", " 宁海 "],
)
def test_a_name_is_found_however_it_is_written(text: str) -> None:
    assert find_division(text).code == "330226"


@pytest.mark.parametrize(
    ("former", "code", "today"),
    [
        ("即墨市", "370282", ["370215"]),
        ("海门市", "320684", ["320614"]),
        ("堆龙德庆县", "540125", ["540103"]),
        ("达孜县", "540126", ["540104"]),
        ("下城区", "330103", ["330105"]),
        ("江干区", "330104", ["330102", "330114"]),
        ("余杭市", "330184", ["330110"]),
        ("港闸区", "320611", ["320613"]),
        ("胶南市", "370284", ["370211"]),
        ("鄞县", "330227", ["330212"]),
    ],
)
def test_a_former_division_leads_to_what_took_its_place(former: str, code: str, today: list[str]) -> None:
    found = resolve_division(former)
    assert found.division.code == code
    assert [division.code for division in found.successors] == today
    assert (found.current is None) == (len(today) > 1)


def test_a_short_name_means_the_division_in_use() -> None:
    assert find_division("即墨").code == "370215"
    assert find_division("崇川区").code == "320613"


def test_a_former_name_of_a_code_is_found() -> None:
    assert find_division("襄樊市").name == "襄阳市"


def test_an_ambiguous_name_is_answered_with_the_choices() -> None:
    with pytest.raises(DivisionAmbiguous) as caught:
        find_division("鼓楼区")
    assert {choice.code for choice in caught.value.choices} == {"320106", "320302", "350102", "410204"}
    assert "江苏省南京市鼓楼区（320106）" in str(caught.value)
    assert find_division("徐州鼓楼区").code == "320302"
    assert find_division("鼓楼区", within="350000").code == "350102"


def test_abolished_districts_of_one_name_in_several_cities_are_ambiguous() -> None:
    with pytest.raises(DivisionAmbiguous):
        find_division("南市区")


@pytest.mark.parametrize("text", ["不存在县", "999999", "", "   ", "市辖区"])
def test_what_is_no_division_is_refused(text: str) -> None:
    with pytest.raises(DivisionUnknown, match="没有名为"):
        find_division(text)


def test_a_city_is_meant_before_the_county_in_it() -> None:
    assert find_division("辽宁朝阳").code == "211300"


@pytest.mark.parametrize(
    ("code", "place", "expected"),
    [
        ("330226", "330200", True),
        ("330226", "330000", True),
        ("330226", "000000", True),
        ("330226", "330226", True),
        ("330226001", "330226", True),
        ("330200", "330226", False),
        ("330226", "320600", False),
        ("370282", "370200", True),
    ],
)
def test_within_is_told_by_the_code(code: str, place: str, expected: bool) -> None:
    assert is_within(code, place) is expected


@settings(max_examples=300, deadline=None)
@given(inner=CODES, place=CODES)
def test_within_and_ancestors_agree(inner: str, place: str) -> None:
    assert is_within(inner, place) == (place == inner or place in ancestor_codes(inner))


def test_ancestors_and_descendants_mirror_each_other() -> None:
    ningbo = Division.objects.get(code="330200")
    inside = list(descendants_of(ningbo))
    assert len(inside) == 10
    assert all(ningbo in ancestors_of(division) for division in inside)
    assert descendants_of(ningbo, current=False).count() > len(inside)


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("长安区", "chang an"), ("重庆市", "chong qing"), ("厦门市", "xia men"), ("六安市", "lu an"), ("台州市", "tai zhou"),
        ("乐清市", "yue qing"), ("丽水市", "li shui"), ("蚌埠市", "beng bu"), ("番禺区", "pan yu"), ("曲水县", "qu shui"),
        ("乐都区", "le du"), ("单县", "shan xian"), ("浚县", "xun xian"),
    ],
)  # fmt: skip
def test_place_names_are_read_as_places(name: str, start: str) -> None:
    assert sort_key(name).startswith(start)


def test_initials_are_the_first_letters() -> None:
    assert initials("宁海县") == "nhx"


def test_short_names_lose_the_kind_only() -> None:
    names = ["内蒙古自治区", "玉树藏族自治州", "新疆维吾尔自治区", "堆龙德庆区", "鄞县", "香港特别行政区"]
    assert [short_name(name) for name in names] == ["内蒙古", "玉树", "新疆", "堆龙德庆", "鄞县", "香港"]


@pytest.mark.parametrize(
    ("text", "code"), [("宁海", "330226"), ("ning hai", "330226"), ("即墨市", "370282"), ("3302", "330200")]
)
def test_search_finds_by_part_former_name_pinyin_and_code(text: str, code: str) -> None:
    assert search_divisions(text).filter(code=code).exists()


def test_every_succession_leads_to_a_division_and_never_in_a_circle() -> None:
    heirs: dict[str, set[str]] = {}
    for former, successor in Succession.objects.values_list("former_id", "successor_id"):
        heirs.setdefault(former, set()).add(successor)
    for start in heirs:
        seen, queue = set(), [start]
        while queue:
            for heir in heirs.get(queue.pop(), ()):
                assert heir != start, start
                if heir not in seen:
                    seen.add(heir)
                    queue.append(heir)
