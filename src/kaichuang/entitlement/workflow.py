"""The states of a simulation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kaichuang.entitlement.models import SimulationState
from kaichuang.journal.workflow import Move, Workflow
from kaichuang.kit.permissions import system_only

SIMULATIONS = Workflow(
    Move("finish", _("完成"), (SimulationState.RUNNING,), SimulationState.DONE, system_only),
    Move("fail", _("失败"), (SimulationState.RUNNING,), SimulationState.FAILED, system_only),
)
