"""Unified social credit codes (统一社会信用代码, GB 32100-2015): what is wrong, and what was probably meant."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from itertools import product

from django.utils.translation import gettext as _
from stdnum.cn import uscc

from kaichuang.kit.problems import Problem

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""31 signs; I, O, Z, S and V are left out because they look like others."""

LENGTH = 18
_MEANT = {"I": "1", "O": "0", "Z": "2", "S": "5", "V": "UY"}
_ALIKE = {
    "0": "DQ",
    "D": "0",
    "Q": "0",
    "1": "L7",
    "L": "1",
    "7": "1",
    "2": "7",
    "5": "6",
    "8": "B3",
    "B": "8",
    "3": "8",
    "6": "G5",
    "G": "6",
    "U": "VWY",
    "W": "U",
}
_MAX_PROPOSALS = 5


@dataclass(frozen=True, slots=True)
class UsccCheck:
    """The code as it should be stored, all problems, and codes that would be right."""

    value: str
    problems: tuple[Problem, ...] = ()
    proposals: tuple[str, ...] = ()

    @property
    def is_valid(self) -> bool:
        return not self.problems


def normalise_uscc(text: str) -> str:
    """Capital half-width signs without spaces and hyphens."""
    narrow = unicodedata.normalize("NFKC", text).upper()
    return "".join(sign for sign in narrow if not sign.isspace() and sign not in "-‐–—.")


def check_uscc(text: str) -> UsccCheck:
    """Normalise and check; never raises."""
    value = normalise_uscc(text)
    problems: list[Problem] = []
    if not value:
        return UsccCheck(
            value, (_problem("uscc_missing", _("请填写统一社会信用代码（营业执照上的18位代码）。")),)
        )
    if len(value) != LENGTH:
        problems.append(_problem("uscc_length", _length_message(value)))
    strange = sorted({sign for sign in value if sign not in ALPHABET})
    if strange:
        message = _("统一社会信用代码不使用%(signs)s（字母 I、O、Z、S、V 易与数字混淆，不在代码字符集内）。")
        problems.append(_problem("uscc_alphabet", message % {"signs": "、".join(strange)}))
    if problems:
        return _with_proposals(value, problems)
    if not value.strip("0"):
        return UsccCheck(
            value, (_problem("uscc_placeholder", _("全为0的代码不是真实代码，请对照营业执照填写。")),)
        )
    if not value[2:8].isdecimal():
        message = _("第3至8位是登记机关所在地的行政区划代码，应为数字。请对照营业执照核对。")
        problems.append(_problem("uscc_region", message))
    elif uscc.calc_check_digit(value[:-1]) != value[-1]:
        problems.append(
            _problem("uscc_checksum", _("统一社会信用代码的校验码不符，可能有一位抄错。请对照营业执照核对。"))
        )
    return _with_proposals(value, problems) if problems else UsccCheck(value)


def _length_message(value: str) -> str:
    if len(value) == 15 and value.isdecimal():
        return _("这是15位的旧工商注册号。请填写换证后营业执照上的18位统一社会信用代码。")
    if len(value) == 9:
        return _("这是9位的组织机构代码。请填写18位统一社会信用代码。")
    return _("统一社会信用代码应为18位，现为%(length)s位。") % {"length": len(value)}


def _with_proposals(value: str, problems: list[Problem]) -> UsccCheck:
    proposals = _proposals(value)
    if proposals:
        message = _("您是否要填：%(codes)s？") % {"codes": "、".join(proposals)}
        problems = [*problems, _problem("uscc_proposal", message)]
    return UsccCheck(value, tuple(problems), proposals)


def _proposals(value: str) -> tuple[str, ...]:
    """Right codes that come from one usual slip: signs that look alike, or two neighbours exchanged."""
    if len(value) != LENGTH:
        return ()
    candidates = ["".join(signs) for signs in product(*(_MEANT.get(sign, sign) for sign in value))]
    if value in candidates:
        candidates = [
            value[:place] + other + value[place + 1 :]
            for place, sign in enumerate(value)
            for other in _ALIKE.get(sign, "")
        ]
        candidates += [
            value[:place] + value[place + 1] + value[place] + value[place + 2 :]
            for place in range(LENGTH - 1)
        ]
    right = [code for code in candidates if code != value and uscc.is_valid(code)]
    return tuple(dict.fromkeys(right))[:_MAX_PROPOSALS]


def _problem(code: str, message: str) -> Problem:
    return Problem(code, message, field="uscc")
