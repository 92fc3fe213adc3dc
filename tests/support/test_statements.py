"""What a party was paid and owes, as a page, a table and a paper that add up again."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kaichuang.cases.models import Case
from kaichuang.files import store
from kaichuang.files.models import Document
from kaichuang.files.pdf.reader import text_of as words_of
from kaichuang.journal.models import Entry
from kaichuang.kit.actor import Actor
from kaichuang.kit.money import parse_yuan
from kaichuang.ledger.models import Account
from kaichuang.ledger.operations import statements
from kaichuang.ledger.queries import party_statement
from kaichuang.parties.models import Party
from kaichuang.support.operations.follow import follow_payments
from kaichuang.support.operations.recover import enter_receipt

from .conftest import WAN, Fund, invoices
from .test_pages import client_of, text_of

YEARS = "?since=2017-01-01&until=2018-12-31"
Money = tuple[Case, Party, Actor]


@pytest.fixture
def story(fund: Fund) -> Money:
    """120,000 yuan paid, returned by the bank, paid again; 50,000 claimed back, 20,000 of it received."""
    fund.round("NH-S4")
    party, actor = fund.applicant(name="海湾创客空间")
    case = fund.granted("NH-S4", actor, invoices=invoices(400_000), is_space_or_centre=True)
    batch = fund.send()
    fund.answer(batch)
    fund.answer(batch, "退票", "账户销户")
    follow_payments(now=fund.place.now)
    fund.account(party, actor, number="1234567890123")
    fund.pay()
    case.refresh_from_db()
    fund.place.pass_days(10)
    fund.place.move(case, "claw_back", fund.leader, reason="多付", clause="NH 三(四)", amount_fen=5 * WAN)
    enter_receipt(
        recovery=case.recoveries.get(), amount=2 * WAN, received_on=fund.today, reference="R1",
        actor=fund.finance, now=fund.place.now,
    )  # fmt: skip
    return case, party, actor


def test_both_parts_agree_with_the_claims_and_run_on_from_period_to_period(fund: Fund, story: Money) -> None:
    case, party, _actor = story
    between: dict[str, Any] = {"party": party, "programme": fund.place.programme}
    first = fund.today.replace(month=1, day=1)
    paid, owed = party_statement(since=first, until=fund.today, **between)
    assert (paid.debit, paid.credit, paid.closing) == (24 * WAN, 17 * WAN, 7 * WAN)
    assert (owed.debit, owed.credit, owed.closing) == (5 * WAN, 2 * WAN, 3 * WAN)
    (claim,) = fund.claims(case)
    assert (claim.paid, claim.receivable) == (paid.closing, owed.closing)
    later = party_statement(since=fund.today, until=fund.today, **between)
    assert [one.closing for one in later] == [7 * WAN, 3 * WAN] and later[0].opening == 12 * WAN


def test_the_party_has_its_own_and_nobody_else_s(fund: Fund, story: Money) -> None:
    case, party, actor = story
    address = reverse("ledger:party_statement", args=[party.pk])
    recovery = reverse("support:recovery", args=[case.recoveries.get().pk])
    assert address in text_of(client_of(fund, fund.finance).get(recovery))
    officer = client_of(fund, fund.officer)
    assert address not in text_of(officer.get(recovery)) and officer.get(address).status_code == 404
    mine = client_of(fund, actor)
    assert address in text_of(mine.get(reverse("support:my_money")))
    page = text_of(mine.get(address + YEARS))
    assert "期末余额" in page and "70,000" in page and "30,000" in page
    assert client_of(fund, fund.finance).get(address).status_code == 200
    stranger = client_of(fund, fund.applicant()[1])
    assert stranger.get(address).status_code == 404
    assert stranger.post(reverse("ledger:party_statement_pdf", args=[party.pk])).status_code == 404
    assert Client().get(address).status_code == 302


def test_the_table_adds_up_on_its_own(fund: Fund, story: Money) -> None:
    _case, party, actor = story
    address = reverse("ledger:party_statement", args=[party.pk]) + YEARS + "&export=money.csv"
    text = b"".join(client_of(fund, actor).get(address)).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))[1:]
    for name, closing in (("已拨付", "70000"), ("应退还", "30000")):
        (first, *moves, last) = [row for row in rows if row[0] == name]
        assert first[3] == "期初余额" and last[8] == closing
        more, less = (sum(parse_yuan(row[at] or "0") for row in moves) for at in (6, 7))
        assert parse_yuan(first[8]) + more - less == parse_yuan(last[8])
        assert (parse_yuan(last[6]), parse_yuan(last[7])) == (more, less)


def test_the_paper_says_the_same_and_can_be_verified(fund: Fund, story: Money) -> None:
    _case, party, actor = story
    answer = client_of(fund, actor).post(reverse("ledger:party_statement_pdf", args=[party.pk]) + YEARS)
    assert answer["Content-Type"] == "application/pdf" and b"".join(answer).startswith(b"%PDF")
    document = Document.objects.get(recipient=party, template="ledger/statement")
    for section in document.data["sections"]:
        first, *rows = section["rows"]
        more, less = (sum(parse_yuan(row[at]) for row in rows if row[at]) for at in (4, 5))
        assert [parse_yuan(cell) for cell in section["total"][4:]] == [
            more, less, parse_yuan(first[6]) + more - less,
        ]  # fmt: skip
    told = re.sub(r"\s", "", words_of(store.path_of(document.attachment.content_id)))
    for words in (
        "资金对账单",
        "海湾创客空间",
        "240,000.00",
        "70,000.00",
        "30,000.00",
        "多付",
        document.printed_code,
    ):
        assert words in told
    public = text_of(Client().get(reverse("files:verify") + f"?code={document.code}"))
    assert "资金对账单" in public and "70,000.00" in public and "海湾创客空间" not in public
    assert Entry.objects.get(action="draw_statement").actor_user_id == actor.user_id


def test_finance_has_every_account_on_paper(fund: Fund, story: Money) -> None:
    account = Account.objects.get(programme=fund.place.programme, kind="treasury")
    finance = client_of(fund, fund.finance)
    assert "下载PDF对账单" in text_of(finance.get(reverse("ledger:account", args=[account.pk])))
    answer = finance.post(reverse("ledger:account_pdf", args=[account.pk]) + YEARS)
    assert b"".join(answer).startswith(b"%PDF")
    document = Document.objects.get(template="ledger/statement")
    assert document.data["sections"][0]["total"][4:] == ["20,000.00", "0.00", "20,000.00"]
    stranger = client_of(fund, fund.applicant()[1])
    assert stranger.post(reverse("ledger:account_pdf", args=[account.pk])).status_code == 404


def test_a_paper_that_would_be_too_long_says_what_to_do(
    fund: Fund, story: Money, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statements, "MOST_ROWS", 3)
    _case, party, actor = story
    answer = client_of(fund, actor).post(reverse("ledger:party_statement_pdf", args=[party.pk]) + YEARS)
    assert answer.status_code == 400 and "请缩短期间" in answer.content.decode()
