"""`kaichuang ledger`: verify everything, the trial balance, a statement of account."""

from __future__ import annotations

import csv
import json
import sys
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from kaichuang.places.models import Programme

_DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def ledger() -> None:
    """资金账 / the ledger."""
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaichuang.settings")
    import django

    django.setup()


@ledger.command()
@click.option("--json", "as_json", is_flag=True, help="机器可读 / machine-readable")
def verify(as_json: bool) -> None:
    """重新计算全部账目与封存链 / recompute everything; exit 1 when something is wrong."""
    from kaichuang.ledger.operations import seal
    from kaichuang.ledger.queries import verify as run

    seal()
    found = run(_show if sys.stderr.isatty() else lambda stage: None)
    if as_json:
        findings = [{"code": finding.code, "subject": finding.subject} for finding in found.findings]
        report = {
            "sound": found.sound,
            "transfers": found.transfers,
            "postings": found.postings,
            "links": found.links,
            "waiting": found.waiting,
            "head": found.head,
            "findings": findings,
        }
        click.echo(json.dumps(report))
    else:
        for finding in found.findings:
            click.echo(f"✗ {_MEANINGS.get(finding.code, finding.code)}: {finding.subject}")
        click.echo(
            f"transfers {found.transfers}, postings {found.postings}, links {found.links}, "
            f"waiting {found.waiting}, head {found.head or '-'}"
        )
        click.echo("✓ 完好 / sound" if found.sound else f"✗ {len(found.findings)} 处异常 / findings")
    if not found.sound:
        sys.exit(1)


@ledger.command("trial-balance")
@click.option("--programme", "slug", required=True, help="项目代号 / the programme's slug")
@click.option("--until", type=_DAY, help="截至 / up to and including this day")
def trial_balance(slug: str, until: datetime | None) -> None:
    """试算平衡表（CSV） / the trial balance as CSV; exit 1 when it does not balance."""
    from kaichuang.ledger.queries import trial_balance as draw

    writer = csv.writer(sys.stdout)
    writer.writerow(["unit", "code", "name", "debit", "credit", "balance"])
    units = draw(programme_id=_programme(slug).pk, until=until.date() if until else None)
    for unit in units:
        for row in unit.rows:
            writer.writerow(
                [unit.unit, row.account.code, row.account.name, row.debit, row.credit, row.balance]
            )
        writer.writerow([unit.unit, "", "", unit.debit, unit.credit, unit.debit - unit.credit])
    if not all(unit.balanced for unit in units):
        sys.exit(1)


@ledger.command()
@click.option("--programme", "slug", required=True, help="项目代号 / the programme's slug")
@click.option("--account", "code", required=True, help="账户编码 / the account's code")
@click.option("--since", type=_DAY, required=True)
@click.option("--until", type=_DAY, required=True)
def statement(slug: str, code: str, since: datetime, until: datetime) -> None:
    """对账单（CSV，金额为分） / a statement of account as CSV, amounts in fen."""
    from kaichuang.ledger.models import Account
    from kaichuang.ledger.queries import statement as draw

    account = Account.objects.filter(programme=_programme(slug), code=code).first()
    if account is None:
        raise click.ClickException(f"没有账户 / no such account: {code}")
    drawn = draw(account=account, since=since.date(), until=until.date())
    writer = csv.writer(sys.stdout)
    writer.writerow(["date", "transfer", "kind", "description", "clause", "debit", "credit", "balance"])
    writer.writerow([_iso(drawn.since), "", "opening", "", "", "", "", drawn.opening])
    for row in drawn.rows:
        cells = [_iso(row.at), row.transfer_id, row.kind, _safe(row.description), _safe(row.clause)]
        writer.writerow([*cells, row.debit, row.credit, row.balance])
    writer.writerow([_iso(drawn.until), "", "closing", "", "", drawn.debit, drawn.credit, drawn.closing])


def _programme(slug: str) -> Programme:
    from kaichuang.places.models import Programme

    found = Programme.objects.filter(slug=slug).first()
    if found is None:
        raise click.ClickException(f"没有项目 / no such programme: {slug}")
    return found


def _safe(text: str) -> str:
    from kaichuang.ledger.bankfile import safe_cell

    return safe_cell(text)


def _iso(day: date) -> str:
    return day.isoformat()


def _show(stage: str) -> None:
    click.echo(f"\r\033[K{stage}", nl=False, err=True)


_MEANINGS = {
    "unbalanced": "凭证不平衡或缺分录 / a transfer does not balance",
    "stray_posting": "分录无凭证或错账户 / a posting without its transfer",
    "balance": "余额与分录不符 / a balance differs from its postings",
    "bound": "余额越界 / a balance outside its bounds",
    "claim": "资金占用与分录不符 / a claim differs from its postings",
    "claim_origin": "资金占用与其预留凭证不符 / a claim differs from its reservation",
    "limit": "限额使用与分录不符 / a limit's sum differs",
    "unsealed": "凭证不在封存链中 / a transfer slipped past the chain",
    "changed": "凭证被改动 / a transfer was changed",
    "removed": "凭证被删除 / a transfer was removed",
    "gap": "封存链缺环 / a link is missing",
    "chain": "封存链断裂 / the chain is broken",
    "guard": "缺少或停用的数据库约束 / a guard is missing or off",
}
