"""A programme offers the matters of the packs it has adopted."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kaichuang.cases.models import Matter, MatterVersion
from kaichuang.cases.permissions import may_keep_matters
from kaichuang.entitlement.queries.books import compiled, current_versions
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.packs.loader import Pack
from kaichuang.packs.schema.matters import Key, MatterFile
from kaichuang.packs.schema.matters import Matter as MatterOfPack
from kaichuang.places.models import Programme
from kaichuang.policy.adopted import on_adopted
from kaichuang.policy.models import PackVersion
from kaichuang.rules.measures.model import Measure

_FILED = frozenset({"right", "priority", "title", "service", "relief"})
"""Kinds of measures that end in a registration, not in a payment."""
_MONEY = frozenset({"grant", "award", "transfer"})


def adopt_matters(*, programme: Programme, actor: Actor, now: datetime) -> int:
    """Bring the matters up to the packs in force; returns how many have a new version.

    Every measure that can be applied for has a matter: the pack's own, or one that follows from the measure.
    What a bureau has changed on the web stays, on the new pack; it can take over the pack's text with `revise_matter`.
    """
    require(may_keep_matters(actor, programme))
    with transaction.atomic():
        Programme.objects.select_for_update(of=("self",), no_key=True).get(pk=programme.pk)
        return sum(_follow(version, actor, now) for version in current_versions(programme))


@on_adopted
def follow_pack(version: PackVersion, actor: Actor, now: datetime) -> None:
    """A pack that comes into force brings its matters with it."""
    _follow(version, actor, now)


def _follow(version: PackVersion, actor: Actor, now: datetime) -> int:
    pack = compiled(PackVersion.objects.get(pk=version.pk))[0]
    return sum(_adopt(version.programme, version, file, actor, now) for file in files_of(pack))


def files_of(pack: Pack) -> list[MatterFile]:
    """The matters of a pack, complete: what it leaves out is taken from the measure."""
    workflows = {workflow.id: workflow for workflow in pack.all.workflows}
    declared = {matter.measure for matter in pack.own.matters if matter.measure}
    measures = {measure.id: measure for measure in pack.own.measures}
    implied = [
        MatterOfPack(
            id=f"{measure.id}-S", title=measure.title, measure=measure.id, workflow=_workflow(measure)
        )
        for measure in pack.own.measures
        if measure.id not in declared and measure.kind in _FILED | _MONEY
    ]
    return [
        MatterFile(matter=complete, workflow=workflows[complete.workflow])
        for matter in (*pack.own.matters, *implied)
        for complete in [_completed(matter, measures.get(matter.measure or ""), pack)]
    ]


def _workflow(measure: Measure) -> str:
    return "filing" if measure.kind in _FILED else "award"


def _completed(matter: MatterOfPack, measure: Measure | None, pack: Pack) -> MatterOfPack:
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
    if measure is not None and "workflow" not in matter.model_fields_set:
        changes["workflow"] = _workflow(measure)
    if measure is None and "workflow" not in matter.model_fields_set:
        changes["workflow"] = "filing"
    if not matter.evidence and not matter.papers and measure is not None:
        changes["evidence"] = measure.evidence
    if not matter.applicants and measure is not None:
        changes["applicants"] = (measure.beneficiary.subject,)
    return matter.model_copy(update=changes)


def _keys(measure: Measure | None, pack: Pack) -> tuple[Key, ...]:
    """Invoices and contracts in the tables of the measure are claimed once (catalogue 5.3, rule 1)."""
    if measure is None:
        return ()
    read = {total.from_ for total in (*measure.totals, *pack.all.totals)}
    return tuple(
        Key(kind="contract" if "contract" in table.code else "invoice", table=table.code, name="number")
        for table in pack.all.collections
        if table.code in {total.from_ for total in measure.totals} & read
        and any(column.code == "number" for column in table.columns)
    )


def _adopt(programme: Programme, version: PackVersion, file: MatterFile, actor: Actor, now: datetime) -> bool:
    spec = file.matter
    matter, _new = Matter.objects.get_or_create(
        programme=programme,
        code=spec.id,
        defaults={"pack": version.pack, "title": spec.title.zh, "measure": spec.measure or ""},
    )
    last = matter.current
    content = last.content if last is not None and last.own else file.model_dump(mode="json", by_alias=True)
    if last is not None and (last.pack_version_id, last.content) == (version.pk, content):
        return False
    add_version(
        matter=matter,
        pack_version=version,
        content=content,
        own=last.own if last is not None else False,
        reason=f"{version.pack} {version.version}",
        actor=actor,
        now=now,
    )
    return True


def add_version(
    *,
    matter: Matter,
    pack_version: PackVersion,
    content: dict[str, object],
    own: bool,
    reason: str,
    actor: Actor,
    now: datetime,
) -> MatterVersion:
    """The next version of a matter, in force at once for cases that are not yet submitted."""
    spec = MatterFile.model_validate(content).matter
    made = MatterVersion.objects.create(
        matter=matter,
        number=(matter.current.number if matter.current is not None else 0) + 1,
        pack_version=pack_version,
        content=content,
        own=own,
        reason=reason[:200],
        made_at=now,
        made_by_id=actor.user_id,
    )
    matter.current = made
    matter.title, matter.title_en = spec.title.zh, spec.title.get("en")
    matter.measure, matter.clause = spec.measure or "", spec.clause or ""
    matter.save(update_fields=["current", "title", "title_en", "measure", "clause"])
    record(
        actor=actor,
        now=now,
        action="adopt_matter",
        subject=matter,
        scope=matter.programme.slug,
        reason=reason,
        payload={"version": made.number, "pack": pack_version.sha256},
    )
    return made
