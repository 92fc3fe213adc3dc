"""The pages of runs without application."""

from __future__ import annotations

from django.conf import settings
from django.test import Client

from kaichuang.accounts.models import User
from kaichuang.accounts.strong import STRONG_KEY
from kaichuang.cases.models import Run
from kaichuang.cases.operations.matching import make_offers, match_run
from kaichuang.publicity.models import Announcement

from .conftest import Place
from .test_matching import ENTITLED, automatic, know

__all__ = ["automatic"]


def browser(place: Place, role: str) -> Client:
    actor = place.staff(role)
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id), backend=settings.AUTHENTICATION_BACKENDS[0])
    session = client.session
    session[STRONG_KEY], session["programme"] = True, place.programme.slug
    session.save()
    return client


def test_an_officer_matches_offers_and_publicises(automatic: Place) -> None:
    firms = [automatic.party() for _ in range(3)]
    for party, _actor in firms[:2]:
        know(automatic, party, **ENTITLED)
    know(automatic, firms[2][0], **{**ENTITLED, "in_centre": False})
    officer = browser(automatic, "officer")
    assert "还没有免申即享批次" in officer.get("/cases/runs/").content.decode()
    assert officer.post("/cases/runs/new/", {}).status_code == 422
    matter = automatic.matter("LS-S7")
    answer = officer.post("/cases/runs/new/", {"matter": matter.pk, "title": "六月"})
    run = Run.objects.get()
    assert answer.headers["Location"] == f"/cases/runs/{run.pk}/"
    assert "正在逐户匹配" in officer.get(f"/cases/runs/{run.pk}/").content.decode()
    match_run(run_id=run.pk, now=automatic.now)
    page = officer.get(f"/cases/runs/{run.pk}/?status=not_met").content.decode()
    assert firms[2][0].name in page and firms[0][0].name not in page
    assert officer.post(f"/cases/runs/{run.pk}/offer/").status_code == 302
    make_offers(run_id=run.pk, actor=automatic.system, now=automatic.now)
    for match in run.matches.exclude(case=None):
        actor = next(actor for party, actor in firms if party.pk == match.party_id)
        automatic.move(match.case, "consent", actor)
    answer = officer.post(f"/cases/runs/{run.pk}/publicise/")
    announcement = Announcement.objects.get()
    assert answer.headers["Location"] == f"/publicity/{announcement.pk}/"
    assert announcement.lines.count() == 2
    assert set(run.matches.exclude(case=None).values_list("case__state", flat=True)) == {"publicity"}
    page = officer.get(f"/cases/runs/{run.pk}/").content.decode()
    assert "已确认" in page


def test_nobody_else_sees_them(automatic: Place) -> None:
    run = Run.objects.create(
        programme=automatic.programme, version=automatic.matter("LS-S7").current, title="x",
        as_of=automatic.now.date(), started_at=automatic.now,
    )  # fmt: skip
    assert Client().get(f"/cases/runs/{run.pk}/").status_code == 302
    assert browser(automatic, "founder").get(f"/cases/runs/{run.pk}/").status_code == 403
    auditor = browser(automatic, "auditor")
    assert auditor.get(f"/cases/runs/{run.pk}/").status_code == 200
    assert auditor.post(f"/cases/runs/{run.pk}/cancel/", {"reason": "x"}).status_code == 403
