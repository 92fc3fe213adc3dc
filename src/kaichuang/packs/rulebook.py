"""A pack's rules, compiled; and its mistakes placed in its files."""

from __future__ import annotations

from kaichuang.rules.measures import Rulebook, RuleErrors, RuleProblem
from kaichuang.rules.measures.plan import Checklist, Place, Rules
from kaichuang.rules.measures.scope import symbol
from kaichuang.rules.scoring.model import RatioItem, Sheet

from .loader import Pack
from .problems import Mark, PackErrors, Problem


def rules_of(pack: Pack) -> Rules:
    """Everything of the pack that compiles."""
    s = pack.all
    return Rules(
        facts=s.facts,
        collections=s.collections,
        groupings=s.groupings,
        totals=s.totals,
        parameters=s.parameters,
        readings=s.readings,
        validity={document.id: document.validity for document in s.documents},
        conditions=s.conditions,
        measures=s.measures,
        stacking=s.stacking,
        checklists=_checklists(pack),
        tables=s.tables,
        values={name: found for sheet in s.sheets for name, found in sheet_values(sheet).items()},
    )


def _checklists(pack: Pack) -> tuple[Checklist, ...]:
    lists = []
    for scheme in pack.all.schemes:
        common = [("conditions", at) for at in range(len(scheme.conditions))]
        for index, level in enumerate(scheme.levels):
            own = [("levels", index, "conditions", at) for at in range(len(level.conditions))]
            conditions = (*scheme.conditions, *level.conditions)
            lists.append(
                Checklist(
                    f"{scheme.id}-{level.id}", level.title, conditions, "schemes", scheme.id, (*common, *own)
                )
            )
    return tuple(lists)


def sheet_values(sheet: Sheet) -> dict[str, tuple[Place, str]]:
    """The expressions of a scoring sheet as named definitions."""
    own = symbol(sheet.id)
    found: dict[str, tuple[Place, str]] = {}
    for at, item in enumerate(sheet.items):
        if isinstance(item, RatioItem):
            found[f"{own}.{item.id}_part"] = (("sheets", sheet.id, ("items", at, "part")), item.part)
            found[f"{own}.{item.id}_whole"] = (("sheets", sheet.id, ("items", at, "whole")), item.whole)
        else:
            key = "test" if item.kind in ("check", "veto") else "value"
            found[f"{own}.{item.id}"] = (("sheets", sheet.id, ("items", at, key)), getattr(item, key))
    for at, override in enumerate(sheet.overrides):
        found[f"{own}.override_{override.grade}"] = (
            ("sheets", sheet.id, ("overrides", at, "test")),
            override.test,
        )
    return found


def rulebook(pack: Pack) -> Rulebook:
    """The pack's rules, ready to be asked. Raises ``PackErrors`` with every mistake in its expressions."""
    try:
        return Rulebook.build(rules_of(pack), id_=pack.id, version=pack.version, hash_=pack.hash)
    except RuleErrors as error:
        raise PackErrors([_problem(pack, found) for found in error.problems]) from error


def _problem(pack: Pack, found: RuleProblem) -> Problem:
    section, key, path = found.place
    mark = pack.mark(section, key, *path)
    mark = Mark(mark.file, mark.line, mark.column + found.offset)
    return Problem(mark, found.code, found.zh, found.en, found.suggestion)
