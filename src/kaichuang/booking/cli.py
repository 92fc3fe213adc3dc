"""`kaichuang booking`: catch up with the time, verify every promise."""

from __future__ import annotations

import json
import sys

import click


@click.group()
def booking() -> None:
    """预约 / booking."""
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaichuang.settings")
    import django

    django.setup()


@booking.command()
def scan() -> None:
    """处理全部到期的预约 / expire holds, mark no-shows, complete what is over: all that is due now."""
    from django.utils import timezone

    from kaichuang.booking.operations import catch_up

    caught = catch_up(now=timezone.now())
    click.echo(
        f"expired {caught.expired}, missed {caught.missed}, completed {caught.completed}, lapsed {caught.lapsed}"
    )


@booking.command()
@click.option("--json", "as_json", is_flag=True, help="机器可读 / machine-readable")
def verify(as_json: bool) -> None:
    """重新核对全部预约 / recompute every promise from the rows; exit 1 when something is wrong."""
    from kaichuang.booking.queries.verify import verify as run

    found = run()
    if as_json:
        findings = [{"code": finding.code, "subject": finding.subject} for finding in found.findings]
        report = {
            "sound": found.sound,
            "bookings": found.bookings,
            "claims": found.claims,
            "findings": findings,
        }
        click.echo(json.dumps(report))
    else:
        for finding in found.findings:
            click.echo(f"✗ {_MEANINGS.get(finding.code, finding.code)}: {finding.subject}")
        click.echo(f"bookings {found.bookings}, claims {found.claims}")
        click.echo("✓ 完好 / sound" if found.sound else f"✗ {len(found.findings)} 处异常 / findings")
    if not found.sound:
        sys.exit(1)


_MEANINGS = {
    "overlap": "同一资源同时被占用两次 / two claims at once",
    "claim_state": "占用与预约状态不符 / a claim does not follow its booking's state",
    "not_held": "预约没有占用其时段 / a booking does not hold its time",
    "lanes": "占用超出容量 / a claim beyond the capacity",
    "quota": "限额使用与预约不符 / a quota's use differs from its recount",
    "offer": "候补与递补不符 / offers and waits disagree",
    "guard": "缺少或停用的数据库约束 / a guard is missing or off",
}
