"""The command `kaichuang`. Subcommands are imported only when called, so that the root stays fast."""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from typing import NamedTuple

import click

from kaichuang.runtime.errors import RuntimeProblem

_PACKAGE = Path(__file__).resolve().parent


class Entry(NamedTuple):
    """Where a subcommand lives ("module:attribute") and its line in the help."""

    target: str
    help: str


COMMANDS: dict[str, Entry] = {
    "demo": Entry("kaichuang.runtime.demo:demo", "一键演示 / run the demo on the embedded database"),
    "serve": Entry("kaichuang.runtime.serve:serve", "正式运行网站与后台 / run web and worker in production"),
    "worker": Entry("kaichuang.runtime.manage:worker", "只运行后台任务 / run the background worker only"),
    "migrate": Entry("kaichuang.runtime.manage:migrate", "更新数据库结构 / bring the database up to date"),
    "manage": Entry("kaichuang.runtime.manage:manage", "Django 管理命令 / Django's management commands"),
    "doctor": Entry("kaichuang.runtime.doctor:doctor", "检查安装 / tell what is wrong with an installation"),
    "backup": Entry("kaichuang.runtime.backup:backup", "备份数据库与附件 / back up database and files"),
    "restore": Entry("kaichuang.runtime.restore:restore", "从备份恢复 / restore a backup"),
    "assets": Entry("kaichuang.runtime.assets:assets", "安装前端文件 / install front-end files"),
    "translations": Entry("kaichuang.runtime.translations:translations", "维护译文 / maintain translations"),
    "dependencies": Entry("kaichuang.runtime.dependencies:dependencies", "锁定依赖版本 / pin dependencies"),
    "policy": Entry("kaichuang.policy.cli:policy", "政策文件 / policy documents"),
    "rules": Entry("kaichuang.packs.rules_cli:rules", "规则语言 / the rule language"),
    "pack": Entry("kaichuang.policy.pack_cli:pack", "政策包 / policy packs"),
    "audit": Entry("kaichuang.journal.cli:audit", "审计记录 / the audit journal"),
    "ledger": Entry("kaichuang.ledger.cli:ledger", "资金账 / the ledger"),
    "facts": Entry("kaichuang.facts.cli:facts", "事实库 / the fact store"),
    "booking": Entry("kaichuang.booking.cli:booking", "预约 / booking"),
    "case": Entry("kaichuang.cases.cli:case", "办件 / cases"),
    "experts": Entry("kaichuang.experts.cli:experts", "专家抽取核验 / repeat a draw of experts"),
}


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports one only to run it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command whose module is part of this installation."""
        return [name for name, entry in COMMANDS.items() if _exists(entry.target)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command. Unknown names are click's to report."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].target.partition(":")
        if not _exists(COMMANDS[cmd_name].target):
            raise click.ClickException(
                f"本安装不含命令 {cmd_name} / this installation has no command `{cmd_name}` ({module})"
            )
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name].help) for name in self.list_commands(ctx)])

    def invoke(self, ctx: click.Context) -> object:
        """Problems that the user can put right end the command with their message alone."""
        try:
            return super().invoke(ctx)
        except RuntimeProblem as problem:
            raise click.ClickException(str(problem)) from problem


def _exists(target: str) -> bool:
    """Whether the module's file is there. `find_spec` would import its package."""
    path = _PACKAGE.joinpath(*target.partition(":")[0].split(".")[1:])
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kaichuang", prog_name="kaichuang")
def main() -> None:
    """开创：让双创政策成为可运行的公共项目。

    Runs a place's innovation-and-entrepreneurship policy as a public programme.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaichuang.settings")


if __name__ == "__main__":
    main()
