"""A place with money: budgets, rounds, people, and cases brought to where the money begins."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from kaichuang.cases.models import Case
from kaichuang.cases.operations.evidence import add_paper
from kaichuang.cases.operations.matters import open_round
from kaichuang.cases.queries.papers import missing_papers
from kaichuang.kit.actor import Actor
from kaichuang.ledger.models import Batch, Budget, Claim, Payment
from kaichuang.ledger.operations import (
    LinePlan,
    adopt_budget,
    approve_batch,
    make_batch,
    reconcile,
    send_batch,
)
from kaichuang.ledger.queries import verify
from kaichuang.parties.models import Party
from kaichuang.publicity.operations.close import close_due
from kaichuang.support.models import PayeeAccount
from kaichuang.support.operations.accounts import confirm_account
from kaichuang.support.operations.follow import follow_payments

from ..cases.conftest import Place, lhasa, ninghai, open_place, qinghai

__all__ = ["lhasa", "ninghai", "open_place", "qinghai"]

WAN = 1_000_000
_size = count(8)
_batch = count(1)


def paper() -> SimpleUploadedFile:
    """A picture that no other paper is the same as."""
    size = next(_size)
    out = io.BytesIO()
    Image.new("RGB", (size % 200 + 1, size // 200 + 1), "white").save(out, "PNG")
    return SimpleUploadedFile(f"paper{size}.png", out.getvalue(), content_type="image/png")


@dataclass
class Fund:
    """A place with its people, through whose hands cases and money go."""

    place: Place
    people: dict[str, Actor] = field(default_factory=dict)

    def __getattr__(self, role: str) -> Actor:
        if role.startswith("_"):
            raise AttributeError(role)
        if role not in self.people:
            self.people[role] = self.place.staff("finance" if role == "checker" else role)
        return self.people[role]

    def budget(self, code: str, total: int, lines: dict[str, int], *, year: int = 0, **more: str) -> Budget:
        return adopt_budget(
            programme=self.place.programme,
            year=year or self.today.year,
            code=code,
            title=code,
            total=total,
            lines=[
                LinePlan(line, f"科目{line}", amount, funder=more.get(line, ""))
                for line, amount in lines.items()
            ],
            document="批复1号",
            actor=self.finance,
            now=self.place.now,
        )

    @property
    def today(self) -> date:
        day = self.place.programme.business_date
        assert day is not None
        return day

    def round(self, matter: str, *, shortfall: str = "queue", pot: int | None = None, days: int = 60) -> Any:
        now = self.place.now
        return open_round(
            matter=self.place.matter(matter),
            title=f"{matter} 批次",
            opens_at=now - timedelta(days=1),
            closes_at=now + timedelta(days=days),
            year=self.today.year,
            shortfall=shortfall,
            pot_fen=pot,
            actor=self.place.system,
            now=now - timedelta(days=2),
        )

    def applicant(self, *, account: bool = True, name: str = "") -> tuple[Party, Actor]:
        party, actor = self.place.party(name)
        if account:
            self.account(party, actor)
        return party, actor

    def account(self, party: Party, actor: Actor, number: str = "6222020200112233445") -> PayeeAccount:
        return confirm_account(
            party=party,
            holder=party.name,
            bank="工行宁海支行",
            number=number,
            actor=actor,
            now=self.place.now,
        )

    def submitted(self, matter: str, actor: Actor, **facts: Any) -> Case:
        case = self.place.draft(matter, actor, **facts)
        for code, _title in missing_papers(case):
            add_paper(case=case, paper=code, upload=paper(), actor=actor, now=self.place.now)
        return self.place.move(case, "submit", actor)

    def accepted(self, matter: str, actor: Actor, **facts: Any) -> Case:
        return self.place.move(self.submitted(matter, actor, **facts), "accept", self.officer)

    def to_decision(self, case: Case, amount: int | None = None) -> Case:
        """Through check, proposal and publicity."""
        case = self.place.move(case, "check", self.officer)
        data = {} if amount is None else {"amount_fen": amount}
        case = self.place.move(case, "propose", self.officer, **data)
        both = replace(self.officer, roles=frozenset({"officer", "leader"}))
        case = self.place.move(case, "publicise", both)
        self.place.pass_days(14)
        close_due(now=self.place.now)
        case.refresh_from_db()
        assert case.state == "decision"
        return case

    def decided(self, case: Case, amount: int | None = None, reason: str = "") -> Case:
        data = {} if amount is None else {"amount_fen": amount}
        return self.place.move(case, "decide", self.leader, reason=reason, **data)

    def granted(self, matter: str, actor: Actor, amount: int | None = None, **facts: Any) -> Case:
        return self.decided(self.to_decision(self.accepted(matter, actor, **facts), amount))

    def send(self) -> Batch:
        """What is due goes to the bank."""
        batch = make_batch(
            programme=self.place.programme,
            number=f"B{next(_batch)}",
            due_by=self.today,
            actor=self.finance,
            now=self.place.now,
        )
        batch = approve_batch(batch=batch, actor=self.checker, now=self.place.now)
        send_batch(batch=batch, actor=self.finance, now=self.place.now)
        batch.refresh_from_db()
        return batch

    def answer(self, batch: Batch, result: str = "成功", note: str = "") -> None:
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(["支付编号", "结果", "日期", "说明"])
        for payment in Payment.objects.filter(batch=batch):
            writer.writerow([payment.pk, result, self.today.isoformat(), note])
        reconcile(batch=batch, data=out.getvalue().encode(), actor=self.finance, now=self.place.now)

    def pay(self) -> None:
        """Everything that is due is paid, and the cases hear of it."""
        self.answer(self.send())
        follow_payments(now=self.place.now)

    def claims(self, case: Case) -> list[Claim]:
        return list(Claim.objects.filter(pk__in=case.holdings.values("claim")).order_by("pk"))


@pytest.fixture
def fund(ninghai: Place) -> Iterator[Fund]:
    """Ninghai with its five million; afterwards the books are sound."""
    fund = Fund(ninghai)
    fund.budget("NH-M1", 500 * WAN, {"L1": 200 * WAN, "L2": 300 * WAN})
    yield fund
    assert verify().sound


def invoices(*amounts: int, number: str = "A") -> list[dict[str, Any]]:
    """Invoices of instruments bought in 2017, amounts in yuan."""
    return [
        {
            "number": f"{number}{at}",
            "issued_on": date(2017, 6, 1),
            "amount": amount * 100,
            "category": "instrument",
            "necessary": True,
            "claimed_before": False,
        }
        for at, amount in enumerate(amounts)
    ]
