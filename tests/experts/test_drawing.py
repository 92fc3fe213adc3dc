"""Anybody can repeat a draw; whatever is changed in its record shows."""

from __future__ import annotations

import json
import random
import subprocess
from collections import Counter
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from kaichuang.experts.cli import experts
from kaichuang.experts.drawing import (
    ALGORITHM,
    VERSION,
    Candidate,
    check_record,
    commitment,
    draw_order,
    pool_digest,
    ticket,
)
from kaichuang.experts.masking import mask_text, short_names

POOL = [Candidate(f"E{n:04d}", n % 3) for n in range(1, 13)]


def record(*, balance: bool = False) -> dict[str, Any]:
    order = draw_order(seed="seed", panel="7", candidates=POOL, balance_load=balance)
    return {
        "panel": "7",
        "algorithm": ALGORITHM,
        "version": VERSION,
        "seed": "seed",
        "commitment": commitment("seed"),
        "balance_load": balance,
        "seats": 5,
        "pool_digest": pool_digest(POOL),
        "order": [one.plain() for one in order],
        "excluded": [{"number": "E0099", "code": "conflict"}],
        "picked": [one.number for one in order[:5]],
    }


def test_a_ticket_is_what_openssl_computes() -> None:
    asked = subprocess.run(
        ["openssl", "dgst", "-sha256", "-hmac", "双色球2026026"],
        input=b"12/E0007",
        capture_output=True,
        check=True,
    )
    assert asked.stdout.decode().split()[-1] == ticket("双色球2026026", "12", "E0007")


@given(st.randoms(), st.booleans())
def test_the_order_does_not_depend_on_how_the_pool_is_listed(rng: random.Random, balance: bool) -> None:
    shuffled = list(POOL)
    rng.shuffle(shuffled)
    assert draw_order(seed="s", panel="1", candidates=shuffled, balance_load=balance) == draw_order(
        seed="s", panel="1", candidates=POOL, balance_load=balance
    )
    assert pool_digest(shuffled) == pool_digest(POOL)


def test_who_sits_on_fewer_panels_comes_first_only_where_declared() -> None:
    loads = [one.load for one in draw_order(seed="s", panel="1", candidates=POOL, balance_load=True)]
    assert loads == sorted(loads)
    free = [one.load for one in draw_order(seed="s", panel="1", candidates=POOL)]
    assert free != sorted(free)


def test_everybody_is_drawn_about_equally_often() -> None:
    seen = Counter(
        one.number
        for seed in range(2000)
        for one in draw_order(seed=str(seed), panel="1", candidates=POOL)[:3]
    )
    assert all(400 < seen[one.number] < 600 for one in POOL)  # expected 500, sigma about 19


def test_one_public_seed_gives_each_panel_another_order() -> None:
    orders = {
        tuple(one.number for one in draw_order(seed="s", panel=str(panel), candidates=POOL))
        for panel in range(5)
    }
    assert len(orders) == 5


@pytest.mark.parametrize("balance", [False, True])
def test_a_true_record_agrees(balance: bool) -> None:
    assert check_record(record(balance=balance)) == []


def _swap(made: dict[str, Any]) -> None:
    made["order"][0], made["order"][1] = made["order"][1], made["order"][0]


@pytest.mark.parametrize(
    "tamper",
    [
        lambda made: made.update(seed="other"),
        lambda made: made.update(commitment="0" * 64),
        lambda made: made["order"].pop(),
        lambda made: made["picked"].reverse(),
        lambda made: made["order"][3].update(load=9),
        lambda made: made.update(panel="8"),
        lambda made: made["excluded"].append({"number": "E0001", "code": "conflict"}),
        _swap,
    ],
)
def test_whatever_is_changed_shows(tamper: Any) -> None:
    made = deepcopy(record())
    tamper(made)
    assert check_record(made)


def test_the_command_repeats_a_draw_without_a_database(tmp_path: Path) -> None:
    file = tmp_path / "draw.json"
    file.write_text(json.dumps(record()), encoding="utf-8")
    right = CliRunner().invoke(experts, ["draw", "--file", str(file)])
    assert right.exit_code == 0
    assert "agrees" in right.output
    file.write_text(json.dumps(record() | {"picked": ["E0001"]}), encoding="utf-8")
    wrong = CliRunner().invoke(experts, ["draw", "--file", str(file), "--json"])
    assert wrong.exit_code == 1
    assert json.loads(wrong.output)["sound"] is False
    file.write_text("[]", encoding="utf-8")
    assert "not a record" in CliRunner().invoke(experts, ["draw", "--file", str(file)]).output


def test_masking_hides_names_with_and_without_their_legal_form() -> None:
    names = short_names("宁海新芽智能科技有限公司", ["宁海县", "宁海"])
    assert names == ["宁海新芽智能科技有限公司", "新芽"]
    text = mask_text("宁海新芽智能科技有限公司（以下简称新芽）由王晓东创办", [*names, "王晓东", "", "东"])
    assert text == "■■（以下简称■■）由■■创办"
