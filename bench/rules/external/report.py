"""The page: fractions by suite, and the reasons of what did not pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bench.rules.external.verdict import Tally


def table(tallies: Sequence[Tally]) -> str:
    """Fractions by suite."""
    lines = ["| suite | examples | covered | passed | of the covered |", "|---|---:|---:|---:|---:|"]
    for found in tallies:
        share = f"{100 * found.passed / found.covered:.0f} %" if found.covered else "–"
        lines.append(f"| {found.suite} | {found.total} | {found.covered} | {found.passed} | {share} |")
    return "\n".join(lines)


def reasons(tallies: Sequence[Tally]) -> str:
    """Why the rest does not apply, or differs."""
    lines = ["| suite | why | examples |", "|---|---|---:|"]
    for found in tallies:
        lines += _lines(found.suite, "differs", found.different)
        lines += _lines(found.suite, "not covered", found.not_covered)
    return "\n".join(lines)


def _lines(suite: str, what: str, counted: Counter[str]) -> list[str]:
    return [f"| {suite} | {what}: {reason} | {number} |" for reason, number in counted.most_common()]


def page(tallies: Sequence[Tally]) -> str:
    """The results as a page."""
    return f"{HEAD}\n{table(tallies)}\n\n{MIDDLE}\n{reasons(tallies)}\n"


HEAD = """# Foreign fixtures through our engine

`python -m bench.rules.external FOLDER --out bench/rules/external/RESULTS.md` wrote this page. The fixtures are other
projects' and stay out of this one. FOLDER holds `dmn/` (a folder for each model with its test cases) and `zen/` (CSV
and JSON); without it the command says so and ends well.

Sources, by name:

* **DMN technology compatibility kit** (dmn-tck/tck), compliance level 2. The 17 decision-table models (0004 to 0007,
  0010, 0108 to 0119) with all their test cases, and one case of 0201 from the kit's history; of the literal expressions
  the two models on three-valued logic.
  The tables and test values were transcribed from the kit's files; ids and diagrams were left out.
* **zen-engine** 2.1.3 (gorules/zen): `date.csv`, `standard.csv` and `unary.csv` of its expression tests, whole, from
  the source package; eight graphs of its test data, transcribed, whose functions in JavaScript were left out.

“Covered” means that our constructs can state the example at all; it then runs through `kaichuang.rules.tables` (every
unary test is run as the one cell of a table) or `kaichuang.rules.lang`. Everything covered must give the same answer:
the command fails on any other difference than the one named below.
"""
MIDDLE = """## Why the rest does not apply

* **An absent value is unknown here.** In zen, `undefined == 'LAX'` is false and the next row is taken; in ours nobody
  has told the destination, so the row is unknown and so is the answer. This is on purpose: unknown is not no.
* **Types are checked before anything runs.** Comparing a day with a text, or a choice between a text and a truth value,
  is a mistake in a pack and not a value at run time.
* **Fractions are compared, chosen between and applied with a stated rounding** (`share`, `scale`), but not added or
  multiplied freely: money may not lose a fen on the way. What would need it in a rule is in `docs/sixth-pack.md`.
* **No lists, closures, objects, templates, regular expressions, clock times or time zones.** Tables of rows are totals
  and groupings; days are days.
* **Graphs with branches or JavaScript** are programs; ours are definitions.
* 0201 has inputs without expressions, and its expected answer contradicts its own hit policy.

The run found one mistake of ours, now mended: a row of a table whose output is `NULL` was refused.
"""
