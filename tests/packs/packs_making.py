"""Small packs in a temporary folder, for tests of what people write."""

from __future__ import annotations

from pathlib import Path

from kaichuang.packs import Pack, load_pack

HEAD = """
pack: {id: ID, title: 试验, version: 1.0.0, main: X, place: {code: "330226", name: 试验县, level: county}}
documents:
  - id: X
    title: 试验办法
    form: notice
    validity: {from: 2016-01-01, until: 2030-12-31, clause: X 末}
    outline:
      - {ref: 一, heading: 补助, figures: [{value: "30%", means: 比例}, {value: "20", unit: 万元, means: 上限}]}
      - {ref: 末, heading: 效力}
units: [{id: office, name: 科技局, kind: department}]
evidence: [{code: paper, title: 材料}]
suppliers: [{code: applicant, title: 申请人}]
subjects: [{code: case, title: 事项}]
facts:
  - {code: application_date, title: 申请日, type: date, default: as_of, suppliers: [applicant]}
  - {code: cost, title: 投入, type: money, suppliers: [applicant], evidence: [paper]}
  - {code: staff, title: 人数, type: int, suppliers: [applicant], direction: up, evidence: [paper]}
  - {code: level, title: 级别, type: text, values: {none: 无, county: 县级, city: 市级}, suppliers: [applicant], evidence: [paper]}
"""
MEASURE = """
measures:
  - id: X-M1
    title: {zh: 投入补助, en: Subsidy}
    clause: X 一
    kind: grant
    summary: 按投入补助
    beneficiary: {subject: case, title: 企业}
    parameters:
      rate: {type: ratio, value: 30%, clause: X 一, title: 比例}
      ceiling: {type: money, value: 20万, clause: X 一, title: 上限}
      least: {type: int, value: 5, clause: X 一, title: 最少人数}
    conditions:
      - {id: staffed, clause: X 一, title: 人数足够, test: staff >= least, evidence: [paper]}
    amount: {kind: rate, of: cost, rate: rate, cap: ceiling}
    evidence: [paper]
    responsible: [office]
tests:
  - measure: X-M1
    as_of: 2019-01-01
    facts: {staff: 5}
    table:
      - [cost, "=", payable]
      - [100万, "=", 20万]
      - [10万, "=", 3万]
"""


def write(folder: Path, text: str = MEASURE, *, head: str = HEAD, name: str = "trial") -> Pack:
    """A pack with these sections."""
    home = folder / name
    home.mkdir(parents=True, exist_ok=True)
    (home / "pack.yaml").write_text(head.replace("ID", name), encoding="utf-8")
    (home / "rules.yaml").write_text(text, encoding="utf-8")
    return load_pack(home)
