"""The applications of the demo: who asks for what, and how far it has come. Everything in them is invented."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

WAN = 1_000_000
"""Fen of ten thousand yuan."""


class Applicant(NamedTuple):
    """An organisation of a place that exists in the demo for its applications only."""

    key: str
    name: str


APPLICANTS = (
    Applicant("c1", "{place}云帆众创空间管理有限公司"),
    Applicant("c2", "{place}梦工场创业孵化器有限公司"),
    Applicant("c3", "{place}青年创客空间运营有限公司"),
    Applicant("c4", "{place}海创汇众创空间有限公司"),
    Applicant("c5", "{place}匠心创客服务中心"),
    Applicant("c6", "{place}慧谷科技企业孵化器有限公司"),
    Applicant("e1", "{place}启明星机器人有限公司"),
    Applicant("e2", "{place}山海生物技术有限公司"),
    Applicant("e3", "{place}拾光数字文化有限公司"),
)


class Story(NamedTuple):
    """One application. `days` is how many working days ago it was begun, `reach` how far it came (see `demo.WAYS`).

    `batch` names the public list on which it stands with others. Tables take rows with `{bought}` days by number.
    """

    matter: str
    party: str
    reach: str
    days: int
    facts: Mapping[str, Any] = {}
    tables: Mapping[str, Sequence[Mapping[str, Any]]] = {}
    batch: str = ""
    amount: int | None = None
    reason: str = ""
    found: Mapping[str, Any] = {}
    """Facts that the officer established after a check."""


class Window(NamedTuple):
    """A round: from and until so many days from now."""

    matter: str
    title: str
    opens: int
    closes: int
    pot: int | None = None


def bills(mark: str, *yuan: int, category: str = "instrument") -> dict[str, list[dict[str, Any]]]:
    """Invoices of a purchase, numbered after their applicant."""
    return {
        "invoices": [
            {"number": f"{mark}{at:04d}", "amount": amount * 100, "category": category, "necessary": True,
             "claimed_before": False, "issued_on": at}
            for at, amount in enumerate(yuan, start=1)
        ]
    }  # fmt: skip


def costs(mark: str, *yuan: int) -> dict[str, list[dict[str, Any]]]:
    """Direct expenses of an event."""
    return {
        "expenses": [
            {"number": f"{mark}{at:04d}", "amount": amount * 100, "kind": "direct", "claimed_before": False}
            for at, amount in enumerate(yuan, start=1)
        ]
    }


def rents(mark: str, *yuan: int) -> dict[str, list[dict[str, Any]]]:
    """What a space paid for its rooms."""
    return {
        "space_costs": [
            {"number": f"{mark}{at:04d}", "amount": amount * 100, "item": "rent", "for_service": True,
             "claimed_before": False, "paid_on": at}
            for at, amount in enumerate(yuan, start=1)
        ]
    }  # fmt: skip


def talent(name: str, letter: str, programme: str, kind: str = "person") -> dict[str, list[dict[str, Any]]]:
    """One selection into a talent programme."""
    return {
        "selections": [
            {"talent": name, "unit": name, "programme": programme, "kind": kind, "letter_number": letter,
             "introduced": True, "awarded_before": False}
        ]
    }  # fmt: skip


SPACE = {"is_space_or_centre": True}
CONTEST = {**SPACE, "is_contest": True, "joint_by_purchase": True}

WINDOWS: Mapping[str, Sequence[Window]] = {
    "ninghai": (
        Window("NH-S4", "设备购置补助第一批", -120, 40),
        Window("NH-S1", "众创空间认定第一批", -120, 30),
        Window("NH-S12", "人才计划优先推荐", -120, 20),
        Window("NH-S9", "杰出创业导师推荐", 20, 50),
    ),
    "nantong": (
        Window("NT-S1", "众创空间认定", -120, 30),
        Window("NT-S4", "众创空间费用补贴", -120, 20),
        Window("NT-S15", "实训岗位报名（秋季）", -120, 10),
        Window("NT-S17", "成果权益改革试点", -120, 15),
    ),
    "qingdao": (
        Window("QD-S1", "众创空间认定", -120, 30),
        Window("QD-S13", "创新券发放试点空间遴选", -120, 20),
        Window("QD-S15", "孵化链条试点", -120, 25),
        Window("QD-S3", "创客实验室奖补", -120, 20),
    ),
    "lhasa": (Window("LS-S1", "双创中心认定", -120, 30), Window("LS-S2", "双创中心发展资金", 15, 45)),
    "qinghai": (
        Window("QH-S2", "加计扣除补贴年度申报", -120, 40),
        Window("QH-S1", "共建空间后补助", -120, 20),
        Window("QH-S10", "市场准入创新试点", -120, 20),
    ),
}

STORIES: Mapping[str, Sequence[Story]] = {
    "ninghai": (
        Story("NH-S4", "service", "paid", 38, SPACE, bills("NHA", 260_000, 140_000), "done"),
        Story("NH-S4", "c2", "paid", 37, SPACE, bills("NHB", 480_000, 320_000), "done"),
        Story("NH-S4", "space", "payment", 36, SPACE, bills("NHC", 90_000, 60_000), "done"),
        Story("NH-S4", "c3", "decision", 35, SPACE, bills("NHD", 350_000), "done"),
        Story("NH-S4", "c4", "publicity", 14, SPACE, bills("NHE", 210_000, 75_000), "running"),
        Story("NH-S4", "c6", "publicity", 13, SPACE, bills("NHF", 555_000), "running", 12 * WAN),
        Story("NH-S4", "c1", "correction", 6, SPACE, bills("NHG", 120_000)),
        Story("NH-S4", "c5", "checking", 5, SPACE, bills("NHH", 66_000)),
        Story("NH-S4", "startup", "appeal", 20, {"is_space_or_centre": False}, bills("NHI", 80_000),
              reason="申请人不是众创空间或创客服务中心，不属于补助对象。"),
        Story("NH-S2", "c3", "submitted", 3, {"space_level": "county"}),
        Story("NH-S2", "c2", "proposal", 12, {"space_level": "municipal"}),
        Story("NH-S3", "c5", "listed", 12, {"centre_level": "county"}),
        Story("NH-S5", "space", "submitted", 2, {**CONTEST, "event_name": "第三届宁海创客马拉松"},
              costs("NHX", 180_000, 95_000)),
        Story("NH-S5", "c1", "withdrawn", 18, {**CONTEST, "event_name": "模具创新设计大赛"}, costs("NHY", 66_000),
              reason="决算尚需补充票据，补齐后再申报。"),
        Story("NH-S6", "c6", "checking", 8, SPACE, talent("刘明远", "甬才〔2025〕18-07", "municipal_3315")),
        Story("NH-S6", "space", "draft", 1, SPACE),
        Story("NH-S1", "c4", "granted", 40, batch="spaces"),
        Story("NH-S1", "c6", "granted", 39, batch="spaces"),
        Story("NH-S12", "team", "review", 15, {"brings": "technology", "programme_applied_for": "市人才计划",
              "project_name": "滩涂养殖水质在线监测"}, batch="experts"),
        Story("NH-S12", "e1", "review", 15, {"brings": "project", "programme_applied_for": "市人才计划",
              "project_name": "面向模具行业的协作机器人"}, batch="experts"),
        Story("NH-S13", "institute", "granted", 25),
        Story("NH-S10", "startup", "submitted", 2),
    ),
    "nantong": (
        Story("NT-S1", "c1", "granted", 36, batch="spaces"),
        Story("NT-S1", "c2", "publicity", 14, batch="running"),
        Story("NT-S4", "c1", "submitted", 4, {"is_new_incubator": True}, rents("NTR", 96_000, 24_000)),
        Story("NT-S15", "founder", "training", 12, {"post_title": "工业设计实训岗"}),
        Story("NT-S19", "e1", "reviewing", 9, {"rule_title": "集中办公区企业住所登记补充规定",
              "rule_problem": "要求每家企业提供独立产权证明，入驻众创空间的初创企业难以登记。",
              "rule_wish": "凭众创空间出具的入驻证明登记。"}),
        Story("NT-S17", "institute", "correction", 7, {"pilot_subject": "职务成果使用权下放到研发团队"}),
    ),
    "qingdao": (
        Story("QD-S1", "c1", "granted", 36, batch="spaces"),
        Story("QD-S1", "c2", "publicity", 14, batch="running"),
        Story("QD-S15", "c6", "checking", 8, {"pilot_subject": "苗圃、孵化器、加速器一体运营"}),
        Story("QD-S13", "c1", "draft", 2, {"pilot_subject": "向入驻创客发放创新券"}),
        Story("QD-S3", "c3", "rejected", 15, {"operates_laboratory": True, "laboratory_qualifies": True,
              "shares_equipment": True}, reason="文件有效期已于2018年12月31日届满，不能受理新的申请。"),
    ),
    "lhasa": (
        Story("LS-S1", "c1", "granted", 36, batch="centres"),
        Story("LS-S1", "c2", "publicity", 14, batch="running"),
        Story("LS-S12", "startup", "reviewing", 9, {"rule_title": "商务秘书企业托管住所的登记要求",
              "rule_problem": "托管户数设有上限，初创团队需要排队。", "rule_wish": "取消户数上限，实行信用监管。"}),
        Story("LS-S7", "startup", "rejected", 16, {"in_centre": True, "financed": True, "registered_here": True,
              "contract_number": "LSTZ-2026-011"}, reason="文件有效期已于2020年12月31日届满，不能受理新的申请。"),
        Story("LS-S1", "c3", "draft", 1),
    ),
    "qinghai": (
        Story("QH-S2", "space", "paid", 40, {"is_space": True, "technology_enterprise": True,
              "tax_saved": 320 * WAN}, batch="done", found={"deduction_granted": True}),
        Story("QH-S2", "c2", "payment", 39, {"is_space": True, "technology_enterprise": True,
              "tax_saved": 2600 * WAN}, batch="done", found={"deduction_granted": True}),
        Story("QH-S2", "c3", "publicity", 14, {"is_space": True, "technology_enterprise": True,
              "tax_saved": 86 * WAN}, batch="running", found={"deduction_granted": True}),
        Story("QH-S3", "founder", "granted", 25, {"eligible_staff": True}, found={"leave_approved": True}),
        Story("QH-S10", "e1", "correction", 6, {"pilot_subject": "无车承运物流线上登记"}),
        Story("QH-S9", "startup", "reviewing", 10, {"rule_title": "快递末端网点备案实施意见",
              "rule_problem": "要求网点独立悬挂招牌，社区共享网点不能备案。", "rule_wish": "允许共享场所备案。"}),
    ),
}  # fmt: skip
