"""Resident identity numbers (居民身份证号码, GB 11643-1999) and the residence permits of the same form."""

from __future__ import annotations

import unicodedata
from datetime import date

from django.utils.translation import gettext as _
from stdnum.cn import ric

from kaichuang.kit.problems import Problem

_PROVINCES = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "81",
        "82",
        "83",
    ]
)
"""First two digits; 81 to 83 are the residence permits of Hong Kong, Macao and Taiwan people."""


def normalise_identity_number(text: str) -> str:
    narrow = unicodedata.normalize("NFKC", text).upper()
    return "".join(narrow.split())


def identity_problems(text: str, *, today: date) -> list[Problem]:
    """Everything that is wrong with an identity number; empty when it may be right.

    The place is checked by province only: the codes of counties come and go, numbers stay for life.
    """
    number = normalise_identity_number(text)
    if len(number) == 15 and number.isdecimal():
        return [_problem("identity_old", _("15位的旧身份证号已停用，请填写18位号码。"))]
    if len(number) != 18:
        message = _("身份证号应为18位，现为%(length)s位。") % {"length": len(number)}
        return [_problem("identity_length", message)]
    if not (number[:17].isdecimal() and (number[17].isdecimal() or number[17] == "X")):
        return [_problem("identity_alphabet", _("身份证号前17位应为数字，末位为数字或X。"))]
    problems = []
    # A foreigner's permanent residence card begins with 9 and has no province in this place.
    if number[:2] not in _PROVINCES and number[0] != "9":
        problems.append(_problem("identity_region", _("身份证号前两位不是省级行政区划代码，请核对。")))
    born = _birth_date(number)
    if born is None or not date(1900, 1, 1) <= born <= today:
        problems.append(_problem("identity_birth_date", _("身份证号第7至14位不是可能的出生日期，请核对。")))
    if ric.calc_check_digit(number) != number[17]:
        problems.append(_problem("identity_checksum", _("身份证号的校验码不符，可能有一位抄错，请核对。")))
    return problems


def birth_date(number: str) -> date:
    """The date of birth that a checked number holds."""
    born = _birth_date(number)
    if born is None:
        raise ValueError("identity number without a date of birth")
    return born


def _birth_date(number: str) -> date | None:
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def _problem(code: str, message: str) -> Problem:
    return Problem(code, message, field="identity_number")
