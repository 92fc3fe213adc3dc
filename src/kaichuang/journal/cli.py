"""`kaichuang audit`: check the journal, name its head, take it out."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import IO, Any

import click


@click.group()
def audit() -> None:
    """审计记录 / the audit journal."""
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaichuang.settings")
    import django

    django.setup()


@audit.command()
@click.option("--json", "as_json", is_flag=True, help="机器可读 / machine-readable")
@click.option(
    "--head",
    "expected",
    default="",
    help="先前抄下的链头，须仍在链中 / a head noted earlier, must still be in the chain",
)
def verify(as_json: bool, expected: str) -> None:
    """核验全部记录与哈希链 / recompute every hash and the chain; exit 1 when something is wrong."""
    from kaichuang.journal.queries import Finding
    from kaichuang.journal.queries import verify as run
    from kaichuang.journal.queries.verify import contains_head

    result = run(_show_progress)
    findings = list(result.findings)
    if expected and not contains_head(expected):
        findings.append(Finding("head", None))
    if sys.stderr.isatty():
        click.echo("\r\033[K", nl=False, err=True)
    if as_json:
        found = [{"code": f.code, "entry": f.entry_id, "position": f.position} for f in findings]
        report = {
            "sound": not findings,
            "sealed": result.sealed,
            "waiting": result.waiting,
            "head": result.head,
        }
        click.echo(json.dumps({**report, "findings": found}))
    else:
        for finding in findings:
            click.echo(f"✗ {describe(finding.code)}: entry={finding.entry_id} position={finding.position}")
        click.echo(f"sealed {result.sealed}, waiting {result.waiting}, head {result.head or '-'}")
        click.echo("✓ 完好 / sound" if not findings else f"✗ {len(findings)} 处异常 / findings")
    if findings:
        sys.exit(1)


@audit.command()
def head() -> None:
    """显示链头，可抄存别处 / print the chain's head, to be noted elsewhere."""
    from kaichuang.journal.queries import head as read

    position, value, waiting = read()
    click.echo(f"{position} {value or '-'}" + (f" (+{waiting} waiting)" if waiting else ""))


@audit.command()
@click.option("--scope", default=None, help="只导出一个项目 / one programme only (its slug)")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), default=None, help="起始日 / first day")
@click.argument("output", type=click.File("w", encoding="utf-8"), default="-")
def export(scope: str | None, since: Any, output: IO[str]) -> None:
    """导出为 JSONL，含行哈希与链值 / one JSON object a line, with hashes and seals."""
    for line in _lines(scope, since):
        output.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")


def describe(code: str) -> str:
    """A finding's code in words, both languages."""
    return {
        "changed": "内容被改动 / content changed",
        "removed": "已封存的记录缺失 / sealed entry missing",
        "inserted": "未经封存插入 / inserted without a seal",
        "gap": "链中缺号 / gap in the chain",
        "chain": "链值不符 / chain value wrong",
        "lost": "待封存的记录缺失 / entry lost from the queue",
        "head": "链头不在链中 / noted head is not in the chain",
    }.get(code, code)


def _show_progress(done: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r… {done:,}", nl=False, err=True)


def _lines(scope: str | None, since: Any) -> Iterator[dict[str, Any]]:
    from django.utils import timezone

    from kaichuang.journal.models import Entry, Seal
    from kaichuang.journal.models.entry import CONTENT

    entries = Entry.objects.order_by("id")
    if scope is not None:
        entries = entries.filter(scope=scope)
    if since is not None:
        entries = entries.filter(recorded_at__gte=timezone.make_aware(since))
    batch: list[Entry] = []
    for entry in entries.iterator(chunk_size=2000):
        batch.append(entry)
        if len(batch) == 2000:
            yield from _sealed(batch, Seal, CONTENT)
            batch = []
    yield from _sealed(batch, Seal, CONTENT)


def _sealed(batch: list[Any], seal_model: Any, columns: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    seals = {
        seal.entry_id: seal for seal in seal_model.objects.filter(entry_id__in=[entry.pk for entry in batch])
    }
    for entry in batch:
        seal = seals.get(entry.pk)
        yield {
            "id": entry.pk,
            **{name: getattr(entry, name) for name in columns},
            "row_hash": bytes(entry.row_hash).hex(),
            "position": seal.position if seal else None,
            "chain_hash": bytes(seal.chain_hash).hex() if seal else None,
        }
