"""Verification codes survive being typed by people, and mistakes are noticed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaichuang.files.codes import ALPHABET, code_of, codes_in, grouped, new_code, normalise

codes = st.text(ALPHABET, min_size=15, max_size=15).map(code_of).filter(bool)


@given(codes, st.sampled_from(["", "-", " ", "－", "—", ". "]), st.booleans(), st.booleans())
def test_a_code_is_understood_however_it_is_typed(code: str, gap: str, lower: bool, wide: bool) -> None:
    typed = gap.join(code[i : i + 4] for i in range(0, 16, 4))
    typed = typed.lower() if lower else typed
    if wide:
        typed = "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in typed)
    assert normalise(typed) == code


@given(codes)
def test_look_alikes_are_read_as_what_they_look_like(code: str) -> None:
    assert normalise(code.replace("1", "I").replace("0", "O")) == code
    assert normalise(code.replace("1", "l").replace("0", "o")) == code


@given(codes, st.integers(0, 15), st.sampled_from(ALPHABET))
def test_every_wrong_character_is_noticed(code: str, place: int, sign: str) -> None:
    wrong = code[:place] + sign + code[place + 1 :]
    assert wrong == code or normalise(wrong) is None


@given(codes, st.integers(0, 14))
def test_every_swap_of_neighbours_is_noticed(code: str, place: int) -> None:
    wrong = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert wrong == code or normalise(wrong) is None


def test_what_a_swap_would_turn_into_another_code_is_none() -> None:
    """By the check character alone, exchanging the B and the A of it makes another code."""
    assert normalise("24M1SK510EHCBAV3") == "24M1SK510EHCBAV3"
    assert code_of("24M1SK510EHCBAV") is None


@given(st.text(max_size=40))
def test_nonsense_is_no_code(text: str) -> None:
    found = normalise(text)
    assert found is None or normalise(found) == found


@pytest.mark.parametrize("text", ["", "1234", "U" * 16, "../../etc/passwd", "7" * 17])
def test_some_nonsense(text: str) -> None:
    assert normalise(text) is None


def test_codes_do_not_repeat_and_use_the_whole_alphabet() -> None:
    many = [new_code() for _ in range(2000)]
    assert len(set(many)) == 2000
    assert set("".join(many)) == set(ALPHABET)


def test_codes_are_found_in_a_text() -> None:
    first, second = new_code(), new_code()
    text = (
        f"验证码：{grouped(first)}\n网址 {grouped(second)}。再次 {grouped(first)}；电话 1234-5678-9012-3456"
    )
    assert codes_in(text) == [first, second]
