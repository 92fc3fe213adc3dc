"""How personal data is shortened on public lists, and how what was forgotten is found.

The rule, in the manner of 《个人信息去标识化指南》 (GB/T 37964-2019) for "partial hiding":

| What | What stays | Example |
|---|---|---|
| Chinese name | the first sign; from three signs on also the last | 张三 → 张*, 张小三 → 张*三, 欧阳小三 → 欧**三 |
| organisation (objecting) | the first 2 and last 2 | 宁海****公司 |
| other names | the first letter of every word | John Smith → J*** S**** |
| phone | of 11 digits the first 3 and last 4, of fewer the last 2 | 138****5678 |
| identity number | the first 3 and last 2 | 330*************34 |
| bank account | the last 4 | ***************0123 |
| address | down to the county; the rest as `***` | 浙江省宁海县*** |
| e-mail | the first sign and the domain | z***@example.org |

At least one sign is always hidden, and a text too short to hide anything in is hidden whole.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping

from stdnum import luhn
from stdnum.cn import ric

from kaichuang.kit import secrets
from kaichuang.parties.identity import birth_date

_COUNTY = re.compile(
    r"^(?:[^\d\s]{2,8}?(?:省|自治区))?(?:[^\d\s]{2,8}?(?:市(?!场)|自治州|盟|地区))?"
    r"(?:[^\d\s]{1,8}?(?:县|(?<![小社园街校厂景])区|旗|市(?!场)))?"
)
_HAN = re.compile(r"[㐀-鿿豈-﫿\U00020000-\U0003ffff]")


def name(text: str) -> str:
    """The name of a person."""
    plain = unicodedata.normalize("NFC", text).strip()
    if not _HAN.search(plain):
        return " ".join(_head(word) for word in plain.split())
    if len(plain) == 1:
        return "*"
    if len(plain) == 2:
        return plain[0] + "*"
    return plain[0] + "*" * (len(plain) - 2) + plain[-1]


def organisation(text: str) -> str:
    """The name of an organisation that objects: the first two signs and the last two."""
    plain = text.strip()
    return plain[:2] + "*" * (len(plain) - 4) + plain[-2:] if len(plain) > 5 else name(plain)


def phone(text: str) -> str:
    """A telephone number; signs between the digits are dropped."""
    digits = _digits(text)
    if len(digits) >= 11:
        return digits[:3] + "*" * (len(digits) - 7) + digits[-4:]
    return "*" * (len(digits) - 2) + digits[-2:] if len(digits) > 4 else "*" * len(digits)


def identity_number(text: str) -> str:
    """A resident identity number or any other number of a document."""
    return secrets.mask("".join(unicodedata.normalize("NFKC", text).split()), head=3, tail=2)


def bank_account(text: str) -> str:
    """The number of a bank account."""
    digits = "".join(unicodedata.normalize("NFKC", text).split())
    return "*" * (len(digits) - 4) + digits[-4:] if len(digits) > 6 else "*" * len(digits)


def address(text: str) -> str:
    """An address, down to the county."""
    plain = unicodedata.normalize("NFKC", text).strip()
    match = _COUNTY.match(plain)
    kept = match[0] if match is not None else ""
    return f"{kept}***" if len(kept) < len(plain) else kept


def email(text: str) -> str:
    """An e-mail address."""
    local, at, domain = text.strip().rpartition("@")
    return f"{local[:1] if len(local) > 1 else ''}***@{domain}" if at else _head(text.strip())


MASKS: Mapping[str, Callable[[str], str]] = {
    "name": name,
    "organisation": organisation,
    "phone": phone,
    "identity_number": identity_number,
    "bank_account": bank_account,
    "address": address,
    "email": email,
}
"""By the word a column declares."""


_GAP = "[ \\t-]{0,2}"
_IDENTITY = re.compile(rf"(?<![0-9A-Za-z])(?=([0-9](?:{_GAP}[0-9]){{16}}{_GAP}[0-9Xx])(?![0-9A-Za-z]))")
_PHONE = re.compile(rf"(?<![0-9])(?=(?:86{_GAP})?1{_GAP}[3-9](?:{_GAP}[0-9]){{9}}(?![0-9]))")
_CARDS = [
    re.compile(rf"(?<![0-9])(?=(6{_GAP}2(?:{_GAP}[0-9]){{{length - 2}}})(?![0-9]))")
    for length in (16, 17, 18, 19)
]


def numbers_in(text: str) -> Iterator[str]:
    """The kinds (words of `MASKS`) of full personal numbers that stand in `text`, also when written in groups.

    A net under the masks, not a substitute: it knows resident identity numbers by their check digit, mobile
    numbers by their form, and cards of UnionPay by prefix and check digit; names it cannot know.
    """
    narrow = unicodedata.normalize("NFKC", text)
    if any(_is_identity(_bare(found)) for found in _IDENTITY.findall(narrow)):
        yield "identity_number"
    if _PHONE.search(narrow):
        yield "phone"
    if any(luhn.is_valid(_bare(found)) for card in _CARDS for found in card.findall(narrow)):
        yield "bank_account"


def _bare(text: str) -> str:
    return "".join(sign for sign in text.upper() if sign.isalnum())


def _is_identity(run: str) -> bool:
    # Not `ric.is_valid`: it asks for today's codes of counties, but a number stays for life.
    try:
        birth_date(run)
    except ValueError:
        return False
    return bool(ric.calc_check_digit(run) == run[17])


def _digits(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKC", text) if sign.isdecimal())


def _head(word: str) -> str:
    return word[0] + "*" * (len(word) - 1) if len(word) > 1 else "*" * len(word)
