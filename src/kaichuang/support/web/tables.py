"""Lists of support."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kaichuang.cases.models import Case
from kaichuang.support.models import Recovery, RecoveryState, TrancheState
from kaichuang.support.queries.awards import public_name, titled
from kaichuang.ui.components.badges import badge
from kaichuang.ui.components.clause import clause
from kaichuang.ui.tables import Column, Table

TRANCHE_TONES = {
    TrancheState.WAITING_PAPERS: "warning",
    TrancheState.WAITING_ACCOUNT: "warning",
    TrancheState.DUE: "info",
    TrancheState.ORDERED: "info",
    TrancheState.PAID: "success",
    TrancheState.STOPPED: "danger",
}
RECOVERY_TONES = {
    RecoveryState.OPEN: "warning",
    RecoveryState.RECEIVED: "success",
    RecoveryState.WRITTEN_OFF: "neutral",
}


def matter_title(row: Case) -> str:
    """The matter in the reader's language."""
    return titled(row.matter.title, row.matter.title_en)


def standing_of(row: Any) -> tuple[str, str]:
    """What has become of an award, with its tone: whoever pays back is not shown as one who keeps it."""
    if row.revoked:
        return str(_("已撤销")), "danger"
    if row.claimed:
        return str(_("追回中")), "warning"
    if not row.returned_fen:
        return str(_("有效")), "success"
    if row.returned_fen < row.paid_fen:
        return str(_("有效，已部分退回")), "warning"
    return str(_("已追回")), "danger"


AWARDS = Table(
    name="awards",
    caption=_("扶持资金公开"),
    columns=(
        Column("day", _("决定日期"), value="decided_on", kind="day", sort="decided_on"),
        Column("party", _("受益人"), value=public_name, wide=True),
        Column("matter", _("事项"), value=matter_title, sort="matter__title", wide=True),
        Column(
            "clause",
            _("依据"),
            value="matter.clause",
            show=lambda row: clause(row.matter.clause) if row.matter.clause else "",
        ),
        Column("granted", _("批准金额"), value="granted_fen", kind="money", sort="granted_fen"),
        Column("paid", _("已付金额"), value="paid_fen", kind="money", sort="paid_fen"),
        Column("back", _("已退回"), value=lambda row: row.back_fen or None, kind="money", sort="back_fen"),
        Column(
            "state",
            _("状态"),
            value=lambda row: standing_of(row)[0],
            show=lambda row: badge(standing_of(row)[0], tone=standing_of(row)[1]),
        ),
        Column("programme", _("项目"), value="programme.name", minor=True),
    ),
    default_sort="-day",
    page_size=40,
    empty_title=_("没有符合条件的记录"),
    empty_text=_("批准的扶持资金会列在这里。"),
)

TOTALS = Table(
    name="totals",
    caption=_("按政策措施合计"),
    columns=(
        Column("measure", _("政策措施"), kind="code"),
        Column("matter", _("事项"), wide=True),
        Column("clause", _("依据"), show=lambda row: clause(row.clause) if row.clause else ""),
        Column("count", _("项数"), kind="number", sort="count"),
        Column("granted", _("批准金额"), kind="money", sort="granted"),
        Column("paid", _("已付金额"), kind="money", sort="paid"),
    ),
    key=lambda row: row.measure,
    exports=False,
)

MONEY = Table(
    name="money",
    caption=_("按政策措施看办件资金"),
    columns=(
        Column("year", _("年度"), kind="code", sort="year"),
        Column("measure", _("政策措施"), kind="code", sort="measure"),
        Column("clause", _("依据"), show=lambda row: clause(row.clause) if row.clause else ""),
        Column("cases", _("办件"), kind="number", sort="cases"),
        Column("held", _("预留"), kind="money", sort="held"),
        Column("committed", _("已批复"), kind="money", sort="committed"),
        Column("ordered", _("支付中"), kind="money", sort="ordered"),
        Column("paid", _("已支付"), kind="money", sort="paid"),
        Column("owed", _("应收退款"), kind="money", sort="owed"),
    ),
    key=lambda row: f"{row.measure}{row.year}",
    empty_title=_("还没有占用资金的办件"),
)

WAITING = Table(
    name="waiting",
    caption=_("等待资金的办件"),
    columns=(
        Column(
            "number",
            _("受理编号"),
            kind="code",
            url=lambda row: reverse("cases:desk_case", args=[row.pk]),
            sort="number",
        ),
        Column("party", _("申请人"), value="party.name", wide=True),
        Column("matter", _("事项"), value=matter_title),
        Column("submitted", _("提交时间"), value="submitted_at", kind="time", sort="submitted_at"),
        Column("held", _("已预留"), value="held_fen", kind="money"),
        Column("lacks", _("尚缺"), value="lacks_fen", kind="money", sort="lacks_fen"),
    ),
    empty_title=_("没有等待资金的办件"),
)


def recovery_url(row: Recovery) -> str:
    return reverse("support:recovery", args=[row.pk])


RECOVERIES = Table(
    name="recoveries",
    caption=_("追回"),
    columns=(
        Column("number", _("受理编号"), value="case.number", kind="code", url=recovery_url),
        Column("party", _("还款人"), value="party.name", wide=True),
        Column("principal", _("本金"), value="principal_fen", kind="money", sort="principal_fen"),
        Column("interest", _("利息"), value="interest_fen", kind="money"),
        Column("open", _("尚欠"), value="open_fen", kind="money"),
        Column("day", _("追回日期"), value="demanded_on", kind="day", sort="demanded_on"),
        Column(
            "state",
            _("状态"),
            value=lambda row: row.get_state_display(),
            show=lambda row: badge(row.get_state_display(), tone=RECOVERY_TONES[row.state]),
        ),
    ),
    default_sort="-day",
    empty_title=_("没有需要追回的资金"),
)

SHARES = Table(
    name="shares",
    caption=_("各种办法的结果"),
    columns=(
        Column(
            "number",
            _("受理编号"),
            value="case.number",
            kind="code",
            url=lambda row: reverse("cases:desk_case", args=[row.case.pk]),
        ),
        Column("party", _("申请人"), value="case.party.name", wide=True),
        Column("score", _("得分"), value="case.score", kind="number"),
        Column("most", _("最多可得"), value="most", kind="money"),
        Column("declared", _("本批次已声明的办法"), value="declared", kind="money"),
        Column("by_score", _("按得分"), value="by_score", kind="money"),
        Column("first_come", _("按先后"), value="first_come", kind="money"),
        Column("pro_rata", _("按比例"), value="pro_rata", kind="money"),
        Column("queue", _("排队"), value="queue", kind="money"),
    ),
    key=lambda row: str(row.case.pk),
    empty_title=_("本批次没有待拟定金额的办件"),
)
