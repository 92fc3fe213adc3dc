"""What the pages, the API and the commands show, and to whom."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kaichuang.accounts.models import User
from kaichuang.accounts.strong import STRONG_KEY
from kaichuang.kit.actor import Actor
from kaichuang.ledger import demo
from kaichuang.ledger.cli import ledger
from kaichuang.ledger.enums import AccountKind
from kaichuang.ledger.models import Account, Batch, Budget, Claim, Limit, Transfer
from kaichuang.ledger.operations import Pool, commit, make_batch, party_account, request_payment, reserve
from kaichuang.parties.models import Membership, Party, RoleGrant
from kaichuang.places.models import Programme

from .conftest import WAN, settle, sound

DAY = date(2026, 3, 2)
SYSTEM = Actor.system("test")
pytestmark = pytest.mark.filterwarnings("ignore:No directory at:UserWarning")


def signed_in(programme: Programme, *roles: str, party: Party | None = None) -> Client:
    user = User.objects.create_user(username=f"u{User.objects.count()}", name="林晓", password="x")
    for role in roles:
        RoleGrant.objects.create(user=user, programme=programme, role=role, since=date(2015, 1, 1))
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    session = client.session
    session[STRONG_KEY] = True
    session["programme"] = programme.slug
    if party is not None:
        Membership.objects.create(user=user, party=party, kind="owner", since=date(2015, 1, 1))
        session["party"] = party.pk
    session.save()
    return client


@pytest.fixture
def claim(line2: Pool, party: Party, now: datetime) -> Claim:
    posted = reserve(
        pool=line2,
        amount=20 * WAN,
        key="r",
        at=DAY,
        actor=SYSTEM,
        party_id=party.pk,
        measure="NH-M4",
        clause="NH 三(二)",
    )
    found = Claim.objects.get(pk=posted.id)
    commit(claim=found, amount=15 * WAN, key="c", at=DAY, actor=SYSTEM, now=now)
    found.refresh_from_db()
    return found


def test_everybody_sees_the_budget_with_its_clause(
    budget: Budget, claim: Claim, programme: Programme
) -> None:
    client = Client()
    text = client.get(reverse("ledger:budgets"), {"programme": programme.slug}).content.decode()
    assert "众创空间专项资金" in text
    assert "NH 三(二)" in text
    page = client.get(reverse("ledger:budget", args=[budget.pk])).content.decode()
    assert "2,800,000" in page
    measures = client.get(reverse("ledger:measures")).content.decode()
    assert "NH-M4" in measures
    assert "不足3家" in measures


def test_a_party_sees_its_own_and_no_more(
    claim: Claim, programme: Programme, party: Party, other_party: Party, line2: Pool
) -> None:
    own = party_account(programme_id=programme.pk, party_id=party.pk, kind=AccountKind.RECEIVABLE)
    mine, stranger = (signed_in(programme, "founder", party=one) for one in (party, other_party))
    assert mine.get(reverse("ledger:claim", args=[claim.pk])).status_code == 200
    assert mine.get(reverse("ledger:account", args=[own.pk])).status_code == 200
    assert mine.get(reverse("ledger:transfer", args=[claim.pk])).status_code == 200
    assert mine.get(reverse("ledger:account", args=[line2.available])).status_code == 404
    for name, pk in (("claim", claim.pk), ("account", own.pk), ("transfer", claim.pk)):
        assert stranger.get(reverse(f"ledger:{name}", args=[pk])).status_code == 404
    assert [row["id"] for row in mine.get("/api/ledger/claims").json()] == [claim.pk]
    assert stranger.get("/api/ledger/claims").json() == []


def test_the_account_drills_down_to_the_voucher(claim: Claim, programme: Programme, line2: Pool) -> None:
    client = signed_in(programme, "auditor")
    address = reverse("ledger:account", args=[line2.available])
    text = client.get(address, {"since": "2026-01-01", "until": "2026-12-31"}).content.decode()
    assert reverse("ledger:transfer", args=[claim.pk]) in text
    assert "2,800,000" in text
    voucher = client.get(reverse("ledger:transfer", args=[claim.pk])).content.decode()
    assert address in voucher


def test_the_exported_statement_adds_up(claim: Claim, programme: Programme, line2: Pool) -> None:
    client = signed_in(programme, "auditor")
    query = {"since": "2026-01-01", "until": "2026-12-31", "export": "statement.csv"}
    answer = client.get(reverse("ledger:account", args=[line2.available]), query)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))[1:]
    figures = [[float(cell.replace(",", "") or 0) for cell in row[-3:]] for row in rows]
    opening, *moves, closing = figures
    assert opening[2] + sum(move[0] - move[1] for move in moves) == closing[2] == 2_800_000
    assert sum(move[0] for move in moves) == closing[0]


def test_the_api_gives_the_same_statement(claim: Claim, programme: Programme, line2: Pool) -> None:
    client = signed_in(programme, "leader")
    address = f"/api/ledger/accounts/{line2.available}/statement?since=2026-01-01&until=2026-12-31"
    found = client.get(address).json()
    assert found["opening"] + found["debit"] - found["credit"] == found["closing"] == 280 * WAN
    (budget,) = client.get("/api/ledger/budgets").json()
    assert sum(line["usage"]["total"] for line in budget["lines"]) == 500 * WAN
    assert client.get("/api/ledger/measures").json()[0]["parties"] is None


def test_finance_adopts_and_adjusts_in_the_browser(programme: Programme) -> None:
    client = signed_in(programme, "finance")
    form = {
        "year": "2026",
        "code": "NH-M1",
        "title": "专项资金",
        "total": "500万",
        "lines": "L1，孵化器，200万，运营\nL2,扶持,3000000",
        "document": "宁政发1号",
    }
    wrong = client.post(reverse("ledger:adopt"), form | {"total": "499万"})
    assert wrong.status_code == 422
    assert "不符" in wrong.content.decode()
    assert client.post(reverse("ledger:adopt"), form | {"lines": "L1"}).status_code == 422
    assert client.post(reverse("ledger:adopt"), form).status_code == 302
    budget = Budget.objects.get()
    first, second = budget.lines.order_by("code")
    change = {
        f"line_{first.pk}": "-10万",
        f"line_{second.pk}": "10万",
        "document": "d",
        "reason": "r",
        "key": "k1",
    }
    adjust = reverse("ledger:adjust", args=[budget.pk])
    assert client.post(adjust, change | {f"line_{second.pk}": "9万"}).status_code == 422
    for _ in range(2):  # the form sent twice moves money once
        assert client.post(adjust, change).status_code == 302
    assert Account.objects.get(pool=first.pool, kind="available").balance.balance == 190 * WAN
    carry = client.post(reverse("ledger:carry_over", args=[budget.pk]), {"document": "d", "reason": "r"})
    assert carry.status_code == 302
    assert client.post(reverse("ledger:close", args=[budget.pk])).status_code == 302
    budget.refresh_from_db()
    assert budget.state == "closed"


def test_a_batch_goes_through_the_browser_with_two_persons(
    claim: Claim, programme: Programme, finance: Actor, now: datetime
) -> None:
    request_payment(
        claim=claim,
        amount=15 * WAN,
        payee="宁海科创",
        bank="农商",
        account_number="6228480320001234",
        purpose="补助",
        due_on=DAY,
    )
    maker, checker = signed_in(programme, "finance"), signed_in(programme, "finance")
    made = maker.post(reverse("ledger:make_batch"), {"number": "1", "due_by": "2026-12-31"})
    batch = Batch.objects.get()
    assert made.url == reverse("ledger:batch", args=[batch.pk])
    page = maker.get(made.url).content.decode()
    assert "6228480320001234" not in page
    assert "6228" in page
    assert maker.post(reverse("ledger:approve", args=[batch.pk])).status_code == 403
    assert checker.post(reverse("ledger:approve", args=[batch.pk])).status_code == 302
    file = maker.post(reverse("ledger:send", args=[batch.pk]))
    assert "6228480320001234" in file.content.decode()
    (payment,) = batch.payments.all()
    data = f"支付编号,结果,日期,说明\n{payment.pk},成功,2026-03-05,\n".encode()
    address = reverse("ledger:results", args=[batch.pk])
    assert maker.post(address, {"file": SimpleUploadedFile("r.csv", b"x,y\n1,2\n")}).status_code == 422
    assert maker.post(address, {"file": SimpleUploadedFile("r.csv", data)}).status_code == 302
    batch.refresh_from_db()
    assert batch.state == "settled"


def test_a_limit_is_raised_but_not_below_what_is_used(claim: Claim, programme: Programme) -> None:
    from kaichuang.ledger.operations import yuan

    limit = Limit.objects.create(
        programme=programme,
        code="l",
        name="上限",
        unit=yuan(),
        dimension="party",
        period="year",
        ceiling=30 * WAN,
    )
    client = signed_in(programme, "finance")
    assert "上限" in client.get(reverse("ledger:limits")).content.decode()
    address = reverse("ledger:limit", args=[limit.pk])
    assert client.post(address, {"ceiling": "19万"}).status_code == 422
    assert client.post(address, {"ceiling": "20万"}).status_code == 302


@pytest.mark.parametrize("name", ["accounts", "claims", "limits", "batches", "trial_balance"])
def test_a_list_asks_the_database_no_more_for_more_rows(
    programme: Programme, line2: Pool, finance: Actor, now: datetime, name: str
) -> None:
    client = signed_in(programme, "auditor")

    def one_more(n: int) -> None:
        party = Party.objects.create(kind="team", name=f"团队{n}")
        party_account(programme_id=programme.pk, party_id=party.pk, kind=AccountKind.WALLET)
        posted = reserve(pool=line2, amount=100, key=f"q{n}", at=DAY, actor=SYSTEM, party_id=party.pk)
        claim = Claim.objects.get(pk=posted.id)
        commit(claim=claim, amount=100, key=f"qc{n}", at=DAY, actor=SYSTEM, now=now)
        claim.refresh_from_db()
        request_payment(
            claim=claim, amount=100, payee="x", bank="x", account_number="1", purpose="x", due_on=DAY
        )
        make_batch(programme=programme, number=f"b{n}", due_by=DAY, actor=finance, now=now)

    counts = []
    client.get(reverse(f"ledger:{name}"))
    for n in range(3):
        one_more(n)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse(f"ledger:{name}")).status_code == 200
        counts.append(len(asked))
    assert counts[0] >= counts[2], counts
    # The frame around every page asks for session, user, roles and the badges of other contexts besides.
    assert len([query for query in asked if '"ledger_' in query["sql"]]) <= 5


def test_the_demo_tells_both_places_and_again_changes_nothing(db: None) -> None:
    from kaichuang.accounts import demo as accounts_demo
    from kaichuang.parties import demo as parties_demo
    from kaichuang.places import demo as places_demo

    now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    for part in (accounts_demo, places_demo, parties_demo):
        part.load(now=now)
    demo.load(now=now)
    settle()
    before = Transfer.objects.count()
    demo.load(now=now)
    assert Transfer.objects.count() == before
    lines = dict(
        Account.objects.filter(pool__startswith="2026.NH-M1", kind="available").values_list(
            "pool", "balance__balance"
        )
    )
    assert lines == {"2026.NH-M1.L1": (200 - 105) * WAN, "2026.NH-M1.L2": (300 - 63) * WAN}
    assert sound()


def test_the_commands_print_what_adds_up(claim: Claim, programme: Programme) -> None:
    settle()
    run = CliRunner()
    good = run.invoke(ledger, ["verify", "--json"])
    assert good.exit_code == 0, good.output
    assert json.loads(good.stdout)["sound"]
    trial = run.invoke(ledger, ["trial-balance", "--programme", programme.slug])
    last = list(csv.reader(io.StringIO(trial.stdout)))[-1]
    assert last[3] == last[4]
    account = ["--account", "2026.NH-M1.L2.available", "--since", "2026-01-01", "--until", "2026-12-31"]
    drawn = run.invoke(ledger, ["statement", "--programme", programme.slug, *account])
    rows = list(csv.reader(io.StringIO(drawn.stdout)))
    assert int(rows[1][-1]) + int(rows[-1][-3]) - int(rows[-1][-2]) == int(rows[-1][-1]) == 280 * WAN
    assert run.invoke(ledger, ["statement", "--programme", "nowhere", *account]).exit_code == 1
