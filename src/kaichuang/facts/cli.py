"""`kaichuang facts`: what is known, the population as a file, bureaus' tables, definitions and forms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from kaichuang.places.models import Programme

_DAY = click.DateTime(["%Y-%m-%d"])


def with_django(command: Callable[..., None]) -> Callable[..., None]:
    """Set Django up only when a command runs, and let a refusal end it with its reasons alone."""

    @wraps(command)
    def run(**options: Any) -> None:
        import os

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaichuang.settings")
        import django

        django.setup()
        from kaichuang.kit.problems import Refused

        try:
            command(**options)
        except Refused as refused:
            raise click.ClickException("\n".join(str(problem) for problem in refused.problems)) from refused

    return run


@click.group()
def facts() -> None:
    """事实库 / the fact store."""


@facts.command()
@click.argument("programme")
@click.argument("party")
@click.option("--on", type=_DAY, help="数据所属日，默认今天 / the day of which it is true")
@click.option("--known-at", type=_DAY, help="截至何时所知 / as known at the end of that day")
@with_django
def known(programme: str, party: str, on: datetime | None, known_at: datetime | None) -> None:
    """显示关于一个主体（信用代码或编号）的已知数据 / what is known about a party (credit code or key)."""
    from django.utils import timezone

    from kaichuang.clock.queries import business_date
    from kaichuang.facts.queries import known_rows
    from kaichuang.facts.values import show
    from kaichuang.parties.models import Party

    place = _programme(programme)
    wanted = {"pk": int(party)} if party.isdigit() and len(party) < 18 else {"uscc": party.upper()}
    found = Party.objects.filter(**wanted).first()
    if found is None:
        raise click.ClickException(f"没有这个主体 / no such party: {party}")
    today = business_date(place, timezone.now())
    moment = timezone.make_aware(datetime.combine(known_at.date(), time.max)) if known_at else None
    day = on.date() if on else today
    for row in known_rows(place, found.pk, on=day, known_at=moment, today=today):
        origin = f"{row.origin} {row.origin.data_as_of}" if row.origin else "derived"
        click.echo(f"{row.code}\t{show(row.definition, row.value)}\t{row.definition.unit}\t{origin}")


@facts.command()
@click.argument("programme")
@click.argument("output", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--code", "codes", multiple=True, help="数据项，可多次；默认全部 / facts, all by default")
@click.option("--on", type=_DAY, help="数据所属日 / the day of which it is true")
@click.option("--known-at", type=_DAY, help="截至何时所知 / as known at the end of that day")
@with_django
def frame(
    programme: str, output: Path, codes: tuple[str, ...], on: datetime | None, known_at: datetime | None
) -> None:
    """导出全部主体的数据，每个主体一行（Parquet 或 CSV）/ one row a party, as Parquet or CSV."""
    from django.utils import timezone

    from kaichuang.clock.queries import business_date
    from kaichuang.facts.models import Definition
    from kaichuang.facts.queries import frame as extract

    place = _programme(programme)
    wanted = list(codes) or list(Definition.objects.order_by("code").values_list("code", flat=True))
    day: date = on.date() if on else business_date(place, timezone.now())
    moment = timezone.make_aware(datetime.combine(known_at.date(), time.max)) if known_at else None
    try:
        table = extract(place, codes=wanted, on=day, known_at=moment)
    except KeyError as error:
        raise click.ClickException(f"没有这些数据项 / no such facts: {error.args[0]}") from error
    if output.suffix == ".csv":
        table.write_csv(output)
    else:
        table.write_parquet(output)
    click.echo(f"{table.height} × {table.width - 1} → {output}")


@facts.command("import")
@click.argument("programme")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--name", required=True, help="数据表名称 / name of the table")
@click.option("--supplier", required=True, help="提供单位 / who supplies it")
@click.option("--as-of", type=_DAY, required=True, help="数据时点 / the day whose state it shows")
@click.option("--since", type=_DAY, help="所属期起 / first day of the period")
@click.option("--until", type=_DAY, help="所属期止 / last day of the period")
@click.option("--map", "pairs", multiple=True, metavar="列=代码", help="列的对应，可多次 / heading=fact code")
@click.option("--apply", is_flag=True, help="写入；默认只试算 / write; a dry run without")
@click.option("--skip-wrong", is_flag=True, help="跳过有误的单元格 / leave wrong cells out")
@with_django
def import_(
    programme: str,
    file: Path,
    name: str,
    supplier: str,
    as_of: datetime,
    since: datetime | None,
    until: datetime | None,
    pairs: tuple[str, ...],
    apply: bool,
    skip_wrong: bool,
) -> None:
    """导入部门的 Excel 或 CSV / take a bureau's Excel or CSV in."""
    from django.core.files.base import File
    from django.utils import timezone

    from kaichuang.facts.operations import apply_import, preview_import, run_import, upload_table
    from kaichuang.kit.actor import Actor

    place, now = _programme(programme), timezone.now()
    actor = Actor.system("command line", programme_id=place.pk)
    with file.open("rb") as stream:
        run = upload_table(
            actor=actor,
            now=now,
            programme=place,
            name=name,
            supplier=supplier,
            upload=File(stream, name=file.name),
            data_as_of=as_of.date(),
            today=timezone.localdate(now),
            since=since.date() if since else None,
            until=until.date() if until else None,
        )
    chosen = dict(pair.split("=", 1) for pair in pairs if "=" in pair)
    run = preview_import(actor=actor, now=now, run=run, mapping={**run.mapping, **chosen})
    found = run.findings
    for column, code in run.mapping.items():
        click.echo(f"{column} → {code or '-'}")
    for _place, message in found["wrong"][:50]:
        click.echo(f"✗ {message}", err=True)
    for row, code, title in found["unmatched"][:50]:
        click.echo(f"? {row} {code} {title}", err=True)
    names = ("matched", "new", "changed", "same", "outdated", "wrong_count", "unmatched_count")
    click.echo("  ".join(f"{one}={found[one]}" for one in names))
    if apply:
        run = apply_import(actor=actor, now=now, run=run, skip_wrong=skip_wrong)
        run = run_import(run_id=run.pk, now=timezone.now())
        click.echo(f"✓ {run.done} / {run.total}")


@facts.command()
@click.argument("words", required=False, default="")
@with_django
def definitions(words: str) -> None:
    """列出数据项 / list what can be known."""
    from kaichuang.facts.models import Definition

    for row in Definition.objects.order_by("code"):
        if words in row.code or words in row.title:
            click.echo(f"{row.code}\t{row.title}\t{row.type}\t{row.unit}\t{row.period}\t{row.source}")


@facts.command()
@click.argument("programme")
@click.argument("pack")
@with_django
def publish(programme: str, pack: str) -> None:
    """发布政策包的数据项和报表 / publish the facts and report forms of a pack."""
    from django.db import transaction
    from django.utils import timezone

    from kaichuang.facts.operations import definitions_in, publish_definitions, publish_forms
    from kaichuang.kit.actor import Actor
    from kaichuang.packs import load_pack

    place, now, loaded = _programme(programme), timezone.now(), load_pack(pack)
    actor = Actor.system("command line", programme_id=place.pk)
    with transaction.atomic():
        facts_ = publish_definitions(actor=actor, now=now, pack=loaded.id, definitions=definitions_in(loaded))
        forms = publish_forms(actor=actor, now=now, programme=place, pack=loaded)
    click.echo(f"{len(facts_)} 个数据项 / facts, {len(forms)} 张报表 / forms")


def _programme(slug: str) -> Programme:
    from kaichuang.places.models import Programme

    found = Programme.objects.filter(slug=slug).first()
    if found is None:
        known_ones = ", ".join(Programme.objects.order_by("slug").values_list("slug", flat=True))
        raise click.ClickException(f"没有项目 / no programme {slug}: {known_ones}")
    return found
