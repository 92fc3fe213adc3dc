"""Ceilings that are figures hold in the ledger too."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from kaichuang.entitlement.operations.change_settings import change_settings
from kaichuang.kit.problems import Refused
from kaichuang.ledger.models import Limit
from kaichuang.ledger.operations import pool_named, reserve
from kaichuang.policy.models import PackVersion
from kaichuang.support.operations.caps import declare_caps

from .conftest import WAN, Fund, invoices
from .test_pages import client_of, text_of


def test_figure_caps_become_limits_of_the_ledger_with_the_pack(fund: Fund) -> None:
    assert Limit.objects.filter(code="NH-M4.year").exists()
    declare_caps(programme=fund.place.programme, actor=fund.finance, now=fund.place.now)
    found = {limit.code: (limit.ceiling, limit.dimension, limit.period) for limit in Limit.objects.all()}
    assert found["NH-M4.year"] == (20 * WAN, "party", "year")
    assert "NH-M2.total" not in found


def test_the_ledger_refuses_what_the_rules_would_refuse(fund: Fund) -> None:
    fund.round("NH-S4")
    party, actor = fund.applicant()
    fund.accepted("NH-S4", actor, invoices=invoices(400_000), is_space_or_centre=True)
    with pytest.raises(Refused) as refused:
        reserve(
            pool=pool_named(programme_id=fund.place.programme.pk, code="2017.NH-M1.L2"),
            amount=8 * WAN + 1,
            key="beside",
            at=fund.today,
            actor=fund.finance,
            party_id=party.pk,
            measure="NH-M4",
        )
    assert refused.value.codes == {"over_limit"}
    assert refused.value.problems[0].clause == "NH 三(二)"


def read(fund: Fund, answer: str) -> None:
    """The bureau settles whether the ceiling of equipment is one of the year or of each invoice."""
    change_settings(
        version=PackVersion.objects.filter(programme=fund.place.programme, pack="ninghai-2016").latest("pk"),
        settings={"readings": {"A06": answer}},
        reason="会议纪要",
        actor=fund.administrator,
        now=fund.place.now,
    )


def test_a_cap_that_a_reading_switches_off_shows_the_reading_and_no_figure(fund: Fund) -> None:
    read(fund, "invoice")
    limit = Limit.objects.get(code="NH-M4.year")
    assert limit.ceiling_in_force is None and limit.lifted_by.endswith(
        "“设备补助上限按年还是按每张发票”取“每张发票”"
    )
    client = client_of(fund, fund.finance)
    page = text_of(client.get(reverse("ledger:limits")))
    assert "不设上限" in page and limit.lifted_by in page
    csv = b"".join(client.get(reverse("ledger:limits") + "?export=limits.csv")).decode("utf-8-sig")
    assert limit.lifted_by in csv
    rows = {row["code"]: row for row in Client().get("/api/ledger/limits").json()}
    assert rows["NH-M4.year"]["ceiling"] is None and rows["NH-M4.year"]["lifted_by"] == limit.lifted_by
    form = text_of(client.get(reverse("ledger:limit", args=[limit.pk])))
    for shown in (page, csv, form, str(rows)):
        assert "46116860184273879" not in shown and "46,116,860" not in shown
    read(fund, "beneficiary_year")
    limit.refresh_from_db()
    assert (limit.ceiling_in_force, limit.lifted_by) == (20 * WAN, "")


def test_finance_sets_a_figure_where_there_was_none(fund: Fund) -> None:
    read(fund, "invoice")
    limit = Limit.objects.get(code="NH-M4.year")
    client = client_of(fund, fund.finance)
    assert client.post(reverse("ledger:limit", args=[limit.pk]), {"ceiling": "30万"}).status_code == 302
    limit.refresh_from_db()
    assert (limit.ceiling_in_force, limit.lifted_by) == (30 * WAN, "")
