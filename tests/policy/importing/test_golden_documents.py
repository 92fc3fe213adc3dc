"""The five documents the project is measured by, and the samples, when they lie beside the project."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from typing import Any

import pytest

from kaichuang.policy.importing import Clause, ParsedDocument, parse_file

from .support import BESIDE, POLICIES, needs_policies

pytestmark = needs_policies

FACTS: dict[str, dict[str, str | None]] = {
    "000": {
        "title": "宁海县人民政府办公室关于印发发展众创空间推进大众创新创业实施意见的通知",
        "issuer": "宁海县人民政府办公室",
        "document_number": "宁政办发〔2016〕71号",
        "signed_on": "2016-08-19",
        "published_on": "2016-09-01",
        "effective_on": "2016-09-20",
        "expires_on": None,
        "status": None,
    },
    "001": {
        "title": "南通市政府关于印发《大众创业万众创新南通行动计划》的通知",
        "issuer": "南通市人民政府",
        "document_number": None,
        "signed_on": "2015-06-03",
        "published_on": "2018-02-28",
        "effective_on": "2015-06-03",
        "expires_on": None,
        "approved_by": "十四届市政府第46次常务会议",
        "approved_on": "2015-04-21",
    },
    "002": {
        "title": "青岛市人民政府关于加快众创空间建设支持创客发展的实施意见",
        "issuer": "青岛市人民政府",
        "document_number": "青政发〔2015〕30号",
        "signed_on": "2015-12-23",
        "published_on": "2015-12-28",
        "effective_on": "2015-12-28",
        "expires_on": "2018-12-31",
        "status": "失效",
        "registration_number": "QDCR-2015-001013",
        "index_number": "160104153040188456",
        "theme": "其他",
    },
    "003": {
        "title": "关于加强创新创业中心建设进一步推进大众创业万众创新的实施意见",
        "issuer": None,
        "document_number": None,
        "signed_on": None,
        "published_on": "2019-03-18",
        "effective_on": "2019-01-01",
        "expires_on": "2020-12-31",
        "status": None,
    },
    "004": {
        "title": "青海省人民政府办公厅关于加快大众创业万众创新支撑平台建设服务实体经济转型升级的实施意见",
        "issuer": "青海省人民政府办公厅",
        "document_number": "青政办〔2017〕2号",
        "signed_on": "2017-01-01",
        "published_on": "2017-07-30",
        "effective_on": "2017-01-01",
        "expires_on": None,
    },
}
CITED = {
    "000": [
        "国发〔2015〕32号",
        "国办发〔2015〕9号",
        "浙政办发〔2015〕79号",
        "甬政办发〔2015〕173号",
        "宁人才发〔2016〕3号",
    ],
    "001": ["国办发〔2015〕9号", None, None, None],
    "002": [
        "青政发〔2016〕40号",
        "国发〔2015〕32号",
        "国发〔2015〕53号",
        "青发〔2015〕8号",
        "青政发〔2014〕32号",
    ],
    "003": ["国发〔2018〕32号", None, None, None],
    "004": ["国发〔2015〕53号", "国办发〔2016〕7号"],
}
# Line, words of the damaged place, and words of the proposed correction (None: nothing to propose).
DAMAGE: dict[str, list[tuple[int, str, str | None]]] = {
    "000": [
        (3, "71号号", "〔2016〕71号"),
        (23, "国发〔2015〕32号)《", "、《"),
        (23, "国办发〔2015〕9号)《", "、《"),
        (134, "开展“创新创业", "创新创业 潮涌宁海”"),
        (136, "潮涌宁海”", "潮涌宁海”"),
    ],
    "001": [
        (5, "来源:", "|"),
        (55, "、全覆盖", "高新区全覆盖"),
        (97, "大众创新万众创业", "大众创业万众创新"),
    ],
    "002": [
        (10, "规范性文件登记号", None),
        (45, "天幕城 “", "天幕城“"),
        (82, "加快众创空间建设", "加快众创空间建设支持创客发展"),
    ],
    "003": [
        (3, "来源", None),
        (7, "关于加强创新创业中心建设", "中心建设进一步"),
        (12, "为深化", "为深化拉萨"),
        (13, "201832号", "国发〔2018〕32号"),
        (13, "双创升级版", "“双创”"),
        (19, "众创空间双创中心孵化器", "众创空间—双创中心—孵化器"),
        (19, "互联网+”", "“互联网+”"),
        (23, "众创空间双创中心孵化器", "众创空间—双创中心—孵化器"),
        (33, "特色服务服务", "特色服务”服务"),
        (37, "引进来走出去", "“引进来”“走出去”"),
        (41, "多证合一先照后证", "“多证合一”“先照后证”"),
        (55, "拉萨梦创天使基金管理办法", "《拉萨梦创天使基金管理办法》"),
        (61, "邮享贷政府采购贷", "邮享贷、政府采购贷"),
        (61, "2.0”", "2.0”"),
        (75, "各类公共服务项目各县", "项目。各县"),
        (75, "创业券市科技局", "创业券。市科技局"),
        (75, "开展责任单位", "开展。责任单位"),
        (75, "本县、园区", "县(区)、园区"),
        (83, "市“两创示范办", "“两创示范”"),
        (83, "各县)园区", "各县(区)"),
        (83, "责任单位:两创示范", "市两创示范办"),
        (91, "联盟)以江苏", "；以江苏"),
        (91, "集聚高地以江苏", "；以江苏"),
        (91, "互联网+教育", "“互联网+”"),
        (95, "建立50高校", "50名高校"),
        (105, "两创示范领导小组", "“两创示范”"),
        (107, "201911日", "2019年1月1日"),
        (107, "20201231日", "2020年12月31日"),
    ],
    "004": [
        (1, "青政办〔2017〕2号", None),
        (3, "浏览量", None),
        (30, "各市州政府,省科技厅", None),
        (121, "郑州外资企业服务中心", None),
    ],
}
UNITS_003 = [
    "市科技局、工信局",
    "市科技局、工信局、工商联",
    "市科技局、工信局、金融办",
    "市工商局",
    "市科技局、工信局",
    "市科技局、工信局",
    "市金融办、市人社局",
    "市金融办",
    "市科技局",
    "市科技局",
    "市科技局",
    "城关区、堆龙德庆区、达孜区、经开区、柳梧新区",
    "两创示范",
    "市工信局",
    "市教育局",
    "市人社局、科技局",
]


def document(code: str) -> ParsedDocument:
    return parse_file(next(POLICIES.glob(f"{code}_*.txt")))


def simple(clause: Clause) -> dict[str, Any]:
    return {
        "line": clause.line,
        "level": clause.level,
        "no": clause.ordinal,
        "heading": clause.heading.text if clause.heading else None,
        "paras": [piece.text for piece in clause.paragraphs],
        "dash": [piece.text for piece in clause.items],
        "children": [simple(child) for child in clause.children],
    }


def golden(node: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in node.items() if key not in {"form", "children"}} | {
        "children": [golden(child) for child in node["children"]]
    }


@pytest.mark.parametrize("code", sorted(FACTS))
def test_every_clause_equals_the_golden_tree(code: str) -> None:
    expected = json.loads((POLICIES / "golden_tree.json").read_text(encoding="utf-8"))[code]
    parsed = document(code)
    for kind in ("body", "annex"):
        parts = [part for part in parsed.parts if part.kind == kind]
        assert [simple(clause) for part in parts for clause in part.clauses] == [
            golden(node) for node in expected.get(kind, [])
        ]


def test_the_five_documents_have_168_clauses() -> None:
    assert sum(1 for code in FACTS for _ in document(code).walk()) == 168


@pytest.mark.parametrize("code", sorted(FACTS))
def test_metadata_is_as_printed(code: str) -> None:
    metadata = document(code).to_json()["metadata"]
    assert {fact: metadata[fact] for fact in FACTS[code]} == FACTS[code]
    assert [citation["number"] for citation in metadata["cites"]] == CITED[code]


@pytest.mark.parametrize(
    ("code", "line", "found", "proposed"), [(c, *case) for c, cases in DAMAGE.items() for case in cases]
)
def test_every_known_damage_is_flagged_with_its_correction(
    code: str, line: int, found: str, proposed: str | None
) -> None:
    warnings = [w for w in document(code).warnings if w.line == line]
    text = (next(POLICIES.glob(f"{code}_*.txt"))).read_text(encoding="utf-8").split("\n")
    assert found in text[line - 1] or found in "".join(text[line - 1 : line + 1])
    hits = [w for w in warnings if found in w.found or w.found in found]
    assert hits, [w.found for w in warnings]
    assert proposed is None or any(proposed in (w.proposed or "") for w in hits), [w.proposed for w in hits]


def test_sound_text_raises_few_warnings() -> None:
    allowed = {"000": 8, "001": 8, "002": 5, "003": 50, "004": 8}
    assert {code: len(document(code).warnings) <= most for code, most in allowed.items()} == dict.fromkeys(
        allowed, True
    )


def clauses_by_path(clauses: list[Clause], before: str = "") -> list[tuple[str, Clause]]:
    found = []
    for clause in clauses:
        path = before + clause.number
        found += [(path, clause), *clauses_by_path(clause.children, path)]
    return found


def test_responsible_units_of_the_fifth_document_are_those_of_the_catalogue() -> None:
    catalogue = (BESIDE / "spec" / "catalogue.md").read_text(encoding="utf-8")
    table = catalogue.split("# Appendix B")[1].split("LS responsible")[0]
    expected = {
        m[1]: m[3].split(", ") for m in re.finditer(r"^\| (\S+) \| (\d+) \| (.*) \|$", table, re.MULTILINE)
    }
    found: dict[str, list[str]] = defaultdict(list)
    for path, clause in clauses_by_path(document("004").parts[0].clauses):
        for unit in clause.responsible:
            found[unit.unit].append(path)
    assert found == expected
    assert (len(found), sum(map(len, found.values()))) == (35, 160)


def test_responsible_units_of_the_fourth_document_are_as_printed() -> None:
    parsed = document("003")
    strings = ["、".join(r.unit for r in c.responsible) for c in parsed.walk() if c.responsible]
    assert strings == UNITS_003
    assert [unit.unit for unit in parsed.metadata.responsible] == ["市两创示范办", "市财政局"]


SHAPES = {
    "01": (18, 1, "上海市促进大型科学仪器设施共享规定"),
    "22": (66, 1, "廊坊市科技创新券实施细则(试行)"),
    "26": (37, 1, "中共柳河县委 柳河县人民政府关于支持重点产业加快发展的实施意见"),
    "37": (10, 1, "福建省人民政府关于大力推进大众创业万众创新十条措施的通知"),
    "44": (31, 1, None),
    "59": (39, 1, None),
    "66": (31, 2, "福建省工业和信息化省级龙头企业评价管理暂行办法"),
    "82": (115, 6, None),
}


@pytest.mark.parametrize("code", sorted(SHAPES))
def test_samples_come_out_whole_or_say_why_not(code: str) -> None:
    parsed = parse_file(next((POLICIES / "samples").glob(f"{code}_*.txt")))
    clauses, parts, title = SHAPES[code]
    assert (sum(1 for _ in parsed.walk()), len(parsed.parts), parsed.metadata.title) == (
        clauses,
        parts,
        title,
    )
    codes = {warning.code for warning in parsed.warnings}
    assert not codes & {"LOST_TEXT", "DOUBLED_TEXT", "ALTERED_TEXT"}
    assert title is not None or "NO_TITLE" in codes
