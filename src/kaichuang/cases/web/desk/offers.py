"""The moves out of a case's state as its officer sees them: what can be done, and why the rest cannot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from kaichuang.cases import registry
from kaichuang.cases.models import Case
from kaichuang.cases.queries.cases import open_moves
from kaichuang.entitlement.words import words
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import Problem
from kaichuang.packs.schema.workflows import Move
from kaichuang.parties.models import Membership

ASKS = frozenset({"correct", "propose", "decide", "refuse", "revoke", "recover", "publicise", "appeal"})
"""Consequences that need something from the officer."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A move: `problems` say why it cannot be made now (none: it can)."""

    move: Move
    title: str
    url: str
    tone: str
    asks: bool
    problems: tuple[Problem, ...]

    @property
    def is_open(self) -> bool:
        return not self.problems


def offers(case: Case, actor: Actor, now: datetime) -> list[Offer]:
    """Every move of people out of the present state; those that are possible first."""
    own = _recusal(case, actor)
    told: dict[str, tuple[Problem, ...]] = {}
    found = []
    for move, why in open_moves(case, actor):
        if set(move.by) == {"applicant"}:
            continue
        if why:
            problems: tuple[Problem, ...] = (Problem("not_allowed", why),)
        else:
            problems = (*own, *_too_often(case, move), *_unmet(case, move, now, told))
        found.append(
            Offer(
                move=move,
                title=words(move.title),
                url=reverse("cases:desk_move", args=[case.pk, move.id]),
                tone=_tone(move),
                asks=asks(move),
                problems=problems,
            )
        )
    return sorted(found, key=lambda offer: (not offer.is_open, offer.tone == "danger"))


def asks(move: Move) -> bool:
    """Whether the move needs more than a click."""
    return move.reason or bool(ASKS & set(move.does))


def _tone(move: Move) -> str:
    if {"refuse", "revoke", "recover"} & set(move.does):
        return "danger"
    return "plain" if move.returns else "primary"


def _unmet(
    case: Case, move: Move, now: datetime, told: dict[str, tuple[Problem, ...]]
) -> tuple[Problem, ...]:
    for word in move.needs:
        if word not in told:
            told[word] = tuple(registry.requirement(word)(case, now))
    return tuple(problem for word in move.needs for problem in told[word])


def _recusal(case: Case, actor: Actor) -> tuple[Problem, ...]:
    parties = [party for party in (case.party_id, case.beneficiary_id) if party]
    if (
        actor.user_id is None
        or not Membership.objects.filter(user=actor.user_id, party__in=parties, until=None).exists()
    ):
        return ()
    return (Problem("own_case", _("您是申请人的成员，应当回避，请由其他同事办理。")),)


def _too_often(case: Case, move: Move) -> tuple[Problem, ...]:
    if move.most is None or case.stays.filter(left_by=move.id).count() < move.most:
        return ()
    return (
        Problem(
            "too_often", _("“%(move)s”最多%(most)s次。") % {"move": words(move.title), "most": move.most}
        ),
    )
