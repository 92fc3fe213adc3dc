"""Begin an application and write it; nothing that was written is lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kaichuang.cases.models import Case, Matter, Round, Source
from kaichuang.cases.operations.stays import enter
from kaichuang.cases.permissions import may_begin, may_edit
from kaichuang.cases.queries.rows import keep_keys
from kaichuang.clock.queries import business_date
from kaichuang.entitlement.queries.answers import Told
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused, Stale


def open_round(matter: Matter, now: datetime) -> Round | None:
    """The round in which one can apply now, or the next one."""
    return matter.rounds.filter(closes_at__gt=now).order_by("opens_at").first()


def begin_case(
    *,
    matter: Matter,
    actor: Actor,
    now: datetime,
    party_id: int | None = None,
    beneficiary_id: int | None = None,
) -> Case:
    """The party's draft of a matter: the one it has, or a new one.

    Raises `Refused` when the matter is not offered; a closed round does not keep anybody from preparing.
    """
    require(may_begin(actor, matter))
    party = party_id if actor.is_system and party_id is not None else actor.party_id
    if party is None or matter.current is None or not matter.is_offered:
        raise Refused(Problem("not_offered", _("该事项目前不开放申报。")))
    if matter.current.file.matter.window == "none" and not actor.is_system:
        message = _("该事项免申即享，无需申请；符合条件时平台会通知您确认。")
        raise Refused(Problem("automatic", message, clause=matter.clause))
    drafts = Case.objects.filter(
        matter=matter, party=party, stage="draft", beneficiary=beneficiary_id, source=Source.APPLIED
    )
    if (draft := drafts.first()) is not None:
        return draft
    start = matter.current.file.workflow.start
    try:
        with transaction.atomic():
            case = Case.objects.create(
                programme=matter.programme,
                matter=matter,
                version=matter.current,
                round=open_round(matter, now) if matter.current.file.matter.window == "round" else None,
                party_id=party,
                beneficiary_id=beneficiary_id,
                state=start.id,
                stage=start.stage,
                opened_by_id=actor.user_id,
                opened_at=now,
                changed_at=now,
                as_of=business_date(matter.programme, now),
            )
            enter([case], now=now, actor=actor)
            record(actor=actor, now=now, action="begin", subject=case, scope=matter.programme.slug)
    except IntegrityError:
        # Another tab was faster; its draft is the draft.
        return drafts.get()
    return case


def save_draft(
    *,
    case: Case,
    told: Told,
    actor: Actor,
    now: datetime,
    requested_fen: int | None = None,
    reasons: Mapping[str, str] | None = None,
    row_keys: Mapping[str, Sequence[str]] | None = None,
    based_on: datetime | None = None,
) -> Case:
    """Keep what was written so far, complete or not.

    `reasons` say why a fact is stated otherwise than the platform knows it. `row_keys` are the keys of the rows of
    tables, where a form sent them back: papers stay with their row (`queries.rows`). `based_on` is the `changed_at` that the
    writer saw; raises `Stale` when another window has saved since.
    """
    require(may_edit(actor, case))
    with transaction.atomic():
        row = Case.objects.select_for_update(of=("self",), no_key=True).get(pk=case.pk)
        require_open(row)
        if based_on is not None and row.changed_at != based_on:
            raise Stale(_("这份申请刚刚在另一个窗口保存过，请核对后再保存。"))
        kept = row.answers.get("n", {}) if reasons is None else reasons
        plain = told.plain()
        keys = keep_keys(row.answers, plain["t"], row_keys or {})
        row.answers = {**{part: plain[part] for part in ("f", "t", "u")}, "r": keys}
        row.answers["n"] = {name: text for name, text in kept.items() if name in told.facts and text}
        row.requested_fen, row.changed_at = requested_fen, now
        row.save(update_fields=["answers", "requested_fen", "changed_at"])
    return row


def refresh_draft(*, case: Case, now: datetime) -> Case:
    """An application that was never handed in follows the matter as it is now, and today's date."""
    if case.submitted_at is not None or case.matter.current is None:
        return case
    today = business_date(case.programme, now)
    round_ = case.round
    if case.matter.current.file.matter.window == "round" and (round_ is None or round_.closes_at <= now):
        round_ = open_round(case.matter, now)
    fields = {"version_id": case.matter.current_id, "as_of": today, "round_id": round_.pk if round_ else None}
    changed = {name: value for name, value in fields.items() if getattr(case, name) != value}
    if changed:
        Case.objects.filter(pk=case.pk, submitted_at=None).update(**changed)
        case.refresh_from_db()
    return case


def require_open(case: Case) -> None:
    """Raise `Refused` unless the applicant may write now: a draft, or what was sent back to be completed."""
    state = case.version.file.workflow.state(case.state)
    if state.desk != "applicant" or state.kind == "end":
        raise Refused(Problem("not_open", _("申请已经提交，目前不能修改。如需更正，请联系经办人退回补正。")))
