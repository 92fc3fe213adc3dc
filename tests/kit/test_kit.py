"""Actors, permissions, problems, money and secrets."""

from __future__ import annotations

import pytest
from cryptography.fernet import InvalidToken
from hypothesis import given
from hypothesis import strategies as st

from kaichuang.kit import secrets
from kaichuang.kit.actor import Actor, ActorKind
from kaichuang.kit.money import MAX_FEN, format_wan, format_yuan, parse_yuan
from kaichuang.kit.permissions import any_role, require, signed_in, system_only
from kaichuang.kit.problems import NotAllowed, Problem, Refused, Stale, refuse_if


def user(*roles: str) -> Actor:
    return Actor(kind=ActorKind.USER, user_id=1, roles=frozenset(roles))


def test_predicates_answer_with_a_reason() -> None:
    assert signed_in(user(), None)
    assert signed_in(Actor.public(), None).code == "login_required"
    assert any_role("officer")(user("officer", "mentor"), None)
    assert any_role("officer")(Actor.system("x"), None)
    assert any_role("officer")(user("mentor"), None).code == "role_required"
    assert not system_only(user("administrator"), None)
    with pytest.raises(NotAllowed, match="登录"):
        require(signed_in(Actor.public(), None))


def test_all_problems_are_raised_at_once() -> None:
    refuse_if([])
    with pytest.raises(Refused, match="甲；乙") as caught:
        refuse_if([Problem("a", "甲"), Problem("b", "乙")])
    assert caught.value.codes == {"a", "b"}
    assert "刷新" in str(Stale())


def test_an_actor_acts_for_another_party_without_changing() -> None:
    actor = user("founder")
    assert (actor.acting_for(7).party_id, actor.party_id) == (7, None)


@given(fen=st.integers(-MAX_FEN, MAX_FEN))
def test_money_is_read_as_it_is_written(fen: int) -> None:
    assert parse_yuan(format_yuan(fen)) == fen
    assert parse_yuan(format_yuan(fen, grouping=False)) == fen
    if fen >= 0:
        assert parse_yuan(format_wan(fen) + "万") == fen


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("20万", 20_000_000),
        ("￥300元", 30_000),
        ("1，234.5", 123_450),
        ("0.01", 1),
        ("1.5亿元", 15_000_000_000),
    ],
)
def test_amounts_are_read_as_people_write_them(text: str, fen: int) -> None:
    assert parse_yuan(text) == fen


@pytest.mark.parametrize("text", ["", "abc", "0.001", "1.2.3", "10^9", "99999999999999999", "１２元五"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_yuan(text)


@given(text=st.text(min_size=1))
def test_secrets_come_back_and_differ_each_time(text: str) -> None:
    token = secrets.encrypt(text)
    assert secrets.decrypt(token) == text
    assert token != secrets.encrypt(text)


def test_an_older_key_still_opens(settings: object) -> None:
    token, found = secrets.encrypt("330226"), secrets.lookup_hash("33 0226x")
    settings.DATA_KEYS = ["new", *settings.DATA_KEYS]  # type: ignore[attr-defined]  # a fixture
    assert secrets.decrypt(token) == "330226"
    assert secrets.lookup_hash("330226X") == found
    settings.DATA_KEYS = ["new"]  # type: ignore[attr-defined]  # the same
    with pytest.raises(InvalidToken):
        secrets.decrypt(token)


@pytest.mark.parametrize(
    ("text", "masked"),
    [("33022619900307418X", "330*************8X"), ("13800001234", "138******34"), ("abc", "a**"), ("", "")],
)
def test_masks_show_head_and_tail_only(text: str, masked: str) -> None:
    assert secrets.mask(text) == masked
