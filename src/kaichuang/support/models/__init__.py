from kaichuang.support.models.payee_account import PayeeAccount
from kaichuang.support.models.recovery import Demand, Instalment, Receipt, Recovery, RecoveryState
from kaichuang.support.models.tranche import Instruction, Tranche, TrancheState
from kaichuang.support.models.use_report import OUTSIDE, ReportState, UseLine, UseReport

__all__ = [
    "OUTSIDE",
    "Demand",
    "Instalment",
    "Instruction",
    "PayeeAccount",
    "Receipt",
    "Recovery",
    "RecoveryState",
    "ReportState",
    "Tranche",
    "TrancheState",
    "UseLine",
    "UseReport",
]
