"""Change or close a party."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused, refuse_if
from kaichuang.kit.secrets import mask
from kaichuang.parties.models import Membership, Party, PartyKind, Relation
from kaichuang.parties.operations.register import field_problems, scope_of
from kaichuang.parties.permissions import may_close_party, may_edit_party
from kaichuang.parties.uscc import check_uscc

_CHANGEABLE = frozenset({"name", "uscc", "division", "registered_on", "phone", "email"})
_SECRET = frozenset({"phone"})


@transaction.atomic
def update_party(*, party: Party, actor: Actor, now: datetime, today: date, **changes: Any) -> Party:
    """Change name, uscc, division, registered_on, phone, email; the journal keeps before and after (masked)."""
    unknown = set(changes) - _CHANGEABLE
    if unknown:
        raise TypeError(f"not changeable: {sorted(unknown)}")
    locked = Party.objects.select_for_update(of=("self",)).get(pk=party.pk)
    require(may_edit_party(actor, locked))
    problems: list[Problem] = []
    if locked.closed_on is not None:
        problems.append(Problem("closed", _("该主体已于%(day)s注销，不能修改。") % {"day": locked.closed_on}))
    if "uscc" in changes and locked.kind == PartyKind.ORGANISATION:
        check = check_uscc(changes["uscc"])
        changes["uscc"] = check.value
        problems += check.problems
    before = {name: getattr(locked, name) for name in changes}
    for name, value in changes.items():
        setattr(locked, name, value.strip() if isinstance(value, str) else value)
    refuse_if([*problems, *field_problems(locked, today=today, skip=("uscc",))])
    try:
        locked.validate_constraints()
    except ValidationError as error:
        raise Refused(*(Problem("taken", message) for message in error.messages)) from error
    changed = [name for name in changes if before[name] != getattr(locked, name)]
    if changed:
        locked.save(update_fields=changed)
        payload = {
            name: [_shown(name, before[name]), _shown(name, getattr(locked, name))] for name in changed
        }
        record(actor=actor, now=now, action="update", subject=locked, scope=scope_of(actor), payload=payload)
    return locked


@transaction.atomic
def close_party(*, party: Party, on: date, reason: str, actor: Actor, now: datetime) -> Party:
    """The organisation or team is dissolved: memberships and relations end on that day, history stays."""
    locked = Party.objects.select_for_update(of=("self",)).get(pk=party.pk)
    require(may_close_party(actor, locked))
    problems: list[Problem] = []
    if locked.kind == PartyKind.PERSON:
        problems.append(Problem("person", _("个人不能注销；请停用其账号。")))
    if locked.closed_on is not None:
        problems.append(Problem("closed", _("该主体已于%(day)s注销。") % {"day": locked.closed_on}))
    if locked.registered_on is not None and on < locked.registered_on:
        problems.append(Problem("closed_before", _("注销日期不能早于成立日期。"), field="on"))
    if not reason.strip():
        problems.append(Problem("reason_required", _("请填写注销的原因。"), field="reason"))
    refuse_if(problems)
    locked.closed_on = on
    locked.save(update_fields=["closed_on"])
    Membership.objects.filter(party=locked, until=None, since__lte=on).update(until=on)
    for side in ("source", "target"):
        _end_relations(side, locked, on)
    record(
        actor=actor,
        now=now,
        action="close",
        subject=locked,
        scope=scope_of(actor),
        reason=reason,
        payload={"on": str(on)},
    )
    return locked


def _end_relations(side: str, party: Party, on: date) -> None:
    open_ones = Relation.objects.filter(**{side: party}, until=None)
    open_ones.filter(since=None).update(until=on)
    open_ones.filter(since__lte=on).update(until=on)


def _shown(name: str, value: object) -> str:
    text = "" if value is None else str(value)
    return mask(text) if name in _SECRET and text else text
