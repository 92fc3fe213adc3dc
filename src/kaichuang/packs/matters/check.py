"""Whether a matter can work: everything that it names exists, is asked for, and is used by its workflow."""

from __future__ import annotations

from collections.abc import Iterator

from kaichuang.rules.measures import Rulebook

from ..flow import Flaw
from ..loader import Pack
from ..problems import Problem
from ..schema.matters import Matter, MatterFile
from . import asking, fitting, naming
from .complete import completed, implied


def check_matters(pack: Pack, book: Rulebook | None) -> Iterator[Problem]:
    """Every mistake in the matters of a pack, at its place; ``book`` is none where the rules do not compile."""
    workflows = {workflow.id: workflow for workflow in pack.all.workflows}
    taken = {matter.id: matter.measure for matter in implied(pack)}
    for matter in pack.own.matters:
        found = [*_basis(matter, pack), *_taken(matter, taken)]
        workflow = workflows.get(matter.workflow)  # a missing one is told with the other references
        whole = completed(matter, pack)
        if not found and workflow is None:
            found = list(naming.flaws_of(whole, pack))
        elif not found and workflow is not None:
            file = MatterFile.model_construct(matter=whole, workflow=workflows.get(whole.workflow, workflow))
            found = matter_flaws(file, pack, book, said=frozenset(matter.model_fields_set))
        for flaw in found:
            yield Problem(pack.mark("matters", matter.id, *flaw.path), flaw.code, flaw.zh, flaw.en, flaw.hint)


def matter_flaws(
    file: MatterFile,
    pack: Pack,
    book: Rulebook | None,
    *,
    said: frozenset[str] | None = None,
    units: frozenset[str] | None = None,
) -> list[Flaw]:
    """Everything wrong with a complete matter; paths lead from the matter.

    ``said`` are the fields that somebody wrote (all, if not given): what is only a default is not blamed for having
    no effect. ``units`` are those of a programme, where it has others than the pack.
    """
    matter = file.matter
    told = frozenset(Matter.model_fields) if said is None else said
    found = [*naming.flaws_of(matter, pack, units), *fitting.flaws_of(file, told)]
    if book is not None and (matter.measure is None or matter.measure in book.plans):
        found += asking.flaws_of(matter, book)
    return found


def _basis(matter: Matter, pack: Pack) -> Iterator[Flaw]:
    """What the matter rests on: one measure, one scheme, or a clause."""
    if matter.measure is None and matter.scheme is None and matter.clause is None:
        yield Flaw(
            (), "事项须写明措施、认定或条款", "a matter names a measure, a scheme or a clause", code="basis"
        )
    kinds = {measure.id: measure.kind for measure in pack.own.measures}
    if kinds.get(matter.measure or "") == "sanction":
        zh, en = (
            f"“{matter.measure}”是惩戒措施，不能申请",
            f"{matter.measure} is a sanction: nobody applies for it",
        )
        yield Flaw(("measure",), zh, en, code="basis")


def _taken(matter: Matter, implied_: dict[str, str | None]) -> Iterator[Flaw]:
    """The code of a matter that a measure has by itself would be adopted as one of the two."""
    if matter.id in implied_:
        zh = f"编号“{matter.id}”是措施 {implied_[matter.id]} 自动生成的事项的编号"
        en = f"“{matter.id}” is the code of the matter that {implied_[matter.id]} has by itself"
        yield Flaw(("id",), zh, en, f"换一个编号，或写 measure: {implied_[matter.id]}", code="repeated")
