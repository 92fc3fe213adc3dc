"""A library of invented policies, large enough to be slow: the words of the field with the frequencies of a language."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime

from kaichuang.places.models import Division, Programme
from kaichuang.policy.models import Clause, Document, Edition, EditionState, Part

NOW = datetime(2026, 3, 2, tzinfo=UTC)
WORDS = [
    "创新",
    "创业",
    "服务",
    "企业",
    "发展",
    "支持",
    "科技",
    "项目",
    "平台",
    "机构",
    "资金",
    "众创",
    "空间",
    "建设",
    "管理",
    "人才",
    "政策",
    "单位",
    "给予",
    "申请",
    "补贴",
    "孵化",
    "技术",
    "产业",
    "投资",
    "基金",
    "培训",
    "大学生",
    "高校",
    "园区",
    "奖励",
    "评价",
    "考核",
    "认定",
    "示范",
    "引导",
    "贷款",
    "担保",
    "贴息",
    "融资",
    "专利",
    "成果",
    "转化",
    "设备",
    "租金",
    "场地",
    "导师",
    "辅导",
    "大赛",
    "活动",
    "宣传",
    "统计",
    "监督",
    "备案",
    "公示",
    "申报",
    "审核",
    "材料",
    "期限",
    "比例",
    "上限",
    "标准",
    "年度",
    "国家",
    "省级",
    "市级",
    "县级",
    "部门",
    "财政",
    "税收",
    "减免",
    "社保",
    "就业",
    "返乡",
    "农民",
    "电商",
    "物流",
    "仪器",
    "检测",
    "共享",
    "众包",
    "众筹",
    "路演",
    "沙龙",
    "联盟",
    "协会",
    "知识",
    "产权",
    "法律",
    "会计",
    "咨询",
    "海外",
    "引进",
    "团队",
    "住房",
    "落户",
    "医疗",
    "教育",
    "文化",
    "旅游",
    "环保",
    "能源",
    "材料",
    "芯片",
    "软件",
    "数据",
    "网络",
    "安全",
    "信用",
    "诚信",
    "处罚",
    "整改",
    "撤销",
    "退出",
    "收回",
    "追究",
    "责任",
    "联席",
    "会议",
]
"""The field's own words, the most common ones first."""
_SIGNS = "".join(WORDS)


def vocabulary(size: int = 6000) -> list[str]:
    """`WORDS` at their ranks, thinned out by invented words of the same characters: the long tail of a language."""
    chance = random.Random(7)  # reproducible on purpose
    rest = ["".join(chance.choices(_SIGNS, k=2)) for _ in range(size)]
    words: list[str] = []
    own = iter(WORDS)
    for rank in range(size):
        word = next(own, None) if rank % 4 == 0 else None
        words.append(word or rest[rank])
    return words


_JOINTS = ("的", "和", "，", "、", "，并", "。", "，按照", "，对")


def build(clauses: int, *, per_document: int = 40) -> int:
    """Write `clauses` clauses in documents of `per_document`; returns how many documents."""
    place = Division.objects.get(code="330226")
    programme, _ = Programme.objects.get_or_create(slug="bench", defaults={"name": "基准", "place": place})
    chance = random.Random(20)  # reproducible on purpose
    documents = -(-clauses // per_document)
    for first in range(0, documents, 100):
        numbers = range(first, min(first + 100, documents))
        _write(programme, list(numbers), per_document, chance)
    return documents


def _write(programme: Programme, numbers: list[int], per_document: int, chance: random.Random) -> None:
    documents = Document.objects.bulk_create(
        Document(programme=programme, code=f"B{number}", title=_sentence(chance, 5)[:60])
        for number in numbers
    )
    editions = Edition.objects.bulk_create(
        Edition(
            document=document,
            ordinal=1,
            state=EditionState.PUBLISHED,
            title=document.title,
            signed_on=date(2010 + number % 15, 1 + number % 12, 1),
            imported_at=NOW,
            issued_at=NOW,
        )
        for number, document in zip(numbers, documents, strict=True)
    )
    parts = Part.objects.bulk_create(
        Part(edition=edition, position=0, kind="body", code=edition.document.code, title=edition.title)
        for edition in editions
    )
    rows = (row for part in parts for row in _clauses(part, per_document, chance))
    Clause.objects.bulk_create(rows, batch_size=2000)


def _clauses(part: Part, count: int, chance: random.Random) -> Iterator[Clause]:
    for position in range(count):
        yield Clause(
            edition_id=part.edition_id,
            part=part,
            position=position,
            level=1,
            number=str(position + 1),
            path=str(position + 1),
            heading=_sentence(chance, 2).strip("，。、的和并按照对"),
            paragraphs=[_sentence(chance, 30) for _ in range(2)],
        )


def _sentence(chance: random.Random, words: int) -> str:
    """Words by rank: the tenth is a tenth as common as the first."""
    picked = chance.choices(_VOCABULARY, weights=_WEIGHTS, k=words)
    return "".join(word + chance.choice(_JOINTS) for word in picked)


_VOCABULARY = vocabulary()
_WEIGHTS = [1 / rank for rank in range(2, len(_VOCABULARY) + 2)]
