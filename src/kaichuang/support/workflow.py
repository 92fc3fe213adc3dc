"""The states of tranches, reports and recoveries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaichuang.journal.workflow import Move, Workflow
from kaichuang.kit.permissions import any_role, signed_in
from kaichuang.kit.problems import Problem
from kaichuang.parties.models import Role
from kaichuang.support.models import Recovery, RecoveryState, ReportState, TrancheState

_S = TrancheState
_by_money = any_role(Role.FINANCE, Role.OFFICER, Role.LEADER)

TRANCHE = Workflow(
    Move("check_papers", gettext_lazy("材料齐全"), (_S.WAITING_PAPERS,), _S.WAITING_ACCOUNT, _by_money),
    Move("make_due", gettext_lazy("可以支付"), (_S.WAITING_ACCOUNT, _S.STOPPED), _S.DUE, signed_in),
    Move("wait_papers", gettext_lazy("恢复"), (_S.STOPPED,), _S.WAITING_PAPERS, signed_in),
    Move("wait_account", gettext_lazy("待确认账户"), (_S.STOPPED,), _S.WAITING_ACCOUNT, signed_in),
    Move("order", gettext_lazy("申请支付"), (_S.DUE,), _S.ORDERED, signed_in),
    Move("pay", gettext_lazy("已支付"), (_S.ORDERED,), _S.PAID, signed_in),
    Move("bounce", gettext_lazy("银行退回"), (_S.PAID,), _S.ORDERED, signed_in),
    Move(
        "stop",
        gettext_lazy("停付"),
        (_S.WAITING_PAPERS, _S.WAITING_ACCOUNT, _S.DUE, _S.ORDERED, _S.STOPPED),
        _S.STOPPED,
        signed_in,
        needs_reason=True,
    ),
)
"""Only operations of this context move tranches; who may begin them is asked there."""

REPORT = Workflow(
    Move(
        "hand_in",
        gettext_lazy("报送"),
        (ReportState.DRAFT, ReportState.RETURNED),
        ReportState.HANDED_IN,
        signed_in,
    ),
    Move("return", gettext_lazy("退回"), (ReportState.HANDED_IN,), ReportState.RETURNED, signed_in),
    Move("accept", gettext_lazy("通过"), (ReportState.HANDED_IN,), ReportState.ACCEPTED, signed_in),
)


def _received(recovery: Recovery, now: datetime) -> Iterator[Problem]:
    if recovery.open_fen:
        yield Problem("not_received", _("款项尚未收齐。"))


RECOVERY = Workflow(
    Move(
        "receive",
        gettext_lazy("已收回"),
        (RecoveryState.OPEN,),
        RecoveryState.RECEIVED,
        any_role(Role.FINANCE),
        guards=(_received,),
    ),
    Move(
        "write_off",
        gettext_lazy("核销"),
        (RecoveryState.OPEN,),
        RecoveryState.WRITTEN_OFF,
        any_role(Role.LEADER),
        needs_reason=True,
    ),
)
