"""Scoring sheets: items, grades, ranks and streaks, each explained."""

from .model import Band, Grade, Item, RankBand, Sheet, Streak
from .score import Card, Mark, score, score_round
from .streaks import Run, run_of

__all__ = [
    "Band", "Card", "Grade", "Item", "Mark", "RankBand", "Run", "Sheet", "Streak", "run_of", "score", "score_round",
]  # fmt: skip
