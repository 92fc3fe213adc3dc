"""`kaichuang case`: list, show and move cases, export one as a file, recompute a decision from a file alone."""

from __future__ import annotations

import getpass
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from kaichuang.cases.models import Case
    from kaichuang.kit.actor import Actor


@click.group()
def case() -> None:
    """办件 / cases."""


@case.command("list")
@click.option("--programme", "slug", required=True, help="项目代号 / the programme's slug")
@click.option("--matter", "matter", default="", help="事项编号 / the matter's code")
@click.option("--state", default="", help="状态 / state")
@click.option("--overdue", is_flag=True, help="只看超期 / overdue only")
@click.option("--json", "as_json", is_flag=True, help="机器可读 / machine-readable")
def list_(slug: str, matter: str, state: str, overdue: bool, as_json: bool) -> None:
    """办件清单 / the cases of a programme that were submitted."""
    _setup()
    from kaichuang.cases.queries.cases import cases_for
    from kaichuang.cases.queries.queue import narrow, with_due
    from kaichuang.clock.queries import business_date

    actor = _actor(slug)
    rows = with_due(cases_for(actor).filter(programme=actor.programme_id, submitted_at__isnull=False))
    found = rows.first()
    if matter:
        rows = rows.filter(matter__code=matter)
    if state:
        rows = rows.filter(state=state)
    if overdue and found is not None:
        rows = narrow(rows, {"due": "overdue"}, business_date(found.programme, _now()))
    for row in rows.order_by("number").defer("version__content", "answers"):
        line = _plain(row)
        if as_json:
            click.echo(json.dumps(line, ensure_ascii=False))
        else:
            click.echo("\t".join(str(value if value is not None else "-") for value in line.values()))


@case.command()
@click.argument("number")
def show(number: str) -> None:
    """一件的现状与经过 / one case: where it stands, and how it came there."""
    _setup()
    from kaichuang.cases.queries.cases import open_moves, state_of
    from kaichuang.journal.queries import history_of

    row = _case(number)
    click.echo(f"{row.number}  {row.matter.title}  {row.party.name}")
    click.echo(f"{state_of(row).title.zh} ({row.state})  {row.desk or ''}")
    for name in ("requested_fen", "ceiling_fen", "proposed_fen", "granted_fen"):
        if (fen := getattr(row, name)) is not None:
            click.echo(f"{name[:-4]}: {fen / 100:,.2f}")
    for move, _why in open_moves(row, _actor(row.programme.slug)):
        click.echo(f"→ {move.id}  {move.title.zh}  ({', '.join(move.by)})")
    for entry in history_of(row):
        words = f"{entry.from_state} → {entry.to_state}" if entry.to_state else ""
        click.echo(
            f"{entry.at:%Y-%m-%d %H:%M}  {entry.action}  {words}  {entry.actor_name}  {entry.reason}".rstrip()
        )


@case.command()
@click.argument("number")
@click.argument("move")
@click.option("--reason", required=True, help="理由 / why the operator does it")
@click.option("--amount-fen", type=int, help="金额，分 / amount in fen")
def move(number: str, move: str, reason: str, amount_fen: int | None) -> None:
    """由运维人员办理一步 / make a move as the operator; the journal says so."""
    _setup()
    from kaichuang.cases.operations.move import move_case
    from kaichuang.kit.problems import Refused

    row = _case(number)
    data = {} if amount_fen is None else {"amount_fen": amount_fen}
    try:
        moved = move_case(
            case=row, move=move, actor=_actor(row.programme.slug), now=_now(), reason=reason, data=data
        )
    except Refused as refused:
        for problem in refused.problems:
            click.echo(f"✗ {problem} {problem.clause}".rstrip(), err=True)
        sys.exit(1)
    click.echo(f"✓ {moved.number} {moved.state}")


@case.command()
@click.argument("number")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(number: str, file: Path) -> None:
    """一户一档，存为 ZIP / everything about a case as a ZIP."""
    _setup()
    from kaichuang.cases.queries.dossier import dossier_of

    content = dossier_of(_case(number))
    file.write_bytes(content)
    click.echo(f"✓ {file} {len(content)}")


@case.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def replay(file: Path) -> None:
    """不用数据库，凭文件重新计算 / recompute from the file alone; exit 1 where anything differs.

    FILE 是一户一档 ZIP，或单独的决定 JSON（用本机的政策包重算）。
    """
    from kaichuang.cases.replaying import Broken, replay_file

    try:
        found = replay_file(file)
    except Broken as broken:
        raise click.ClickException(str(broken)) from broken
    for one in found.damaged:
        click.echo(f"✗ {one}")
    for answer in found.answers:
        click.echo(f"{answer.path}: {answer.pack} {answer.as_of}")
        for line in answer.results:
            click.echo(f"  {line}")
        for difference in answer.differences:
            click.echo(f"  ✗ {difference}")
        for difference in answer.rules:
            click.echo(f"  ! {difference}")
    same = not found.damaged and all(not answer.differences for answer in found.answers)
    click.echo("✓ 结果一致 / the same" if same else "✗ 结果不一致 / not the same")
    if not same:
        sys.exit(1)


def _setup() -> None:
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaichuang.settings")
    import django

    django.setup()


def _actor(slug: str) -> Actor:
    from kaichuang.kit.actor import Actor
    from kaichuang.places.models import Programme

    found = Programme.objects.filter(slug=slug).first()
    if found is None:
        raise click.ClickException(f"没有项目 / no such programme: {slug}")
    return Actor.system(f"kaichuang case ({getpass.getuser()})", programme_id=found.pk)


def _case(number: str) -> Case:
    from kaichuang.cases.models import Case

    rows = Case.objects.select_related(
        "programme", "matter", "version__pack_version", "party", "beneficiary", "round", "desk"
    )
    found: Case | None = rows.filter(number=number).first()
    if found is None:
        raise click.ClickException(f"没有办件 / no such case: {number}")
    return found


def _now() -> datetime:
    from django.utils import timezone

    return timezone.now()


def _plain(row: Any) -> dict[str, Any]:
    return {
        "number": row.number,
        "matter": row.matter.code,
        "party": row.party.name,
        "state": row.state,
        "due_on": row.due_on.isoformat() if row.due_on else None,
        "ceiling_fen": row.ceiling_fen,
        "granted_fen": row.granted_fen,
    }
