"""Write down and end relations between parties."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, refuse_if
from kaichuang.parties.models import Party, PartyKind, Relation, RelationKind
from kaichuang.parties.operations.register import scope_of
from kaichuang.parties.permissions import may_record_relation

_PERSONS_ONLY = frozenset({RelationKind.LEGAL_REPRESENTATIVE, RelationKind.DIRECTOR, RelationKind.EMPLOYEE})
_BETWEEN_PERSONS = frozenset({RelationKind.KIN})
_FULL = 10_000


@transaction.atomic
def record_relation(
    *,
    source: Party,
    target: Party,
    kind: str,
    actor: Actor,
    now: datetime,
    share_bp: int | None = None,
    since: date | None = None,
    until: date | None = None,
    evidence: str = "",
) -> Relation:
    """`source` is the <kind> of `target`. `share_bp` is a shareholder's part in ten-thousandths."""
    require(may_record_relation(actor, (source, target)))
    # The target's row stands for the list of its relations, so that shares cannot pass 100% side by side.
    locked = Party.objects.select_for_update(of=("self",), no_key=True).get(pk=target.pk)
    refuse_if(_problems(source, locked, kind, share_bp, since, until))
    relation = Relation.objects.create(
        source=source,
        target=locked,
        kind=kind,
        share_bp=share_bp,
        since=since,
        until=until,
        evidence=evidence.strip()[:200],
    )
    payload = {"source": source.pk, "target": target.pk, "kind": kind, "share_bp": share_bp}
    record(
        actor=actor,
        now=now,
        action="record_relation",
        subject=relation,
        scope=scope_of(actor),
        payload=payload,
    )
    return relation


@transaction.atomic
def end_relation(*, relation: Relation, until: date, actor: Actor, now: datetime) -> Relation:
    """`until` is the last day on which it holds."""
    current = (
        Relation.objects.select_for_update(of=("self",))
        .select_related("source", "target")
        .get(pk=relation.pk)
    )
    require(may_record_relation(actor, (current.source, current.target)))
    problems: list[Problem] = []
    if current.until is not None:
        problems.append(Problem("ended", _("该关系已于%(day)s结束。") % {"day": current.until}))
    if current.since is not None and until < current.since:
        problems.append(Problem("until_before_since", _("截止日期不能早于起始日期。"), field="until"))
    refuse_if(problems)
    current.until = until
    current.save(update_fields=["until"])
    payload = {"until": str(until)}
    record(
        actor=actor, now=now, action="end_relation", subject=current, scope=scope_of(actor), payload=payload
    )
    return current


def _problems(
    source: Party, target: Party, kind: str, share_bp: int | None, since: date | None, until: date | None
) -> list[Problem]:
    problems: list[Problem] = []
    if source.pk == target.pk:
        problems.append(Problem("self", _("主体不能与自身建立关系。")))
    if kind not in RelationKind.values:
        return [*problems, Problem("kind_invalid", _("请选择关系。"), field="kind")]
    if kind in _PERSONS_ONLY and source.kind != PartyKind.PERSON:
        message = _("%(kind)s只能是个人。") % {"kind": RelationKind(kind).label}
        problems.append(Problem("person_needed", message, field="source"))
    if kind in _BETWEEN_PERSONS and {source.kind, target.kind} != {PartyKind.PERSON}:
        problems.append(Problem("person_needed", _("亲属关系只存在于个人之间。"), field="kind"))
    if since is not None and until is not None and until < since:
        problems.append(Problem("until_before_since", _("截止日期不能早于起始日期。"), field="until"))
    if Relation.objects.filter(source=source, target=target, kind=kind, until=None).exists():
        problems.append(Problem("relation_known", _("该关系已登记，请先结束原有记录。")))
    if share_bp is not None:
        problems += _share_problems(target, kind, share_bp)
    return problems


def _share_problems(target: Party, kind: str, share_bp: int) -> list[Problem]:
    if kind != RelationKind.SHAREHOLDER or not 0 <= share_bp <= _FULL:
        return [Problem("share_invalid", _("持股比例只用于股东，且在0至100%之间。"), field="share_bp")]
    shareholders = Relation.objects.filter(target=target, kind=RelationKind.SHAREHOLDER, until=None)
    held = shareholders.aggregate(held=Sum("share_bp", default=0))["held"]
    if held + share_bp > _FULL:
        message = _("各股东持股之和将超过100%%（已登记%(held)s%%）。") % {"held": f"{held / 100:g}"}
        return [Problem("share_over", message, field="share_bp")]
    return []
