"""python -m bench.support [--parties 100000] [--singly 1000]: an award run under caps and budget; writes RESULTS.md."""

from __future__ import annotations

import argparse
from pathlib import Path

from bench.harness import throw_away


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.support")
    parser.add_argument("--parties", type=int, default=100_000)
    parser.add_argument("--singly", type=int, default=1_000, help="how many the plain way is measured over")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("RESULTS.md"))
    options = parser.parse_args()
    with throw_away(settings="kaichuang.settings"):
        from bench.support import report, run

        found = run.measure(options.parties, options.singly)
        text = report.write(found)
    options.out.write_text(text, encoding="utf-8")
    print(text)


main()
