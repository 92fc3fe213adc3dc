"""What is doubtful in a sound pack: each finding with a code, file and line, in Chinese and English, and what to do.

A finding that was looked at and is right can be accepted in the pack, with the reason::

    accepted:
      - {code: uncapped, at: LS-M2, reason: 文本只定比例，不定金额}
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from kaichuang.rules.measures import Rulebook

from ..loader import Pack
from ..problems import Problem
from . import amounts, branches, conditions, documents, figures, readings, stacking, tables, units
from .context import Doubt, Lint

CHECKS: tuple[Callable[[Lint], Iterator[Doubt]], ...] = (
    amounts.tiers, amounts.uncapped, amounts.low_caps, amounts.inexact_scales, amounts.no_example,
    branches.branches, conditions.without_evidence, conditions.scheme_without_evidence, conditions.never_met, conditions.contradicting, conditions.no_supplier,
    documents.lapsed, documents.outliving, documents.repealed_basis, documents.editions,
    figures.contradicting, figures.bare_numbers, figures.unused,
    readings.idle,
    stacking.circles, stacking.budgets,
    tables.decision_tables,
    units.idle, units.measures_without,
)  # fmt: skip


def lint(pack: Pack, book: Rulebook, *, as_of: dt.date) -> list[Problem]:
    """Every doubt that the pack has not accepted, by place; ``as_of`` tells what has lapsed."""
    if not pack.own.documents:
        return []  # a vocabulary: what is used of it is decided by the packs that use it
    context = Lint(pack, book, as_of)
    accepted = {(entry.code, entry.at) for entry in pack.own.accepted}
    doubts = [doubt for check in CHECKS for doubt in check(context)]
    kept = [context.problem(doubt) for doubt in doubts if (doubt.code, doubt.key) not in accepted]
    raised = {(doubt.code, doubt.key) for doubt in doubts}
    for at, entry in enumerate(pack.own.accepted):
        if (entry.code, entry.at) not in raised:
            zh, en = f"“{entry.at}”没有“{entry.code}”这一疑点", f"{entry.at} raises no doubt “{entry.code}”"
            kept.append(context.problem(Doubt("stale", context.unnamed("accepted", at), zh, en)))
    return sorted(set(kept), key=lambda problem: (problem.mark, problem.code))
