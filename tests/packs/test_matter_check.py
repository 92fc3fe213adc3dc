"""`pack check` finds every matter that would fail, get stuck or silently do nothing: where, in words, and what to write."""

from __future__ import annotations

from pathlib import Path

import pytest
from packs_making import HEAD, MEASURE, write

from kaichuang.packs import PackErrors
from kaichuang.packs.check import check_pack
from kaichuang.packs.loader import find_pack
from kaichuang.packs.problems import Problem

USING = (
    HEAD.replace("version: 1.0.0", "version: 1.0.0, uses: [_common]")
    + """
  - {code: proven, title: 已证明, type: bool, suppliers: [applicant]}
  - {code: cleared, title: 已核准, type: bool, suppliers: [bureau]}
  - {code: file_number, title: 批文号, type: text, suppliers: [applicant]}
  - {code: big, title: 大项目, type: bool, source: derived, formula: cost > wan(100)}
collections:
  - code: purchases
    title: 采购
    suppliers: [applicant]
    columns:
      - {code: number, title: 发票号, type: text}
      - {code: kind, title: 类别, type: text, values: {a: 甲, b: 乙}}
      - {code: amount, title: 金额, type: money}
  - code: unread
    title: 无人问的表
    suppliers: [applicant]
    columns: [{code: number, title: 号码, type: text}]
"""
)
READING = MEASURE.replace(
    "    conditions:",
    "    totals: [{code: spent, title: 采购额, from: purchases, take: sum, of: amount}]\n    conditions:",
).replace("test: staff >= least", "test: staff >= least AND spent >= yuan(0)")
MATTER = """
matters:
  - id: X-S1
    title: {zh: 投入补助申领, en: Subsidy}
    measure: X-M1
    applicants: [case]
    window: round
    workflow: award
    desks: {lead: office, finance: office}
    days: {checking: 8}
    asks: [file_number, proven]
    papers:
      - {code: paper, when: proven}
      - {code: invoice, per_row: purchases}
    keys:
      - {kind: invoice, table: purchases, name: number}
      - {kind: project, name: file_number}
    review:
      seats: 5
      aggregate: trimmed
      pass_mark: 60
      ties: [priority, "criterion:idea", draw]
      criteria: [{code: idea, title: 创意, most: 60}, {code: team, title: 团队, most: 40}]
    publicity: {days: 5, clause: X 一}
    tranches:
      - {id: first, title: 首期, share: 60%}
      - {id: second, title: 二期, share: 40%, papers: [use_report]}
    report: {months: 12}
    shortfall: by_score
"""


def problems(folder: Path, matter: str) -> list[Problem]:
    common = folder / "_common"
    if not common.exists():
        common.symlink_to(find_pack("_common").resolve())
    return check_pack(write(folder, READING.replace("tests:", matter.lstrip("\n") + "tests:"), head=USING))[0]


def test_a_sound_matter_raises_nothing(tmp_path: Path) -> None:
    assert [str(problem) for problem in problems(tmp_path, MATTER)] == []


BAD = [
    ("applicants: [case]", "applicants: [cases]", "subjects", "case"),
    ("applicants: [case]", "applicants: [case, case]", "repeated", None),
    ("{lead: office, ", "{lead: ofice, ", "units", "office"),
    ("{lead: office, ", "{leed: office, lead: office, ", "desk", "lead"),
    ("    days: {checking: 8}", "    days: {cheking: 8}", "states", "checking"),
    ("    days: {checking: 8}", "    days: {closed: 8}", "states", None),
    ("    days: {checking: 8}", '    districts: {"330226": office}', "desk", "recommended"),
    ("workflow: award\n", "workflow: recommended\n", "desk", "districts"),
    ("workflow: award\n    desks: {", 'workflow: recommended\n    districts: {"33022": office}\n    desks: {', "division", "GB/T"),
    ("workflow: award\n    desks: {", 'workflow: recommended\n    districts: {"320602": office}\n    desks: {', "division", None),
    ("workflow: award\n    desks: {", 'workflow: recommended\n    districts: {"330226": ofice}\n    desks: {', "units", "office"),
    ("asks: [file_number, proven]", "asks: [file_numbr, file_number, proven]", "facts", "file_number"),
    ("asks: [file_number, proven]", "asks: [file_number, proven, big]", "asks", "formula"),
    ("asks: [file_number, proven]", "asks: [file_number, proven, cleared]", "asks", "applicant"),
    ("asks: [file_number, proven]", "asks: [file_number, proven, proven]", "repeated", None),
    ("asks: [file_number, proven]", "asks: [file_number]", "unasked", "asks: [proven]"),
    ("asks: [file_number, proven]", "asks: [proven]", "unasked", "asks: [file_number]"),
    ("{code: paper, when: proven}", "{code: papr, when: proven}", "evidence", "paper"),
    ("{code: paper, when: proven}", "{code: invoice}", "repeated", None),
    ("when: proven", "when: provn", "facts", "proven"),
    ("when: proven", "when: staff", "when", None),
    ("per_row: purchases", "per_row: purchase", "tables", "purchases"),
    ("per_row: purchases", "per_row: unread", "unasked", "asks: [unread]"),
    ("table: purchases, name: number", "table: purchase, name: number", "tables", "purchases"),
    ("table: purchases, name: number", "table: purchases, name: nummber", "column", "number"),
    ("table: purchases, name: number", "name: number", "facts", "table: "),
    ("table: purchases, name: number", "table: purchases, name: amount", "key", None),
    ("table: purchases, name: number", "table: purchases, name: kind", "key", None),
    ("table: purchases, name: number", "table: unread, name: number", "unasked", "asks: [unread]"),
    ("{kind: project, name: file_number}", "{kind: project, name: file_nummer}", "facts", "file_number"),
    ("{kind: project, name: file_number}", "{kind: project, name: application_date}", "key", None),
    ("{kind: project, name: file_number}", "{kind: invoice, table: purchases, name: number}", "repeated", None),
    ("seats: 5", "seats: 3", "review", "seats: 5"),
    ("pass_mark: 60", "pass_mark: 160", "points", None),
    ("pass_mark: 60", "divergence: 101", "points", None),
    ('"criterion:idea"', '"criterion:idee"', "review", "criterion:idea"),
    ("{code: team,", "{code: idea,", "repeated", None),
    ("papers: [use_report]", "papers: [use_reports]", "evidence", "use_report"),
    ("id: second", "id: first", "repeated", None),
    ("report: {months: 12}", "report: {papers: [use_reprot]}", "evidence", "use_report"),
    ("publicity: {days: 5,", "publicity: {shows: [party, party],", "repeated", None),
    ("workflow: award\n", "workflow: awards\n", "workflows", "award"),
    ("workflow: award\n", "workflow: filing\n", "workflow", None),
    ("workflow: award\n", "workflow: automatic\n", "window", None),
    ("window: round", "window: none", "window", "automatic"),
    ("    measure: X-M1\n", "", "basis", None),
    ("id: X-S1", "id: X-M2-S", "repeated", "X-M2"),
]  # fmt: skip
SECOND = MEASURE.split("measures:\n")[1].split("tests:")[0].replace("X-M1", "X-M2")


@pytest.mark.parametrize(
    ("old", "new", "code", "hint"), BAD, ids=[f"{one[2]}:{one[1].strip()[:50]}" for one in BAD]
)
def test_a_matter_that_could_not_work(
    tmp_path: Path, old: str, new: str, code: str, hint: str | None
) -> None:
    assert old in MATTER
    text = MATTER.replace(old, new)
    if "X-M2" in new:
        text = SECOND + text
    found = problems(tmp_path, text)
    told = [problem for problem in found if problem.code == code]
    assert told, [str(problem) for problem in found]
    assert all(problem.mark.file == "trial/rules.yaml" and problem.mark.line > 1 for problem in found)
    assert all(problem.zh and problem.en and problem.severity == "error" for problem in found)
    if hint is not None:
        assert any(hint in (problem.suggestion or "") for problem in told), [str(p) for p in told]


def test_a_mistake_is_told_at_its_own_line(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, MATTER.replace("name: number", "name: nummer"))
    lines = (tmp_path / "trial" / "rules.yaml").read_text(encoding="utf-8").splitlines()
    line = lines[found.mark.line - 1]
    assert "nummer" in line and line[found.mark.column - 1 :].startswith("nummer")


def test_shares_by_score_need_a_review(tmp_path: Path) -> None:
    start, end = MATTER.index("    review:"), MATTER.index("    publicity:")
    assert {p.code for p in problems(tmp_path, MATTER[:start] + MATTER[end:])} == {"review"}


def test_nobody_applies_for_a_sanction(tmp_path: Path) -> None:
    sanction = SECOND.replace("kind: grant", "kind: sanction")
    found = problems(tmp_path, sanction + MATTER.replace("measure: X-M1", "measure: X-M2"))
    assert "basis" in {problem.code for problem in found}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("days: {checking: 8}", "days: {checking: 0}", "不能小于 1"),
        ("days: {checking: 8}", "days: {checking: 400}", "不能大于 365"),
        ("publicity: {days: 5,", "publicity: {days: 999,", "不能大于 250"),
        ("publicity: {days: 5,", "publicity: {shows: [],", "不能为空"),
        ("publicity: {days: 5,", "publicity: {shows: [prty],", "不能是 prty"),
        ("most: 60", "most: 0", "不能小于 1"),
        ("share: 60%", "share: 50%", "100%"),
        ("shortfall: by_score", "shortfall: by_scor", "不能是 by_scor"),
        ("window: round", "window: rounds", "不能是 rounds"),
        ("kind: project", "kind: projekt", "不能是 projekt"),
    ],
)
def test_values_out_of_bounds_are_told_in_words(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in MATTER
    with pytest.raises(PackErrors) as refused:
        problems(tmp_path, MATTER.replace(old, new))
    assert any(words in problem.zh for problem in refused.value.problems)


FLOW = """
workflows:
  - id: own
    title: 自有流程
    states:
      - {id: draft, title: 填报, kind: draft, stage: draft, desk: applicant}
      - {id: checking, title: 审核, desk: lead, days: 5}
      - {id: correction, title: 补正, stage: acceptance, desk: applicant, days: 10, pauses: true}
      - {id: review, title: 评审, kind: panel, desk: lead}
      - {id: publicity, title: 公示, kind: publicity, stage: publicity, desk: lead}
      - {id: decision, title: 决定, stage: decision, desk: lead}
      - {id: payment, title: 拨付, kind: payment, stage: payment, desk: finance}
      - {id: closed, title: 办结, kind: end, stage: closed, desk: lead, outcome: granted}
      - {id: rejected, title: 不予, kind: end, stage: closed, desk: lead, outcome: refused}
      - {id: lapsed, title: 逾期, kind: end, stage: closed, desk: applicant, outcome: lapsed}
    moves:
      - {id: submit, title: 提交, from: [draft], to: checking, by: [applicant], needs: [open], does: [submit, hold]}
      - {id: ask, title: 告知补正, from: [checking], to: correction, by: [officer], does: [correct], returns: true}
      - {id: complete, title: 补齐, from: [correction], to: checking, by: [applicant], needs: [corrected], does: [submit]}
      - {id: lapse, title: 视为放弃, from: [correction], to: lapsed, by: [system], on: lapsed, does: [release]}
      - {id: send, title: 送评, from: [checking], to: review, by: [officer], needs: [review], does: [review]}
      - {id: scored, title: 评完, from: [review], to: decision, by: [system], on: scored}
      - {id: list, title: 公示, from: [checking], to: publicity, by: [officer], needs: [no_review], does: [publicise]}
      - {id: cleared, title: 无异议, from: [publicity], to: decision, by: [system], on: cleared}
      - {id: decide, title: 批准, from: [decision], to: payment, by: [leader], does: [decide, commit, pay]}
      - {id: refuse, title: 不予, from: [checking, decision], to: rejected, by: [leader], does: [refuse, release]}
      - {id: appeal, title: 申诉, from: [rejected], to: checking, by: [applicant], does: [appeal, hold], most: 1}
      - {id: paid, title: 付清, from: [payment], to: closed, by: [system], on: paid, needs: [paid]}
"""


def flow_problems(folder: Path, text: str) -> list[Problem]:
    (folder / "_common").symlink_to(find_pack("_common").resolve())
    return check_pack(write(folder, READING.replace("tests:", text.lstrip() + "tests:"), head=USING))[0]


def test_a_sound_workflow_raises_nothing(tmp_path: Path) -> None:
    assert [str(problem) for problem in flow_problems(tmp_path, FLOW)] == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("stage: draft, desk: applicant}", "stage: draft, desk: lead}", "the applicant"),
        ("kind: draft, stage: draft,", "kind: draft, stage: review,", "stage of the first"),
        ("does: [submit, hold]}", "does: [hold]}", "without handing it in"),
        ("outcome: granted}", "outcome: granted, days: 5}", "has no limit"),
        ("desk: lead, days: 5}", "desk: lead, days: 5, pauses: true}", "does not stand still"),
        ("needs: [review], does: [review]}", "needs: [review]}", "without review"),
        ("needs: [no_review], does: [publicise]}", "needs: [no_review]}", "without publicise"),
        ("does: [decide, commit, pay]}", "does: [decide, commit]}", "without pay"),
        ("by: [leader], does: [decide", "by: [leader], needs: [reported], does: [decide", "nothing in the table does report"),
        ("needs: [no_review]", "needs: [no_review, review]", "needs review and no_review"),
        ("from: [correction], to: lapsed", "from: [checking], to: lapsed", "does not lie with the applicant"),
        ("from: [publicity], to: decision", "from: [publicity, checking], to: decision", "cleared does not happen"),
        ("needs: [paid]}", "needs: [paid]}\n      - {id: paid2, title: 又付, from: [payment], to: closed, by: [system], on: paid, needs: [paid]}", "is never made"),
        ("on: scored}", "on: scored, reason: true}", "nobody gives a reason"),
        ("does: [submit]}", "does: [submit, propose]}", "who cannot propose"),
        ("from: [checking], to: correction", "from: [checking], to: decision", "does not lead to the applicant"),
        ("does: [refuse, release]}", "does: [refuse, release, revoke]}", "nothing has been granted yet"),
        ("from: [rejected], to: checking", "from: [lapsed], to: checking", "no refusal to appeal"),
        ("on: lapsed, does: [release]}", "on: lapsed}", "keeps the money"),
        ("does: [refuse, release]}", "does: [refuse]}", "keeps the money"),
    ],
)  # fmt: skip
def test_a_word_out_of_its_place(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in FLOW
    found = flow_problems(tmp_path, FLOW.replace(old, new))
    assert any(words in problem.en for problem in found), [str(problem) for problem in found]
    assert all(problem.mark.line > 1 for problem in found)


OWN = """
matters:
  - {id: X-S1, title: 申领, measure: X-M1, workflow: own, asks: [file_number]}
"""


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("needs: [review], does: [review]", "does: [review]", "needs a review"),
        ("needs: [paid]}", "needs: [paid, report]}", "cases of this matter get stuck in “payment”"),
        ("desk: applicant, days: 10,", "desk: applicant,", "nothing lapses"),
    ],
)
def test_a_matter_for_which_its_workflow_has_no_way(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in FLOW
    assert [str(one) for one in flow_problems(tmp_path, FLOW + OWN)] == []
    (tmp_path / "_common").unlink()
    found = flow_problems(tmp_path, FLOW.replace(old, new) + OWN)
    assert any(words in problem.en for problem in found), [str(problem) for problem in found]


def test_a_stage_that_the_public_does_not_know(tmp_path: Path) -> None:
    with pytest.raises(PackErrors) as refused:
        flow_problems(tmp_path, FLOW.replace("stage: acceptance", "stage: acceptanc"))
    assert refused.value.problems[0].suggestion == "acceptance"
