"""Lint finds each kind of doubt where it stands, and nothing in a pack that is well made."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from packs_making import HEAD, MEASURE, write

from kaichuang.packs import PackErrors
from kaichuang.packs.check import ensure
from kaichuang.packs.lint import lint
from kaichuang.packs.problems import Problem

TODAY = dt.date(2019, 6, 1)
TIERS = "amount: {kind: tier, by: BY, tiers: [ROWS]}"
AMOUNT = "amount: {kind: rate, of: cost, rate: rate, cap: ceiling}"


def doubts(folder: Path, text: str = MEASURE, head: str = HEAD) -> list[Problem]:
    pack = write(folder, text, head=head)
    return lint(pack, ensure(pack), as_of=TODAY)


def codes(folder: Path, text: str = MEASURE, head: str = HEAD) -> set[str]:
    return {problem.code for problem in doubts(folder, text, head)} - {"unused"}


def test_a_well_made_pack_raises_only_what_it_leaves_unused(tmp_path: Path) -> None:
    assert [(p.code, p.zh) for p in doubts(tmp_path)] == [("unused", "事实“级别”没有用到")]


def tiers(by: str, *rows: str) -> str:
    return MEASURE.replace(AMOUNT, TIERS.replace("BY", by).replace("ROWS", ", ".join(rows)))


@pytest.mark.parametrize(
    ("rows", "by", "code"),
    [
        (["{is: county, value: ceiling}", "{is: county, value: ceiling}", "{is: city, value: ceiling}"], "level", "overlap"),
        (["{is: county, value: ceiling}"], "level", "gap"),
        (["{from: 10, value: ceiling}", "{from: 10, value: ceiling}"], "staff", "overlap"),
        (["{from: 50, value: ceiling}", "{from: 10, value: ceiling}"], "staff", "unreachable"),
        (["{from: 10, value: ceiling}", "{above: 50, value: ceiling}"], "staff", "boundary"),
        (["{from: wan(1), value: ceiling}", "{from: wan(5), value: ceiling}"], "cost", "gap"),
    ],
)  # fmt: skip
def test_tiers_that_overlap_are_never_reached_or_leave_gaps(
    tmp_path: Path, rows: list[str], by: str, code: str
) -> None:
    assert code in codes(tmp_path, tiers(by, *rows))


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (AMOUNT, "amount: {kind: rate, of: cost, rate: rate}", "uncapped"),
        (AMOUNT, "amount: {kind: per_head, count: staff, value: ceiling}", "uncapped"),
        (AMOUNT, AMOUNT + "\n    caps: [{id: year, limit: wan(5), clause: X 一, title: 年度上限}]", "low-cap"),
        (AMOUNT, AMOUNT.replace("}", ", floor: wan(30)}"), "low-cap"),
        (AMOUNT, "amount: {kind: scale, of: cost, brackets: [{above: 0, rate: 1/3}, {above: yuan(100), rate: rate}]}", "inexact"),
        (AMOUNT, "amount: {kind: scale, of: cost, brackets: [{above: wan(2), rate: rate}, {above: wan(1), rate: rate}]}", "scale"),
        ("test: staff >= least, evidence: [paper]", "test: staff >= least OR staff < least OR TRUE, evidence: [paper]", "idle"),
        ("test: staff >= least, evidence: [paper]", "test: staff >= least AND FALSE, evidence: [paper]", "never"),
        ("    amount:", "      - {id: other, clause: X 一, title: 相反, test: NOT staff >= least, evidence: [paper]}\n    amount:", "contradiction"),
        ("    amount:", "      - {id: other, clause: X 一, title: 相同, test: staff >= least, evidence: [paper]}\n    amount:", "repeated"),
        ("value: 30%", "value: 40%", "contradiction"),
        ("test: staff >= least", "test: cost >= wan(1) AND staff >= least", "bare"),
        ("    responsible: [office]\n", "", "nobody"),
        ("  - measure: X-M1", "  - measure: X-M1\n    clause: X 一", None),
    ],
)  # fmt: skip
def test_a_doubtful_measure(tmp_path: Path, old: str, new: str, code: str | None) -> None:
    assert old in MEASURE
    found = codes(tmp_path, MEASURE.replace(old, new))
    assert code in found if code else found <= {"no-task"}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("suppliers: [applicant], evidence: [paper]}\n  - {code: staff", "evidence: [paper]}\n  - {code: staff", "supplier"),
        ("until: 2030-12-31", "until: 2018-12-31", "expired"),
        ("form: notice", "form: notice\n    status: expired", "expired"),
        ("form: notice", "form: notice\n    basis: [{title: 旧办法, repealed: 2017-01-01}]", "repealed"),
        ("until: 2030-12-31", "until: 2018-12-31, editions: [{from: 2019-03-01, basis: 续期}]", "gap"),
        ("kind: department}]", "kind: department}, {id: idle, name: 闲置局, kind: department}]", "no-task"),
    ],
)  # fmt: skip
def test_a_doubtful_frame(tmp_path: Path, old: str, new: str, code: str) -> None:
    assert old in HEAD
    assert code in codes(tmp_path, MEASURE, HEAD.replace(old, new))


def test_a_condition_that_nothing_proves(tmp_path: Path) -> None:
    head = HEAD.replace("direction: up, evidence: [paper]}", "direction: up}")
    text = MEASURE.replace("test: staff >= least, evidence: [paper]}", "test: staff >= least}")
    assert "evidence" in codes(tmp_path, text, head)


def test_a_measure_without_examples(tmp_path: Path) -> None:
    assert "untried" in codes(tmp_path, MEASURE.split("tests:")[0])


READINGS = """
readings:
  - {id: R1, name: wide, clause: X 一, question: 宽还是严, choices: {a: 宽, b: 严}, default: DEFAULT, reason: 无}
"""


def test_a_reading_without_effect(tmp_path: Path) -> None:
    assert "idle" in codes(tmp_path, MEASURE + READINGS.replace("DEFAULT", "a"))
    assert "idle" not in codes(tmp_path, MEASURE + READINGS.replace(", b: 严", "").replace("DEFAULT", "a"))


def test_a_reading_without_an_answer_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PackErrors, match="a reading needs a default"):
        write(
            tmp_path,
            MEASURE + READINGS.replace("choices: {a: 宽, b: 严}", "type: int").replace("DEFAULT", "null"),
        )


STACKING = """
stacking:
  - {id: S1, kind: prevails, title: 甲优先, clause: X 一, measures: [X-M1], over: [X-M2]}
  - {id: S2, kind: prevails, title: 乙优先, clause: X 一, measures: [X-M2], over: [X-M1]}
budgets:
  - {id: B, title: 资金, clause: X 一, payer: 县, total: 10万, lines: [{id: L, amount: 10万, title: 全部, clause: X 一}]}
"""


def test_measures_that_prevail_over_each_other_and_awards_larger_than_their_line(tmp_path: Path) -> None:
    second = MEASURE.split("tests:")[0].replace("X-M1", "X-M2").replace("measures:\n", "")
    text = MEASURE.replace("tests:", second + "tests:") + STACKING
    text = text.replace(
        "    evidence: [paper]\n", "    evidence: [paper]\n    budget: [{budget: B, line: L}]\n", 1
    )
    assert {"contradiction", "budget"} <= codes(tmp_path, text)


TABLE = """
tables:
  - id: grade
    title: 档次
    clause: X 一
    inputs: [{of: staff}]
    outputs: [{name: out, title: 结果, type: int}]
    rows:
      - {when: ["< 10"], then: [1]}
      - {when: ["[9..20]"], then: [2]}
      - {when: ["> 30"], then: [3]}
"""


def test_decision_tables_are_searched_for_overlaps_and_gaps(tmp_path: Path) -> None:
    found = doubts(tmp_path, MEASURE + TABLE)
    assert {"overlap", "gap"} <= {p.code for p in found}
    overlap = next(p for p in found if p.code == "overlap")
    line = (MEASURE + TABLE).split("\n")[overlap.mark.line - 1]
    assert 'when: ["< 10"]' in line


def test_a_doubt_stands_with_file_and_line_and_what_to_do(tmp_path: Path) -> None:
    (found,) = [
        p for p in doubts(tmp_path, MEASURE.replace("    responsible: [office]\n", "")) if p.code == "nobody"
    ]
    assert (found.mark.file, found.mark.line, found.severity) == ("trial/rules.yaml", 3, "warning")
    assert found.suggestion
    assert "没有责任单位" in found.zh
    assert "nobody is responsible" in found.en


def test_a_doubt_that_was_looked_at_is_accepted_and_one_that_went_away_is_told(tmp_path: Path) -> None:
    text = MEASURE.replace(AMOUNT, "amount: {kind: rate, of: cost, rate: rate}")
    text = text.replace("      ceiling: {type: money, value: 20万, clause: X 一, title: 上限}\n", "")
    accepted = "\naccepted: [{code: uncapped, at: X-M1, reason: 文本只定比例}]\n"
    assert codes(tmp_path, text + accepted) == set()
    assert codes(tmp_path, MEASURE + accepted) == {"stale"}


# What the checks are about, in shapes that their authors did not have in mind.

DATED = HEAD.replace(
    "facts:\n",
    "facts:\n  - {code: opened_on, title: 开办日, type: date, suppliers: [applicant], evidence: [paper]}\n",
).replace(
    "facts:\n",
    "facts:\n  - {code: name, title: 名称, type: text, suppliers: [applicant], evidence: [paper]}\n",
    1,
)


def formula(text: str) -> str:
    return MEASURE.replace(AMOUNT, f'amount: {{kind: formula, value: "{text}", say: 按档}}')


def let(text: str) -> str:
    """Steps in a `let`, under a cap."""
    steps = f'    let:\n      step: {{value: "{text}", title: 档}}\n    amount: {{kind: fixed, value: step}}'
    return MEASURE.replace(f"    {AMOUNT}", steps)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        # steps by date: descending, gap below the first, the same day twice
        (tiers("opened_on", "{from: DATE '2018-01-01', value: ceiling}", "{from: DATE '2017-01-01', value: ceiling}"), "unreachable"),
        (tiers("opened_on", "{from: DATE '2018-01-01', value: ceiling}"), "gap"),
        (tiers("opened_on", "{from: DATE '2018-01-01', value: ceiling}", "{from: DATE '2018-01-01', value: ceiling}"), "overlap"),
        # a condition that looks at the value but does not keep what lies below the first step away
        (tiers("staff", "{from: 10, value: ceiling}").replace("test: staff >= least", "test: staff <= 100"), "gap"),
        # steps by two columns and steps written out as CASE
        (formula("CASE WHEN staff >= 10 THEN yuan(1) WHEN staff >= 50 THEN yuan(2) ELSE yuan(0) END"), "unreachable"),
        (formula("CASE WHEN staff >= 10 AND cost >= wan(5) THEN yuan(1) WHEN staff >= 10 THEN yuan(2) WHEN staff >= 20 AND cost > wan(9) THEN yuan(3) ELSE yuan(0) END"), "unreachable"),
        (formula("CASE WHEN opened_on >= DATE '2017-01-01' THEN yuan(1) WHEN opened_on >= DATE '2018-01-01' THEN yuan(2) ELSE yuan(0) END"), "unreachable"),
        (formula("CASE level WHEN 'county' THEN yuan(1) WHEN 'county' THEN yuan(2) ELSE yuan(0) END"), "unreachable"),
        (formula("CASE WHEN staff >= 50 THEN yuan(2) WHEN staff >= 10 THEN yuan(1) END"), "gap"),
        (let("CASE WHEN staff > 10 THEN yuan(1) WHEN staff > 50 THEN yuan(2) ELSE yuan(0) END"), "unreachable"),
        # steps by a text that is not closed
        (tiers("name", "{is: 甲, value: ceiling}"), "gap"),
        # amounts without a ceiling
        (formula("share(cost, rate, 'down')"), "uncapped"),
        (formula("yuan(100) * staff"), "uncapped"),
        (tiers("level", "{is: county, value: \"share(cost, rate, 'down')\"}", "{is: city, value: ceiling}"), "uncapped"),
        (let("share(cost, rate, 'down')"), "uncapped"),
        (MEASURE.replace(AMOUNT, "amount: {kind: rate, of: cost, rate: rate, cap: cost}"), "uncapped"),
        (MEASURE.replace(AMOUNT, "amount: {kind: rate, of: cost, rate: rate}\n    caps: [{id: year, limit: amount, clause: X 一, title: 上限}]"), "uncapped"),
        (MEASURE.replace(AMOUNT, "amount: {kind: sum, parts: [{kind: fixed, value: ceiling}, {kind: per_head, count: staff, value: ceiling}]}"), "uncapped"),
        # ceilings below what is promised
        (MEASURE.replace(AMOUNT, "amount: {kind: per_head, count: staff, value: ceiling, most: 3}\n    caps: [{id: year, limit: wan(50), clause: X 一, title: 上限}]"), "low-cap"),
        (MEASURE.replace(AMOUNT, "amount: {kind: sum, parts: [{kind: fixed, value: ceiling}, {kind: fixed, value: wan(15)}]}\n    caps: [{id: year, limit: wan(30), clause: X 一, title: 上限}]"), "low-cap"),
        (formula("CASE WHEN staff >= 50 THEN wan(20) ELSE wan(5) END").replace("    evidence: [paper]\n    resp", "    caps: [{id: year, limit: wan(10), clause: X 一, title: 上限}]\n    evidence: [paper]\n    resp"), "low-cap"),
        # conditions that cannot hold together
        (MEASURE.replace("    amount:", "      - {id: small, clause: X 一, title: 小, test: staff < least, evidence: [paper]}\n    amount:"), "contradiction"),
        (MEASURE.replace("    amount:", "      - {id: small, clause: X 一, title: 小, test: staff BETWEEN 1 AND 4, evidence: [paper]}\n    amount:"), "contradiction"),
        (MEASURE.replace("    amount:", "      - {id: a, clause: X 一, title: 县级, test: level = 'county', evidence: [paper]}\n      - {id: b, clause: X 一, title: 市级, test: \"level IN ('city')\", evidence: [paper]}\n    amount:"), "contradiction"),
        (MEASURE.replace("    amount:", "      - {id: a, clause: X 一, title: 早, test: \"opened_on < DATE '2017-01-01'\", evidence: [paper]}\n      - {id: b, clause: X 一, title: 晚, test: \"opened_on >= DATE '2017-01-01'\", evidence: [paper]}\n    amount:"), "contradiction"),
        (MEASURE + "stacking: [{id: S1, kind: shared_cap, title: 合计, clause: X 一, measures: [X-M1], limit: wan(10)}]\n", "low-cap"),
    ],
)  # fmt: skip
def test_an_unusual_shape_is_caught_as_well(tmp_path: Path, text: str, code: str) -> None:
    assert code in codes(tmp_path, text, DATED), [str(one) for one in doubts(tmp_path, text, DATED)]


@pytest.mark.parametrize(
    "text",
    [
        tiers("opened_on", "{from: DATE '2017-01-01', value: ceiling}").replace(
            "    amount:", "      - {id: a, clause: X 一, title: 晚, test: \"opened_on >= DATE '2017-01-01'\", evidence: [paper]}\n    amount:"),
        formula("CASE WHEN staff >= 50 THEN ceiling WHEN staff >= 10 THEN least(ceiling, share(cost, rate, 'down')) ELSE yuan(0) END"),
        let("CASE WHEN staff >= 50 AND cost > wan(5) THEN ceiling WHEN staff >= 50 THEN wan(1) ELSE fen(0) END"),
        MEASURE.replace(AMOUNT, "amount: {kind: lowest, parts: [{kind: rate, of: cost, rate: rate}, {kind: fixed, value: ceiling}]}"),
        MEASURE.replace(AMOUNT, "amount: {kind: rate, of: cost, rate: rate}\n    caps: [{id: year, limit: ceiling, clause: X 一, title: 上限}]"),
        MEASURE.replace("    amount:", "      - {id: small, clause: X 一, title: 小, test: staff <= 100, evidence: [paper]}\n    amount:"),
        tiers("level", "{is: county, value: ceiling}").replace(
            "    amount:", "      - {id: a, clause: X 一, title: 县级, test: level = 'county', evidence: [paper]}\n    amount:"),
    ],
)  # fmt: skip
def test_a_sound_measure_of_the_same_shape_raises_nothing(tmp_path: Path, text: str) -> None:
    found = codes(tmp_path, text, DATED) - {"bare", "untried"}
    assert not found, [str(one) for one in doubts(tmp_path, text, DATED)]


ANNEX = "  - {id: Y, title: 附件, form: annex, annex_of: X, validity: {from: 2016-01-01, until: UNTIL}, outline: [{ref: 一, heading: 表}]}\nunits:"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("form: notice", "form: notice\n    status: repealed", "repealed"),
        ("form: notice", "form: notice\n    status: superseded", "repealed"),
        ("until: 2030-12-31", "until: 2020-12-31, editions: [{from: 2019-03-01, until: 2030-12-31, basis: 续期}]", "overlap"),
        ("units:", ANNEX.replace("UNTIL", "2031-12-31"), "expired"),
        ("kind: department}]", "kind: department}, {id: idle, name: 闲置局, kind: department}, {id: group, name: 组, kind: body, members: [idle]}]", "no-task"),
    ],
)  # fmt: skip
def test_a_frame_of_an_unusual_shape_is_caught_as_well(tmp_path: Path, old: str, new: str, code: str) -> None:
    assert old in HEAD
    assert code in codes(tmp_path, MEASURE, HEAD.replace(old, new, 1))


def test_a_member_of_a_group_with_a_task_and_a_unit_at_a_desk_are_not_idle(tmp_path: Path) -> None:
    head = HEAD.replace(
        "kind: department}]",
        "kind: department}, {id: one, name: 甲局, kind: department}, {id: group, name: 组, kind: body, members: [one]}]",
    )
    text = MEASURE.replace("responsible: [office]", "responsible: [office, group]")
    assert "no-task" not in codes(tmp_path, text, head)


def test_a_reading_whose_default_is_not_among_its_choices_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PackErrors):
        write(tmp_path, MEASURE + READINGS.replace("DEFAULT", "c"))
    with pytest.raises(PackErrors):
        write(tmp_path, MEASURE + READINGS.replace(", default: DEFAULT", ""))
