"""A bureau opens rounds and changes its matters, within the bounds of the tables."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from pydantic import ValidationError

from kaichuang.cases.models import Matter, MatterVersion, Round, Shortfall
from kaichuang.cases.operations.adopt import add_version
from kaichuang.cases.permissions import may_keep_matters
from kaichuang.entitlement.queries.books import compiled
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused, Stale, refuse_if
from kaichuang.packs.flow import Flaw, flaws
from kaichuang.packs.matters import matter_flaws
from kaichuang.packs.schema.matters import MatterFile


def revise_matter(
    *,
    matter: Matter,
    content: MatterFile,
    reason: str,
    actor: Actor,
    now: datetime,
    based_on: int | None = None,
) -> MatterVersion:
    """A new version of a matter and its workflow, in force for cases that are not yet submitted.

    `based_on` is the number of the version that was edited; raises `Stale` when somebody was faster. Raises `Refused`
    with every flaw of the table: a case must never get stuck, and no money leaves without a decision.
    """
    require(may_keep_matters(actor, matter))
    with transaction.atomic():
        row = (
            Matter.objects.select_for_update(of=("self",), no_key=True)
            .select_related("programme", "current")
            .get(pk=matter.pk)
        )
        if row.current is None or (based_on is not None and row.current.number != based_on):
            raise Stale()
        refuse_if(_problems(row, content, reason))
        return add_version(
            matter=row,
            pack_version=row.current.pack_version,
            content=content.model_dump(mode="json", by_alias=True),
            own=True,
            reason=reason.strip(),
            actor=actor,
            now=now,
        )


def read_matter(document: object) -> MatterFile:
    """A matter as a form or a file gives it. Raises `Refused` with every problem of its shape."""
    try:
        return MatterFile.model_validate(document)
    except ValidationError as error:
        raise Refused(
            *(
                Problem("shape", str(one["msg"]), field=".".join(map(str, one["loc"])))
                for one in error.errors()
            )
        ) from error


def _problems(matter: Matter, content: MatterFile, reason: str) -> list[Problem]:
    english = (get_language() or "").startswith("en")
    found = [
        Problem("workflow", flaw.en if english else flaw.zh, field=".".join(map(str, flaw.path)))
        for flaw in flaws(content.workflow)
    ]
    if not found:
        found += [
            Problem(flaw.code, flaw.en if english else flaw.zh, field=".".join(map(str, flaw.path)))
            for flaw in _unfit(matter, content)
        ]
    if content.matter.id != matter.code:
        found.append(Problem("code", _("事项编号不能更改。"), field="id"))
    if not reason.strip():
        found.append(Problem("reason_required", _("请写明修改的依据或原因。"), field="reason"))
    return found


def _unfit(matter: Matter, content: MatterFile) -> list[Flaw]:
    """What the matter names and its workflow, its pack or its programme does not have."""
    assert matter.current is not None  # the caller holds a version
    pack, book = compiled(matter.current.pack_version)
    units = frozenset(matter.programme.units.values_list("key", flat=True))
    return matter_flaws(content, pack, book, said=_changed(matter.current.file, content), units=units)


def _changed(before: MatterFile, after: MatterFile) -> frozenset[str]:
    """The fields that the bureau has written: a default of the pack is not blamed for having no effect."""
    names = type(after.matter).model_fields
    return frozenset(name for name in names if getattr(before.matter, name) != getattr(after.matter, name))


def open_round(
    *,
    matter: Matter,
    title: str,
    opens_at: datetime,
    closes_at: datetime,
    year: int,
    shortfall: str,
    actor: Actor,
    now: datetime,
    pot_fen: int | None = None,
    quota: int | None = None,
) -> Round:
    """Announce a window. What happens when the pot is too small is declared now, before anybody applies."""
    require(may_keep_matters(actor, matter))
    problems = []
    if not title.strip():
        problems.append(Problem("title_required", _("请填写批次名称。"), field="title"))
    if closes_at <= opens_at:
        problems.append(Problem("order", _("截止时间应晚于开始时间。"), field="closes_at"))
    if closes_at <= now:
        problems.append(Problem("over", _("截止时间已过，请另选时间。"), field="closes_at"))
    if shortfall not in Shortfall.values:
        problems.append(Problem("shortfall", _("请选择资金不足时的办法。"), field="shortfall"))
    if pot_fen is not None and pot_fen <= 0:
        problems.append(Problem("pot", _("本批次资金应大于零。"), field="pot_fen"))
    refuse_if(problems)
    with transaction.atomic():
        made = Round.objects.create(
            matter=matter, title=title.strip(), opens_at=opens_at, closes_at=closes_at, year=year,
            shortfall=shortfall, pot_fen=pot_fen, quota=quota,
        )  # fmt: skip
        payload = {
            "opens_at": opens_at.isoformat(),
            "closes_at": closes_at.isoformat(),
            "shortfall": shortfall,
        }
        record(
            actor=actor,
            now=now,
            action="open_round",
            subject=made,
            scope=matter.programme.slug,
            payload=payload,
        )
    return made
