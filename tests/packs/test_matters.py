"""The matters of the packs: everything that can be applied for is there, complete, and leans on what exists."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kaichuang.packs.check import check_pack, clauses_of
from kaichuang.packs.flow import flaws
from kaichuang.packs.loader import Pack, load_pack
from kaichuang.packs.matters import files_of
from kaichuang.packs.schema.matters import Matter, MatterFile

PACKS = {
    id_: load_pack(id_)
    for id_ in (
        "ninghai-2016", "nantong-2015", "qingdao-2015", "lhasa-2019", "qinghai-2017", "liuhe-2023",
    )
}  # fmt: skip
FIVE = [id_ for id_ in PACKS if id_ != "liuhe-2023"]
PLACES = {
    "ninghai-2016": "3302", "nantong-2015": "3206", "qingdao-2015": "3702", "lhasa-2019": "5401", "qinghai-2017": "63",
}  # fmt: skip
MONEY = frozenset({"grant", "award", "transfer"})
NOBODY_APPLIES = frozenset({"sanction"})
every_pack = pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)
each_of_five = pytest.mark.parametrize("pack", [PACKS[id_] for id_ in FIVE], ids=FIVE)


def every_matter() -> Iterator[tuple[Pack, Matter]]:
    for pack in PACKS.values():
        for matter in pack.own.matters:
            yield pack, matter


def every_file() -> Iterator[tuple[Pack, MatterFile]]:
    for pack in PACKS.values():
        for file in files_of(pack):
            yield pack, file


each_matter = pytest.mark.parametrize(
    ("pack", "matter"), list(every_matter()), ids=[matter.id for _pack, matter in every_matter()]
)
each_file = pytest.mark.parametrize(
    ("pack", "file"), list(every_file()), ids=[file.matter.id for _pack, file in every_file()]
)


def kind_of(pack: Pack, matter: Matter) -> str:
    kinds: dict[str, str] = {measure.id: measure.kind for measure in pack.own.measures}
    return kinds.get(matter.measure or "", "")


@every_pack
def test_a_pack_with_its_matters_hangs_together(pack: Pack) -> None:
    assert check_pack(pack)[0] == []


@each_of_five
def test_every_measure_that_somebody_gets_can_be_applied_for(pack: Pack) -> None:
    wanted = {measure.id for measure in pack.own.measures if measure.kind not in NOBODY_APPLIES}
    assert wanted <= {matter.measure for matter in pack.own.matters}


@each_of_five
def test_every_recognition_can_be_applied_for(pack: Pack) -> None:
    assert {scheme.id for scheme in pack.own.schemes} <= {matter.scheme for matter in pack.own.matters}


@pytest.mark.parametrize(
    ("pack", "workflow", "clauses"),
    [
        ("ninghai-2016", "nomination", {"NH 二(二)1"}),
        ("nantong-2015", "recommendation", {"NT 三(一)4"}),
        ("nantong-2015", "training", {"NT 三(一)1"}),
        ("nantong-2015", "leave", {"NT 三(一)3"}),
        ("nantong-2015", "proposals", {"NT 四(二)"}),
        ("nantong-2015", "pilot", {"NT 三(一)3", "NT 三(三)14"}),
        ("qingdao-2015", "transfer", {"QDA 二"}),
        ("qingdao-2015", "recommendation", {"QDA 八"}),
        ("qingdao-2015", "local_award", {"QDA 七"}),
        ("qingdao-2015", "local_filing", {"QDA 一"}),
        ("qingdao-2015", "pilot", {"QDA 六", "QDA 八", "QD 三(二)"}),
        ("lhasa-2019", "proposals", {"LS 二(二)"}),
        ("lhasa-2019", "local_filing", {"LS 四(三)"}),
        ("qinghai-2017", "proposals", {"QH 四(二)1"}),
        ("qinghai-2017", "pilot", {"QH 四(二)1", "QH 三(五)2", "QH 四(一)4", "QH 四(二)3"}),
    ],
)
def test_what_the_documents_order_otherwise_has_its_own_way(
    pack: str, workflow: str, clauses: set[str]
) -> None:
    files = [file.matter for file in files_of(PACKS[pack]) if file.workflow.id == workflow]
    assert {matter.clause for matter in files} == clauses


@each_file
def test_a_matter_with_its_workflow_is_complete(pack: Pack, file: MatterFile) -> None:
    assert flaws(file.workflow) == []
    assert file.matter.clause in clauses_of(pack)
    assert file.matter.applicants
    desks = {state.desk for state in file.workflow.states} - {"applicant"}
    seated = set(file.matter.desks) | ({"recommender"} if file.matter.districts else set())
    assert desks - {"recommender"} <= seated or file.matter.desks.get("lead"), desks - seated


@each_file
def test_money_goes_with_decision_and_rights_without_payment(pack: Pack, file: MatterFile) -> None:
    pays = any("pay" in move.does for move in file.workflow.moves)
    kind = kind_of(pack, file.matter)
    if kind in MONEY:
        assert pays
    if kind in {"right", "title", "priority", "relief", "voucher", "loan", "fund"}:
        assert not pays


@each_matter
def test_a_matter_tells_what_the_text_leaves_open(pack: Pack, matter: Matter) -> None:
    assert matter.notes
    assert matter.promise is not None
    told = "".join(note.zh for note in matter.notes)
    assert "系统默认" in told  # limits and days of publicity are ours in every pack
    if matter.review is not None:
        assert "评审人数、指标和分值为系统默认" in told


@each_matter
def test_a_matter_reviews_only_where_its_workflow_can(pack: Pack, matter: Matter) -> None:
    flow = next(workflow for workflow in pack.all.workflows if workflow.id == matter.workflow)
    needs = {need for move in flow.moves for need in move.needs}
    if matter.review is not None:
        assert "review" in needs
        assert sum(criterion.most for criterion in matter.review.criteria) == 100
    if matter.report is not None:
        assert "report" in needs
    if matter.tranches:
        assert any("pay" in move.does for move in flow.moves)


@each_matter
def test_keys_and_papers_name_what_exists(pack: Pack, matter: Matter) -> None:
    facts = {fact.code: fact for fact in pack.all.facts}
    tables = {table.code: {column.code for column in table.columns} for table in pack.all.collections}
    for key in matter.keys:
        assert key.name in (tables[key.table] if key.table else facts), key
        if key.table is None:
            assert key.name in matter.asks, key
    for paper in matter.all_papers:
        assert paper.when is None or facts[paper.when].type == "bool"
        assert paper.per_row is None or paper.per_row in tables
    for tranche in matter.tranches:
        assert set(tranche.papers) <= {item.code for item in pack.all.evidence}


@each_matter
def test_districts_are_divisions_of_the_place(pack: Pack, matter: Matter) -> None:
    for code in matter.districts:
        assert len(code) == 6
        assert code.startswith(PLACES[pack.info.id])


@pytest.mark.parametrize(
    ("pack", "matter", "kind", "table", "name"),
    [
        ("ninghai-2016", "NH-S4", "invoice", "invoices", "number"),
        ("ninghai-2016", "NH-S5", "invoice", "expenses", "number"),
        ("ninghai-2016", "NH-S6", "person", "selections", "letter_number"),
        ("lhasa-2019", "LS-S7", "contract", None, "contract_number"),
        ("nantong-2015", "NT-S4", "invoice", "space_costs", "number"),
        ("nantong-2015", "NT-S5", "contract", None, "contract_number"),
        ("liuhe-2023", "LH-S5", "patent", "drugs", "licence_number"),
    ],
)
def test_numbers_are_claimed_once(pack: str, matter: str, kind: str, table: str | None, name: str) -> None:
    found = next(one for one in PACKS[pack].own.matters if one.id == matter)
    keys = {(key.kind, key.table, key.name) for key in found.keys if key.exclusive}
    assert (kind, table, name) in keys


def test_earmarked_money_comes_in_parts_and_is_reported() -> None:
    running = next(one for one in PACKS["lhasa-2019"].own.matters if one.id == "LS-S2")
    assert [tranche.id for tranche in running.tranches] == ["first", "second"]
    assert running.tranches[1].papers == ("use_report",)
    assert running.report is not None


def test_two_levels_pay_for_one_event_each_its_part() -> None:
    """Qingdao's major events: the same event may stand in both applications, so its name is shown, not refused."""
    events = [one for one in PACKS["qingdao-2015"].own.matters if one.measure in {"QD-M6", "QD-U4"}]
    assert len(events) == 2
    assert all(not key.exclusive for one in events for key in one.keys if key.kind == "event")
