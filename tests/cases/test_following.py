"""Cases move as the lines of their list do: few in one go, many by the worker, however often it is asked."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from kaichuang.cases.models import Case
from kaichuang.cases.operations import following
from kaichuang.cases.operations.batch import publicise_cases
from kaichuang.cases.operations.following import follow_list, follow_lists
from kaichuang.cases.operations.matching import make_offers
from kaichuang.publicity.models import Announcement
from kaichuang.publicity.operations import close_due, lodge_objection
from kaichuang.publicity.operations.decide import decide_objection
from kaichuang.publicity.operations.triage import accept_objection

from .conftest import Place
from .test_matching import ENTITLED, automatic, know, run_for

__all__ = ["automatic"]


@pytest.fixture
def listed(automatic: Place, monkeypatch: pytest.MonkeyPatch) -> Announcement:
    """Five firms on one list, which is longer than what moves together."""
    from kaichuang.cases.effects import publicising

    firms = [automatic.party() for _ in range(5)]
    for party, _actor in firms:
        know(automatic, party, **ENTITLED)
    run = run_for(automatic)
    make_offers(run_id=run.pk, actor=automatic.system, now=automatic.now)
    for party, actor in firms:
        automatic.move(Case.objects.get(party=party), "consent", actor)
    officer = automatic.staff("officer")
    cases = list(Case.objects.order_by("pk"))
    made = publicise_cases(cases=cases, title="六月", actor=officer, now=automatic.now)
    for module in (following, publicising):
        monkeypatch.setattr(module, "TOGETHER", 2)
    return made


def states() -> list[str]:
    return list(Case.objects.order_by("pk").values_list("state", flat=True))


def test_a_long_list_is_closed_at_once_and_its_cases_follow_in_parts(
    automatic: Place, listed: Announcement
) -> None:
    automatic.pass_days(20)
    assert close_due(now=automatic.now).closed == (listed.pk,)
    assert states() == ["publicity"] * 5
    assert ProcrastinateJob.objects.filter(task_name=following.FOLLOW).count() == 1
    assert follow_list(announcement_id=listed.pk, now=automatic.now) == 5
    assert states() == ["decision"] * 5
    assert follow_list(announcement_id=listed.pk, now=automatic.now) == 0
    assert follow_lists(now=automatic.now) == 0


def test_what_broke_off_is_caught_up_and_an_objection_keeps_its_own_case(
    automatic: Place, listed: Announcement
) -> None:
    contested = listed.lines.get(position=3)
    objection = lodge_objection(
        announcement=listed, line=contested, text="该公司上月已迁出本市，请核实其注册地址和经营场所。",
        name="周文博", phone="13800138000", actor=automatic.system, now=automatic.now,
    )  # fmt: skip
    accept_objection(objection=objection, actor=automatic.staff("officer"), now=automatic.now)
    automatic.pass_days(20)
    close_due(now=automatic.now)
    assert follow_lists(now=automatic.now) == 4
    assert states() == ["decision", "decision", "disputed", "decision", "decision"]
    officer = automatic.staff("officer")
    decide_objection(
        objection=objection, upheld=False, reason="经核查注册地址未变。", actor=officer, now=automatic.now
    )
    assert states()[2] == "decision"


def test_a_case_costs_fewer_than_forty_five_statements(automatic: Place, listed: Announcement) -> None:
    automatic.pass_days(20)
    close_due(now=automatic.now)
    with CaptureQueriesContext(connection) as captured:
        follow_list(announcement_id=listed.pk, now=automatic.now)
    assert len(captured) < 5 * 45
    assert sum("notices.collect" in one["sql"] for one in captured) <= 3
