"""`kaichuang translations`: the catalogues of all contexts. The source language is simplified Chinese."""

from __future__ import annotations

from pathlib import Path

import click

from kaichuang.runtime import catalogues, messages
from kaichuang.runtime.errors import RuntimeProblem


def compile_all(root: Path = catalogues.PACKAGE) -> int:
    """Compile what is stale. Returns how many files were written."""
    try:
        return sum(catalogues.compile_stale(context) for context in catalogues.contexts(root))
    except PermissionError as error:
        raise RuntimeProblem(f"无法写入译文 / cannot write {error.filename}") from error


def _chosen(names: tuple[str, ...]) -> list[Path]:
    known = {folder.relative_to(catalogues.PACKAGE).as_posix(): folder for folder in catalogues.contexts()}
    if unknown := sorted(set(names) - known.keys()):
        raise RuntimeProblem(
            f"没有这些模块 / no such context: {', '.join(unknown)}; {', '.join(sorted(known))}"
        )
    return [known[name] for name in names] if names else list(known.values())


@click.group()
def translations() -> None:
    """维护译文：源语言为简体中文，译文为英文与繁体 / maintain English and traditional Chinese."""


@translations.command("update")
@click.argument("contexts", nargs=-1)
def update(contexts: tuple[str, ...]) -> None:
    """提取字符串，繁体自动转换，然后编译 / extract, fill zh_Hant by OpenCC, compile."""
    missing = 0
    for folder in _chosen(contexts):
        found = messages.extract(folder)
        changed = [language for language in catalogues.LANGUAGES if catalogues.merge(folder, language, found)]
        if changed:
            click.echo(f"{folder.name}: {', '.join(changed)}")
        missing += sum("未翻译" in problem for problem in catalogues.check(folder))
    compile_all()
    if missing:
        click.echo(f"{missing} 条英文待译 / English texts are missing: kaichuang translations check")


@translations.command("check")
@click.argument("contexts", nargs=-1)
def check(contexts: tuple[str, ...]) -> None:
    """检查译文齐全、最新、占位符一致 / check that all is translated, current and consistent."""
    folders = _chosen(contexts)
    problems = [problem for folder in folders for problem in catalogues.check(folder)]
    problems += catalogues.conflicts(folders)
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        raise click.ClickException(f"{len(problems)} 处问题 / problems")
    click.echo(f"{len(folders)} 个模块的译文齐全 / translations of {len(folders)} contexts are complete")


@translations.command("compile")
def compile_command() -> None:
    """编译过期的译文 / compile stale catalogues."""
    click.echo(f"编译了 {compile_all()} 个文件 / files compiled")
