"""``kaichuang rules …``: ask packs about one case or a whole population, and try what a change would do."""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from pathlib import Path

import click

from .cli import open_book
from .options import (
    as_of_option,
    changes_of,
    known_measures,
    parse_tables,
    read_case,
    read_document,
    refused,
    scan,
    settings_of,
    settings_option,
    table_option,
    today,
)

KEEP_PAGES = "dirty_decay_ms:-1,muzzy_decay_ms:-1"
"""Polars' allocator gives pages back after half a second and then pays for them again; a batch keeps them."""
CASE = click.Path(exists=True, dir_okay=False, path_type=Path)
FILE = click.Path(exists=True, path_type=Path)
language_option = click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
key_option = click.option("--key", default="case", show_default=True, help="Column that names the case.")


@click.group()
def rules() -> None:
    """The rules at work: one case, a population, what if."""
    os.environ.setdefault("_RJEM_MALLOC_CONF", KEEP_PAGES)


@rules.command()
@click.argument("pack")
@click.argument("people", type=FILE)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Parquet file to write.")
@click.option("--measure", "measures", multiple=True, help="Only this measure.")
@click.option("--stacked", is_flag=True, help="Also what is granted of each in the best lawful combination.")
@click.option("--parts", type=click.IntRange(1), help="Work in so many parts; by size otherwise.")
@key_option
@table_option
@settings_option
@as_of_option
def run(
    pack: str, people: Path, out: Path, measures: tuple[str, ...], stacked: bool, parts: int | None, key: str,
    tables: tuple[str, ...], settings: Path | None, as_of: dt.datetime | None,
) -> None:  # fmt: skip
    """Answer a population (Parquet or CSV, one column per fact, money in fen) and write the answers beside it."""
    from kaichuang.rules.lang import RulesError

    from .batch import run_in_parts

    found, book = open_book(pack)
    names = None
    if measures:
        known_measures(book, measures)
        own = {book.plans[id_].symbol for id_ in measures}
        names = tuple(name for name in book.answer_names if name.split(".")[0] in own)
    try:
        rows, seconds = run_in_parts(
            book, scan(people), out, as_of=today(as_of), tables=parse_tables(tables), outputs=names, key=key,
            settings=settings_of(settings, found, book), stacked=stacked, parts=parts,
        )  # fmt: skip
    except RulesError as error:
        raise refused(error) from None
    click.secho(f"✓ {out}: {rows:,} 户 / cases, {seconds:.1f} s", fg="green")


@rules.command()
@click.argument("pack")
@click.argument("case", type=CASE)
@click.option("--measure", "measures", multiple=True, help="Only this measure.")
@click.option("--json", "as_json", is_flag=True, help="Everything as JSON.")
@click.option(
    "--freeze", "frozen", type=click.Path(path_type=Path), help="Write the answer so that it can be replayed."
)
@language_option
@settings_option
@as_of_option
def explain(
    pack: str, case: Path, measures: tuple[str, ...], as_json: bool, frozen: Path | None, lang: str,
    settings: Path | None, as_of: dt.datetime | None,
) -> None:  # fmt: skip
    """Answer one case (JSON or YAML, money in yuan) with every condition, step and clause."""
    from kaichuang.rules.lang import RulesError
    from kaichuang.rules.measures import evaluate

    from .freeze import canonical, freeze
    from .report import entitlement

    found, book = open_book(pack)
    known_measures(book, measures)
    facts, day, own = read_case(case, book)
    chosen = {**settings_of(settings, found, book), **own}
    try:
        answers = evaluate(
            book, facts, as_of=day if day and as_of is None else today(as_of), measures=measures or None,
            settings=chosen, near=True,
        )  # fmt: skip
    except RulesError as error:
        raise refused(error) from None
    if frozen is not None:
        frozen.write_text(canonical(freeze(answers)) + "\n", encoding="utf-8")
    if as_json:
        click.echo(json.dumps({id_: answers[id_].as_dict() for id_ in answers}, ensure_ascii=False, indent=2))
        return
    for id_ in answers:
        for line in entitlement(answers[id_], lang):
            click.echo(line)


@rules.command()
@click.argument("case", type=CASE)
@click.argument("packs", nargs=-1, required=True)
@language_option
@as_of_option
def match(case: Path, packs: tuple[str, ...], lang: str, as_of: dt.datetime | None) -> None:
    """Which measures of these packs a case may have, what is still missing, and what it misses by little."""
    from kaichuang.rules.lang import RulesError
    from kaichuang.rules.measures import evaluate
    from kaichuang.rules.measures.stacked import best_of
    from kaichuang.rules.measures.values import show_money

    from .report import MARKS

    opened = [open_book(name) for name in packs]
    for found, book in opened:
        facts, day, own = read_case(case, book, *(other for _, other in opened))
        chosen_day = day if day and as_of is None else today(as_of)
        try:
            answers = evaluate(book, facts, as_of=chosen_day, settings=own, near=True)
        except RulesError as error:
            raise refused(error) from None
        click.secho(f"{found.info.title.get(lang)} ({found.id} {found.version})", bold=True)
        for status in ("met", "unknown", "not_met"):
            for id_, answer in answers.items():
                if answer.status != status or (status == "not_met" and not answer.near):
                    continue
                click.echo(f"  {MARKS[status]} {id_} {answer.sentence.get(lang)}  [{answer.measure.clause}]")
                for near in answer.near:
                    click.echo(f"      ~ {near.message.get(lang)}")
        choice = best_of(answers)
        click.echo(f"  = {show_money(choice.total_fen)} 元 / yuan")
        for dropped in choice.dropped:
            click.echo(f"  - {dropped.award.title.get(lang)}: {dropped.why.get(lang)}")


@rules.command()
@click.argument("pack")
@click.argument("people", type=FILE)
@click.option(
    "--set",
    "changes",
    multiple=True,
    required=True,
    metavar="NAME=VALUE",
    help="A reading or parameter: A01=cumulative, NH-M4.rate=40%.",
)
@click.option("--group-by", help="Column of the population to group by.")
@click.option(
    "--chart", "picture", type=click.Path(dir_okay=False, path_type=Path), help="SVG file to write."
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="CSV file to write.")
@key_option
@table_option
@settings_option
@as_of_option
def simulate(
    pack: str, people: Path, changes: tuple[str, ...], group_by: str | None, picture: Path | None, out: Path | None,
    key: str, tables: tuple[str, ...], settings: Path | None, as_of: dt.datetime | None,
) -> None:  # fmt: skip
    """What if: cost, winners and losers of other readings and figures, by measure and group."""
    from kaichuang.rules.lang import RulesError
    from kaichuang.rules.measures.whatif import Simulation

    from .batch import write_effects
    from .chart import chart
    from .report import table_of_effects

    found, book = open_book(pack)
    wanted = changes_of(changes, book)
    try:
        simulation = Simulation(
            book, scan(people), as_of=today(as_of), tables=parse_tables(tables), key=key, group_by=group_by,
            settings=settings_of(settings, found, book),
        )  # fmt: skip
        answer = simulation.what_if(wanted)
    except KeyError:
        raise click.ClickException(
            f"总体没有列“{group_by}” / the population has no column {group_by}"
        ) from None
    except RulesError as error:
        raise refused(error) from None
    click.echo(table_of_effects(answer.effects))
    click.echo(f"重算 {len(answer.recomputed)} / {len(book.program.order)} 条定义 / definitions recomputed")
    if picture is not None:
        title = f"{found.info.title.zh}：{'，'.join(changes)}"
        drawn = chart(answer.effects, title=title, note=f"{people.name}，", by_group=group_by is not None)
        picture.write_text(drawn, encoding="utf-8")
    if out is not None:
        write_effects(answer.effects, out)


@rules.command()
@click.argument("frozen", type=CASE)
@click.argument("pack")
def replay(frozen: Path, pack: str) -> None:
    """Ask a frozen answer again and tell what differs; fails when anything does."""
    from .freeze import Tampered
    from .freeze import replay as again

    _, book = open_book(pack)
    try:
        found = again(json.loads(frozen.read_text(encoding="utf-8")), book)
    except (Tampered, ValueError) as error:
        raise click.ClickException(str(error)) from None
    for difference in (*found.rules, *found.results):
        click.secho(f"~ {difference}", fg="yellow")
    word = "结果一致 / the same results" if found.same else "结果不同 / other results"
    click.secho(f"{'✓' if found.same else '✗'} {word}", fg="green" if found.same else "red")
    sys.exit(0 if found.same else 1)


@rules.command()
@click.argument("pack")
@click.option("--rows", type=click.IntRange(1), default=10_000, show_default=True)
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder to write to."
)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option(
    "--unknown", type=click.IntRange(0, 100), default=4, show_default=True, help="Per cent not known."
)
@as_of_option
def sample(pack: str, rows: int, out: Path, seed: int, unknown: int, as_of: dt.datetime | None) -> None:
    """Draw a plausible population with its tables of rows, for trials: people.parquet and one file per table."""
    from kaichuang.rules.measures.sample import Draw, people, tables

    _, book = open_book(pack)
    draw = Draw(seed, today(as_of), unknown=unknown)
    out.mkdir(parents=True, exist_ok=True)
    people(book, rows, draw).sink_parquet(out / "people.parquet")
    for code, table in tables(book, rows, draw).items():
        table.sink_parquet(out / f"{code}.parquet")
    click.echo(f"{out}: {rows:,} 户 / cases, {'、'.join(['people', *book.collections])}")


@rules.command()
@click.argument("pack")
@click.argument("document", type=CASE, required=False)
def settings(pack: str, document: Path | None) -> None:
    """List what the bureau may settle, with what is in force; check a settings document."""
    from .problems import PackErrors
    from .settings import parse_settings, settable

    found, book = open_book(pack)
    try:
        chosen = None if document is None else parse_settings(read_document(document), found, book)
    except PackErrors as error:
        raise click.ClickException(f"\n{error}") from None
    for setting in settable(found, book, chosen):
        now = "待填 / open" if setting.open else setting.written
        click.secho(
            f"{setting.name} = {now}  {setting.title.zh} [{setting.clause}]",
            fg="yellow" if setting.open else None,
        )
