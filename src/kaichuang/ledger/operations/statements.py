"""Statements of account as PDF, with a verification code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from kaichuang.clock.queries import business_date
from kaichuang.files.enums import DocumentKind
from kaichuang.files.models import Document
from kaichuang.files.operations import issue_document
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.money import format_yuan
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused
from kaichuang.ledger.enums import TransferKind
from kaichuang.ledger.models import Account
from kaichuang.ledger.operations.accounts import CNY
from kaichuang.ledger.permissions import may_see_account, may_see_party
from kaichuang.ledger.queries.party_statement import Section, party_statement, section_of
from kaichuang.ledger.queries.statement import statement
from kaichuang.parties.models import Party
from kaichuang.places.models import Programme

MOST_ROWS = 3_000
"""Of one paper; a longer period is drawn in parts, or as CSV."""


@dataclass(frozen=True, slots=True)
class _Words:
    """Of one sort of statement: its title, the heads of the two columns, and how it is added up."""

    title: str
    more: str
    less: str
    note: str


def issue_statement(*, account: Account, since: date, until: date, actor: Actor, now: datetime) -> Document:
    """One account from `since` to `until`. Raises `Refused` for more rows than a paper holds."""
    require(may_see_account(actor, account))
    with override(settings.LANGUAGE_CODE):
        sections = (section_of(statement(account=account, since=since, until=until)),)
        facts = [
            [_("账户"), f"{account.code} {account.name}"],
            [_("计量单位"), _("元") if account.unit.code == CNY else account.unit.name],
        ]
        words = _Words(
            _("账户对账单"),
            _("借方"),
            _("贷方"),
            _("期末余额等于期初余额加借方合计减贷方合计。")
            if account.normal == 1
            else _("期末余额等于期初余额加贷方合计减借方合计。"),
        )
        return _issue(words, sections, facts, since, until, account.programme, account.party, actor, now)


def issue_party_statement(
    *, party: Party, programme: Programme, since: date, until: date, actor: Actor, now: datetime
) -> Document:
    """What the programme paid to a party and what the party owes it. Raises `Refused` as above."""
    require(may_see_party(actor, party, programme))
    with override(settings.LANGUAGE_CODE):
        sections = party_statement(party=party, programme=programme, since=since, until=until)
        facts = [[_("收款人"), party.name], *([[_("统一社会信用代码"), party.uscc]] if party.uscc else [])]
        words = _Words(
            _("资金对账单"),
            _("增加额"),
            _("减少额"),
            _("每一部分的期末余额等于期初余额加增加合计减减少合计。金额单位：元。"),
        )
        return _issue(words, sections, facts, since, until, programme, party, actor, now)


def _issue(
    words: _Words,
    sections: Sequence[Section],
    facts: list[list[str]],
    since: date,
    until: date,
    programme: Programme,
    recipient: Party | None,
    actor: Actor,
    now: datetime,
) -> Document:
    count = sum(len(section.rows) for section in sections)
    if count > MOST_ROWS:
        message = _("这一期间有%(count)d行，超过一份对账单的%(most)d行。请缩短期间，或下载CSV。")
        raise Refused(Problem("too_long", message % {"count": count, "most": MOST_ROWS}, field="since"))
    period = _("%(since)s至%(until)s") % {"since": since, "until": until}
    day = business_date(programme, now)
    closings = [(section.title, amount(section.closing, section.unit)) for section in sections]
    with transaction.atomic():
        # Who may read the books may have them on paper: the platform issues it, whoever asks.
        document = issue_document(
            actor=Actor.system("ledger.statement", programme_id=programme.pk),
            now=now,
            programme=programme,
            template="ledger/statement",
            kind=DocumentKind.STATEMENT,
            title=words.title,
            issuer=programme.name,
            data={
                "facts": [*facts, [_("期间"), period]],
                "columns": [_("日期"), _("凭证"), _("种类"), _("摘要"), words.more, words.less, _("余额")],
                "sections": [_printed(section, since, until) for section in sections],
                "notes": [words.note],
                "date": _("%(year)d年%(month)d月%(day)d日")
                % {"year": day.year, "month": day.month, "day": day.day},
            },
            facts=[(_("期间"), period), *((_("%s期末余额") % name, closing) for name, closing in closings)],
            recipient=recipient,
        )
        record(
            actor=actor,
            now=now,
            action="draw_statement",
            subject=document,
            scope=programme.slug,
            payload={"since": since.isoformat(), "until": until.isoformat()},
        )
    return document


def amount(value: int, unit: str) -> str:
    """Fen as yuan with both decimals, so that columns can be added up by eye; other units as they are."""
    return format_yuan(value, decimals=True) if unit == CNY else f"{value:,}"


def _printed(section: Section, since: date, until: date) -> dict[str, Any]:
    def figure(value: int) -> str:
        return amount(value, section.unit)

    labels: dict[str, str] = {str(kind): str(kind.label) for kind in TransferKind}
    rows = [
        [
            row.at.isoformat(),
            str(row.transfer_id),
            labels[row.kind],
            " ".join(filter(None, (row.description, row.clause))),
            figure(row.debit) if row.debit else "",
            figure(row.credit) if row.credit else "",
            figure(row.balance),
        ]
        for row in section.rows
    ]
    return {
        "title": section.title,
        "rows": [[since.isoformat(), "", "", _("期初余额"), "", "", figure(section.opening)], *rows],
        "total": [
            until.isoformat(),
            "",
            "",
            _("合计与期末余额"),
            figure(section.debit),
            figure(section.credit),
            figure(section.closing),
        ],
    }
