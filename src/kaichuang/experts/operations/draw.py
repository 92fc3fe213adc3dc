"""Announce a panel, draw its experts."""

from __future__ import annotations

import secrets
from collections import Counter
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kaichuang.clock.queries import business_date
from kaichuang.experts.drawing import ALGORITHM, VERSION, Ticket, commitment, draw_order, pool_digest
from kaichuang.experts.models import Draw, Expert, Panel, PanelState, Seat, SeedMode
from kaichuang.experts.operations import tell
from kaichuang.experts.permissions import may_run
from kaichuang.experts.queries.pool import BUSY, CONFLICT, SPECIALITY, Eligible, eligible_for
from kaichuang.experts.workflow import PANELS
from kaichuang.journal.operations import record, transition
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused, Stale, refuse_if
from kaichuang.places.models import Programme

_LONGEST_SEED = 200


@transaction.atomic
def announce(*, panel: Panel, actor: Actor, now: datetime, seed_source: str = "") -> Panel:
    """Fix rules and seed before the draw: publish the hash of a random seed, or the source of a public one.

    `seed_source` says which figures will be the seed, such as a lottery draw to come; empty: the system makes the
    seed and nobody sees it. From here on the rules of the panel cannot be changed.
    """
    row = Panel.objects.select_for_update(of=("self",), no_key=True).get(pk=panel.pk)
    require(may_run(actor, row))
    if row.state != PanelState.PREPARING or row.announced_at is not None:
        raise Stale(_("评审组已经公布。"))
    if not row.items.exists():
        raise Refused(Problem("no_items", _("评审组还没有评审项，请先添加。")))
    _refuse_too_few(row, eligible_for(row, on=business_date(row.programme, now)))
    row.announced_at = now
    if seed_source.strip():
        row.seed_mode, row.seed_source = SeedMode.PUBLIC, seed_source.strip()[:_LONGEST_SEED]
    else:
        row.seed_mode, row.seed = SeedMode.COMMITTED, secrets.token_hex(32)
        row.commitment = commitment(row.seed)
    row.save(update_fields=["announced_at", "seed_mode", "seed_source", "seed", "commitment"])
    record(
        actor=actor,
        now=now,
        action="announce",
        subject=row,
        scope=row.programme.slug,
        payload={"commitment": row.commitment, "seed_source": row.seed_source},
    )
    return row


@transaction.atomic
def draw(*, panel: Panel, actor: Actor, now: datetime, seed: str = "") -> Draw:
    """Draw the experts and invite those picked; `seed` is the figure of the announced public source."""
    # Draws of a programme wait for each other, so that each counts the load that the other makes.
    Programme.objects.select_for_update(of=("self",), no_key=True).get(pk=panel.programme_id)
    current = Panel.objects.select_related("programme").get(pk=panel.pk)
    require(may_run(actor, current))
    used = _seed_of(current, seed)
    eligible = eligible_for(current, on=business_date(current.programme, now))
    if current.state == PanelState.PREPARING and current.announced_at is not None:
        _refuse_too_few(current, eligible)
    row = transition(
        workflow=PANELS,
        instance=current,
        move="draw",
        actor=actor,
        now=now,
        changes={"seed": used},
        payload={"seed": used, "eligible": len(eligible.candidates), "excluded": len(eligible.excluded)},
        scope=current.programme.slug,
    )
    order = draw_order(
        seed=used, panel=row.code, candidates=eligible.candidates, balance_load=row.balance_load
    )
    drawn = _keep(row, order, eligible, actor, now)
    _invite(row, order[: row.seats_wanted], now)
    return drawn


def _seed_of(panel: Panel, given: str) -> str:
    if panel.seed_mode != SeedMode.PUBLIC:
        if given.strip():
            message = _("本组的种子已由系统生成并公布哈希，不能另行输入。")
            raise Refused(Problem("seed_committed", message, field="seed"))
        return str(panel.seed)
    seed = "".join(given.split())
    if not seed or len(seed) > _LONGEST_SEED:
        message = _("请输入已公布来源的结果：%s") % panel.seed_source
        raise Refused(Problem("seed_required", message, field="seed"))
    return seed


def _keep(panel: Panel, order: list[Ticket], eligible: Eligible, actor: Actor, now: datetime) -> Draw:
    return Draw.objects.create(
        panel=panel,
        drawn_at=now,
        drawn_by_id=actor.user_id,
        algorithm=ALGORITHM,
        version=VERSION,
        seed=panel.seed,
        commitment=panel.commitment,
        seed_source=panel.seed_source,
        announced_at=panel.announced_at or now,
        balance_load=panel.balance_load,
        seats=panel.seats_wanted,
        pool_digest=pool_digest(eligible.candidates),
        order=[one.plain() for one in order],
        excluded=[{"number": number, "code": code} for number, code in eligible.excluded],
        picked=[one.number for one in order[: panel.seats_wanted]],
        grounds=eligible.grounds,
    )


def _invite(panel: Panel, picked: list[Ticket], now: datetime) -> None:
    numbers = [one.number for one in picked]
    experts = {
        expert.number: expert
        for expert in Expert.objects.select_related("party", "programme").filter(
            programme=panel.programme_id, number__in=numbers
        )
    }
    for position, number in enumerate(numbers, start=1):
        seat = Seat.objects.create(
            panel=panel, expert=experts[number], position=position, number=position, invited_at=now
        )
        tell.ask_to_confirm(seat, now)


def _refuse_too_few(panel: Panel, eligible: Eligible) -> None:
    if len(eligible.candidates) >= panel.seats_wanted:
        return
    why = Counter(code for _number, code in eligible.excluded)
    message = _(
        "符合条件的专家只有%(count)d人，需要%(wanted)d人。另有%(speciality)d人专业不符、"
        "%(conflict)d人须回避、%(busy)d人在评项目已满。请扩充专家库。"
    )
    counts = {"speciality": why[SPECIALITY], "conflict": why[CONFLICT], "busy": why[BUSY]}
    numbers = {"count": len(eligible.candidates), "wanted": panel.seats_wanted, **counts}
    refuse_if([Problem("too_few", message % numbers)])
