"""Runs without application: Lhasa's financing award (LS-M6) given to whoever is known to be entitled."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kaichuang.cases.models import Case, Match, Run
from kaichuang.cases.operations.lapse import lapse_due
from kaichuang.cases.operations.matching import make_offers, match_run, start_run
from kaichuang.cases.operations.matters import revise_matter
from kaichuang.entitlement.queries.books import compiled
from kaichuang.facts.models.observation import Source
from kaichuang.facts.operations.observe import observe
from kaichuang.facts.operations.staging import Told
from kaichuang.kit.problems import NotAllowed, Refused
from kaichuang.packs.freeze import replay
from kaichuang.packs.loader import load_pack
from kaichuang.parties.models import Party

from .conftest import Place


@pytest.fixture
def automatic(lhasa: Place) -> Place:
    """The financing award, given without application."""
    matter = lhasa.matter("LS-S7")
    flow = next(one for one in load_pack("_common").all.workflows if one.id == "automatic")
    file = matter.current.file
    spec = file.matter.model_copy(update={"workflow": "automatic", "window": "none"})
    changed = file.model_copy(update={"matter": spec, "workflow": flow})
    revise_matter(matter=matter, content=changed, reason="免申即享", actor=lhasa.system, now=lhasa.now)
    return lhasa


def know(place: Place, party: Party, **facts: object) -> None:
    observe(
        actor=place.system, now=place.now, programme=place.programme, source=Source.REPORTED, kind="import",
        told=[Told(party.pk, code, value, since=place.now.date() - timedelta(days=400)) for code, value in facts.items()],
    )  # fmt: skip


ENTITLED = {"in_centre": True, "financed": True, "registered_here": True}


def run_for(place: Place) -> Run:
    run = start_run(matter=place.matter("LS-S7"), title="", actor=place.staff("officer"), now=place.now)
    return match_run(run_id=run.pk, now=place.now)


def test_everybody_is_told_apart_and_the_entitled_get_a_snapshot(automatic: Place) -> None:
    entitled, _ = automatic.party()
    abroad, _ = automatic.party()
    unclear, _ = automatic.party()
    know(automatic, entitled, **ENTITLED)
    know(automatic, abroad, **{**ENTITLED, "registered_here": False})
    know(automatic, unclear, financed=True, registered_here=True)
    run = run_for(automatic)
    found = {match.party_id: match for match in run.matches.all()}
    assert {party.pk: found[party.pk].status for party in (entitled, abroad, unclear)} == {
        entitled.pk: "met",
        abroad.pk: "not_met",
        unclear.pk: "unknown",
    }
    assert (run.total, run.done) == (3, 3)
    document = found[entitled.pk].document
    assert replay(document, compiled(run.version.pack_version)[1]).same
    assert found[unclear.pk].missing


def test_offers_are_made_once_confirmed_by_the_firm_and_lapse_otherwise(automatic: Place) -> None:
    firms = [automatic.party() for _ in range(3)]
    for party, _actor in firms:
        know(automatic, party, **ENTITLED)
    run = run_for(automatic)
    for _ in range(2):
        make_offers(run_id=run.pk, actor=automatic.system, now=automatic.now)
    cases = list(Case.objects.filter(source="automatic").order_by("pk"))
    assert [case.number for case in cases] == [f"LS-S7-2019-{n:05d}" for n in (1, 2, 3)]
    assert Match.objects.filter(run=run, case=None).count() == 0
    _party, stranger = firms[1]
    with pytest.raises(NotAllowed):
        automatic.move(cases[0], "consent", stranger)
    automatic.move(cases[1], "decline", stranger)
    automatic.pass_days(40)
    assert lapse_due(now=automatic.now) == 2
    assert sorted(Case.objects.values_list("state", flat=True)) == ["declined", "lapsed", "lapsed"]


def test_a_matter_that_needs_an_application_is_refused(lhasa: Place) -> None:
    with pytest.raises(Refused, match="免申即享"):
        start_run(matter=lhasa.matter("LS-S7"), title="", actor=lhasa.staff("officer"), now=lhasa.now)
