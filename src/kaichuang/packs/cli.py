"""``kaichuang pack …``: the commands for people who write packs. Other parts of the project add commands to the group."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
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
    from .check import ensure
    from .problems import PackErrors
    from .testing import run_tests

    failed = 0
    for name in names:
        found = open_pack(name)
        try:
            book = ensure(found)
        except PackErrors as error:
            _show(error.problems)
            sys.exit(1)
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
