"""No full value leaves: masks, the net under them, pages, API, files and the facts of PDFs."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.cn import ric

from kaichuang.files.models import Document
from kaichuang.kit.actor import Actor
from kaichuang.places.models import Programme
from kaichuang.publicity import masking
from kaichuang.publicity.columns import ColumnSpec, LineSpec, check
from kaichuang.publicity.operations import (
    accept_objection,
    announce,
    close_due,
    decide_objection,
    lodge_objection,
    open_announcement,
)

from .conftest import AFTER, OPENED, TEXT

HAN = st.text("张王李赵陈刘欧阳上官小明丽华建国卓玛迪丽热巴", min_size=2, max_size=6)
LATIN = st.text("abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=10).map(str.title)
NAMES = HAN | st.tuples(LATIN, LATIN).map(" ".join)
PHONES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
DAYS = st.dates(date(1940, 1, 1), date(2008, 1, 1))
IDENTITIES = st.builds(
    lambda place, day, number: _identity(f"{place}{day:%Y%m%d}{number:03d}"),
    st.sampled_from(["330226", "110105", "540102", "630105"]),
    DAYS,
    st.integers(1, 998),
)
ACCOUNTS = st.from_regex(r"62[0-9]{13,16}", fullmatch=True).map(
    lambda body: body + luhn.calc_check_digit(body)
)
ADDRESSES = st.builds(
    lambda place, street, number: f"{place}{street}{number}号",
    st.sampled_from(["浙江省宁波市宁海县", "宁海县", "西藏自治区拉萨市城关区", "青岛市市北区", ""]),
    st.sampled_from(["跃龙街道", "桃源中路", "阳光小区", "科技园区", "创业市场"]),
    st.integers(1, 999),
)


def _identity(body: str) -> str:
    return body + ric.calc_check_digit(body + "0")


@pytest.mark.parametrize(
    ("kind", "full", "shown"),
    [
        ("name", "张三", "张*"),
        ("name", "张小三", "张*三"),
        ("name", "欧阳小三", "欧**三"),
        ("name", "张", "*"),
        ("name", "迪丽热巴·买买提", "迪******提"),
        ("name", "John Smith", "J*** S****"),
        ("phone", "13800138000", "138****8000"),
        ("phone", "0574-65512345", "057*****2345"),
        ("phone", "1234", "****"),
        ("identity_number", "11010519491231002X", "110*************2X"),
        ("bank_account", "6222 0212 3456 7890 123", "*" * 15 + "0123"),
        ("address", "浙江省宁波市宁海县跃龙街道1号", "浙江省宁波市宁海县***"),
        ("address", "宁海县阳光小区3幢", "宁海县***"),
        ("address", "阳光小区3幢", "***"),
        ("email", "zhang@example.org", "z***@example.org"),
        ("organisation", "宁海新芽智能科技有限公司", "宁海********公司"),
    ],
)
def test_the_rule_by_examples(kind: str, full: str, shown: str) -> None:
    assert masking.MASKS[kind](full) == shown


@given(kind=st.sampled_from(sorted(masking.MASKS)), text=st.text(min_size=1, max_size=40))
def test_no_mask_breaks_on_any_text(kind: str, text: str) -> None:
    assert isinstance(masking.MASKS[kind](text), str)


@given(name=NAMES, phone=PHONES, identity=IDENTITIES, account=ACCOUNTS, address=ADDRESSES)
def test_a_mask_always_hides_something(
    name: str, phone: str, identity: str, account: str, address: str
) -> None:
    shown = {
        "name": (name, masking.name(name)),
        "phone": (phone, masking.phone(phone)),
        "identity_number": (identity, masking.identity_number(identity)),
        "bank_account": (account, masking.bank_account(account)),
        "address": (address, masking.address(address)),
    }
    for kind, (full, masked) in shown.items():
        assert "*" in masked and full not in masked, kind
        assert not list(masking.numbers_in(masked)), kind


@given(
    before=st.text("证号电话： ，abc", max_size=5),
    number=PHONES | IDENTITIES | ACCOUNTS,
    after=st.text("，。 元x", max_size=3),
    split=st.sampled_from(["", " ", "-", "\u3000"]),
)
def test_forgotten_numbers_are_found_wherever_they_stand(
    before: str, number: str, after: str, split: str
) -> None:
    assume(not (before[-1:].isascii() and before[-1:].isalpha()))
    assume(after[:1] != "x")
    written = split.join([number[:3], number[3:7], number[7:]])
    spec = ColumnSpec("note", "备注")
    checked = check([spec], [LineSpec(subject=None, cells={"note": before + written + after})])
    assert {problem.code for problem in checked.problems} == {"cell"}


PERSONAL = (
    ColumnSpec("name", "姓名", mask="name"),
    ColumnSpec("identity", "身份证号", mask="identity_number", kind="masked"),
    ColumnSpec("phone", "手机", mask="phone", kind="masked"),
    ColumnSpec("account", "账号", mask="bank_account", kind="masked"),
    ColumnSpec("address", "地址", mask="address", kind="masked"),
)


@pytest.mark.django_db
@given(name=HAN, phone=PHONES, identity=IDENTITIES, account=ACCOUNTS, address=ADDRESSES, author=HAN)
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_full_value_is_in_page_api_file_or_document(
    programme: Programme,
    unit: Any,
    officer: Actor,
    public: Actor,
    name: str,
    phone: str,
    identity: str,
    account: str,
    address: str,
    author: str,
) -> None:
    from django.core.cache import cache

    cache.clear()
    assume(len(set(author)) > 1 and len(name) > 2 and author not in name and len(author) > 2)
    mobile = "13" + phone[2:]
    values = {"name": name, "identity": identity, "phone": phone, "account": account, "address": address}
    announcement = open_announcement(
        announcement=announce(
            programme=programme,
            kind="award",
            title="公示",
            columns=PERSONAL,
            lines=[LineSpec(subject=None, cells=values)],
            days=5,
            clause="",
            unit=unit,
            actor=officer,
            now=OPENED,
        ),
        actor=officer,
        now=OPENED,
    )
    line = announcement.lines.get()
    objection = lodge_objection(
        announcement=announcement,
        line=line,
        text=TEXT,
        name=author,
        phone=mobile,
        actor=public,
        now=OPENED,
    )
    accepted = accept_objection(objection=objection, actor=officer, now=OPENED)
    decide_objection(objection=accepted, upheld=True, reason="发票重复。", actor=officer, now=OPENED)
    close_due(now=AFTER)
    seen = _everything(announcement.pk, objection.code, programme.slug)
    for document in Document.objects.filter(programme=programme):
        seen += f"{document.title}{document.number}{document.data}{document.facts}"
    for full in (*values.values(), author, mobile):
        assert full not in seen, full


def _everything(pk: int, code: str, slug: str) -> str:
    client = Client()
    pages = [
        f"/publicity/?programme={slug}",
        "/publicity/feed/",
        f"/publicity/{pk}/",
        f"/publicity/{pk}/?export=lines.csv",
        f"/publicity/{pk}/object/?line=1",
        f"/publicity/objections/{code}/",
        f"/api/publicity/announcements/{pk}",
        f"/api/publicity/announcements/{pk}/lines",
        f"/api/publicity/receipts/{code}",
    ]
    text = ""
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200, page
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined, arg-type]  # a streaming answer
        text += body.decode()
    return text


@pytest.mark.django_db
def test_the_file_holds_what_the_page_holds(opened: Callable[..., Any]) -> None:
    announcement = opened(
        columns=(ColumnSpec("name", "姓名", mask="name"), ColumnSpec("amount", "金额", kind="money")),
        lines=[LineSpec(subject=None, cells={"name": "=张小三", "amount": 123_45})],
    )
    answer = Client().get(f"/publicity/{announcement.pk}/?export=lines.csv")
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))  # type: ignore[attr-defined, arg-type]  # a streaming answer
    assert rows[0] == ["序号", "姓名", "金额（元）", "状态"]
    assert rows[1] == ["1", "'=**三", "123.45", "公示中"]
