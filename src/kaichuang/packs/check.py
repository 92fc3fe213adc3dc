"""Whether a pack hangs together: every clause, unit, paper, fact and measure that is named exists, and rules compile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from kaichuang.rules.measures import Rulebook

from .flow import flaws
from .loader import Pack, key_of
from .matters import check_matters
from .problems import PackErrors, Problem, nearest
from .rulebook import rulebook
from .schema import Sections

Place = tuple[str, str, tuple[str | int, ...]]

REFERENCES: Mapping[str, str] = {
    "clause": "clauses", "clauses": "clauses",
    "responsible": "units", "lead": "units", "cooperating": "units", "members": "units", "manager": "units",
    "lender": "units", "owner": "units", "unit_in_charge": "units", "issuers": "units",
    "evidence": "evidence", "materials": "evidence", "suppliers": "suppliers", "subject": "subjects",
    "readings": "readings", "measure": "measures", "measures": "measures", "over": "measures",
    "budget": "budgets", "services": "vocabularies", "vocabulary": "vocabularies", "among": "lists",
    "part_of": "targets", "scheme": "schemes", "sheet": "sheets", "fact": "facts", "main": "documents",
    "annex_of": "documents", "workflow": "workflows",
}  # fmt: skip
"""Which keys hold references, and into what."""

NAMES: Mapping[str, tuple[str, str]] = {
    "clauses": ("条款", "clause"), "units": ("单位", "unit"), "evidence": ("材料", "paper"),
    "suppliers": ("数据提供方", "supplier"), "subjects": ("对象", "subject"), "readings": ("解读", "reading"),
    "measures": ("措施", "measure"), "budgets": ("预算", "budget"), "vocabularies": ("词表", "vocabulary"),
    "lists": ("词表、布局或单位类", "list"), "targets": ("目标", "target"), "schemes": ("认定", "scheme"),
    "sheets": ("评价表", "sheet"), "facts": ("事实", "fact"), "documents": ("文件", "document"),
    "workflows": ("流程", "workflow"),
}  # fmt: skip


def check_pack(pack: Pack) -> tuple[list[Problem], Rulebook | None]:
    """Everything that is wrong, and the compiled rules where they compile."""
    problems = [*_references(pack), *_budget_lines(pack), *_workflows(pack), *_header(pack)]
    book: Rulebook | None = None
    try:
        book = rulebook(pack)
    except PackErrors as error:
        problems.extend(error.problems)
    problems.extend(check_matters(pack, book))
    return sorted(problems, key=lambda p: (p.mark, p.code)), book


def ensure(pack: Pack) -> Rulebook:
    """The compiled rules of a sound pack. Raises ``PackErrors`` with everything that is wrong."""
    problems, book = check_pack(pack)
    if problems or book is None:
        raise PackErrors(problems)
    return book


def parts(pack: Pack) -> Iterator[tuple[Place, Any]]:
    """Every model of the pack's own sections with its place."""
    for section in Sections.model_fields:
        value = getattr(pack.own, section)
        if isinstance(value, BaseModel):
            yield from _inside((section, section, ()), value)
        elif isinstance(value, dict):
            for key, item in value.items():
                yield from _inside((section, key, ()), item)
        else:
            unnamed = [
                (file.name, path) for (name, _), (file, path) in pack.origins.items() if name == section
            ]
            for at, item in enumerate(value or ()):
                key = key_of(section, item)
                if key is None and at < len(unnamed):
                    key = f"{unnamed[at][0]}#{unnamed[at][1][-1]}"
                yield from _inside((section, key or "", ()), item)


def _inside(place: Place, value: Any) -> Iterator[tuple[Place, Any]]:
    section, key, path = place
    if isinstance(value, BaseModel):
        yield place, value
        for name, field in type(value).model_fields.items():
            yield from _inside((section, key, (*path, field.alias or name)), getattr(value, name))
    elif isinstance(value, tuple):
        for at, item in enumerate(value):
            yield from _inside((section, key, (*path, at)), item)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _inside((section, key, (*path, str(name))), item)


def clauses_of(pack: Pack) -> set[str]:
    """All clauses that may be cited: ``NH 三(二)``."""
    return {f"{document.id} {entry.ref}" for document in pack.all.documents for entry in document.outline}


def known(pack: Pack) -> dict[str, set[str]]:
    """What each kind of reference may name."""
    s = pack.all
    lists = (
        {v.id for v in s.vocabularies} | {layout.id for layout in s.layouts} | {c.id for c in s.catalogues}
    )
    return {
        "clauses": clauses_of(pack),
        "units": {unit.id for unit in s.units},
        "evidence": {item.code for item in s.evidence},
        "suppliers": {item.code for item in s.suppliers},
        "subjects": {item.code for item in s.subjects},
        "readings": {reading.id for reading in s.readings},
        "measures": {measure.id for measure in s.measures},
        "budgets": {budget.id for budget in s.budgets},
        "vocabularies": {vocabulary.id for vocabulary in s.vocabularies},
        "lists": lists,
        "targets": {target.id for target in s.targets},
        "schemes": {scheme.id for scheme in s.schemes},
        "sheets": {sheet.id for sheet in s.sheets},
        "facts": {fact.code for fact in s.facts},
        "documents": {document.id for document in s.documents},
        "workflows": {workflow.id for workflow in s.workflows},
    }


def _references(pack: Pack) -> Iterator[Problem]:
    exists = known(pack)
    general = not pack.own.documents  # a vocabulary pack cites clauses of other packs
    for (section, key, path), part in parts(pack):
        for name in type(part).model_fields:
            target = REFERENCES.get(name)
            if target is None or (general and target == "clauses"):
                continue
            value = getattr(part, name)
            for at, word in enumerate(value if isinstance(value, tuple) else (value,)):
                if not isinstance(word, str) or word in exists[target]:
                    continue
                place = (*path, name, at) if isinstance(value, tuple) else (*path, name)
                zh, en = NAMES[target]
                mark = pack.mark(section, key, *place)
                yield Problem(
                    mark,
                    target,
                    f"没有{zh}“{word}”",
                    f"no such {en}: “{word}”",
                    nearest(word, exists[target]),
                )


def _budget_lines(pack: Pack) -> Iterator[Problem]:
    lines = {(budget.id, line.id) for budget in pack.all.budgets for line in budget.lines}
    for measure in pack.own.measures:
        for at, entry in enumerate(measure.budget):
            if (entry.budget, entry.line) not in lines:
                mark = pack.mark("measures", measure.id, "budget", at)
                known_lines = "、".join(line for budget, line in sorted(lines) if budget == entry.budget)
                zh, en = (
                    f"预算 {entry.budget} 没有支出项“{entry.line}”",
                    f"{entry.budget} has no line “{entry.line}”",
                )
                yield Problem(mark, "budget_line", zh, en, known_lines or None)


def _workflows(pack: Pack) -> Iterator[Problem]:
    for workflow in pack.own.workflows:
        for flaw in flaws(workflow):
            mark = pack.mark("workflows", workflow.id, *flaw.path)
            yield Problem(mark, flaw.code, flaw.zh, flaw.en, flaw.hint)


def _header(pack: Pack) -> Iterator[Problem]:
    info = pack.info
    mark = pack.mark("pack", "pack")
    if pack.own.documents and info.main is None:
        yield Problem(
            mark, "main", "没有指明主文件 main", "main does not name a document", pack.own.documents[0].id
        )
    if pack.own.documents and info.place is None:
        yield Problem(mark, "place", "没有写明地方 place", "place is missing")
    for document in pack.own.documents:
        seen: set[str] = set()
        for at, entry in enumerate(document.outline):
            if entry.ref in seen:
                where = pack.mark("documents", document.id, "outline", at)
                yield Problem(
                    where, "repeated", f"条款“{entry.ref}”重复", f"the clause {entry.ref} is repeated"
                )
            seen.add(entry.ref)
