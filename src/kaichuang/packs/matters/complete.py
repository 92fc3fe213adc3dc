"""Matters with everything that they leave out: taken from the measure or the scheme they rest on."""

from __future__ import annotations

from kaichuang.rules.measures.model import Measure

from ..loader import Pack
from ..schema.matters import Key, Matter, MatterFile

FILED = frozenset({"right", "priority", "title", "service", "relief"})
"""Kinds of measures that end in a registration, not in a payment."""
MONEY = frozenset({"grant", "award", "transfer"})


def files_of(pack: Pack) -> list[MatterFile]:
    """The matters of a pack, complete, with their workflows; every measure that can be applied for has one."""
    workflows = {workflow.id: workflow for workflow in pack.all.workflows}
    return [
        MatterFile(matter=complete, workflow=workflows[complete.workflow])
        for matter in (*pack.own.matters, *implied(pack))
        for complete in [completed(matter, pack)]
    ]


def implied(pack: Pack) -> list[Matter]:
    """The matters that follow from measures of which the pack says nothing else."""
    declared = {matter.measure for matter in pack.own.matters if matter.measure}
    return [
        Matter(id=f"{measure.id}-S", title=measure.title, measure=measure.id, workflow=_workflow(measure))
        for measure in pack.own.measures
        if measure.id not in declared and measure.kind in FILED | MONEY
    ]


def _workflow(measure: Measure) -> str:
    return "filing" if measure.kind in FILED else "award"


def completed(matter: Matter, pack: Pack) -> Matter:
    """A matter with its desks, clause, keys, papers, applicants and the name of its workflow."""
    measure = next((one for one in pack.own.measures if one.id == matter.measure), None)
    scheme = next((scheme for scheme in pack.own.schemes if scheme.id == matter.scheme), None)
    basis = measure or scheme
    units = [unit.id for unit in pack.all.units]
    lead = basis.responsible[0] if basis is not None and basis.responsible else (units[0] if units else "")
    desks = {"lead": lead, "finance": "finance" if "finance" in units else lead, **matter.desks}
    desks = {"leader": desks["lead"], **desks}
    changes: dict[str, object] = {
        "desks": {desk: unit for desk, unit in desks.items() if unit},
        "clause": matter.clause or (basis.clause if basis is not None else None),
        "keys": matter.keys or _keys(measure, pack),
    }
    if "workflow" not in matter.model_fields_set:
        changes["workflow"] = _workflow(measure) if measure is not None else "filing"
    if not matter.evidence and not matter.papers and measure is not None:
        changes["evidence"] = measure.evidence
    if not matter.applicants and measure is not None:
        changes["applicants"] = (measure.beneficiary.subject,)
    return matter.model_copy(update=changes)


def _keys(measure: Measure | None, pack: Pack) -> tuple[Key, ...]:
    """Invoices and contracts in the tables of the measure are claimed once (catalogue 5.3, rule 1)."""
    if measure is None:
        return ()
    read = {total.from_ for total in measure.totals}
    return tuple(
        Key(kind="contract" if "contract" in table.code else "invoice", table=table.code, name="number")
        for table in pack.all.collections
        if table.code in read and any(column.code == "number" for column in table.columns)
    )
