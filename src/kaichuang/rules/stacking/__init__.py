"""How awards go together: the best lawful combination for an applicant, and why each other award was dropped."""

from .best import Choice, Dropped, Kept, best
from .rules import Award, Rule

__all__ = ["Award", "Choice", "Dropped", "Kept", "Rule", "best"]
