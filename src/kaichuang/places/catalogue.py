"""The list of divisions, read from python-stdnum's history of GB/T 2260 and our own corrections to it.

python-stdnum ships every code since 1980 with its years; the files in `data/` add what came later or is
damaged there, and which division took the place of which.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from opencc import OpenCC

from kaichuang.places.models import Level
from kaichuang.places.pinyin import sort_key

CHINA = "000000"
_GROUPINGS = re.compile(r"^(市辖区|市区|县|市|林区|.*直辖县级行政(区划|单位))$")
"""Lines of the standard that only group others: they are no divisions."""
_ENTRY = re.compile(r"^(?:\[(\d*)-(\d*)\])?(.+)$")
_ETHNIC = (
    "满族|回族|蒙古族?|朝鲜族|壮族|瑶族|苗族|侗族|土家族|畲族|黎族|羌族|彝族|藏族|布依族|仡佬族|水族|仫佬族|毛南族|哈尼族"
    "|拉祜族|佤族|傣族|白族|景颇族|傈僳族|纳西族|独龙族|怒族|普米族|布朗族|土族|撒拉族|东乡族|保安族|裕固族|哈萨克族?"
    "|维吾尔族?|柯尔克孜|锡伯|塔吉克|达斡尔族|各族"
)
_TAIL = re.compile(rf"(({_ETHNIC})+自治[县州区旗]|自治[县州区旗]|特别行政区|[省市县区旗盟]|地区)$")


@dataclass(frozen=True, slots=True)
class Row:
    code: str
    name: str
    since_year: int | None
    until_year: int | None

    @property
    def level(self) -> Level:
        if self.code == CHINA:
            return Level.NATION
        if self.code.endswith("0000"):
            return Level.PROVINCE
        return Level.CITY if self.code.endswith("00") else Level.COUNTY


@dataclass(frozen=True, slots=True)
class Entry:
    """A division ready to be stored."""

    row: Row
    parent: str | None
    short_name: str
    sort_key: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    entries: tuple[Entry, ...]
    former_names: tuple[Row, ...]
    successions: tuple[tuple[str, str, int, str], ...]


def short_name(name: str) -> str:
    """`堆龙德庆区` -> `堆龙德庆`, `玉树藏族自治州` -> `玉树`; a name of one sign is left whole (`鄞县`)."""
    if name == "内蒙古自治区":  # 蒙古 is part of the name here, not the people's
        return "内蒙古"
    stem = _TAIL.sub("", name)
    return stem if len(stem) > 1 else name


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """All divisions, parents before children, with former names of codes and successions."""
    latest: dict[str, Row] = {CHINA: Row(CHINA, "中国", None, None)}
    former: list[Row] = []
    for row in _rows():
        before = latest.get(row.code)
        if before is not None and before.name != row.name:
            former.append(before)
        latest[row.code] = row
    entries = [
        Entry(row, _parent(row, latest), short_name(row.name), sort_key(row.name))
        for row in sorted(latest.values(), key=lambda row: (row.level, row.code))
    ]
    unique = {(row.code, row.name): row for row in former if row.name != latest[row.code].name}
    return Catalogue(tuple(entries), tuple(unique.values()), tuple(_successions(latest)))


def _rows() -> Iterator[Row]:
    corrections = {line["code"]: line for line in _table("corrections.csv")}
    simplified = OpenCC("t2s").convert
    for code, text in _standard():
        if code in corrections:
            continue
        for part in text.split(","):
            match = _ENTRY.match(part)
            if match is None or _GROUPINGS.match(match[3]):
                continue
            since, until = _year(match[1]), _year(match[2])
            if since and until and since > until:  # a slip in the source: the end is the reliable one
                since = until
            yield Row(code, simplified(match[3]), since, until)
    for code, line in corrections.items():
        if line["name"]:
            yield Row(code, line["name"], _year(line["since"]), _year(line["until"]))


def _standard() -> Iterator[tuple[str, str]]:
    province = ""
    text = files("stdnum.cn").joinpath("loc.dat").read_text("utf-8")
    for line in text.splitlines():
        if match := re.match(r'^(\d\d) province="(.+)"$', line):
            province = match[1]
        elif match := re.match(r'^ +(\d{4}) county="(.+)"$', line):
            yield province + match[1], match[2]


def _year(text: str | None) -> int | None:
    return int(text) if text else None


def _parent(row: Row, known: dict[str, Row]) -> str | None:
    """The city, or the province where no city stands between (省直辖县)."""
    if row.level is Level.NATION:
        return None
    if row.level is Level.PROVINCE:
        return CHINA
    city, province = row.code[:4] + "00", row.code[:2] + "0000"
    return city if row.level is Level.COUNTY and city in known else province


def _successions(known: dict[str, Row]) -> Iterator[tuple[str, str, int, str]]:
    """Those of the file, and those that the names tell: same name but for the kind, in the same province."""
    stated = [
        (line["former"], line["successor"], int(line["year"]), line["note"])
        for line in _table("successions.csv")
    ]
    yield from stated
    told = {former for former, *_ in stated}
    by_stem = defaultdict(list)
    for row in known.values():
        by_stem[row.code[:2], row.level, short_name(row.name)].append(row)
    for row in known.values():
        if row.until_year is None or row.code in told:
            continue
        heirs = [
            heir
            for heir in by_stem[row.code[:2], row.level, short_name(row.name)]
            if heir.code != row.code
            and heir.since_year is not None
            and 0 <= heir.since_year - row.until_year <= 1
        ]
        if len(heirs) == 1:
            heir = heirs[0]
            yield row.code, heir.code, heir.since_year or row.until_year, f"{row.name}改设{heir.name}"


def _table(name: str) -> list[dict[str, str]]:
    text = files("kaichuang.places").joinpath("data", name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))
