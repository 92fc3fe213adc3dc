"""The figures as a page."""

from __future__ import annotations

import os
import platform

from bench.support.run import Found


def write(found: Found) -> str:
    rules, ledger, plain = (found.seconds[name] for name in ("rules", "ledger", "plain"))
    answered = found.awarded + found.refused
    return f"""# Award run

`python -m bench.support` on {platform.machine()}, {os.cpu_count()} cores, embedded PostgreSQL, durable commits. Measure QH-M2
(a tenth of the tax exempted, at most 2,000,000 yuan a party and year, as a limit of the ledger), budget nine tenths of
what all are entitled to.

| Step | Parties | Seconds | A second |
|---|---|---|---|
| facts of all as one frame, rules over all | {found.parties:,} | {rules:.2f} | {found.parties / rules:,.0f} |
| ledger rows, {answered:,} asked, by `post_each` a thousand at a time | {answered:,} | {ledger:.2f} | {answered / ledger:,.0f} |
| one decision at a time: rules, reserve, commit | {found.singly:,} | {plain:.2f} | {found.singly / plain:,.0f} |

Awarded {found.awarded:,} claims of {found.committed_fen / 100:,.2f} yuan together; {found.refused:,} refused as the money was gone;
{found.left_fen / 100:,.2f} yuan left, less than any of the refused asked for. `ledger verify`: {"sound" if found.sound else "NOT SOUND"}.
"""
