"""What several pages of facts need."""

from __future__ import annotations

from datetime import date

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from kaichuang.clock.queries import business_date
from kaichuang.facts.models import Report
from kaichuang.facts.permissions import READERS, may_read_all
from kaichuang.facts.queries.reports import reports_for
from kaichuang.kit.actor import Actor
from kaichuang.kit.http import Request
from kaichuang.kit.permissions import require
from kaichuang.parties.models import Party
from kaichuang.parties.queries import own_parties, parties_for

Crumbs = list[tuple[str, str]]


def today_of(request: Request) -> date:
    return business_date(request.programme or None, request.now)


def party_in_sight(request: Request, pk: int) -> Party:
    """The party whose data the actor may read: its own ones; public servants those of their place. Else 404 or 403."""
    today = today_of(request)
    if own := own_parties(request.actor, on=today).filter(pk=pk).first():
        return own
    party = get_object_or_404(parties_for(request.actor, on=today), pk=pk)
    require(may_read_all(request.actor, request.programme))
    return party


def report_in_sight(request: Request, pk: int) -> Report:
    """The report, or 404 for whoever may not see it."""
    return get_object_or_404(reports_for(request.actor, on=today_of(request)), pk=pk)


def collects(actor: Actor) -> bool:
    """Whether the actor reads the whole programme."""
    return actor.has(*READERS)


def report_crumbs(request: Request, report: Report) -> Crumbs:
    if collects(request.actor):
        return [(_("填报情况"), reverse("facts:overview"))]
    return [(_("我的报表"), reverse("facts:reports"))]
