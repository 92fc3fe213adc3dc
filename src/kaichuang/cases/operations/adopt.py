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
from kaichuang.packs.matters import files_of
from kaichuang.packs.schema.matters import MatterFile
from kaichuang.places.models import Programme
from kaichuang.policy.adopted import on_adopted
from kaichuang.policy.models import PackVersion


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
