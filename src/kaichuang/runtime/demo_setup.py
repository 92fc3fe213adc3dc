"""Migrates and loads the demo, as a program: `python -m kaichuang.runtime.demo_setup FINGERPRINT ground|stories`.

Apart from `demo`, so that the supervising process stays small and free of Django.
"""

from __future__ import annotations

import dataclasses
import importlib
import os
import sys
from typing import Any

from kaichuang.runtime import locks, processes, schema, stamp
from kaichuang.runtime.home import ensure_home
from kaichuang.runtime.progress import Steps


def main(program: str, part: str) -> None:
    """Prepare the configured database; of two demos that start at once the second finds it done."""
    processes.die_with_parent()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaichuang.settings")
    with locks.exclusive(ensure_home() / "setup.lock"):
        known = stamp.read()
        if part == "ground" and (known is None or known.program != program):
            _ground(program)
        elif part == "stories" and known is not None and not known.complete:
            _stories(known)


def _ground(program: str) -> None:
    steps = Steps()
    import django

    with steps.step("载入程序 / loading the program"):
        django.setup()
    with steps.step("更新数据库结构 / migrating the database"):
        # Marked first: a demo that was interrupted here is still a demo when it is started again.
        stamp.write(stamp.Stamp(program="", accounts=[]))
        schema.prepare()
    content = _content()
    with steps.step("载入演示数据 / loading demo data"):
        content.load(steps.note)
    accounts = [[str(part) for part in account] for account in content.accounts()]
    stamp.write(stamp.Stamp(program=program, accounts=accounts))


def _stories(known: stamp.Stamp) -> None:
    """What takes longer, told while the site serves; quietly, the terminal shows the address."""
    os.nice(10)
    import django

    django.setup()
    _content().load(lambda text: None, later=True)
    stamp.write(dataclasses.replace(known, complete=True))


def _content() -> Any:
    """The demo's data, reached by name: it lies on the highest floor."""
    return importlib.import_module("kaichuang.demo")


if __name__ == "__main__":
    main(*sys.argv[1:])
