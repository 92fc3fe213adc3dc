"""When a document takes effect and until when, in the words in which documents say it."""

from __future__ import annotations

import pytest

from kaichuang.policy.importing import parse_text

LETTER = """云岭县人民政府关于支持创业的意见
云政发〔2020〕3号
各乡镇人民政府：
现提出如下意见。
一、支持对象
本县居民。
二、支持标准
每户五千元。
{sentence}
云岭县人民政府
{day}
"""
MARCH = "2020年3月1日"
SENTENCES = [
    ("本意见自2020年4月1日起施行，有效期3年。", MARCH, "2020-04-01", "2023-03-31"),
    ("本意见自2020年4月1日起实施，试行期一年。", "2020.3.1", "2020-04-01", "2021-03-31"),
    ("本意见自印发之日起施行，有效期至2022年12月31日。", "二〇二〇年三月一日", "2020-03-01", "2022-12-31"),
    ("本意见自2020年4月1日起至2022年3月31日止执行。", "２０２０年３月１日", "2020-04-01", "2022-03-31"),
    ("本意见有效期自2020年4月1日至2022年3月31日。", "二0二0年三月一日", "2020-04-01", "2022-03-31"),
    ("本意见从2020年4月1日开始执行，有效期为两年。", "2020-3-1", "2020-04-01", "2022-03-31"),
    ("本意见施行日期为2020年4月1日，有效期至二〇二五年三月三十一日。", MARCH, "2020-04-01", "2025-03-31"),
    ("本意见执行期限为2020年1月1日至2022年12月31日。", MARCH, "2020-01-01", "2022-12-31"),
    ("以上政策自2020年1月1日起执行，暂定执行三年。", MARCH, "2020-01-01", "2022-12-31"),
    ("本意见自下发之日起施行，由县人社局负责解释，有效期三年。", MARCH, "2020-03-01", "2023-02-28"),
]
COUNTED = [
    ("本意见自发布之日起30日后施行，有效期五年。", "2020-03-31", "2025-03-30"),
    ("本意见自发布之日起满30日施行。", "2020-03-31", None),
    ("本意见自2020年4月1日起30日后施行。", "2020-05-01", None),
    ("本意见自印发之日起一个月后实施，有效期36个月。", "2020-04-01", "2023-03-31"),
    ("本意见自2020年4月起执行。", "2020-04-01", None),
]


@pytest.mark.parametrize(("sentence", "day", "effective", "expires"), SENTENCES)
def test_effect_and_term_are_read(sentence: str, day: str, effective: str, expires: str | None) -> None:
    facts = parse_text(LETTER.format(sentence=sentence, day=day)).metadata.to_json()
    assert facts["signed_on"] == "2020-03-01"
    assert (facts["effective_on"], facts["expires_on"]) == (effective, expires)


@pytest.mark.parametrize(("sentence", "effective", "expires"), COUNTED)
def test_a_day_that_is_counted_out_is_doubted(sentence: str, effective: str, expires: str | None) -> None:
    document = parse_text(LETTER.format(sentence=sentence, day=MARCH))
    facts = document.metadata.to_json()
    assert (facts["effective_on"], facts["expires_on"]) == (effective, expires)
    assert "EFFECT_DATE_AMBIGUOUS" in {w.code for w in document.warnings}


def test_the_effect_of_a_repealed_document_is_not_taken_for_its_own() -> None:
    sentence = "2015年5月1日起施行的《云岭县创业办法》同时废止。本意见自2020年4月1日起施行。"
    facts = parse_text(LETTER.format(sentence=sentence, day=MARCH)).metadata
    assert str(facts.effective_on) == "2020-04-01"


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("云政发[2020]3号", "云政发〔2020〕3号"),
        ("云政发（2020）第3号", "云政发〔2020〕3号"),
        ("云政发【2O20】3号", "云政发〔2020〕3号"),
        ("云 政 发 〔２０２０〕 ３ 号", "云政发〔2020〕3号"),
        ("云政发〔2020〕3号　签发人：李某", "云政发〔2020〕3号"),
    ],
)
def test_a_document_number_is_read_in_any_brackets(printed: str, number: str) -> None:
    text = LETTER.format(sentence="特此通知。", day=MARCH).replace("云政发〔2020〕3号", printed)
    assert parse_text(text).metadata.document_number == number
