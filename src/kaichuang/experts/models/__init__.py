from kaichuang.experts.models.draw import Draw
from kaichuang.experts.models.expert import Expert, ExpertState
from kaichuang.experts.models.item import Item
from kaichuang.experts.models.panel import Aggregate, Panel, PanelState, SeedMode
from kaichuang.experts.models.result import Result
from kaichuang.experts.models.score import Score, ScoreState
from kaichuang.experts.models.seat import Seat, SeatState

__all__ = [
    "Aggregate",
    "Draw",
    "Expert",
    "ExpertState",
    "Item",
    "Panel",
    "PanelState",
    "Result",
    "Score",
    "ScoreState",
    "Seat",
    "SeatState",
    "SeedMode",
]
