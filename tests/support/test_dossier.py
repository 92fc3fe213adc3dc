"""The dossier of a case holds its money: every voucher, attempt and claw-back, and a statement that adds up."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections import Counter
from pathlib import Path

from django.conf import settings
from django.utils.translation import override

from kaichuang.cases.models import Case
from kaichuang.cases.queries.dossier import dossier_of
from kaichuang.cases.replaying import replay_file
from kaichuang.kit.actor import Actor
from kaichuang.kit.money import parse_yuan
from kaichuang.ledger.models import Payment, Transfer
from kaichuang.parties.models import Party

from .conftest import WAN, Fund
from .test_statements import story
from .test_use_and_recovery import city, reported

__all__ = ["city", "story"]


def opened(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_every_voucher_attempt_and_claw_back_is_there_with_its_hash(
    fund: Fund, story: tuple[Case, Party, Actor], tmp_path: Path
) -> None:
    case = story[0]
    content = dossier_of(case)
    files = opened(content)
    listed = {one["path"]: one["sha256"] for one in json.loads(files["manifest.json"])["files"]}
    wanted = {
        f"payments/{name}" for name in ("transfers.csv", "payments.csv", "recoveries.csv", "statement.json")
    }
    assert {name for name in files if name.startswith("payments/")} == wanted
    assert all(hashlib.sha256(files[name]).hexdigest() == listed[name] for name in wanted)

    vouchers = rows_of(files["payments/transfers.csv"])
    sides = Counter[str]()
    for row in vouchers:
        sides[row["凭证"]] += parse_yuan(row["借方"]) - parse_yuan(row["贷方"])
    assert set(sides.values()) == {0}
    claims = [claim.pk for claim in fund.claims(case)]
    known = Transfer.objects.filter(pk__in=claims) | Transfer.objects.filter(claim__in=claims)
    assert {int(number) for number in sides} == set(known.values_list("pk", flat=True))
    assert {"预留", "批复", "支付", "冲正", "追回", "收回款项"} <= {row["种类"] for row in vouchers}

    first, second = rows_of(files["payments/payments.csv"])
    assert (first["银行结果"], first["结果说明"]) == ("退票", "账户销户") and second["银行结果"] == "成功"
    assert second["重付的支付"] == first["支付编号"] and second["批次号"] and second["复核人"]
    assert Payment.objects.get(pk=int(second["支付编号"])).account_number not in content.decode("latin-1")
    told = {row["项目"]: row["金额"] for row in rows_of(files["payments/recoveries.csv"])}
    assert told == {"要求退回": "50000.00", "还款计划": "50000.00", "收款": "20000.00"}


def test_the_frozen_statement_adds_up_and_shows_a_touched_figure(
    fund: Fund, story: tuple[Case, Party, Actor]
) -> None:
    found = json.loads(opened(dossier_of(story[0]))["payments/statement.json"])
    (claim,) = found["claims"]
    sums = Counter[str]()
    for row in claim["rows"]:
        sums[row["stage"]] += row["amount"]
    assert {stage: sums[stage] for stage in claim["totals"]} == claim["totals"] == found["totals"]
    assert (found["totals"]["paid"], found["totals"]["receivable"]) == (7 * WAN, 3 * WAN)
    digest = found.pop("digest")
    plain = json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"
    assert hashlib.sha256(plain).hexdigest() == digest


def test_the_same_case_gives_the_same_bytes_in_every_language(
    fund: Fund, story: tuple[Case, Party, Actor], tmp_path: Path
) -> None:
    case = story[0]
    with override("en"):
        english = dossier_of(case)
    with override(settings.LANGUAGE_CODE):
        assert dossier_of(case) == english
    file = tmp_path / "case.zip"
    file.write_bytes(english)
    assert replay_file(file).damaged == ()


def test_what_the_money_was_spent_on_is_there_too(city: Fund) -> None:
    files = opened(dossier_of(reported(city)[0]))
    assert [row["用于其他方面的原因"] for row in rows_of(files["payments/use.csv"])] == ["", "接送入驻团队"]
    assert json.loads(files["payments/use.json"])["outside"] == 4 * WAN


def test_a_case_without_money_has_no_such_folder(fund: Fund) -> None:
    fund.round("NH-S4")
    case = fund.submitted("NH-S4", fund.applicant()[1], is_space_or_centre=True, invoices=[])
    assert not [name for name in opened(dossier_of(case)) if name.startswith("payments/")]
