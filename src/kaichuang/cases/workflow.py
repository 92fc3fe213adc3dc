"""The states of runs without application. Cases follow the tables of their matters (`flow.py`)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kaichuang.cases.models import RunState
from kaichuang.cases.permissions import may_keep_matters
from kaichuang.journal.workflow import Move, Workflow

RUNS = Workflow(
    Move("match", _("完成匹配"), (RunState.WAITING,), RunState.MATCHED, may_keep_matters),
    Move("offer", _("告知企业确认"), (RunState.MATCHED,), RunState.OFFERED, may_keep_matters),
    Move(
        "cancel",
        _("取消"),
        (RunState.WAITING, RunState.MATCHED),
        RunState.CANCELLED,
        may_keep_matters,
        needs_reason=True,
    ),
)
