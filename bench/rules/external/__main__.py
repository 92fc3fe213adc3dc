"""python -m bench.rules.external FOLDER [--out RESULTS.md] [--details]: foreign fixtures through our engine."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bench.rules.external import dmn, report, zen
from bench.rules.external.verdict import Outcome, tally


def main() -> int:
    """Run what is there, print the fractions, and write the page if asked."""
    parser = argparse.ArgumentParser(prog="python -m bench.rules.external")
    parser.add_argument("folder", type=Path, help="with dmn/ (models and test cases) and zen/ (CSV and JSON)")
    parser.add_argument("--out", type=Path, help="write the page here")
    parser.add_argument("--details", action="store_true", help="show every example that did not pass")
    options = parser.parse_args()
    found = [*dmn.verdicts(options.folder / "dmn"), *zen.verdicts(options.folder / "zen")]
    if not found:
        sys.stdout.write(
            f"没有可用的外部样例：{options.folder}。样例不随项目分发，见 bench/rules/external/RESULTS.md。\n"
            f"No fixtures in {options.folder}; they are not part of the project (see RESULTS.md).\n"
        )
        return 0
    tallies = tally(found)
    sys.stdout.write(report.table(tallies) + "\n\n" + report.reasons(tallies) + "\n")
    for verdict in found:
        if options.details and verdict.outcome is not Outcome.PASSED:
            sys.stdout.write(f"{verdict.outcome.value}: {verdict.name}: {verdict.reason} {verdict.detail}\n")
    if options.out:
        options.out.write_text(report.page(tallies), encoding="utf-8")
    wrong = sum(found.different["another answer"] for found in tallies)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
