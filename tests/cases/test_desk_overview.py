"""The pages of leaders, finance and auditors; comparison and ranking; bars."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.urls import reverse

from kaichuang.cases.models import Ban, Case
from kaichuang.cases.queries.comparison import ranking
from kaichuang.cases.queries.performance_of_desk import desks_of
from kaichuang.clock.queries import business_date

from .conftest import Place
from .test_desk import client_of
from .test_filing import ready, submitted


class TestOverview:
    def test_leaders_find_what_waits_for_them(self, qinghai: Place) -> None:
        case = submitted(qinghai, qinghai.party()[1])
        leader = client_of(qinghai, qinghai.staff("leader"))
        qinghai.move(case, "accept", qinghai.staff("officer"))
        page = leader.get(reverse("cases:desk_overview"))
        assert page.status_code == 200
        assert [row.pk for row in page.context["waiting"].rows] == [case.pk]
        assert "decide" in page.content.decode()

    def test_the_late_are_counted_by_unit(self, qinghai: Place) -> None:
        case = submitted(qinghai, qinghai.party()[1])
        qinghai.pass_days(30)
        auditor = qinghai.staff("auditor")
        today = business_date(qinghai.programme, qinghai.now)
        (desk,) = desks_of(auditor, today)
        assert (desk.lying, desk.overdue, desk.left) == (1, 1, 0)
        qinghai.move(case, "accept", qinghai.staff("officer"))
        (desk,) = desks_of(auditor, today)
        assert (desk.lying, desk.left, desk.left_late, desk.kept) == (1, 1, 1, 0.0)

    def test_auditors_read_and_have_no_buttons(self, qinghai: Place) -> None:
        submitted(qinghai, qinghai.party()[1])
        page = client_of(qinghai, qinghai.staff("auditor")).get(reverse("cases:desk_overview"))
        assert page.status_code == 200 and "只读" in page.content.decode()
        assert not page.context["waiting"].table.bulk
        file = client_of(qinghai, qinghai.staff("finance")).get(
            reverse("cases:desk_overview") + "?export=sums.csv"
        )
        assert "测算上限合计" in b"".join(file).decode("utf-8-sig")


class TestComparison:
    def test_cases_stand_side_by_side_and_as_pdf(self, qinghai: Place) -> None:
        one, two = (submitted(qinghai, qinghai.party(name)[1]) for name in ("甲公司", "乙公司"))
        client = client_of(qinghai, qinghai.staff("leader"))
        address = f"{reverse('cases:desk_compare')}?id={one.pk}&id={two.pk}"
        page = client.get(address)
        assert page.status_code == 200 and {"甲公司", "乙公司"} <= set(
            page.content.decode().replace("<", " ").replace(">", " ").split()
        )
        assert len(page.context["beside"]) == 2
        pdf = client.get(address + "&format=pdf")
        assert pdf.content.startswith(b"%PDF")
        assert client.post(reverse("cases:desk_compare"), {"selected": [one.pk, two.pk]}).status_code == 200

    def test_nothing_and_foreign_cases_are_not_compared(self, qinghai: Place, lhasa: Place) -> None:
        case = submitted(qinghai, qinghai.party()[1])
        other = client_of(lhasa, lhasa.staff("leader"))
        assert other.get(f"{reverse('cases:desk_compare')}?id={case.pk}").status_code == 422
        assert other.get(reverse("cases:desk_compare")).status_code == 200

    def test_the_ranking_ends_at_quota_and_pot(self, qinghai: Place) -> None:
        cases = [submitted(qinghai, qinghai.party()[1]) for _number in range(3)]
        for at, case in enumerate(cases):
            Case.objects.filter(pk=case.pk).update(
                score=Decimal(70 + at), rank=3 - at, ceiling_fen=1_000, proposed_fen=1_000
            )
        rows = list(Case.objects.filter(pk__in=[case.pk for case in cases]).select_related("party"))
        places = ranking(rows, quota=2, pot_fen=1_500)
        assert [place.case.rank for place in places] == [1, 2, 3]
        assert [(place.within_quota, place.within_pot) for place in places] == [
            (True, True),
            (True, False),
            (False, False),
        ]
        assert places[-1].total_fen == 3_000


class TestBans:
    def test_a_bar_is_entered_seen_and_lifted(self, qinghai: Place) -> None:
        party, applicant = qinghai.party("失信公司")
        leader = client_of(qinghai, qinghai.staff("leader"))
        given = {
            "party": "失信公司",
            "since": "2018-01-01",
            "until": "2020-12-31",
            "clause": "QH 一",
            "reason": "弄虚作假",
        }
        assert leader.post(reverse("cases:desk_ban"), {**given, "party": "没有这家"}).status_code == 422
        assert leader.post(reverse("cases:desk_ban"), given).status_code == 302
        ban = Ban.objects.get(party=party)
        assert "失信公司" in leader.get(reverse("cases:desk_bans") + "?current=on").content.decode()
        case = ready(qinghai, applicant)
        assert case.state == "draft"
        lifted = leader.post(
            reverse("cases:desk_lift", args=[ban.pk]), {"on": "2018-06-04", "reason": "信用修复"}
        )
        assert lifted.status_code == 302
        ban.refresh_from_db()
        assert ban.lifted_on == date(2018, 6, 4)

    def test_officers_look_and_do_not_bar(self, qinghai: Place) -> None:
        officer = client_of(qinghai, qinghai.staff("officer"))
        assert officer.get(reverse("cases:desk_bans")).status_code == 200
        assert officer.get(reverse("cases:desk_ban")).status_code == 403
