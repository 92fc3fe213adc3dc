from kaichuang.cases.models.ban import Ban
from kaichuang.cases.models.case import Case, Source
from kaichuang.cases.models.claim_key import ClaimKey
from kaichuang.cases.models.correction import Correction
from kaichuang.cases.models.counter import Counter
from kaichuang.cases.models.decision import Decision, DecisionKind
from kaichuang.cases.models.evidence import Evidence
from kaichuang.cases.models.holding import Holding
from kaichuang.cases.models.letter import Letter
from kaichuang.cases.models.matter import Matter, MatterVersion
from kaichuang.cases.models.note import Note
from kaichuang.cases.models.round import Round, Shortfall
from kaichuang.cases.models.run import Match, Run, RunState
from kaichuang.cases.models.stay import Stay
from kaichuang.cases.models.submission import Submission

__all__ = [
    "Ban",
    "Case",
    "ClaimKey",
    "Correction",
    "Counter",
    "Decision",
    "DecisionKind",
    "Evidence",
    "Holding",
    "Letter",
    "Match",
    "Matter",
    "MatterVersion",
    "Note",
    "Round",
    "Run",
    "RunState",
    "Shortfall",
    "Source",
    "Stay",
    "Submission",
]
