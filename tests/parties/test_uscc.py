"""统一社会信用代码: what is wrong and what was meant."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from kaichuang.parties.uscc import ALPHABET, check_uscc

SHARED = Path(__file__).parents[3] / "shared" / "data"
GOOD = "91152201078377449P"


def lines(name: str) -> list[str]:
    path = SHARED / name
    return path.read_text("utf-8").splitlines() if path.exists() else []


@pytest.mark.parametrize("code", [GOOD, "121200004013590816", *filter(None, lines("uscc_valid.txt"))])
def test_real_codes_are_right(code: str) -> None:
    assert check_uscc(code).problems == ()


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("12345", "InvalidLength"),
        ("91110000600037341N", "InvalidChecksum"),
        *[(row[0], row[1]) for row in list(csv.reader(lines("uscc_invalid.csv")))[1:]],
    ],
)
def test_the_reference_list_is_judged_as_it_says(text: str, result: str) -> None:
    check = check_uscc(text)
    # Spaces, hyphens and full-width signs are how people write; they are put right, not refused.
    unified = check.value != text and not check.problems
    if not check.value.strip("0"):
        assert check.problems
    elif result == "valid" or unified:
        assert check.is_valid
    else:
        assert not check.is_valid


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "uscc_missing"),
        ("9115220107837744", "uscc_length"),
        ("330226000012345", "uscc_length"),
        ("078377449", "uscc_length"),
        ("9115220107837744OP", "uscc_alphabet"),
        ("91152201078377449Q", "uscc_checksum"),
        ("9115ABCD078377449P", "uscc_region"),
        ("0" * 18, "uscc_placeholder"),
    ],
)
def test_each_slip_has_its_own_message(text: str, code: str) -> None:
    assert code in {problem.code for problem in check_uscc(text).problems}


def test_old_numbers_are_recognised_by_their_length() -> None:
    assert "旧工商注册号" in str(check_uscc("330226000012345").problems[0])
    assert "组织机构代码" in str(check_uscc("078377449").problems[0])


@pytest.mark.parametrize(
    "text",
    [
        "91152201078377449p",
        " 9115 2201 0783 7744 9P ",
        "９１１５２２０１０７８３７７４４９Ｐ",
        "91152201-07837744-9P",
    ],
)
def test_ways_of_writing_are_made_one(text: str) -> None:
    check = check_uscc(text)
    assert (check.value, check.problems) == (GOOD, ())


@pytest.mark.parametrize(("wrong", "letters"), [("9II522OIO78377449P", "I、O"), ("91152201O7837744 9P", "O")])
def test_letters_outside_the_alphabet_are_named_and_read_as_digits(wrong: str, letters: str) -> None:
    check = check_uscc(wrong)
    assert check.proposals == (GOOD,)
    assert letters in str(check.problems[0])
    assert GOOD in str(check.problems[-1])


def test_two_signs_exchanged_are_proposed_back() -> None:
    assert GOOD in check_uscc("91152201073877449P").proposals


@given(
    body=st.tuples(
        st.sampled_from("159"),
        st.text("0123456789", min_size=7, max_size=7),
        st.text(ALPHABET, min_size=9, max_size=9),
    )
)
def test_a_computed_check_digit_is_right_and_any_other_is_not(body: tuple[str, str, str]) -> None:
    text = "".join(body)
    digit = uscc.calc_check_digit(text)
    assert check_uscc(text + digit).is_valid == bool((text + digit).strip("0"))
    for other in ALPHABET:
        if other != digit:
            check = check_uscc(text + other)
            assert not check.is_valid
            assert all(uscc.is_valid(proposal) for proposal in check.proposals)
