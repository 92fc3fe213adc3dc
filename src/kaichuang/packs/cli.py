"""``kaichuang pack …``: the commands for people who write packs. Other parts of the project add commands to the group."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import as_of_option, parse_tables, settings_option, table_option, today

if TYPE_CHECKING:
    import datetime as dt

    from kaichuang.rules.measures import Rulebook

    from .loader import Pack
    from .problems import Problem


@click.group()
def pack() -> None:
    """Policy packs: check, test, lint, compare, explain."""


def _show(problems: Iterable[Problem]) -> int:
    errors = 0
    for problem in problems:
        click.secho(str(problem), fg="red" if problem.severity == "error" else "yellow", err=True)
        errors += problem.severity == "error"
    return errors


def open_pack(name: str) -> Pack:
    """A pack by path or id; prints every problem and ends the command when it cannot be read."""
    from .loader import load_pack
    from .problems import PackErrors

    try:
        return load_pack(name)
    except PackErrors as error:
        _show(error.problems)
        sys.exit(1)


def open_book(name: str) -> tuple[Pack, Rulebook]:
    """A sound pack with its rules; prints every problem and ends the command when there is one."""
    from .check import ensure
    from .problems import PackErrors

    found = open_pack(name)
    try:
        return found, ensure(found)
    except PackErrors as error:
        _show(error.problems)
        sys.exit(1)


@pack.command()
@click.argument("names", nargs=-1, required=True)
def check(names: tuple[str, ...]) -> None:
    """Read packs and report every mistake with file, line and a suggestion."""
    from .check import check_pack

    failed = False
    for name in names:
        found = open_pack(name)
        problems, book = check_pack(found)
        failed |= bool(_show(problems))
        if book is not None and not problems:
            counts = f"{len(found.own.measures)} 项措施，{len(book.program.order)} 条定义，{len(found.own.targets)} 项目标"
            click.secho(f"✓ {found.id} {found.version} {found.hash[:12]}: {counts}", fg="green")
    sys.exit(1 if failed else 0)


@pack.command()
@click.argument("names", nargs=-1, required=True)
@click.option("--verbose", "-v", is_flag=True, help="Also list the examples that pass.")
def test(names: tuple[str, ...], verbose: bool) -> None:
    """Run the examples that packs carry."""
    from .testing import run_tests

    failed = 0
    for name in names:
        found, book = open_book(name)
        outcomes = list(run_tests(found, book))
        for outcome in outcomes:
            if not outcome.passed:
                click.secho(f"✗ {outcome.mark}: {outcome.name}", fg="red")
                for difference in outcome.differences:
                    click.echo(f"    {difference}")
            elif verbose:
                click.secho(f"✓ {outcome.name}", fg="green")
        wrong = sum(not outcome.passed for outcome in outcomes)
        failed += wrong
        click.echo(f"{found.id}: {len(outcomes) - wrong} / {len(outcomes)} 个例子通过")
    sys.exit(1 if failed else 0)


@pack.command()
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write; standard output otherwise."
)
def schema(out: Path | None) -> None:
    """Print the JSON Schema of pack files, for editors."""
    from .jsonschema import json_schema

    text = json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"
    if out is None:
        click.echo(text, nl=False)
    else:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text, encoding="utf-8")
        click.echo(f"{out}")


@pack.command()
@click.argument("names", nargs=-1, required=True)
@click.option("--strict", is_flag=True, help="Fail when there is any doubt.")
@as_of_option
def lint(names: tuple[str, ...], strict: bool, as_of: dt.datetime | None) -> None:
    """Look for what is doubtful: gaps, useless ceilings, missing evidence, expired bases, contradictions."""
    from .lint import lint as look

    doubts = 0
    for name in names:
        found, book = open_book(name)
        problems = look(found, book, as_of=today(as_of))
        _show(problems)
        doubts += len(problems)
        click.echo(
            f"{found.id}: {len(problems)} 处疑点，{len(found.own.accepted)} 处已说明 / doubts, accepted"
        )
    sys.exit(1 if strict and doubts else 0)


@pack.command()
@click.argument("old")
@click.argument("new")
@click.option(
    "--people",
    type=click.Path(exists=True, path_type=Path),
    help="A population (Parquet or CSV, money in fen).",
)
@click.option("--group-by", help="Column of the population to group winners and losers by.")
@table_option
@settings_option
@as_of_option
def diff(
    old: str,
    new: str,
    people: Path | None,
    group_by: str | None,
    tables: tuple[str, ...],
    settings: Path | None,
    as_of: dt.datetime | None,
) -> None:
    """Compare two versions of a pack clause by clause; over a population, tell who gains and who loses."""
    from .redline import redline

    (before, old_book), (after, new_book) = open_book(old), open_book(new)
    changes = redline(before, after)
    for change in changes:
        colour = {"added": "green", "removed": "red", "changed": "yellow"}[change.kind]
        click.secho(f"{change.mark}: {change}", fg=colour)
    click.echo(
        f"{before.id} {before.version} → {after.id} {after.version}: {len(changes)} 处不同 / differences"
    )
    if people is None:
        return
    from .options import scan, settings_of
    from .redline import effects
    from .report import table_of_effects

    chosen = settings_of(settings, after, new_book)
    found = effects(
        old_book, new_book, scan(people), as_of=today(as_of), tables=parse_tables(tables), settings=chosen,
        group_by=group_by,
    )  # fmt: skip
    click.echo(table_of_effects(found))


@pack.command()
@click.argument("name")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to write to; standard output otherwise.",
)
@click.option(
    "--format", "form", type=click.Choice(["markdown", "html"]), default="markdown", show_default=True
)
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@click.option("--measure", "measures", multiple=True, help="Only this measure.")
@settings_option
def docs(
    name: str, out: Path | None, form: str, lang: str, measures: tuple[str, ...], settings: Path | None
) -> None:
    """Write one page in plain language for each measure, with examples computed from the rule."""
    from . import pages as made
    from .options import known_measures, settings_of

    found, book = open_book(name)
    chosen = settings_of(settings, found, book)
    ids = measures or tuple(measure.id for measure in found.own.measures)
    known_measures(book, ids)
    written = [made.page(found, book, id_, language=lang, settings=chosen) for id_ in ids]
    render = made.markdown if form == "markdown" else made.html
    if out is None:
        click.echo("\n".join(render(page) for page in written))
        return
    out.mkdir(parents=True, exist_ok=True)
    suffix = {"markdown": "md", "html": "html"}[form]
    title = found.info.title.get(lang)
    index = (
        made.index_markdown(title, written) if form == "markdown" else made.index_html(title, written, lang)
    )
    (out / f"index.{suffix}").write_text(index, encoding="utf-8")
    for page in written:
        (out / f"{page.id}.{suffix}").write_text(render(page), encoding="utf-8")
    click.echo(f"{out}: {len(written)} 页 / pages")
