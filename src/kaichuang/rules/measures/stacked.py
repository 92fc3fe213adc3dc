"""The stacking rules of a rulebook at work: the best lawful combination of one case, and of a population by columns."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from kaichuang.rules.lang import Definition, Field, Program, Type
from kaichuang.rules.lang.types import INT64_LIMIT
from kaichuang.rules.stacking import Award, Choice, Rule, best
from kaichuang.rules.stacking.definitions import Between, definitions

from .answers import Answers
from .book import CaseFacts, Rulebook, Settings
from .model import StackingRule
from .plan import MeasurePlan
from .scope import symbol

if TYPE_CHECKING:
    import polars as pl

GRANTED = "granted"


def best_of(answers: Answers, *, evidence: Mapping[str, frozenset[str]] | None = None) -> Choice:
    """What one applicant should take of everything payable; ``evidence`` are the papers each measure rests on."""
    awards = [
        Award(id_, found.payable_fen, id_, "", (evidence or {}).get(id_, frozenset()), found.measure.title)
        for id_, found in answers.items()
        if found.payable_fen is not None and found.payable_fen > 0
    ]
    return best(awards, rules_of(answers.book, answers.case, answers.settings))


def rules_of(book: Rulebook, case: CaseFacts, settings: Settings | None = None) -> list[Rule]:
    """The rules that apply to a case, with limits computed and what was used before taken from its facts."""
    wanted = tuple(n for rule in book.rules.stacking for n in (_when(rule), _limit(book, rule)) if n)
    known = book.values(case, settings=settings, outputs=wanted) if wanted else {}
    rules = []
    for rule in book.rules.stacking:
        when, cap = _when(rule), _limit(book, rule)
        if when is not None and known[when] is not True:
            continue
        limit = known[cap] if cap else 0
        used = case.values.get(f"paid_{symbol(rule.id)}") if cap else 0
        rules.append(
            Rule(
                rule.id, rule.kind, rule.title, rule.clause, frozenset(rule.measures), frozenset(rule.over),
                limit if isinstance(limit, int) else 0, used if isinstance(used, int) else 0,
            )
        )  # fmt: skip
    return rules


def names(book: Rulebook) -> tuple[str, ...]:
    """The definitions that stacking reads."""
    found = [plan.payable for plan in _paying(book) if plan.payable]
    for rule in book.rules.stacking:
        found += [name for name in (_when(rule), _limit(book, rule)) if name]
    return tuple(dict.fromkeys(found))


def granted_names(book: Rulebook) -> tuple[str, ...]:
    """The columns that stacking adds: one for each measure that pays, and their sum."""
    return (*(f"{plan.symbol}.{GRANTED}" for plan in _paying(book)), GRANTED)


def stack(book: Rulebook, answers: pl.LazyFrame, *, settings: Settings | None = None) -> pl.LazyFrame:
    """The answers with ``<measure>.granted`` for every measure that pays, and their sum ``granted``."""
    overrides, _ = book.split_settings(settings)
    off = []
    for rule in book.rules.stacking:
        when = _when(rule)
        if when is not None and not _varies(book, when):
            holds = book.program.case((when,))({}, overrides or None)[when]
            off += [] if holds is True else [rule.id]
    program = _program(book, tuple(off))
    return program.frame(answers, None, granted_names(book), trusted=True)


@lru_cache(maxsize=64)
def _program(book: Rulebook, off: tuple[str, ...]) -> Program:
    """The program that stacks, without the rules that the settings switch off."""
    plans = _paying(book)
    payable = [plan.payable or "" for plan in plans]
    rules = [_between(book, rule, plans) for rule in book.rules.stacking if rule.id not in off]
    outputs = [f"{plan.symbol}.{GRANTED}" for plan in plans]
    made = definitions(payable, rules, outputs)
    made.append(Definition(GRANTED, " + ".join(outputs) or "fen(0)", Type.MONEY))
    fields: dict[str, Field] = {}
    for name in (*payable, *(n for rule in rules for n in (rule.limit, rule.used) if n)):
        fields[name] = Field(name, Type.MONEY, minimum=-INT64_LIMIT, maximum=INT64_LIMIT)
    for rule in rules:
        if rule.when is not None:
            fields[rule.when] = Field(rule.when, Type.BOOL)
    return Program.build(fields.values(), (), made)


def _paying(book: Rulebook) -> list[MeasurePlan]:
    return [plan for plan in book.plans.values() if plan.payable is not None]


def _when(rule: StackingRule) -> str | None:
    return f"{symbol(rule.id)}.when" if rule.when is not None else None


def _varies(book: Rulebook, name: str) -> bool:
    return bool(book.program.depends_on(name) & book.compiled.fields.keys())


def _limit(book: Rulebook, rule: StackingRule) -> str | None:
    if rule.kind != "shared_cap":
        return None
    members = [plan for plan in _paying(book) if not rule.measures or plan.measure.id in rule.measures]
    return f"{members[0].symbol}.limit_{symbol(rule.id)}" if members else None


def _between(book: Rulebook, rule: StackingRule, plans: list[MeasurePlan]) -> Between:
    covered = [i for i, plan in enumerate(plans) if not rule.measures or plan.measure.id in rule.measures]
    when = _when(rule)
    when = when if when is not None and _varies(book, when) else None
    if rule.kind in ("highest_only", "exclusive"):
        pairs = frozenset((i, j) for i in covered for j in covered if i < j)
        return Between(apart=pairs, when=when)
    if rule.kind == "prevails":
        lost = [i for i, plan in enumerate(plans) if plan.measure.id in rule.over]
        winners = frozenset(i for i, plan in enumerate(plans) if plan.measure.id in rule.measures)
        return Between(over=dict.fromkeys(lost, winners), when=when)
    limit = _limit(book, rule)
    if limit is not None:
        return Between(members=frozenset(covered), limit=limit, used=f"paid_{symbol(rule.id)}", when=when)
    return Between()
