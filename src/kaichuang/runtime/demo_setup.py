"""Migrates and loads the demo, as a program: `python -m kaichuang.runtime.demo_setup FINGERPRINT`.

Apart from `demo`, so that the supervising process stays small and free of Django.
"""

from __future__ import annotations

import importlib
import os
import sys

from kaichuang.runtime import locks, processes, schema, stamp
from kaichuang.runtime.home import ensure_home
from kaichuang.runtime.progress import Steps


def main(program: str) -> None:
    """Prepare the configured database; of two demos that start at once the second finds it done."""
    processes.die_with_parent()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaichuang.settings")
    with locks.exclusive(ensure_home() / "setup.lock"):
        known = stamp.read()
        if known is None or known.program != program:
            _prepare(program)


def _prepare(program: str) -> None:
    steps = Steps()
    import django

    with steps.step("载入程序 / loading the program"):
        django.setup()
    with steps.step("更新数据库结构 / migrating the database"):
        # Marked first: a demo that was interrupted here is still a demo when it is started again.
        stamp.write(stamp.Stamp(program="", accounts=[]))
        schema.prepare()
    # Reached by name: the demo lies on the highest floor.
    content = importlib.import_module("kaichuang.demo")
    with steps.step("载入演示数据 / loading demo data"):
        content.load(steps.note)
    accounts = [[str(part) for part in account] for account in content.accounts()]
    stamp.write(stamp.Stamp(program=program, accounts=accounts))


if __name__ == "__main__":
    main(sys.argv[1])
