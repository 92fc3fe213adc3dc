"""Read a bureau's table by its mapping: what is told about whom, what is wrong, whom nobody knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from kaichuang.facts.derived import derived_facts
from kaichuang.facts.models import Definition
from kaichuang.facts.operations.staging import Told
from kaichuang.facts.tabular import Sheet, address, cell_of
from kaichuang.facts.values import Unreadable, read
from kaichuang.kit.problems import Problem
from kaichuang.parties.models import Party, PartyKind
from kaichuang.parties.uscc import check_uscc

USCC, NAME = "uscc", "name"
PERIODS = ("month", "quarter", "year")
_MAX_KEPT = 500


@dataclass(slots=True)
class Reading:
    """Rows read so far. `wrong` and `unmatched` keep the first 500 only, the counts are whole."""

    wrong: list[Problem] = field(default_factory=list)
    wrong_count: int = 0
    unmatched: list[tuple[int, str, str]] = field(default_factory=list)
    unmatched_count: int = 0
    matched: int = 0
    values: int = 0

    def complain(self, problem: Problem) -> None:
        self.wrong_count += 1
        if len(self.wrong) < _MAX_KEPT:
            self.wrong.append(problem)

    def miss(self, row: int, code: str, name: str) -> None:
        self.unmatched_count += 1
        if len(self.unmatched) < _MAX_KEPT:
            self.unmatched.append((row, code, name))


class TableReader:
    """Turns the rows of a sheet into values told about parties."""

    def __init__(
        self,
        sheet: Sheet,
        mapping: Mapping[str, str],
        *,
        as_of: date,
        since: date | None,
        until: date | None,
    ) -> None:
        self.sheet, self.result = sheet, Reading()
        self._columns = {target: sheet.column(heading) for heading, target in mapping.items() if target}
        codes = [target for target in self._columns if target not in (USCC, NAME)]
        self.definitions = {row.code: row for row in Definition.objects.filter(code__in=codes)}
        self._validity = {
            code: validity(definition, as_of=as_of, since=since, until=until)
            for code, definition in self.definitions.items()
        }
        self._parties: dict[str, int] = {}
        self._seen: dict[str, int] = {}

    def match(self) -> None:
        """Find all parties of the sheet by their credit codes, in one query for ten thousand of them."""
        column = self._columns[USCC]
        codes = list({check_uscc(str(cell_of(row, column))).value for _n, row in self.sheet.numbered()})
        organisations = Party.objects.filter(kind=PartyKind.ORGANISATION)
        for start in range(0, len(codes), 10_000):
            found = organisations.filter(uscc__in=codes[start : start + 10_000])
            self._parties.update(found.values_list("uscc", "pk"))

    def told(self, start: int = 0, stop: int | None = None) -> Iterator[Told]:
        """The values of rows `start` to `stop` of the sheet, those that can be read and matched."""
        for number, row in self.sheet.numbered(start):
            if stop is not None and number - 2 >= stop:
                return
            party = self._party(number, row)
            if party is not None:
                yield from self._values(number, row, party)

    def _party(self, number: int, row: list[Any]) -> int | None:
        column = self._columns[USCC]
        check = check_uscc(str(cell_of(row, column)))
        if not check.is_valid:
            self._wrong(column, number, "".join(str(problem) for problem in check.problems))
            return None
        if check.value in self._seen:
            message = _("与第%(row)s行的统一社会信用代码相同，请删除其中一行。")
            self._wrong(column, number, message % {"row": self._seen[check.value]})
            return None
        self._seen[check.value] = number
        party = self._parties.get(check.value)
        if party is None:
            name = str(cell_of(row, self._columns[NAME])) if NAME in self._columns else ""
            self.result.miss(number, check.value, name)
            return None
        self.result.matched += 1
        return party

    def _values(self, number: int, row: list[Any], party: int) -> Iterator[Told]:
        for code, definition in self.definitions.items():
            column = self._columns[code]
            raw = cell_of(row, column)
            if raw in ("", None):
                continue
            try:
                value = read(definition, raw)
            except Unreadable as error:
                self._wrong(column, number, str(error.problem))
                continue
            self.result.values += 1
            since, until = self._validity[code]
            yield Told(party, code, value, since=since, until=until)

    def _wrong(self, column: int, number: int, message: str) -> None:
        place = address(column, number)
        self.result.complain(Problem("cell_invalid", f"{place}：{message}", field=place))


def validity(
    definition: Definition, *, as_of: date, since: date | None, until: date | None
) -> tuple[date | None, date | None]:
    """For which time a value of the table is true: its period, or from the day of the data on."""
    if definition.period in PERIODS:
        assert since is not None and until is not None
        return since, until + timedelta(days=1)
    return (None, None) if definition.period == "lifetime" else (as_of, None)


def importable() -> dict[str, Definition]:
    """The facts that a table may bring: everything that is known by being told."""
    computed = derived_facts()
    rows = Definition.objects.exclude(source="derived").order_by("code")
    return {row.code: row for row in rows if row.code not in computed}


def propose(headings: list[str], saved: Mapping[str, str], facts: Mapping[str, Definition]) -> dict[str, str]:
    """Which column is what: as it was the last time, else by the title or code of the fact."""
    titles = {row.title: code for code, row in facts.items()}
    known = {
        "统一社会信用代码": USCC,
        "社会信用代码": USCC,
        "信用代码": USCC,
        "企业名称": NAME,
        "单位名称": NAME,
        "名称": NAME,
    }
    chosen: dict[str, str] = {}
    for heading in filter(None, headings):
        bare = heading.replace("（元）", "").replace("(元)", "").strip()
        target = saved.get(heading) or known.get(bare) or titles.get(bare) or (bare if bare in facts else "")
        chosen[heading] = target if target in (USCC, NAME) or target in facts else ""
    return chosen


def problems_of_mapping(
    headings: list[str],
    mapping: Mapping[str, str],
    facts: Mapping[str, Definition],
    *,
    since: date | None,
    until: date | None,
) -> Iterator[Problem]:
    """Everything that keeps the table from being read."""
    targets = [target for target in mapping.values() if target]
    if USCC not in targets:
        yield Problem("code_missing", _("请指明哪一列是统一社会信用代码。"))
    if not any(target in facts for target in targets):
        yield Problem("nothing_mapped", _("请至少为一列选择数据项。"))
    for target in sorted({target for target in targets if targets.count(target) > 1}):
        title = facts[target].words if target in facts else target
        yield Problem("mapped_twice", _("有两列对应“%(title)s”，请只保留一列。") % {"title": title})
    unknown = [target for target in targets if target not in facts and target not in (USCC, NAME)]
    for target in unknown:
        yield Problem("fact_unknown", _("没有可导入的数据项“%(code)s”。") % {"code": target})
    gone = [heading for heading in mapping if heading not in headings]
    for heading in gone:
        yield Problem("heading_unknown", _("文件中没有列“%(name)s”。") % {"name": heading})
    timed = [facts[target].words for target in targets if target in facts and facts[target].period in PERIODS]
    if timed and (since is None or until is None):
        yield Problem(
            "period_required",
            _("“%(titles)s”是按期统计的数据，请填写所属期起止日期。") % {"titles": "、".join(timed)},
            field="since",
        )
    if since is not None and until is not None and until < since:
        yield Problem("period_order", _("所属期的止日不能早于起日。"), field="until")
